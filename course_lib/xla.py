"""Speed, not meaning: Keras models computed so that XLA makes fast code for a CPU.

`jit_compile=True` has XLA compile a training step as a whole. On a CPU XLA is slow at
convolutions, and at TensorFlow's default random numbers. Here convolutions are matrix
products and rearrangements of pixels, and random numbers come from the Philox
algorithm. Weights and results stay the same; only the random numbers are others, as
they are with XLA in any case.
"""

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np

from course_lib import shapes
from course_lib._arguments import Pair
from course_lib.backend import keras, tf
from course_lib.layers import UpsampledConv2D, folded_kernel
from course_lib.upsampling import upsample2d

UNPADDED = (0, 0)
FEW_POSITIONS = 16
"""Up to so many output pixels, each gets a product of its own, without padding."""


def call(model: keras.Model, inputs: Any, training: bool = False) -> Any:
    """Calls a model inside a function that XLA compiles.

    In a `keras.Sequential`, two-dimensional convolutions and transposed convolutions,
    upsampling before a convolution, and dropout are computed in XLA's favour; other
    layers and models are called as they are.

    Args:
        model: Any Keras model; images in it have sizes that are known.
        inputs: What the model takes.
        training: As in `model(inputs, training=training)`.

    Returns:
        What `model(inputs, training=training)` returns, to rounding.

    Example:
        >>> from course_lib.generators import build_discriminator
        >>> call(build_discriminator(), tf.zeros((2, 10, 10, 1))).shape
        TensorShape([2, 1])
    """
    if type(model) is not keras.Sequential:
        return model(inputs, training=training)
    layers = list(model.layers)
    x = inputs
    while layers:
        layer = layers.pop(0)
        if layers and _is_upsampled_convolution(layer, layers[0]):
            nearest = layer.interpolation == "nearest"
            convolve = _upsampled_convolution if nearest else _bilinear_convolution
            x = _convolved(layers.pop(0), convolve, x, layer.size)
        elif _is_simple(layer, UpsampledConv2D):
            x = _convolved(layer, _upsampled_convolution, x, layer.size)
        elif _is_simple(layer, keras.layers.Conv2D):
            x = _convolved(layer, _convolution, x, layer.strides)
        elif _is_simple(layer, keras.layers.Conv2DTranspose):
            x = _convolved(layer, _transposed_convolution, x, layer.strides)
        elif type(layer) is keras.layers.Dropout:
            x = _dropout(layer, x) if training and layer.rate else x
        elif type(layer) is keras.Sequential:
            x = call(layer, x, training)
        else:
            x = layer(x, training=training)
    return x


def normal(shape: tuple[Any, ...], seed: keras.random.SeedGenerator) -> Any:
    """Draws from the standard normal distribution, without XLA's slow default.

    Args:
        shape: Shape of the result.
        seed: Moves on with each call, as in `keras.random.normal`.

    Returns:
        A float32 tensor; where XLA does not compile it, that of `keras.random.normal`.

    Example:
        >>> normal((2, 3), keras.random.SeedGenerator(0)).shape
        TensorShape([2, 3])
    """
    return tf.random.stateless_normal(shape, _seed(seed), alg="philox")


def _convolution(x: Any, kernel: Any, strides: Pair, padding: str) -> Any:
    """A convolution as matrix products of patches and weights."""
    rows = _positions(x.shape[1], kernel.shape[0], strides[0], padding)
    columns = _positions(x.shape[2], kernel.shape[1], strides[1], padding)
    if len(rows) * len(columns) <= FEW_POSITIONS:
        y = _by_position(x, kernel, rows, columns)
    else:
        y = _by_patches(x, kernel, strides, rows, columns)
    return tf.reshape(y, (-1, len(rows), len(columns), kernel.shape[-1]))


def _by_position(x: Any, kernel: Any, rows: list[range], columns: list[range]) -> Any:
    """A product for each output pixel, with those weights that meet the image."""
    products = []
    for row, column in product(rows, columns):
        rows_seen, kernel_rows = _inside(row, x.shape[1])
        columns_seen, kernel_columns = _inside(column, x.shape[2])
        weights = kernel[kernel_rows, kernel_columns]
        weights = tf.reshape(weights, (-1, kernel.shape[-1]))
        patches = tf.reshape(x[:, rows_seen, columns_seen], (-1, weights.shape[0]))
        products.append(tf.matmul(patches, weights))
    return tf.stack(products, axis=1)


def _by_patches(
    x: Any, kernel: Any, strides: Pair, rows: list[range], columns: list[range]
) -> Any:
    """One product of all patches and the weights."""
    height, width, channels, filters = kernel.shape
    down = -rows[0].start, max(rows[-1].stop - x.shape[1], 0)
    across = -columns[0].start, max(columns[-1].stop - x.shape[2], 0)
    padded = _padded(x, down, across)
    patches = [
        padded[:, i :: strides[0], j :: strides[1]][:, : len(rows), : len(columns)]
        for i, j in product(range(height), range(width))
    ]
    return tf.matmul(
        tf.reshape(tf.stack(patches, axis=3), (-1, height * width * channels)),
        tf.reshape(kernel, (-1, filters)),
    )


def _padded(x: Any, rows: Pair, columns: Pair) -> Any:
    """Images with so many zeros before and behind their rows and columns."""
    others = [UNPADDED] * (len(x.shape) - 3)
    return tf.pad(x, [UNPADDED, rows, columns, *others])


def _positions(n: int, kernel_size: int, strides: int, padding: str) -> list[range]:
    """Pixels under the kernel in each position; those outside the image are zeros."""
    count = shapes.conv_output_size(n, kernel_size, strides, padding)
    before, _ = shapes.padding_amounts(n, kernel_size, strides, padding)
    firsts = (number * strides - before for number in range(count))
    return [range(first, first + kernel_size) for first in firsts]


