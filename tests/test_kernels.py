"""Each kernel against the Keras layers that it replaces, in float64."""

from itertools import product

import numpy as np
import pytest
from grid import KERNELS, STRIDES, assert_close, both_axes, whole_numbers

from course_lib import kernels
from course_lib.backend import keras, tf


def convolved(x, kernel):
    return keras.ops.conv(x, kernel, 1, "same")


def transposed(x, kernel, strides, padding, crop=((0, 0), (0, 0))):
    """A transposed convolution, and the crop."""
    large = keras.ops.conv_transpose(x, kernel, strides, padding)
    return keras.layers.Cropping2D(crop, dtype="float64")(large).numpy()


def subpixel_convolution(x, kernel, block):
    maps = convolved(x, kernel)
    return maps if block == 1 else tf.nn.depth_to_space(maps, block)


def check_folded(x, kernel, strides, folded, crop, zeros, expected):
    """With a crop; and with `same`, where an even axis needs zeros at its end."""
    assert_close(transposed(x, folded, strides, "valid", crop), expected)
    rows, columns = (0 if k % 2 else zeros for k in kernel.shape[:2])
    longer = np.pad(folded, [(0, rows), (0, columns), (0, 0), (0, 0)])
    assert_close(transposed(x, longer, strides, "same"), expected)


def test_folded_upsampling_equals_the_two_layers_on_the_whole_grid():
    axes = list(product((1, 2, 5), KERNELS, STRIDES))
    for number, ((h, kh, sh), (w, kw, sw)) in enumerate(both_axes(axes)):
        x = whole_numbers(2, h, w, 1 + number % 2)
        kernel = whole_numbers(kh, kw, 1 + number % 2, 1 + number % 3)
        folded = kernels.fold_upsampling(kernel, (sh, sw))
        crop = kernels.fold_upsampling_crop((kh, kw))
        large = keras.layers.UpSampling2D((sh, sw), dtype="float64")(x)
        expected = convolved(large, kernel)
        check_folded(x, kernel, (sh, sw), folded, crop, 1, expected)


def test_folded_subpixel_equals_the_two_layers_on_the_whole_grid():
    axes = list(product((1, 2, 5), KERNELS))
    for block in (1, 2, 3):
        for number, ((h, kh), (w, kw)) in enumerate(both_axes(axes)):
            x = whole_numbers(2, h, w, 1 + number % 2)
            maps = (1 + number % 3) * block**2
            kernel = whole_numbers(kh, kw, 1 + number % 2, maps)
            folded = kernels.fold_subpixel(kernel, block)
            crop = kernels.fold_subpixel_crop((kh, kw), block)
            expected = subpixel_convolution(x, kernel, block)
            check_folded(x, kernel, block, folded, crop, block, expected)


def brightness(n, size):
    """What is left of each row: at the border a neighbour is missing."""
    factor = np.ones(n * size)
    for p in range(size // 2):
        factor[p] = factor[-1 - p] = (size + 2 * p + 1) / (2 * size)
    return factor


def test_bilinear_equals_the_layer_but_for_the_border_and_there_by_a_known_factor():
    for (h, sh), (w, sw) in both_axes(product((2, 3, 5), range(1, 6))):
        x, size = whole_numbers(2, h, w, 2), (sh, sw)
        layer = keras.layers.UpSampling2D(
            size, interpolation="bilinear", dtype="float64"
        )
        kernel = kernels.bilinear_kernel(size, 2, "float64")
        assert kernel.dtype == "float64"
        ours = transposed(x, kernel, size, "same")
        factor = np.outer(brightness(h, sh), brightness(w, sw))[..., None]
        # TensorFlow works out the weights in float32
        assert_close(ours, layer(x) * factor, atol=1e-5)
        around = np.pad(x, [(0, 0), (1, 1), (1, 1), (0, 0)], mode="edge")
        mended = transposed(around, kernel, size, "same", ((sh, sh), (sw, sw)))
        assert_close(mended, layer(x), atol=1e-5)


@pytest.mark.parametrize("block", [1, 2, 3])
def test_icnr_starts_as_nearest_upsampling_of_a_convolution(block):
    for kh, kw in both_axes(KERNELS):
        x, kernel = whole_numbers(2, 4, 3, 2), whole_numbers(kh, kw, 2, 3)
        large = keras.layers.UpSampling2D(block, dtype="float64")(convolved(x, kernel))
        assert_close(subpixel_convolution(x, kernels.icnr(kernel, block), block), large)


@pytest.mark.parametrize(
    "function", [kernels.fold_upsampling, kernels.fold_subpixel, kernels.icnr]
)
def test_the_result_is_a_new_array_of_the_same_dtype(function):
    kernel = np.ones((1, 1, 1, 1), "float32")
    result = function(kernel, 1)
    assert result.dtype == "float32"
    assert not np.shares_memory(result, kernel)
