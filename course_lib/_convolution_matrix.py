"""A convolution written as one matrix."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from course_lib import shapes
from course_lib._arguments import check_strides_and_dilation, pair, whole_number
from course_lib._validation import Array, float_array


def convolution_matrix(
    kernel: npt.ArrayLike,
    input_shape: Sequence[int],
    strides: shapes.Size = 1,
    padding: str = "valid",
    dilation_rate: shapes.Size = 1,
) -> Array:
    """Writes a convolution as a matrix: `matrix @ image.ravel()` is its output.

    Args:
        kernel: Weights of shape `(kernel height, kernel width, in, out)`, or
            `(kernel height, kernel width)` for one channel in and out.
        input_shape: Shape of one image, `(height, width)` or `(height, width, in)`.
        strides: Step of the kernel in pixels, an int or `(height, width)`.
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
    names = ("kernel height", "kernel width", "in", "out")
    weights = float_array(kernel, "kernel", names, names[:2])
    if weights.ndim == 2:
        weights = weights[:, :, None, None]
    height, width, channels = _image_shape(input_shape, weights.shape[2])
    step = pair(strides, "strides")
    dilation = pair(dilation_rate, "dilation_rate")
    check_strides_and_dilation(step, dilation)
    rows, columns = (
        _pixels_read(*axis, padding)
        for axis in zip((height, width), weights.shape[:2], step, dilation, strict=True)
    )
    matrix = np.zeros(
        (len(rows[0]), len(columns[0]), weights.shape[3], height, width, channels),
        weights.dtype,
    )
    for i, j in np.ndindex(*weights.shape[:2]):
        p, r = _inside(rows[i], height)
        q, c = _inside(columns[j], width)
        matrix[p[:, None], q, :, r[:, None], c] = weights[i, j].T
    return matrix.reshape(-1, height * width * channels)


def _pixels_read(
    n: int, kernel_size: int, strides: int, dilation_rate: int, padding: str
) -> npt.NDArray[np.intp]:
    """Input pixel that each weight reads at each output pixel, along one axis.

    Shape `(kernel_size, output size)`; below 0 and from `n` on it is padding.
    """
    outputs = shapes.conv_output_size(n, kernel_size, strides, padding, dilation_rate)
    before, _ = shapes.padding_amounts(n, kernel_size, strides, padding, dilation_rate)
    weights = np.arange(kernel_size)[:, None] * dilation_rate
    return np.arange(outputs) * strides + weights - before


def _inside(
    pixels: npt.NDArray[np.intp], n: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Output pixels that read a real input pixel, and which one."""
    outputs = np.flatnonzero((pixels >= 0) & (pixels < n))
    return outputs, pixels[outputs]


def _image_shape(input_shape: Sequence[int], channels: int) -> tuple[int, int, int]:
    shape: tuple[int, ...] = ()
    if isinstance(input_shape, tuple | list):
        shape = tuple(whole_number(n, "input_shape") for n in input_shape)
    if len(shape) not in (2, 3) or shape[2:] not in ((), (channels,)):
        raise ValueError(
            "input_shape must be (height, width) or (height, width, "
            f"{channels}), as kernel takes {channels} channels; got {input_shape!r}"
        )
    return shape[0], shape[1], channels
