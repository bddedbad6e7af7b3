import numpy as np
import pytest

from course_lib._transposed_geometry import checked_axes

X = np.ones((1, 5, 2, 1))


def test_what_same_padding_crops():
    """Stamps of 3 rows, 2 apart, from 5 pixels cover 11 rows; 10 are kept."""
    _, _, (rows, columns) = checked_axes(X, np.ones((3, 1, 1, 1)), 2, "same", None, 1)
    assert (rows.canvas, rows.kept, rows.output) == (11, slice(0, 10), 10)
    # a kernel of 1 leaves holes: 3 columns are stamped, 4 are kept
    assert (columns.spread, columns.canvas, columns.kept) == (3, 4, slice(0, 4))


def test_where_a_weight_lands():
    _, _, (rows, _) = checked_axes(X, np.ones((3, 1, 1, 1)), 2, "same", None, 1)
    assert list(range(rows.canvas))[rows.landing(1)] == [1, 3, 5, 7, 9]


@pytest.mark.parametrize("output_padding", ["1", 1.0, (1, None), (0, 1, 0)])
def test_a_bad_output_padding_is_named(output_padding):
    with pytest.raises((TypeError, ValueError), match="output_padding"):
        checked_axes(X, np.ones((3, 3, 1, 1)), 2, "same", output_padding, 1)
