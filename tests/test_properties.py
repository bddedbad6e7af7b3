"""Hypothesis draws arguments, right and wrong ones: what is wrong is named."""

import re

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_lib import convolution, digits, kernels, pooling, pytorch, shapes
from course_lib import transposed_convolution as tc
from course_lib.upsampling import upsample2d

small = st.integers(1, 4)
either = small | st.tuples(small, small)
anything = (
    st.sampled_from([None, [[1.0], [1.0, 2.0]]])
    | st.booleans()
    | st.integers(-3, 9)
    | st.floats()
    | st.text(max_size=4)
    | st.lists(st.integers(-2, 4) | st.floats(), max_size=5)
    | st.dictionaries(st.text(max_size=1), st.integers(), max_size=2)
    | hnp.arrays(
        st.sampled_from(["float32", "float64", "int64", "bool", "object", "U2"]),
        hnp.array_shapes(min_dims=0, max_dims=5, min_side=0, max_side=3),
    )
)
some_images = st.sampled_from([np.ones((1, 4, 4, 1)), np.ones((2, 3, 5, 2), "f4")])
some_kernels = st.sampled_from([np.ones((2, 2, 1, 1)), np.ones((1, 3, 2, 2), "f4")])


NAMES = re.compile(
    "(x|kernel|weight|pool_size|kernel_size|strides?|padding|size|interpolation|"
    "dilation(_rate)?|output_padding|block_size|channels|input_shape|n|groups|"
    r"target_shape|split|source)(\[[01]\] \((height|width)\))? (must|can't|and)"
    "|output_padding=0 with"
)


@settings(max_examples=200)
@given(some_images | anything, some_kernels | anything, *[either | anything] * 4)
def test_whatever_comes_the_error_is_ours(x, kernel, a, b, c, d):
    """A result, or an error that names an argument; never NumPy's own message."""
    b = "same" if isinstance(b, tuple) else b
    for call in (
        lambda: pooling.max_pool2d(x, a, c, b),
        lambda: pooling.average_pool2d(x, a, c, b),
        lambda: upsample2d(x, a, b),
        lambda: convolution.conv2d(x, kernel, a, b, d),
        lambda: convolution.convolution_matrix(kernel, c, a, b, d),
        lambda: tc.insert_zeros(x, a),
        lambda: tc.conv2d_transpose(x, kernel, a, b, c, d),
        lambda: tc.conv2d_transpose_by_matrix(x, kernel, a, b, c, d),
        lambda: kernels.fold_upsampling(kernel, a),
        lambda: kernels.fold_subpixel(kernel, a),
        lambda: kernels.fold_upsampling_crop(a),
        lambda: kernels.fold_subpixel_crop(a, c),
        lambda: kernels.bilinear_kernel(a, c),
        lambda: kernels.icnr(kernel, a),
        lambda: pytorch.pytorch_conv_transpose(a, c, b, d),
        lambda: pytorch.keras_conv_transpose(a, b, c, d),
        lambda: pytorch.pytorch_weight(kernel),
        lambda: pytorch.keras_kernel(kernel, a),
        lambda: pytorch.pytorch_linear(kernel, a),
        lambda: pytorch.keras_dense(kernel, a),
        lambda: shapes.pool_output_size(a, c, d, b),
        lambda: shapes.conv_transpose_output_size(a, c, d, b, x),
        lambda: shapes.padding_amounts(a, c, d, b),
        lambda: digits.load_digits(a, b, c),
    ):
        try:
            result = call()
        except (ValueError, TypeError) as error:
            message = str(error)
            assert NAMES.match(message), message
        else:
            if isinstance(result, np.ndarray):
                assert result.dtype in ("float32", "float64")
                assert np.isfinite(result).all()
