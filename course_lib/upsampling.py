"""The upsampling layer in NumPy, with Keras' meaning: nothing is learned."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from course_lib import shapes
from course_lib._arguments import pair
from course_lib._validation import Array, image_batch


def upsample2d(
    x: npt.ArrayLike, size: shapes.Size = 2, interpolation: str = "nearest"
) -> Array:
    """Enlarges images by whole factors.

    `"nearest"` repeats every row and column. `"bilinear"` weighs the two nearest
    pixels along each axis by their distance; pixels count as squares whose centres
    lie at 0.5, 1.5, ..., and beyond the outermost centres the border pixel goes on.

    Args:
        x: Images of shape `(batch, height, width, channels)`, float32 or float64.
        size: Factor for rows and columns, an int or `(height, width)`: `(2, 3)`
            doubles the height and triples the width.
        interpolation: `"nearest"` or `"bilinear"`.

    Returns:
        Images of shape `(batch, height * size[0], width * size[1], channels)`, with
        the dtype of `x`.

    Raises:
        TypeError: If `x` does not hold floats or `size` is not whole.
        ValueError: If `x` is not a batch of images, `size` is below 1 or
            `interpolation` is unknown.

    Reference:
        `keras.layers.UpSampling2D`

    Example:
        >>> x = np.array([[1.0, 2.0]]).reshape(1, 1, 2, 1)
        >>> upsample2d(x, (1, 2)).ravel()
        array([1., 1., 2., 2.])
        >>> upsample2d(x, (1, 2), interpolation="bilinear").ravel()
        array([1.  , 1.25, 1.75, 2.  ])
    """
    images = image_batch(x)
    factors = pair(size, "size")
    method = interpolation.lower() if isinstance(interpolation, str) else None
    if method == "nearest":
        return images.repeat(factors[0], axis=1).repeat(factors[1], axis=2)
    if method == "bilinear":
        for axis, factor in zip((1, 2), factors, strict=True):
            images = _interpolate(images, factor, axis)
        return images
    raise ValueError(
        f'interpolation must be "nearest" or "bilinear"; got {interpolation!r}'
    )


def _interpolate(images: Array, factor: int, axis: int) -> Array:
    """Linear interpolation along one axis, with half-pixel centres."""
    n, shape = images.shape[axis], list(images.shape)
    shape[axis] *= factor
    result = np.empty(shape, images.dtype)
    border = images.take([0], axis), images, images.take([-1], axis)
    bordered, drawn = (
        np.moveaxis(array, axis, 0) for array in (np.concatenate(border, axis), result)
    )
    for phase in range(factor):  # these pixels all lie alike between two known ones
        position = (phase + 0.5) / factor + 0.5
        before = int(position)
        left, right = bordered[before : before + n], bordered[before + 1 :][:n]
        share = images.dtype.type(position - before)
        drawn[phase::factor] = left + share * (right - left)
    return result
