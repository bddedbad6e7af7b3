import numpy as np
import pytest
from grid import PADDINGS, axis_settings, both_axes, whole_numbers

from course_lib.convolution import conv2d, convolution_matrix


def test_each_row_holds_the_kernel_where_it_looks():
    matrix = convolution_matrix(np.array([[1.0, 2.0], [3.0, 4.0]]), (3, 3))
    np.testing.assert_array_equal(
        matrix,
        [
            [1, 2, 0, 3, 4, 0, 0, 0, 0],
            [0, 1, 2, 0, 3, 4, 0, 0, 0],
            [0, 0, 0, 1, 2, 0, 3, 4, 0],
            [0, 0, 0, 0, 1, 2, 0, 3, 4],
        ],
    )


@pytest.mark.parametrize("padding", PADDINGS)
def test_it_computes_the_convolution(padding):
    fitting = [s for s in axis_settings() if padding == "same" or s[1] <= s[0]]
    for (h, kh, sh), (w, kw, sw) in list(both_axes(fitting))[::3]:
        x = whole_numbers(1, h, w, 2)
        kernel = whole_numbers(kh, kw, 2, 3)
        matrix = convolution_matrix(kernel, (h, w, 2), (sh, sw), padding)
        expected = conv2d(x, kernel, (sh, sw), padding)
        np.testing.assert_array_equal(matrix @ x.ravel(), expected.ravel())


def test_dilation():
    x = whole_numbers(1, 7, 6, 2)
    kernel = whole_numbers(3, 2, 2, 3)
    matrix = convolution_matrix(kernel, (7, 6), dilation_rate=(2, 3))
    expected = conv2d(x, kernel, dilation_rate=(2, 3))
    np.testing.assert_array_equal(matrix @ x.ravel(), expected.ravel())


@pytest.mark.parametrize(
    "shape", [(4,), (4, 4, 3), (1, 4, 4, 2), 4, "44", None, (4, 0)]
)
def test_a_bad_input_shape_is_named(shape):
    with pytest.raises(ValueError, match="input_shape must be"):
        convolution_matrix(np.ones((2, 2, 2, 1)), shape)


@pytest.mark.parametrize("kernel_shape", [(3,), (3, 3, 1), (3, 3, 1, 1, 1)])
def test_a_bad_kernel_is_named(kernel_shape):
    with pytest.raises(ValueError, match="kernel must be"):
        convolution_matrix(np.ones(kernel_shape), (4, 4))


def test_a_ragged_kernel_is_named():
    with pytest.raises(ValueError, match=r"^kernel must be .*NumPy says"):
        convolution_matrix([[1.0], [1.0, 2.0]], (4, 4))
