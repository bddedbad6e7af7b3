"""The convolution layer in NumPy, with Keras' meaning.

Like every deep-learning framework it computes a cross-correlation: the kernel is
not flipped.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from course_lib import shapes
from course_lib._arguments import pair
from course_lib._validation import Array, image_batch, kernel_for
from course_lib._windows import sliding_windows


def conv2d(
    x: npt.ArrayLike,
    kernel: npt.ArrayLike,
    strides: shapes.Size = 1,
    padding: str = "valid",
    dilation_rate: shapes.Size = 1,
) -> Array:
    """Slides a kernel over images and sums the products.

    Args:
        x: Images of shape `(batch, height, width, channels)`, float32 or float64.
        kernel: Weights of shape `(kernel height, kernel width, in, out)`; they are
            converted to the dtype of `x`.
        strides: Step of the kernel in pixels, an int or `(height, width)`.
        padding: `"valid"`, or `"same"`, which adds zeros.
        dilation_rate: Distance between neighbouring weights in pixels.

    Returns:
        Images of shape `(batch, new height, new width, out)`, with the dtype of `x`.

    Raises:
        TypeError: If an array does not hold floats or a size is not a whole number.
        ValueError: If the shapes don't fit each other, or the arguments don't.

    Reference:
        `keras.layers.Conv2D`

    Example:
        >>> x = np.arange(16.0).reshape(1, 4, 4, 1)
        >>> conv2d(x, np.ones((3, 3, 1, 1)))[0, :, :, 0]
        array([[45., 54.],
               [81., 90.]])
    """
    images = image_batch(x)
    weights = kernel_for(images, kernel)
    windows = sliding_windows(
        images,
        weights.shape[:2],
        pair(strides, "strides"),
        padding,
        pair(dilation_rate, "dilation_rate"),
    )
    return np.tensordot(windows, weights, axes=([4, 5, 3], [0, 1, 2]))
