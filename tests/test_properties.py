"""Hypothesis draws layers and images: equal to Keras, or refused by both."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_lib.backend import keras, tf
from course_lib.convolution import conv2d
from course_lib.pooling import average_pool2d, max_pool2d
from course_lib.transposed_convolution import conv2d_transpose
from course_lib.upsampling import upsample2d

pixels = st.integers(-9, 9).map(float)  # sums of products of them are exact
channels = st.integers(1, 3)
small = st.integers(1, 4)
either = small | st.tuples(small, small)
paddings = st.sampled_from(["valid", "same"])


@st.composite
def images(draw, channels=channels):
    sides = st.integers(1, 9)
    shape = (draw(small), draw(sides), draw(sides), draw(channels))
    return draw(hnp.arrays("float32", shape, elements=pixels, fill=pixels))


@st.composite
def images_and_kernel(draw, *, transposed):
    x = draw(images())
    last = (draw(channels), x.shape[-1])
    shape = (draw(small), draw(small), *(last if transposed else last[::-1]))
    return x, draw(hnp.arrays("float32", shape, elements=pixels, fill=pixels))


def same_or_both_refuse(ours, of_keras):
    """Runs both; True if both gave a result, and then the results are equal."""
    try:
        expected = of_keras()
    except (ValueError, tf.errors.OpError):
        expected = None
    try:
        result = ours()
    except ValueError:
        assert expected is None or 0 in expected.shape
        return
    assert expected is not None
    assert result.dtype == "float32"
    np.testing.assert_allclose(result, expected, rtol=1e-5, atol=1e-4)


@given(images(), either, st.none() | either, paddings)
def test_pooling(x, pool_size, strides, padding):
    arguments = (pool_size, strides, padding)
    same_or_both_refuse(
        lambda: max_pool2d(x, *arguments),
        lambda: keras.layers.MaxPooling2D(*arguments)(x),
    )
    same_or_both_refuse(
        lambda: average_pool2d(x, *arguments),
        lambda: keras.layers.AveragePooling2D(*arguments)(x),
    )


@given(images(), either, st.sampled_from(["nearest", "bilinear"]))
def test_upsampling(x, size, interpolation):
    layer = keras.layers.UpSampling2D(size, interpolation=interpolation)
    same_or_both_refuse(lambda: upsample2d(x, size, interpolation), lambda: layer(x))


@given(images_and_kernel(transposed=False), either, paddings, either)
def test_convolution(case, strides, padding, dilation_rate):
    x, kernel = case
    arguments = {"strides": strides, "padding": padding, "dilation_rate": dilation_rate}
    same_or_both_refuse(
        lambda: conv2d(x, kernel, **arguments),
        lambda: layer_with(keras.layers.Conv2D, kernel, 3, arguments)(x),
    )


@given(
    images_and_kernel(transposed=True),
    either,
    paddings,
    st.none() | st.integers(0, 4) | st.tuples(st.integers(0, 4), st.integers(0, 4)),
)
def test_transposed_convolution(case, strides, padding, output_padding):
    x, kernel = case
    arguments = {
        "strides": strides,
        "padding": padding,
        "output_padding": output_padding,
    }
    same_or_both_refuse(
        lambda: conv2d_transpose(x, kernel, **arguments),
        lambda: layer_with(keras.layers.Conv2DTranspose, kernel, 2, arguments)(x),
    )


def layer_with(kind, kernel, filters_axis, arguments):
    layer = kind(
        kernel.shape[filters_axis],
        kernel.shape[:2],
        kernel_initializer=lambda shape, dtype: tf.constant(kernel),
        use_bias=False,
        **arguments,
    )
    return layer


anything = (
    st.none()
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


@given(some_images | anything, some_kernels | anything, *[either | anything] * 4)
def test_whatever_comes_the_error_is_ours(x, kernel, size, padding, extra, dilation):
    """A result, or an error that names an argument; never NumPy's own message."""
    padding = "same" if isinstance(padding, tuple) else padding
    names = (
        "x must",
        "kernel must",
        "pool_size",
        "kernel_size",
        "strides",
        "padding must",
        "size",
        "interpolation must",
        "dilation_rate",
        "output_padding",
    )
    for call in (
        lambda: max_pool2d(x, size, extra, padding),
        lambda: average_pool2d(x, size, extra, padding),
        lambda: upsample2d(x, size, padding),
        lambda: conv2d(x, kernel, size, padding, dilation),
        lambda: conv2d_transpose(x, kernel, size, padding, extra, dilation),
    ):
        try:
            result = call()
        except (ValueError, TypeError) as error:
            message = str(error)
            assert message.startswith(names), message
        else:
            assert result.dtype in ("float32", "float64")
            assert np.isfinite(result).all()