def _inside(window: range, n: int) -> tuple[slice, slice]:
    """The pixels of a window that lie in the image, and the weights they meet."""
    first, end = max(window.start, 0), min(window.stop, n)
    return slice(first, end), slice(first - window.start, end - window.start)


def _upsampled_convolution(x: Any, kernel: Any, size: Pair, padding: str) -> Any:
    """Upsampling and a convolution, as one transposed convolution."""
    return _transposed_convolution(x, folded_kernel(kernel, size), size, padding)


def _bilinear_convolution(x: Any, kernel: Any, size: Pair, padding: str) -> Any:
    """Bilinear upsampling and a convolution: maps are mixed before they grow.

    Each weight of the kernel mixes maps into one of its own; these are enlarged by a
    matrix for each axis, shifted to where the weight looks, and added.
    """
    height, width, _, _ = kernel.shape
    mixed = tf.einsum("nhwc,ijcf->nhwijf", x, kernel)
    tall, wide = (
        upsample2d(np.eye(n)[:, :, None, None], (factor, 1), "bilinear")[:, :, 0, 0]
        for n, factor in zip(x.shape[1:3], size, strict=True)
    )
    tall, wide = (tf.constant(matrix, x.dtype) for matrix in (tall, wide))
    grown = tf.einsum("nhwijf,hy,wx->nyxijf", mixed, tall, wide)
    rows, columns = grown.shape[1:3]
    down = shapes.padding_amounts(rows, height, 1, padding)
    across = shapes.padding_amounts(columns, width, 1, padding)
    padded = _padded(grown, down, across)
    return sum(
        padded[:, i : i + rows, j : j + columns, i, j]
        for i, j in product(range(height), range(width))
    )


def _transposed_convolution(x: Any, kernel: Any, strides: Pair, padding: str) -> Any:
    """A transposed convolution as one matrix product and a few sums.

    The product makes the stamp of every pixel. Cut into blocks as large as the
    strides, stamps overlap block on block: they are shifted, added and laid out.
    """
    height, width, filters, channels = kernel.shape
    n_rows, n_columns = x.shape[1:3]
    tall, wide = strides
    down, across = -(-height // tall), -(-width // wide)
    pixels, weights = tf.reshape(x, (-1, channels)), tf.reshape(kernel, (-1, channels))
    stamps = tf.matmul(pixels, weights, transpose_b=True)
    stamps = tf.reshape(stamps, (-1, n_rows, n_columns, height, width, filters))
    missing = (0, down * tall - height), (0, across * wide - width)
    stamps = tf.pad(stamps, [UNPADDED, UNPADDED, UNPADDED, *missing, UNPADDED])
    blocks = (-1, n_rows, n_columns, down, tall, across, wide, filters)
    stamps = tf.reshape(stamps, blocks)
    summed = sum(
        _padded(stamps[:, :, :, i, :, j], (i, down - 1 - i), (j, across - 1 - j))
        for i, j in product(range(down), range(across))
    )
    laid_out = tf.transpose(summed, (0, 1, 3, 2, 4, 5))
    size = ((n_rows + down - 1) * tall, (n_columns + across - 1) * wide)
    canvas = tf.reshape(laid_out, (-1, *size, filters))
    rows = _kept(n_rows, height, tall, padding)
    return canvas[:, rows, _kept(n_columns, width, wide, padding)]


def _kept(n: int, kernel_size: int, strides: int, padding: str) -> slice:
    """Pixels of the canvas that padding does not cut off, along one axis."""
    output = shapes.conv_transpose_output_size(n, kernel_size, strides, padding)
    before, _ = shapes.padding_amounts(output, kernel_size, strides, padding)
    return slice(before, before + output)


def _is_simple(layer: Any, kind: type[keras.layers.Layer]) -> bool:
    """Whether it is a convolution of the kind that is written anew here."""
    return (
        type(layer) is kind
        and layer.data_format == "channels_last"
        and layer.dilation_rate == (1, 1)
        and layer.activity_regularizer is None
        and getattr(layer, "groups", 1) == 1
        and getattr(layer, "output_padding", None) is None
        and None not in layer.input.shape[1:]
    )


def _is_upsampled_convolution(layer: Any, following: Any) -> bool:
    return (
        type(layer) is keras.layers.UpSampling2D
        and layer.data_format == "channels_last"
        and layer.interpolation in ("nearest", "bilinear")
        and _is_simple(following, keras.layers.Conv2D)
        and following.padding == "same"
        and following.strides == (1, 1)
    )


def _convolved(layer: Any, convolve: Callable[..., Any], x: Any, strides: Pair) -> Any:
    """A convolution with the rest of its layer: dtype, bias and activation."""
    kernel = tf.cast(layer.kernel, layer.compute_dtype)
    y = convolve(tf.cast(x, layer.compute_dtype), kernel, strides, layer.padding)
    if layer.use_bias:
        y += tf.cast(layer.bias, layer.compute_dtype)
    return layer.activation(y)


def _dropout(layer: keras.layers.Dropout, x: Any) -> Any:
    seed, shape = _seed(layer.seed_generator), layer.noise_shape
    drop = tf.nn.experimental.stateless_dropout
    return drop(x, layer.rate, seed, rng_alg="philox", noise_shape=shape)


def _seed(seeds: keras.random.SeedGenerator) -> Any:
    """The next seed, as Keras hands it to TensorFlow."""
    return tf.cast(tf.math.floormod(seeds.next(), tf.int32.max - 1), "int32")
