import numpy as np
import pytest
from grid import whole_numbers

from course_lib import kernels
from course_lib.backend import keras, tf
from course_lib.layers import ICNR, BilinearStart, UpsampledConv2D

RANDOM = np.random.default_rng(0)


def pair_of_layers(filters, kernel_size, size, **kwargs):
    return keras.Sequential(
        [
            keras.layers.UpSampling2D(size, dtype=kwargs.get("dtype")),
            keras.layers.Conv2D(filters, kernel_size, padding="same", **kwargs),
        ]
    )


def both(kernel_size, size, channels=3, **kwargs):
    """The layer and the pair that it replaces, with the same weights."""
    layer = UpsampledConv2D(2, kernel_size, size, **kwargs)
    pair = pair_of_layers(2, kernel_size, size, **kwargs)
    for model in (layer, pair):
        model.build((None, None, None, channels))
    weights = [whole_numbers(*w.shape) for w in layer.get_weights()]
    layer.set_weights(weights)
    pair.set_weights(weights)
    return layer, pair


@pytest.mark.parametrize("kernel_size", [1, 2, 3, 4, 5, (3, 2), (2, 5)])
@pytest.mark.parametrize("size", [1, 2, 3, (2, 3), (4, 1)])
def test_outputs_are_those_of_the_pair(kernel_size, size):
    layer, pair = both(kernel_size, size, dtype="float64")
    for height, width in ((5, 4), (1, 1), (2, 7)):
        x = whole_numbers(2, height, width, 3)
        np.testing.assert_array_equal(layer(x), pair(x))


@pytest.mark.parametrize("kernel_size", [2, 3, (5, 4)])
@pytest.mark.parametrize("size", [2, (3, 2)])
def test_gradients_are_those_of_the_pair(kernel_size, size):
    layer, pair = both(kernel_size, size, dtype="float64", activation="tanh")
    x = tf.constant(RANDOM.normal(size=(2, 4, 3, 3)))
    gradients = []
    for model in (layer, pair):
        weights = [v.value for v in model.trainable_variables]
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = keras.ops.sum(model(x / 99) ** 2)
        gradients.append(tape.gradient(y, [x, *weights]))
    for ours, theirs in zip(*gradients, strict=True):
        assert np.abs(theirs).max() > 0
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


def test_it_computes_with_the_folded_kernel():
    layer, _ = both(3, 2, dtype="float64")
    x = whole_numbers(1, 4, 4, 3)
    folded = kernels.fold_upsampling(layer.get_weights()[0], 2)
    expected = keras.ops.conv_transpose(x, folded, 2, "same") + layer.get_weights()[1]
    np.testing.assert_array_equal(layer(x), expected)


def test_weights_are_those_of_the_convolution():
    layer = UpsampledConv2D(7, (3, 2), name="enlarge")
    layer.build((None, 5, 5, 4))
    assert [w.shape for w in layer.get_weights()] == [(3, 2, 4, 7), (7,)]
    no_bias = UpsampledConv2D(7, 3, use_bias=False)
    no_bias.build((None, 5, 5, 4))
    assert len(no_bias.get_weights()) == 1


@pytest.mark.parametrize(
    "shape", [(None, 5, 6, 4), (3, None, 6, 4), (1, None, None, 4)]
)
def test_the_output_shape_is_known_beforehand(shape):
    layer = UpsampledConv2D(7, 3, (2, 3))
    expected = tuple(
        n if n is None else n * f for n, f in zip(shape, (1, 2, 3), strict=False)
    )
    assert layer.compute_output_shape(shape) == (*expected, 7)
    assert layer(keras.Input(shape[1:])).shape[1:] == (*expected[1:], 7)


def test_it_is_saved_and_loaded_like_any_layer(tmp_path):
    layer = UpsampledConv2D(
        2, (3, 2), (2, 1), activation="relu", kernel_regularizer="l2", name="enlarge"
    )
    model = keras.Sequential([keras.Input((4, 5, 3)), layer])
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    x = RANDOM.normal(size=(2, 4, 5, 3)).astype("float32")
    np.testing.assert_array_equal(model(x), again(x))
    assert again.layers[0].get_config() == layer.get_config()
    assert len(again.losses) == 1


