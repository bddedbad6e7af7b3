"""The transposed convolution in NumPy, with Keras' meaning, in four views.

The four `conv2d_transpose_by_*` functions compute the same layer, each from another
idea, so that their agreement is evidence. They take the arguments of
`conv2d_transpose`, give its result and raise its errors.

Reference:
    V. Dumoulin and F. Visin, A guide to convolution arithmetic for deep
    learning, 2016, arXiv:1603.07285, chapter 4.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from math import prod
from typing import ParamSpec

import numpy as np
import numpy.typing as npt

from course_lib import shapes
from course_lib._arguments import pair
from course_lib._transposed_geometry import Axis, axes
from course_lib._validation import Array, image_batch, kernel_for
from course_lib.convolution import conv2d, convolution_matrix

__all__ = [
    "conv2d_transpose",
    "conv2d_transpose_by_gradient",
    "conv2d_transpose_by_matrix",
    "conv2d_transpose_by_stamping",
    "conv2d_transpose_by_zero_insertion",
    "convolution_matrix",
    "insert_zeros",
]

P = ParamSpec("P")


def conv2d_transpose(
    x: npt.ArrayLike,
    kernel: npt.ArrayLike,
    strides: shapes.Size = 1,
    padding: str = "valid",
    output_padding: shapes.Size | None = None,
    dilation_rate: shapes.Size = 1,
) -> Array:
    """Enlarges images with a kernel; computed by stamping, the fastest view.

    Args:
        x: Images of shape `(batch, height, width, channels)`, float32 or float64.
        kernel: Weights of shape `(kernel height, kernel width, out, in)`; they are
            converted to the dtype of `x`. Mind the axes: a convolution's kernel
            ends in `(in, out)`.
        strides: Distance between the stamps on the output in pixels, an int or
            `(height, width)`.
        padding: `"valid"` keeps every stamped pixel; `"same"` crops to
            `input size * strides`.
        output_padding: `None`, or which of the legal output sizes to pick; see
            `shapes.conv_transpose_output_size`.
        dilation_rate: Distance between neighbouring weights in pixels.

    Returns:
        Images of shape `(batch, new height, new width, out)`, with the dtype of `x`.

    Raises:
        TypeError: If an array does not hold floats or a size is not a whole number.
        ValueError: If the shapes don't fit each other, or the arguments don't.

    Reference:
        `keras.layers.Conv2DTranspose`

    Example:
        >>> x = np.array([[1.0, 2.0], [3.0, 4.0]]).reshape(1, 2, 2, 1)
        >>> conv2d_transpose(x, np.ones((1, 1, 1, 1)), strides=2)[0, :, :, 0]
        array([[1., 0., 2., 0.],
               [0., 0., 0., 0.],
               [3., 0., 4., 0.],
               [0., 0., 0., 0.]])
    """
    return conv2d_transpose_by_stamping(
        x, kernel, strides, padding, output_padding, dilation_rate
    )


def _called_like(
    main: Callable[P, Array],
) -> Callable[[Callable[[Array, Array, Axis, Axis], Array]], Callable[P, Array]]:
    """Makes a view of its idea: the arguments and checks of the main function."""
    parameters = signature(main)

    def of(idea: Callable[[Array, Array, Axis, Axis], Array]) -> Callable[P, Array]:
        @wraps(idea)
        def view(*args: P.args, **kwargs: P.kwargs) -> Array:
            given = parameters.bind(*args, **kwargs)
            given.apply_defaults()
            x, kernel, *settings = given.args
            images = image_batch(x)
            weights = kernel_for(images, kernel, transposed=True)
            sizes = images.shape[1:3], weights.shape[:2]
            return idea(images, weights, *axes(*sizes, *settings))

        view.__signature__ = parameters  # type: ignore[attr-defined]
        return view

    return of


@_called_like(conv2d_transpose)
def conv2d_transpose_by_stamping(
    images: Array, weights: Array, rows: Axis, columns: Axis
) -> Array:
    """First view: every pixel stamps a scaled kernel, and overlaps add up.

    Called like `conv2d_transpose`, and returns the same.

    All pixels stamp one weight at a time: the weight at `(i, j)` lands on a
    subsampled grid of the canvas that begins at `(i, j)`.

    Example:
        >>> x = np.array([[1.0, 2.0]]).reshape(1, 1, 2, 1)
        >>> kernel = np.array([[1.0, 2.0, 3.0]]).reshape(1, 3, 1, 1)
        >>> conv2d_transpose_by_stamping(x, kernel, strides=(1, 2)).ravel()
        array([1., 2., 5., 4., 6.])
    """
    canvas_shape = (len(images), rows.canvas, columns.canvas, weights.shape[2])
    canvas = np.zeros(canvas_shape, images.dtype)
    for i, j in np.ndindex(*weights.shape[:2]):
        canvas[:, rows.landing(i), columns.landing(j)] += images @ weights[i, j].T
    return canvas[:, rows.kept, columns.kept]


@_called_like(conv2d_transpose)
def conv2d_transpose_by_zero_insertion(
    images: Array, weights: Array, rows: Axis, columns: Axis
) -> Array:
    """Second view: zeros between the pixels, then a convolution with stride 1.

    Called like `conv2d_transpose`, and returns the same.

    The kernel is flipped, and slides over the spread-out image with as many zeros
    around it as it takes for every pixel to meet every weight that is not cropped.
    """
    spread = insert_zeros(images, (rows.strides, columns.strides))
    padded = np.pad(spread, [(0, 0), rows.border, columns.border, (0, 0)])
    flipped = weights[::-1, ::-1].swapaxes(2, 3)
    return conv2d(padded, flipped, dilation_rate=(rows.dilation, columns.dilation))


@_called_like(conv2d_transpose)
def conv2d_transpose_by_matrix(
    images: Array, weights: Array, rows: Axis, columns: Axis
) -> Array:
    """Third view: the forward convolution's matrix, transposed.

    Called like `conv2d_transpose`, and returns the same.

    That convolution shrinks the canvas to our image; for it the kernel's last two
    axes are `(in, out)`. The matrix is large: a view for small images.
    """
    canvas_shape = (rows.canvas, columns.canvas, weights.shape[2])
    steps = (rows.strides, columns.strides)
    dilations = (rows.dilation, columns.dilation)
    matrix = convolution_matrix(weights, canvas_shape, steps, "valid", dilations)
    flat = images.reshape(len(images), matrix.shape[0])
    canvas = (flat @ matrix).reshape(len(images), *canvas_shape)
    return canvas[:, rows.kept, columns.kept]


@_called_like(conv2d_transpose)
def conv2d_transpose_by_gradient(
    images: Array, weights: Array, rows: Axis, columns: Axis
) -> Array:
    """Fourth view: the gradient of a strided convolution with respect to its input.

    Called like `conv2d_transpose`, and returns the same.

    The forward convolution shrinks an image as large as our output, and `x` is the
    gradient that arrives at its result. It is linear, so its derivative in one pixel
    is its response to an image that is 1 there and 0 elsewhere; the gradient weighs
    that response with `x` and sums. One image for each output pixel: a view for
    small images.
    """
    one_image = (rows.output, columns.output, weights.shape[2])
    unit_images = np.eye(prod(one_image), dtype=images.dtype).reshape(-1, *one_image)
    padded = np.pad(unit_images, [(0, 0), rows.padding, columns.padding, (0, 0)])
    steps = (rows.strides, columns.strides)
    dilations = (rows.dilation, columns.dilation)
    responses = conv2d(padded, weights, steps, "valid", dilations)
    gradient = np.tensordot(images, responses, axes=([1, 2, 3], [1, 2, 3]))
    return gradient.reshape(len(images), *one_image)


def insert_zeros(x: npt.ArrayLike, strides: shapes.Size) -> Array:
    """Spreads an image out: `strides - 1` zeros between neighbouring pixels.

    Args:
        x: Images of shape `(batch, height, width, channels)`, float32 or float64.
        strides: Distance of the pixels afterwards, an int or `(height, width)`.

    Returns:
        Images of shape `(batch, (height - 1) * strides[0] + 1, (width - 1) *
        strides[1] + 1, channels)`, with the dtype of `x`.

    Raises:
        TypeError: If `x` does not hold floats or `strides` is not whole.
        ValueError: If `x` is not a batch of images or `strides` is below 1.

    Example:
        >>> insert_zeros(np.array([[1.0, 2.0]]).reshape(1, 1, 2, 1), 3).ravel()
        array([1., 0., 0., 2.])
    """
    images = image_batch(x)
    down, across = pair(strides, "strides")
    batch, height, width, channels = images.shape
    spread_shape = (batch, (height - 1) * down + 1, (width - 1) * across + 1, channels)
    spread = np.zeros(spread_shape, images.dtype)
    spread[:, ::down, ::across] = images
    return spread
