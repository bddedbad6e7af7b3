import numpy as np
import pytest
from grid import KERNELS, PADDINGS, SIZES, STRIDES

from course_lib import shapes
from course_lib.backend import keras


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("strides", [None, *STRIDES])
def test_pool_output_size_is_that_of_keras(strides, padding):
    for n in SIZES:
        for pool_size in KERNELS:
            if padding == "valid" and pool_size > n:
                with pytest.raises(ValueError, match="pool_size"):
                    shapes.pool_output_size(n, pool_size, strides, padding)
                continue
            layer = keras.layers.MaxPooling2D(pool_size, strides, padding)
            expected = layer.compute_output_shape((1, n, n, 1))[1]
            assert shapes.pool_output_size(n, pool_size, strides, padding) == expected


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize(
    ("strides", "dilation_rate"), [(1, 1), (2, 1), (3, 1), (4, 1), (1, 2), (1, 3)]
)
def test_conv_output_size_is_that_of_keras(strides, dilation_rate, padding):
    for n in SIZES:
        for kernel_size in KERNELS:
            arguments = (kernel_size, strides, padding)
            layer = keras.layers.Conv2D(1, *arguments, dilation_rate=dilation_rate)
            try:
                expected = layer.compute_output_shape((1, n, n, 1))[1]
            except ValueError:
                with pytest.raises(ValueError, match="kernel_size"):
                    shapes.conv_output_size(n, *arguments, dilation_rate)
            else:
                assert shapes.conv_output_size(n, *arguments, dilation_rate) == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((5, 3, 2), 11),  # (5 - 1) * 2 + 3
        ((5, 3, 2, "same"), 10),  # 5 * 2
        ((2, 1, 2), 4),  # a hole after the last pixel too
        ((5, 3, 2, "valid", 1), 12),
        ((5, 3, 2, "same", 0), 9),
        ((5, 3, 2, "same", 1), 10),
        ((5, 4, 2, "same", 1), 9),
        ((4, 3, 1, "valid", None, 2), 8),  # the kernel spans 5 pixels
    ],
)
def test_conv_transpose_output_size_examples(arguments, expected):
    assert shapes.conv_transpose_output_size(*arguments) == expected


def test_a_convolution_shrinks_every_transposed_size_back():
    """The meaning of the sizes: tests/test_transposed_convolution.py asks Keras."""
    for n in SIZES:
        for k in KERNELS:
            for s in STRIDES:
                for padding in PADDINGS:
                    for extra in (None, *range(s)):
                        if padding == "same" and k % 2 == 0 and extra == 0:
                            continue
                        size = shapes.conv_transpose_output_size(
                            n, k, s, padding, extra
                        )
                        if padding == "valid" and size < k:
                            continue
                        assert shapes.conv_output_size(size, k, s, padding) == n


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((10, 3, 2, "same"), (0, 1)),  # an odd total: the extra pixel at the end
        ((5, 3, 1, "same"), (1, 1)),
        ((5, 2, 1, "same"), (0, 1)),
        ((4, 1, 2, "same"), (0, 0)),  # never negative
        ((5, 3, 1, "valid"), (0, 0)),
        ((7, 3, 1, "same", 2), (2, 2)),
    ],
)
def test_padding_amounts(arguments, expected):
    assert shapes.padding_amounts(*arguments) == expected


def test_numpy_integers_are_sizes():
    assert shapes.pool_output_size(np.int64(6), np.int32(2)) == 3


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: shapes.pool_output_size(0, 2), ValueError, "n must be 1 or more"),
        (lambda: shapes.pool_output_size(5, -2), ValueError, "pool_size must be 1"),
        (lambda: shapes.pool_output_size(5, 2, 0), ValueError, "strides must be 1"),
        (lambda: shapes.pool_output_size(5, 2.0), TypeError, "pool_size must be a who"),
        (lambda: shapes.pool_output_size(5, True), TypeError, "pool_size"),
        (lambda: shapes.pool_output_size("5", 2), TypeError, "n must be a whole"),
        (lambda: shapes.pool_output_size(5, 2, 2, "full"), ValueError, "padding"),
        (lambda: shapes.pool_output_size(5, 2, 2, None), TypeError, "padding"),
        (lambda: shapes.conv_output_size(2, 3), ValueError, "kernel_size must fit"),
        (lambda: shapes.conv_output_size(9, 3, 2, "same", 2), ValueError, "both"),
        (lambda: shapes.conv_transpose_output_size(3, 3, 2, "same", 2),
         ValueError, "output_padding must be less than strides"),
        (lambda: shapes.conv_transpose_output_size(3, 2, 2, "same", 0),
         ValueError, "output_padding=0 with an even kernel"),
        (lambda: shapes.conv_transpose_output_size(3, 3, 2, "same", -1),
         ValueError, "output_padding must be 0 or more"),
    ],
)  # fmt: skip
def test_bad_sizes_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
