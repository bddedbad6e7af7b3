import numpy as np
import pytest

from course_lib import shapes
from course_lib._windows import sliding_windows

X = np.arange(25.0).reshape(1, 5, 5, 1)


def test_strides_dilation_and_fill():
    strided = sliding_windows(X, (2, 2), (3, 3), "valid")[0, :, :, 0]
    np.testing.assert_array_equal(strided[1, 1], [[18, 19], [23, 24]])
    dilated = sliding_windows(X, (2, 2), (1, 1), "valid", (3, 4))[0, :, :, 0]
    assert dilated.shape == (2, 1, 2, 2)
    np.testing.assert_array_equal(dilated[1, 0], [[5, 9], [20, 24]])
    padded = sliding_windows(X, (3, 3), (4, 4), "same", fill=-1)[0, :, :, 0]
    np.testing.assert_array_equal(padded[0, 0], [[-1, -1, -1], [-1, 0, 1], [-1, 5, 6]])


def test_the_message_names_the_window_as_the_caller_does():
    with pytest.raises(ValueError, match="pool_size must fit"):
        sliding_windows(X, (6, 1), (1, 1), "valid", output_size=shapes.pool_output_size)
