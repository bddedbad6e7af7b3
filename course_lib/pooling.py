"""Max and average pooling in NumPy, with Keras' meaning."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from course_lib import shapes
from course_lib._arguments import pair
from course_lib._validation import Array, image_batch
from course_lib._windows import sliding_windows


def max_pool2d(
    x: npt.ArrayLike,
    pool_size: shapes.Size = 2,
    strides: shapes.Size | None = None,
    padding: str = "valid",
) -> Array:
    """Keeps the largest pixel of each window.

    The pixels that `same` padding adds count as minus infinity, so they never win:
    an image of -1 stays -1.

    Args:
        x: Images of shape `(batch, height, width, channels)`, float32 or float64.
        pool_size: Window size in pixels, an int or `(height, width)`.
        strides: Step of the window in pixels; `None` means `pool_size`.
        padding: `"valid"` or `"same"`.

    Returns:
        Images of shape `(batch, pooled height, pooled width, channels)`, with the
        dtype of `x`.

    Raises:
        TypeError: If `x` does not hold floats or a size is not a whole number.
        ValueError: If `x` is not a batch of images, or the window does not fit.

    Reference:
        `keras.layers.MaxPooling2D`

    Example:
        >>> x = np.array([[1.0, 2.0], [3.0, 4.0]]).reshape(1, 2, 2, 1)
        >>> max_pool2d(x).ravel()
        array([4.])
    """
    return _pool(np.maximum, image_batch(x), pool_size, strides, padding, -np.inf)


def average_pool2d(
    x: npt.ArrayLike,
    pool_size: shapes.Size = 2,
    strides: shapes.Size | None = None,
    padding: str = "valid",
) -> Array:
    """Averages the pixels of each window.

    A window that reaches over the border with `same` padding is divided by the
    number of its real pixels. Arguments, result and errors are those of `max_pool2d`.

    Reference:
        `keras.layers.AveragePooling2D`

    Example:
        >>> x = np.array([[1.0, 2.0], [3.0, 4.0]]).reshape(1, 2, 2, 1)
        >>> average_pool2d(x).ravel()
        array([2.5])
    """
    images = image_batch(x)
    real = np.ones((1, *images.shape[1:3], 1), images.dtype)
    sums, real_pixels = (
        _pool(np.add, pixels, pool_size, strides, padding, 0.0)
        for pixels in (images, real)
    )
    return sums / real_pixels


def _pool(
    combine: np.ufunc,
    images: Array,
    pool_size: shapes.Size,
    strides: shapes.Size | None,
    padding: str,
    fill: float,
) -> Array:
    """Combines the first pixels of all windows with their second ones, and so on."""
    window = pair(pool_size, "pool_size")
    step = window if strides is None else strides
    output_size = shapes.pool_output_size
    windows = sliding_windows(
        images, window, step, padding, fill=fill, output_size=output_size
    )
    first, *others = (windows[..., i, j] for i, j in np.ndindex(*window))
    pooled = first.copy()
    for pixels in others:
        combine(pooled, pixels, out=pooled)
    return pooled
