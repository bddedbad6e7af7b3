import numpy as np
import pytest
from grid import PADDINGS, assert_close, peak_memory, whole_numbers, windows

from course_lib.backend import keras
from course_lib.pooling import average_pool2d, max_pool2d

each_pool = pytest.mark.parametrize("pool", [max_pool2d, average_pool2d])


@each_pool
def test_padding_neither_wins_nor_counts(pool):
    """It is minus infinity for the maximum, and no pixel of the average."""
    pooled = pool(np.full((1, 3, 3, 1), -1.0), padding="same")
    np.testing.assert_array_equal(pooled, np.full((1, 2, 2, 1), -1.0))


@pytest.mark.parametrize("padding", PADDINGS)
def test_both_equal_keras_on_the_whole_grid(padding):
    for (h, kh, sh), (w, kw, sw) in windows(padding):
        x = whole_numbers(2, h, w, 3)
        arguments = ((kh, kw), (sh, sw), padding)
        largest = keras.ops.max_pool(x, *arguments)
        np.testing.assert_array_equal(max_pool2d(x, *arguments), largest)
        average = keras.ops.average_pool(x, *arguments)
        assert_close(average_pool2d(x, *arguments), average)


@each_pool
def test_the_input_is_neither_changed_nor_copied_where_nothing_is_added(pool):
    x = np.ones((8, 64, 64, 8))
    assert peak_memory(pool, x) < x.nbytes
    pool(x, padding="same")
    np.testing.assert_array_equal(x, 1)
