import numpy as np
import pytest
from grid import PADDINGS, STRIDES, axis_settings, both_axes, peak_memory, whole_numbers

from course_lib.backend import keras
from course_lib.pooling import average_pool2d, max_pool2d


def test_max_pooling_by_hand():
    x = np.array([[1, 5, 2, 0], [3, 4, 1, 1], [9, 0, 7, 2], [8, 6, 3, 4]], float)
    pooled = max_pool2d(x.reshape(1, 4, 4, 1))
    np.testing.assert_array_equal(pooled[0, :, :, 0], [[5, 2], [9, 7]])


def test_average_pooling_by_hand():
    x = np.array([[1, 5, 2, 0], [3, 7, 1, 1], [9, 0, 7, 2], [8, 7, 3, 4]], float)
    pooled = average_pool2d(x.reshape(1, 4, 4, 1))
    np.testing.assert_array_equal(pooled[0, :, :, 0], [[4, 1], [6, 4]])


def test_same_max_pooling_pads_with_minus_infinity():
    pooled = max_pool2d(np.full((1, 3, 3, 1), -1.0), padding="same")
    np.testing.assert_array_equal(pooled, np.full((1, 2, 2, 1), -1.0))


def test_same_average_pooling_divides_by_the_real_pixels():
    pooled = average_pool2d(np.full((1, 3, 3, 1), 6.0), padding="same")
    np.testing.assert_array_equal(pooled, np.full((1, 2, 2, 1), 6.0))


def settings_that_fit(padding):
    return [s for s in axis_settings() if padding == "same" or s[1] <= s[0]]


@pytest.mark.parametrize("padding", PADDINGS)
def test_both_equal_keras_on_the_whole_grid(padding):
    for (h, kh, sh), (w, kw, sw) in both_axes(settings_that_fit(padding)):
        x = whole_numbers(2, h, w, 3)
        arguments = ((kh, kw), (sh, sw), padding)
        np.testing.assert_array_equal(
            max_pool2d(x, *arguments), keras.ops.max_pool(x, *arguments)
        )
        np.testing.assert_allclose(
            average_pool2d(x, *arguments),
            keras.ops.average_pool(x, *arguments),
            rtol=1e-14,
            atol=1e-14,
        )


@pytest.mark.parametrize("padding", PADDINGS)
@pytest.mark.parametrize("strides", [None, *STRIDES])
def test_both_equal_the_layers(strides, padding):
    x = whole_numbers(2, 7, 5, 2, dtype="float32")
    for ours, layer in (
        (max_pool2d, keras.layers.MaxPooling2D),
        (average_pool2d, keras.layers.AveragePooling2D),
    ):
        np.testing.assert_allclose(
            ours(x, (3, 2), strides, padding),
            layer((3, 2), strides, padding)(x),
            rtol=1e-6,
        )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_dtype_stays(dtype):
    x = whole_numbers(1, 3, 3, 1, dtype=dtype)
    assert max_pool2d(x, padding="same").dtype == dtype
    assert average_pool2d(x, padding="same").dtype == dtype


@pytest.mark.parametrize("pool", [max_pool2d, average_pool2d])
def test_a_window_larger_than_the_image_is_refused(pool):
    with pytest.raises(ValueError, match="pool_size must fit into the image"):
        pool(np.zeros((1, 3, 3, 1)), 4)


def test_the_input_is_left_alone():
    x = whole_numbers(1, 3, 3, 1)
    before = x.copy()
    max_pool2d(x, padding="same")
    average_pool2d(x, padding="same")
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("pool", [max_pool2d, average_pool2d])
def test_the_input_is_not_copied_where_nothing_is_added(pool):
    x = np.ones((8, 64, 64, 8))
    assert peak_memory(pool, x) < x.nbytes
