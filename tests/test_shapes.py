from itertools import pairwise, product

import pytest
from grid import KERNELS, PADDINGS, SIZES, STRIDES, is_legal

from course_lib import shapes
from course_lib.backend import keras


def size_or_none(function, *arguments):
    try:
        return function(*arguments)
    except ValueError:
        return None


def of_keras(layer, n):
    return size_or_none(lambda: layer.compute_output_shape((1, n, n, 1))[1])


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("strides", [None, *STRIDES])
def test_pool_output_size_is_that_of_keras(strides, padding):
    for n, *arguments in product(SIZES, KERNELS, [strides], [padding]):
        fits = padding == "same" or arguments[0] <= n
        expected = of_keras(keras.layers.MaxPooling2D(*arguments), n) if fits else None
        assert size_or_none(shapes.pool_output_size, n, *arguments) == expected


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize(("strides", "dilation_rate"), [(1, 1), (2, 1), (4, 1), (1, 3)])
def test_conv_output_size_is_that_of_keras(strides, dilation_rate, padding):
    for n, kernel_size in product(SIZES, KERNELS):
        arguments = (kernel_size, strides, padding)
        layer = keras.layers.Conv2D(1, *arguments, dilation_rate=dilation_rate)
        size = size_or_none(shapes.conv_output_size, n, *arguments, dilation_rate)
        assert size == of_keras(layer, n)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((5, 3, 2), 11),  # (5 - 1) * 2 + 3
        ((5, 3, 2, "same"), 10),  # 5 * 2
        ((2, 1, 2), 4),  # a hole after the last pixel too
        ((5, 3, 2, "valid", 1), 12),
        ((5, 3, 2, "same", 0), 9),
        ((5, 4, 2, "same", 1), 9),
        ((4, 3, 1, "valid", None, 2), 8),  # the kernel spans 5 pixels
    ],
)
def test_conv_transpose_output_size_examples(arguments, expected):
    assert shapes.conv_transpose_output_size(*arguments) == expected


def test_a_convolution_shrinks_every_transposed_size_back():
    """The meaning of the sizes: tests/test_transposed_convolution.py asks Keras."""
    for n, k, s, padding in product(SIZES, KERNELS, STRIDES, PADDINGS):
        for extra in (e for e in (None, *range(s)) if is_legal(k, s, e, padding)):
            size = shapes.conv_transpose_output_size(n, k, s, padding, extra)
            if padding == "same" or size >= k:
                assert shapes.conv_output_size(size, k, s, padding) == n


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((10, 3, 2, "same"), (0, 1)),  # an odd total: the extra pixel at the end
        ((5, 3, 1, "same"), (1, 1)),
        ((4, 1, 2, "same"), (0, 0)),  # never negative
        ((5, 3, 1, "valid"), (0, 0)),
        ((7, 3, 1, "same", 2), (2, 2)),
    ],
)
def test_padding_amounts(arguments, expected):
    assert shapes.padding_amounts(*arguments) == expected


@pytest.mark.parametrize(
    ("image_size", "options", "expected"),
    [
        (28, {}, (7, 14, 28)),
        (10, {}, (5, 10)),
        (8, {}, (4, 8)),  # at least one stage
        (64, {}, (8, 16, 32, 64)),
        (64, {"largest": 4}, (4, 8, 16, 32, 64)),
        (64, {"stages": 1}, (32, 64)),
        (25, {"crop": True}, (7, 13, 25)),
        (28, {"crop": True}, (7, 14, 28)),
        (5, {"stages": 3, "crop": True}, (1, 2, 3, 5)),
    ],
)
def test_stages_are_planned_backwards(image_size, options, expected):
    assert shapes.plan_stages(image_size, **options) == expected


def test_a_plan_is_what_the_layers_do():
    """An odd size is what `output_padding=0` makes, and a discriminator halves it."""
    for size in range(2, 100):
        plan = shapes.plan_stages(size, crop=True)
        for small, large in pairwise(plan):
            cut = 2 * small - large
            padding = 0 if cut else None
            grown = shapes.conv_transpose_output_size(small, 3, 2, "same", padding)
            assert (cut in (0, 1), grown) == (True, large)
            assert shapes.conv_output_size(large, 3, 2, "same") == small
        if size % 2 ** (len(plan) - 1) == 0:
            assert shapes.plan_stages(size) == plan
        else:
            with pytest.raises(ValueError, match="image_size must be a multiple of"):
                shapes.plan_stages(size)


pool, conv = shapes.pool_output_size, shapes.conv_output_size
transpose, plan = shapes.conv_transpose_output_size, shapes.plan_stages


@pytest.mark.parametrize(
    ("function", "arguments", "error", "message"),
    [
        (pool, (0, 2), ValueError, "n must be 1 or more"),
        (pool, (5, 2, 0), ValueError, "strides must be 1"),
        (pool, (5, 2.0), TypeError, "pool_size must be a whole"),
        (pool, (5, True), TypeError, "pool_size"),
        (pool, (5, 2, 2, "full"), ValueError, "padding must be"),
        (pool, (5, 2, 2, None), TypeError, "padding must be"),
        (pool, (5, 6), ValueError, "pool_size must fit into the image"),
        (conv, (9, 3, 2, "same", 2), ValueError, "strides and dilation_rate"),
        (transpose, (3, 3, 2, "same", 2), ValueError, "output_padding must be less"),
        (transpose, (3, 2, 2, "same", 0), ValueError, "output_padding=0 with an even"),
        (transpose, (3, 3, 2, "same", -1), ValueError, "output_padding must be 0"),
        (plan, (27,), ValueError, "image_size .* of 4, as 2 .* 27. Take 24 or 28, or"),
        (
            plan,
            (3, 2),
            ValueError,
            "image_size .* of 4, as 2 .* got 3. Take 4, or crop",
        ),
        (plan, (1,), ValueError, "image_size .* than 1, as 1 .* got 1. Take fewer"),
        (plan, (28, 6), ValueError, "image_size .* than 32, as 6 stages .* got 28"),
        (plan, (0,), ValueError, "image_size must be 1 or more; got 0"),
        (plan, (28, 0), ValueError, "stages must be 1 or more; got 0"),
    ],
)
def test_bad_sizes_are_named(function, arguments, error, message):
    with pytest.raises(error, match=f"^{message}"):
        function(*arguments)


def test_the_first_maps_of_a_plan_have_a_pixel():
    with pytest.raises(ValueError, match="largest must be 1 or more; got 0"):
        plan(28, largest=0)
