"""Bad arrays and sizes are refused with a message that names the argument."""

import numpy as np
import pytest

from course_lib import kernels
from course_lib.convolution import conv2d, convolution_matrix
from course_lib.pooling import average_pool2d, max_pool2d
from course_lib.transposed_convolution import conv2d_transpose, insert_zeros
from course_lib.upsampling import upsample2d

KERNEL = np.ones((2, 2, 1, 1))
OF_THREE = np.ones((2, 2, 3, 3))
X = np.ones((1, 4, 4, 1))
FUNCTIONS = [
    max_pool2d,
    average_pool2d,
    upsample2d,
    lambda x: insert_zeros(x, 2),
    lambda x: conv2d(x, KERNEL),
    lambda x: conv2d_transpose(x, KERNEL),
]


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        (X[0], ValueError, r"x must be .*shape \(batch, .*got shape \(4, 4, 1\)"),
        (X[:, :0], ValueError, "its height axis is empty"),
        (np.full_like(X, np.nan), ValueError, "x must hold finite numbers"),
        (X.astype(int), TypeError, r"x must be .*int64 .*astype\(\"float32\"\)"),
        (X.astype("float16"), TypeError, "float16"),
        (np.ma.masked_array(X, X > 0), TypeError, "x must be .* without a mask"),
        (None, TypeError, "x must be a float32 or float64"),
        ([[1.0], [1.0, 2.0]], ValueError, "x must be a float32 or float64"),
    ],
)
def test_a_bad_image_is_named(function, x, error, message):
    with pytest.raises(error, match=message):
        function(x)


def test_a_tensor_that_will_not_be_an_array_says_why():
    """PyTorch refuses so for a weight that is being trained, TensorFlow in a graph."""

    class Tensor:
        def __array__(self, dtype=None, copy=None):
            raise RuntimeError("Use tensor.detach().numpy() instead.")

    with pytest.raises(ValueError, match=r"x must be .*NumPy says: Use tensor.detach"):
        max_pool2d(Tensor())


@pytest.mark.parametrize("function", FUNCTIONS)
def test_the_dtype_stays(function):
    assert function(X.astype("float32")).dtype == "float32"
    assert function(X).dtype == "float64"


def test_nested_lists_of_floats_are_images_and_numbers_of_numpy_are_sizes():
    large = upsample2d([[[[1.0], [2.0]]]], np.array([1, 2]))
    assert large.ravel().tolist() == [1, 1, 2, 2]
    assert upsample2d(X, np.int64(2)).shape == (1, 8, 8, 1)


def matrix(shape):
    return convolution_matrix(np.ones((2, 2, 2, 1)), shape)


@pytest.mark.parametrize(
    ("function", "arguments", "error", "message"),
    [
        (upsample2d, (X, (1, 2, 3)), ValueError, "size must be"),
        (upsample2d, (X, (2, 0)), ValueError, r"size\[1\] \(width\)"),
        (upsample2d, (X, 2.0), TypeError, "size must be a whole .* more or a pair"),
        (upsample2d, (X, {3, 2}), TypeError, "or a pair"),
        (upsample2d, (X, True), TypeError, "size must be a whole number"),
        (upsample2d, (X, 2, "cubic"), ValueError, '"nearest" or "bilinear"'),
        (upsample2d, (X, 2, None), ValueError, '"nearest" or "bilinear"'),
        (max_pool2d, (X, 5), ValueError, "pool_size must fit into the image"),
        (average_pool2d, (X, 5), ValueError, "pool_size must fit into the image"),
        (conv2d, (X, KERNEL, (1, 2), "same", (2, 1)), ValueError, "can't both exceed"),
        (conv2d, (X, KERNEL[0]), ValueError, r"^kernel must be .* shape \(2, 1, 1\)"),
        (conv2d, (X, OF_THREE), ValueError, "kernel must take the 1 channels of x"),
        (conv2d, (X, KERNEL * np.nan), ValueError, "kernel must hold finite numbers"),
        (conv2d, (X, KERNEL.astype(int)), TypeError, "^kernel must be .*int64"),
        (conv2d_transpose, (X, KERNEL[0]), ValueError, "^kernel must be .* got shape"),
        (conv2d_transpose, (X, OF_THREE), ValueError, "kernel must take the 1 channel"),
        (matrix, ((4,),), ValueError, "input_shape must be"),
        (matrix, ((4, 4, 3),), ValueError, "input_shape must be"),
        (matrix, (4,), ValueError, "input_shape must be"),
        (matrix, ((4, 0),), ValueError, "input_shape must be"),
        (
            kernels.fold_upsampling,
            (X[0], 2),
            ValueError,
            r"^kernel .* out\); got shape",
        ),
        (kernels.fold_upsampling, (KERNEL, 0), ValueError, "^size must be 1 or more"),
        (kernels.fold_upsampling_crop, (0,), ValueError, "^kernel_size must be 1"),
        (kernels.fold_subpixel, (X[0], 2), ValueError, r"^kernel .* out\); got shape"),
        (kernels.fold_subpixel, (KERNEL, 2), ValueError, r"multiple .* = 4 output"),
        (kernels.fold_subpixel, (KERNEL, 0), ValueError, "^block_size must be 1"),
        (kernels.fold_subpixel_crop, (3, 0), ValueError, "^block_size must be 1"),
        (kernels.icnr, (X[0], 2), ValueError, r"^kernel .* out\); got shape"),
        (kernels.bilinear_kernel, (2, 0), ValueError, "^channels must be 1 or more"),
        (
            kernels.bilinear_kernel,
            (2, 1, "float16"),
            TypeError,
            "dtype must be float32",
        ),
    ],
)
def test_bad_arguments_are_named(function, arguments, error, message):
    with pytest.raises(error, match=message):
        function(*arguments)
