from itertools import product

import numpy as np
import pytest
from grid import (
    PADDINGS,
    SIZES,
    assert_close,
    both_axes,
    peak_memory,
    whole_numbers,
    windows,
)

from course_lib.backend import keras
from course_lib.convolution import conv2d, convolution_matrix


def test_a_convolution_by_hand_does_not_flip_the_kernel():
    x = np.array([[1, 2, 3], [4, 5, 6], [7, 8, 9]], float).reshape(1, 3, 3, 1)
    kernel = np.array([[1, 0], [0, 10]], float).reshape(2, 2, 1, 1)
    # top left pixel plus ten times bottom right pixel of each 2x2 window
    np.testing.assert_array_equal(conv2d(x, kernel)[0, :, :, 0], [[51, 62], [84, 95]])


@pytest.mark.parametrize("padding", PADDINGS)
def test_it_equals_keras_on_the_whole_grid(padding):
    for (h, kh, sh), (w, kw, sw) in windows(padding):
        x, kernel = whole_numbers(2, h, w, 3), whole_numbers(kh, kw, 3, 2)
        arguments = (x, kernel, (sh, sw), padding)
        assert_close(conv2d(*arguments), keras.ops.conv(*arguments))


@pytest.mark.parametrize("padding", PADDINGS)
def test_dilation_equals_keras(padding):
    settings = product(SIZES, (1, 2, 3), (1, 2, 3))
    fitting = (s for s in settings if padding == "same" or (s[1] - 1) * s[2] < s[0])
    for (h, kh, dh), (w, kw, dw) in both_axes(fitting):
        x, kernel = whole_numbers(1, h, w, 2), whole_numbers(kh, kw, 2, 2)
        expected = keras.ops.conv(x, kernel, 1, padding, dilation_rate=(dh, dw))
        assert_close(conv2d(x, kernel, 1, padding, (dh, dw)), expected)


def test_windows_are_not_all_copied_at_once():
    """25 of them cover each pixel."""
    x, kernel = np.ones((64, 32, 32, 8)), np.ones((5, 5, 8, 2))
    assert peak_memory(conv2d, x, kernel, 1, "same") < 4 * x.nbytes
    x = x.reshape(1, 256, 256, 8)
    assert peak_memory(conv2d, x, kernel, 1, "same") < 4 * x.nbytes


@pytest.mark.parametrize("padding", PADDINGS)
def test_the_matrix_computes_the_convolution(padding):
    strided = [(*axes, (1, 1)) for axes in list(windows(padding))[::3]]
    dilated = ((7, 3, 1), (6, 2, 1), (2, 3))
    for (h, kh, sh), (w, kw, sw), dilation in [*strided, dilated]:
        x, kernel = whole_numbers(1, h, w, 2), whole_numbers(kh, kw, 2, 3)
        arguments = ((sh, sw), padding, dilation)
        matrix = convolution_matrix(kernel, (h, w, 2), *arguments)
        expected = conv2d(x, kernel, *arguments)
        np.testing.assert_array_equal(matrix @ x.ravel(), expected.ravel())
