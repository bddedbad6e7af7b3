"""Kernels that turn one layer into another: the upsampling layers are one family.

A layer that first enlarges an image and then convolves it, or the other way round,
is a transposed convolution with a larger kernel. The functions here compute it.

All raise a `TypeError` if a kernel does not hold floats or a size is not whole, and
a `ValueError` if a kernel is none or a size is below 1.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from course_lib import shapes
from course_lib._arguments import pair, whole_number
from course_lib._validation import KERNEL_AXES, Array, float_array

Crop = tuple[tuple[int, int], tuple[int, int]]
"""Pixels to remove, `((top, bottom), (left, right))`, as `Cropping2D` takes them."""


def fold_upsampling(kernel: npt.ArrayLike, size: shapes.Size) -> Array:
    """Folds nearest upsampling and the convolution after it into one kernel.

    `UpSampling2D(size)` and then `Conv2D(out, k, padding="same")` compute the same
    as one `Conv2DTranspose(out, k + size - 1, strides=size)` with the kernel
    returned: along each axis it is the flipped kernel, once for each of the `size`
    copies of a pixel, each time one entry further on, summed. A bias stays as it is.

    With `padding="same"` the two are exactly equal if `k` is odd on both axes. For an
    even `k` that crops a pixel too few at the beginning of the axis: use `valid` and
    the crop of `fold_upsampling_crop`, or append a zero to the axis and use `same`.

    Args:
        kernel: The convolution's weights of shape `(kernel height, kernel width, in,
            out)`, float32 or float64.
        size: Factor of the upsampling, an int or `(height, width)`.

    Returns:
        Weights of shape `(kernel height + size[0] - 1, kernel width + size[1] - 1,
        out, in)`, with the dtype of `kernel`.

    Reference:
        A. Odena, V. Dumoulin and C. Olah, Deconvolution and checkerboard artifacts,
        Distill, 2016, doi:10.23915/distill.00003, for the pair of layers.

    Example:
        >>> kernel = np.array([[1.0, 2.0, 3.0]]).reshape(1, 3, 1, 1)
        >>> fold_upsampling(kernel, (1, 2)).ravel()  # 3 2 1 and, further on, 3 2 1
        array([3., 5., 3., 1.])
    """
    weights = float_array(kernel, "kernel", KERNEL_AXES)
    rows, columns = pair(size, "size")
    flipped = weights[::-1, ::-1].swapaxes(2, 3)
    height, width, *channels = flipped.shape
    shape = (height + rows - 1, width + columns - 1, *channels)
    folded = np.zeros(shape, flipped.dtype)
    for i, j in np.ndindex(rows, columns):
        folded[i : i + height, j : j + width] += flipped
    return folded


def fold_upsampling_crop(kernel_size: shapes.Size) -> Crop:
    """What to crop from a folded upsampling with `valid` padding, whatever its size.

    Args:
        kernel_size: The convolution's, not the folded one: an int or `(height, width)`.

    Returns:
        Pixels to remove, `((top, bottom), (left, right))`: `k // 2` at the beginning
        and `(k - 1) // 2` at the end. `same` removes them the other way round, which
        makes no difference if `k` is odd.

    Example:
        >>> fold_upsampling_crop((3, 4))
        ((1, 1), (2, 1))
    """
    height, width = pair(kernel_size, "kernel_size")
    return (height // 2, (height - 1) // 2), (width // 2, (width - 1) // 2)


def fold_subpixel(kernel: npt.ArrayLike, block_size: int) -> Array:
    """Folds a convolution and the depth-to-space after it into one kernel.

    `Conv2D(out * block_size**2, k, padding="same")` and then depth-to-space compute
    the same as one `Conv2DTranspose(out, k * block_size, strides=block_size)` with
    the kernel returned: the same weights in another order. A bias can't follow them
    unless it is the same for all pixels of a block.

    With `padding="same"` the two are exactly equal if `k` is odd on both axes. For an
    even `k` use `valid` and the crop of `fold_subpixel_crop`, or append `block_size`
    zeros to the axis and use `same`.

    Args:
        kernel: The convolution's weights of shape `(kernel height, kernel width, in,
            out * block_size**2)`, float32 or float64. Channel `(row * block_size +
            column) * out + c` becomes channel `c` at that row and column of the block,
            as in TensorFlow; PyTorch's `PixelShuffle` has another order.
        block_size: Height and width in pixels of the block that each pixel becomes.

    Returns:
        Weights of shape `(kernel height * block_size, kernel width * block_size, out,
        in)`, with the dtype of `kernel`.

    Raises:
        ValueError: Also if the channels don't make whole blocks.

    Reference:
        W. Shi et al., Real-time single image and video super-resolution using an
        efficient sub-pixel convolutional neural network, 2016, arXiv:1609.05158.

    Example:
        >>> kernel = np.array([1.0, 2.0, 3.0, 4.0]).reshape(1, 1, 1, 4)
        >>> fold_subpixel(kernel, 2)[:, :, 0, 0]
        array([[1., 2.],
               [3., 4.]])
    """
    weights = float_array(kernel, "kernel", KERNEL_AXES)
    block = whole_number(block_size, "block_size")
    height, width, in_channels, channels = weights.shape
    if channels % block**2:
        raise ValueError(
            f"kernel must have a multiple of block_size**2 = {block**2} output "
            f"channels, its last axis; got shape {weights.shape}"
        )
    blocks = weights[::-1, ::-1].reshape(height, width, in_channels, block, block, -1)
    folded = blocks.transpose(0, 3, 1, 4, 5, 2)
    return folded.reshape(height * block, width * block, -1, in_channels).copy()


def fold_subpixel_crop(kernel_size: shapes.Size, block_size: int) -> Crop:
    """What to crop from a folded sub-pixel convolution with `valid` padding.

    Args:
        kernel_size: The convolution's, not the folded one: an int or `(height, width)`.
        block_size: Height and width of a block in pixels.

    Returns:
        Pixels to remove, `((top, bottom), (left, right))`: `k // 2` blocks at the
        beginning and `(k - 1) // 2` blocks at the end.

    Example:
        >>> fold_subpixel_crop((3, 4), 2)
        ((2, 2), (4, 2))
    """
    block = whole_number(block_size, "block_size")
    (top, bottom), (left, right) = fold_upsampling_crop(kernel_size)
    return (top * block, bottom * block), (left * block, right * block)


def bilinear_kernel(
    size: shapes.Size, channels: int, dtype: npt.DTypeLike = "float32"
) -> Array:
    """The kernel with which a transposed convolution interpolates.

    `Conv2DTranspose(channels, kernel.shape[:2], strides=size, padding="same")` with
    this kernel computes what `UpSampling2D(size, interpolation="bilinear")` computes,
    except in the outermost `size // 2` rows and columns: there the upsampling lets
    the border pixel go on, while here what is missing counts as 0. Row `p` from the
    border is smaller by the factor `(size + 2 * p + 1) / (2 * size)`; if `size` is 2,
    row 0 by 0.75. To have the border right too, repeat the border pixels once around
    the input and crop `size` pixels from each side of the output.

    Args:
        size: Factor of the enlargement, an int or `(height, width)`.
        channels: Number of channels; each is enlarged by itself.
        dtype: Of the result: float32, like a layer's weights, or float64.

    Returns:
        Weights of shape `(kernel height, kernel width, channels, channels)`, zero
        where the two channels differ; `2 * size` along an axis whose size is even,
        `2 * size - 1` if odd. A channel's weights add up to `size[0] * size[1]`.

    Reference:
        J. Long, E. Shelhamer and T. Darrell, Fully convolutional networks for
        semantic segmentation, 2015, arXiv:1411.4038.

    Example:
        >>> bilinear_kernel((1, 2), channels=1).ravel()
        array([0.25, 0.75, 0.75, 0.25], dtype=float32)
    """
    if np.dtype(dtype) not in (np.float32, np.float64):
        raise TypeError(f"dtype must be float32 or float64; got {dtype!r}")
    rows, columns = (_triangle(factor) for factor in pair(size, "size"))
    diagonal = np.eye(whole_number(channels, "channels"))
    weights = rows[:, None, None, None] * columns[:, None, None] * diagonal
    return weights.astype(dtype)


def icnr(kernel: npt.ArrayLike, block_size: int) -> Array:
    """Repeats a kernel for sub-pixel convolution, so that it starts without a pattern.

    "Initialization to Convolution, Nearest-neighbour Resize": all `block_size**2`
    pixels of a block get the same weights, and so the same value. Until training
    makes the weights differ, convolution and depth-to-space compute what a
    convolution with `kernel` and nearest upsampling compute.

    Args:
        kernel: The weights to start from, of shape `(kernel height, kernel width, in,
            out)`, float32 or float64.
        block_size: Height and width in pixels of the block that each pixel becomes.

    Returns:
        Weights of shape `(kernel height, kernel width, in, out * block_size**2)` in
        the order of `fold_subpixel`, with the dtype of `kernel`.

    Reference:
        A. Aitken et al., Checkerboard artifact free sub-pixel convolution, 2017,
        arXiv:1707.02937.

    Example:
        >>> icnr(np.array([1.0, 2.0]).reshape(1, 1, 1, 2), 2).ravel()
        array([1., 2., 1., 2., 1., 2., 1., 2.])
    """
    weights = float_array(kernel, "kernel", KERNEL_AXES)
    return np.tile(weights, whole_number(block_size, "block_size") ** 2)


def _triangle(factor: int) -> Array:
    """Weight of a pixel for the output pixels around it, by their distance."""
    outside = factor // 2  # so many on either side of the pixel's own `factor`
    twice_distance = np.abs(2 * np.arange(-outside, factor + outside) + 1 - factor)
    return (2 * factor - twice_distance) / (2 * factor)
