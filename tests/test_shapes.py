"""Sizes against Keras; those of a transposed convolution in its own test."""

from itertools import pairwise, product

import pytest
from grid import KERNELS, PADDINGS, SIZES, STRIDES

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
def test_pool_output_size_is_that_of_keras(padding):
    for n, *arguments in product(SIZES, KERNELS, [None, *STRIDES], [padding]):
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
    ("image_size", "options", "expected"),
    [
        (8, {}, (4, 8)),  # at least one stage
        (64, {}, (8, 16, 32, 64)),
        (64, {"largest": 4}, (4, 8, 16, 32, 64)),
        (64, {"stages": 1}, (32, 64)),
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
            padding = None if large == 2 * small else 0
            grown = shapes.conv_transpose_output_size(small, 3, 2, "same", padding)
            assert grown == large
            assert shapes.conv_output_size(large, 3, 2, "same") == small
        if size % 2 ** (len(plan) - 1) == 0:
            assert shapes.plan_stages(size) == plan
        else:
            with pytest.raises(ValueError, match="image_size must be a multiple of"):
                shapes.plan_stages(size)


pool, plan = shapes.pool_output_size, shapes.plan_stages
transpose = shapes.conv_transpose_output_size


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (pool, (0, 2), "n must be 1 or more"),
        (pool, (5, 2, 0), "strides must be 1"),
        (pool, (5, 2.0), "pool_size must be a whole"),
        (pool, (5, 2, 2, "full"), "padding must be"),
        (pool, (5, 2, 2, None), "padding must be"),
        (pool, (5, 6), "pool_size must fit into the image"),
        (transpose, (9, 3, 2, "same", None, 2), "strides and dilation_rate"),
        (transpose, (3, 3, 2, "same", 2), "output_padding must be less"),
        (transpose, (3, 2, 2, "same", 0), "output_padding=0 with an even"),
        (transpose, (3, 3, 2, "same", -1), "output_padding must be 0"),
        (plan, (27,), "image_size .* of 4, as 2 .* 27. Take 24 or 28, or"),
        (plan, (3, 2), "image_size .* of 4, as 2 .* got 3. Take 4, or crop"),
        (plan, (28, 6), "image_size .* than 32, as 6 stages .* got 28. Take fewer"),
        (plan, (28, 0), "stages must be 1 or more; got 0"),
    ],
)
def test_bad_sizes_are_named(function, arguments, message):
    with pytest.raises((TypeError, ValueError), match=f"^{message}"):
        function(*arguments)