@pytest.mark.parametrize(
    ("jit_compile", "policy"),
    [(False, "float32"), (True, "mixed_float16"), (False, "mixed_bfloat16")],
)
def test_it_trains(jit_compile, policy):
    layer = UpsampledConv2D(1, 3, dtype=policy)
    model = keras.Sequential([keras.Input((4, 4, 2)), layer])
    optimizer = keras.optimizers.Adam(0.05)
    model.compile(optimizer=optimizer, loss="mse", jit_compile=jit_compile)
    x = RANDOM.normal(size=(64, 4, 4, 2)).astype("float32")
    y = x.mean(axis=-1, keepdims=True).repeat(2, 1).repeat(2, 2)
    losses = model.fit(x, y, epochs=25, verbose=0).history["loss"]
    assert losses[-1] < 0.1 * losses[0]
    assert layer.kernel.dtype == "float32"
    assert keras.backend.standardize_dtype(layer(x).dtype) == layer.compute_dtype


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((0, 3), ValueError, "filters must be 1 or more"),
        ((1, 3.0), TypeError, "kernel_size must be a whole number"),
        ((1, 3, (2, 0)), ValueError, r"size\[1\]"),
        ((1, 3, 2, "tanhh"), ValueError, "tanhh"),
    ],
)
def test_bad_arguments_are_named(arguments, error, message):
    with pytest.raises(error, match=message):
        UpsampledConv2D(*arguments)


def test_bad_inputs_are_refused():
    layer = UpsampledConv2D(1, 3, name="enlarge")
    with pytest.raises(ValueError, match="min_ndim=4"):
        layer(np.zeros((4, 4, 2), "float32"))
    with pytest.raises(ValueError, match="channels of the input must be known"):
        layer(keras.Input((4, 4, None)))
    layer(np.zeros((1, 4, 4, 2), "float32"))
    with pytest.raises(ValueError, match="axis -1"):
        layer(np.zeros((1, 4, 4, 3), "float32"))


def test_icnr_starts_as_nearest_upsampling():
    x = RANDOM.normal(size=(2, 5, 4, 3)).astype("float32")
    layer = keras.layers.Conv2D(
        2 * 9, 3, padding="same", kernel_initializer=ICNR(3, "he_normal")
    )
    y = tf.nn.depth_to_space(layer(x), 3).numpy()
    nearest = y[:, ::3, ::3].repeat(3, axis=1).repeat(3, axis=2)
    np.testing.assert_allclose(y, nearest, atol=1e-5)
    assert np.ptp(y[:, ::3, ::3], axis=(1, 2)).min() > 0.1


def test_icnr_is_the_numpy_function():
    initializer = ICNR(2, keras.initializers.GlorotUniform(seed=1))
    alone = keras.initializers.GlorotUniform(seed=1)((3, 3, 4, 5))
    np.testing.assert_array_equal(
        initializer((3, 3, 4, 20)), kernels.icnr(alone.numpy(), 2)
    )


def test_icnr_survives_saving():
    initializer = ICNR(2, keras.initializers.GlorotUniform(seed=1))
    config = keras.initializers.serialize(initializer)
    again = keras.initializers.deserialize(config)
    np.testing.assert_array_equal(again((3, 3, 1, 4)), initializer((3, 3, 1, 4)))


def test_icnr_names_what_does_not_fit():
    with pytest.raises(
        ValueError, match=r"filters must be a multiple of .* = 4; got 6"
    ):
        ICNR(2)((3, 3, 1, 6))
    with pytest.raises(TypeError, match="block_size must be a whole number"):
        ICNR("2")


@pytest.mark.parametrize("shape", [(5,), (3, 3, 1, None)])
def test_icnr_is_for_kernels(shape):
    with pytest.raises(ValueError, match="ICNR is for kernels"):
        ICNR(2)(shape)
    with pytest.raises(ValueError, match="initializer must be"):
        ICNR(2, None)


def test_whole_number_images_are_converted():
    layer, pair = both(3, 2)
    x = np.arange(48).reshape(1, 4, 4, 3)
    np.testing.assert_allclose(layer(x), pair(x.astype("float32")), rtol=1e-6)


def test_a_bilinear_start_is_bilinear_upsampling_where_its_numbers_are_the_identity():
    identity = keras.initializers.Identity()
    start = BilinearStart((2, 3), lambda shape, dtype: identity(shape[2:], dtype))
    kernel = np.asarray(start((4, 5, 6, 6), "float32"))
    np.testing.assert_array_equal(kernel, kernels.bilinear_kernel((2, 3), 6))


def test_a_bilinear_start_survives_saving():
    start = BilinearStart((2, 3), keras.initializers.GlorotNormal(1))
    again = keras.initializers.deserialize(keras.initializers.serialize(start))
    np.testing.assert_array_equal(again((4, 5, 2, 3)), start((4, 5, 2, 3)))


@pytest.mark.parametrize("shape", [(3, 3, 1, 8), (4, 4, 8), (5, 4, 1, 8)])
def test_a_kernel_that_does_not_fit_a_bilinear_start_is_named(shape):
    with pytest.raises(ValueError, match=r"kernels of shape \(4, 4\) \+ \(out, in\)"):
        BilinearStart(2)(shape)
    with pytest.raises(ValueError, match="size must be 1 or more"):
        BilinearStart(0)
