"""The convolution layer in NumPy, with Keras' meaning, and its matrix.

Like every deep-learning framework it computes a cross-correlation: the kernel is
not flipped.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from course_lib import shapes
from course_lib._arguments import whole_number
from course_lib._validation import (
    KERNEL_AXES,
    Array,
    float_array,
    image_batch,
    kernel_for,
)
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
        images, weights.shape[:2], strides, padding, dilation_rate
    )
    result = np.zeros((*windows.shape[:3], weights.shape[3]), images.dtype)
    for i, j in np.ndindex(*weights.shape[:2]):
        result += windows[..., i, j] @ weights[i, j]
    return result


def convolution_matrix(
    kernel: npt.ArrayLike,
    input_shape: Sequence[int],
    strides: shapes.Size = 1,
    padding: str = "valid",
    dilation_rate: shapes.Size = 1,
) -> Array:
    """Writes a convolution as a matrix: `matrix @ image.ravel()` is its output.

    It is nearly all zeros, and large: for one channel of 100 x 100 pixels it takes
    up to 0.8 GB in float64.

    Args:
        kernel: Weights of shape `(kernel height, kernel width, in, out)`, or
            `(kernel height, kernel width)` for one channel in and out.
        input_shape: Shape of one image, `(height, width)` or `(height, width, in)`.
        strides: This and the other arguments are those of `conv2d`.
        padding: `"valid"` or `"same"`.
        dilation_rate: Distance between neighbouring weights in pixels.

    Returns:
        Matrix of shape `(new height * new width * out, height * width * in)`, with
        the dtype of `kernel`. A row is an output pixel, a column an input pixel, both
        in reading order.

    Raises:
        TypeError: If `kernel` does not hold floats or a size is not a whole number.
        ValueError: If the shapes don't fit each other, or the arguments don't.

    Example:
        >>> kernel = np.array([[1.0, 2.0]])
        >>> convolution_matrix(kernel, (1, 4), strides=(1, 2))
        array([[1., 2., 0., 0.],
               [0., 0., 1., 2.]])
    """
    weights = float_array(kernel, "kernel", KERNEL_AXES, KERNEL_AXES[:2])
    if weights.ndim == 2:
        weights = weights[:, :, None, None]
    *kernel_size, channels, out = weights.shape
    height, width = _image_size(input_shape, channels)
    # A window of numbered pixels says which columns a row fills; padding has number 0.
    pixels = height * width * channels
    numbers = 1 + np.arange(pixels).reshape(1, height, width, channels)
    windows = sliding_windows(numbers, kernel_size, strides, padding, dilation_rate)
    columns = windows.reshape(-1, 1, weights.size // out)
    in_order_of_windows = weights.transpose(3, 2, 0, 1).reshape(out, -1)
    matrix = np.zeros((len(columns), out, 1 + pixels), weights.dtype)
    np.put_along_axis(matrix, columns, in_order_of_windows, axis=2)
    return matrix[:, :, 1:].reshape(-1, pixels)


def _image_size(input_shape: Sequence[int], channels: int) -> tuple[int, int]:
    shape: tuple[int, ...] = ()
    if isinstance(input_shape, tuple | list):
        shape = tuple(whole_number(n, "input_shape") for n in input_shape)
    if len(shape) not in (2, 3) or shape[2:] not in ((), (channels,)):
        raise ValueError(
            "input_shape must be (height, width) or (height, width, "
            f"{channels}), as kernel takes {channels} channels; got {input_shape!r}"
        )
    return shape[0], shape[1]
