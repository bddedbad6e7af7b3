from inspect import signature
from itertools import product

import numpy as np
import pytest
from grid import (
    PADDINGS,
    assert_close,
    both_axes,
    peak_memory,
    transposed_layers,
    whole_numbers,
)

from course_lib import transposed_convolution as tc
from course_lib.backend import keras

VIEWS = {
    "stamping": tc.conv2d_transpose_by_stamping,
    "zero insertion": tc.conv2d_transpose_by_zero_insertion,
    "matrix": tc.conv2d_transpose_by_matrix,
    "gradient": tc.conv2d_transpose_by_gradient,
    "main": tc.conv2d_transpose,
}
SMALL = np.array([[1.0, 2.0], [3.0, 4.0]]).reshape(1, 2, 2, 1)

each_view = pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())


@each_view
def test_overlapping_stamps_add_up(view):
    kernel = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]], float).reshape(3, 3, 1, 1)
    large = view(SMALL, kernel, 2)[0, :, :, 0]
    np.testing.assert_array_equal(
        large,
        [
            [1, 2, 3 + 2, 4, 6],
            [4, 5, 6 + 8, 10, 12],
            [7 + 3, 8 + 6, 9 + 14 + 9 + 4, 16 + 8, 18 + 12],
            [12, 15, 18 + 16, 20, 24],
            [21, 24, 27 + 28, 32, 36],
        ],
    )


@pytest.mark.parametrize("padding", PADDINGS)
def test_every_view_equals_keras_on_the_whole_grid(padding):
    for size, kernel_size, settings in transposed_layers(padding):
        x, kernel = whole_numbers(2, *size, 2), whole_numbers(*kernel_size, 3, 2)
        expected = keras.ops.conv_transpose(x, kernel, *settings)
        assert_close(tc.conv2d_transpose(x, kernel, *settings), expected)
        if expected.shape[1] * expected.shape[2] <= 300:
            for view in VIEWS.values():
                assert_close(view(x, kernel, *settings), expected)


@each_view
@pytest.mark.parametrize("padding", PADDINGS)
def test_dilation_is_a_kernel_with_zeros_in_it(view, padding):
    """Not every computer's TensorFlow has dilation, so Keras gets those zeros."""
    settings = product((1, 2, 5), (1, 2, 3), (1, 2, 3))
    for (h, kh, dh), (w, kw, dw) in both_axes(settings):
        x, kernel = whole_numbers(1, h, w, 2), whole_numbers(kh, kw, 2, 2)
        spread = tc.insert_zeros(kernel.transpose(2, 0, 1, 3), (dh, dw))
        ours = view(x, kernel, 1, padding, None, (dh, dw))
        spread = spread.transpose(1, 2, 0, 3)
        assert_close(ours, keras.ops.conv_transpose(x, spread, 1, padding))


@each_view
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_an_empty_batch_stays_empty_with_its_dtype(view, dtype):
    large = view(SMALL[:0].astype(dtype), np.ones((3, 3, 2, 1)), 2)
    assert (large.dtype, large.shape) == (dtype, (0, 5, 5, 2))


@each_view
def test_every_view_is_called_like_the_layer(view):
    assert signature(view) == signature(tc.conv2d_transpose)
    small = SMALL.astype("float32")
    by_name = view(kernel=np.ones((1, 1, 1, 1)), x=small, dilation_rate=1)
    assert by_name.dtype == "float32"
    np.testing.assert_array_equal(by_name, small)
    with pytest.raises(TypeError, match="kernel"):
        view(SMALL)


@pytest.mark.parametrize("view", ["stamping", "zero insertion"])
def test_large_batches_take_a_few_times_the_memory_of_the_result(view):
    x, kernel = np.ones((64, 32, 32, 4)), np.ones((5, 5, 4, 4))
    result = tc.conv2d_transpose(x, kernel, 2, "same")
    assert peak_memory(VIEWS[view], x, kernel, 2, "same") < 5 * result.nbytes
