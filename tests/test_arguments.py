import numpy as np
import pytest

from course_lib._arguments import pair


def test_numpy_integers_are_sizes():
    assert pair(np.int64(2), "size") == (2, 2)
    assert pair(np.array([2, 3]), "size") == (2, 3)


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        ((1, 2, 3), ValueError, "size must be"),
        ((2, 0), ValueError, r"size\[1\] \(width\)"),
        ("22", TypeError, "size"),
        (None, TypeError, "size"),
        ({3, 2}, TypeError, "or a pair"),
        ({2: 1, 3: 1}, TypeError, "or a pair"),
        (b"22", TypeError, "or a pair"),
        ((n for n in (2, 3)), TypeError, "or a pair"),
        (10**30, ValueError, "size must be 1000000 or"),
    ],
)
def test_a_bad_size_is_named(value, error, message):
    with pytest.raises(error, match=message):
        pair(value, "size")
