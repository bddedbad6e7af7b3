import numpy as np
import pytest
from grid import whole_numbers

from course_lib import kernels
from course_lib.backend import keras, tf
from course_lib.layers import ICNR, BilinearStart, UpsampledConv2D

RANDOM = np.random.default_rng(0)


def both(kernel_size, size, **kwargs):
    """The layer and the pair that it replaces, with the same weights."""
    pair = [
        keras.layers.UpSampling2D(size, dtype=kwargs.get("dtype")),
        keras.layers.Conv2D(2, kernel_size, padding="same", **kwargs),
    ]
    models = UpsampledConv2D(2, kernel_size, size, **kwargs), keras.Sequential(pair)
    for model in models:
        model.build((None, None, None, 3))
        model.set_weights([whole_numbers(*w.shape) for w in model.get_weights()])
    return models


@pytest.mark.parametrize("kernel_size", [1, 4, (3, 2), (2, 5)])
@pytest.mark.parametrize("size", [1, 2, (2, 3), (4, 1)])
def test_outputs_are_those_of_the_pair(kernel_size, size):
    layer, pair = both(kernel_size, size, dtype="float64")
    for height, width in ((5, 4), (1, 1), (2, 7)):
        x = whole_numbers(2, height, width, 3)
        np.testing.assert_array_equal(layer(x.astype(int)), pair(x))


def test_gradients_are_those_of_the_pair():
    x = tf.constant(RANDOM.normal(size=(2, 4, 3, 3)))
    gradients = []
    for model in both((5, 4), (3, 2), dtype="float64", activation="tanh"):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = keras.ops.sum(model(x / 99) ** 2)
        weights = [v.value for v in model.trainable_variables]
        gradients.append(tape.gradient(y, [x, *weights]))
    for ours, theirs in zip(*gradients, strict=True):
        assert np.abs(theirs).max() > 0
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-9)


def test_the_output_shape_is_known_beforehand():
    layer = UpsampledConv2D(7, 3, (2, 3))
    assert layer.compute_output_shape((3, None, 6, 4)) == (3, None, 18, 7)
    assert layer(keras.Input((None, 6, 4))).shape == (None, None, 18, 7)


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
    ("jit_compile", "policy"), [(True, "mixed_float16"), (False, "mixed_bfloat16")]
)
def test_it_trains(jit_compile, policy):
    layer = UpsampledConv2D(1, 3, dtype=policy)
    model = keras.Sequential([keras.Input((4, 4, 2)), layer])
    adam = keras.optimizers.Adam(0.05)
    model.compile(adam, loss="mse", jit_compile=jit_compile)
    x = RANDOM.normal(size=(64, 4, 4, 2)).astype("float32")
    y = x.mean(axis=-1, keepdims=True).repeat(2, 1).repeat(2, 2)
    losses = model.fit(x, y, epochs=25, verbose=0).history["loss"]
    assert losses[-1] < 0.1 * losses[0]
    assert layer.kernel.dtype == "float32"
    assert keras.backend.standardize_dtype(layer(x).dtype) == layer.compute_dtype


def test_icnr_is_the_numpy_function():
    initializer = ICNR(2, keras.initializers.GlorotUniform(seed=1))
    alone = keras.initializers.GlorotUniform(seed=1)((3, 3, 4, 5))
    np.testing.assert_array_equal(
        initializer((3, 3, 4, 20)), kernels.icnr(alone.numpy(), 2)
    )


def test_a_bilinear_start_is_bilinear_upsampling_where_its_numbers_are_the_identity():
    identity = keras.initializers.Identity()
    start = BilinearStart((2, 3), lambda shape, dtype: identity(shape[2:], dtype))
    kernel = np.asarray(start((4, 5, 6, 6), "float32"))
    np.testing.assert_array_equal(kernel, kernels.bilinear_kernel((2, 3), 6))


@pytest.mark.parametrize("start", [ICNR, BilinearStart])
def test_a_start_survives_saving(start):
    initializer = start(2, keras.initializers.GlorotNormal(1))
    again = keras.initializers.deserialize(keras.initializers.serialize(initializer))
    np.testing.assert_array_equal(again((4, 4, 1, 8)), initializer((4, 4, 1, 8)))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: UpsampledConv2D(0, 3), ValueError, "filters must be 1 or more"),
        (lambda: UpsampledConv2D(1, 3.0), TypeError, "kernel_size must be a whole"),
        (lambda: UpsampledConv2D(1, 3, (2, 0)), ValueError, r"size\[1\]"),
        (lambda: ICNR("2"), TypeError, "block_size must be a whole number"),
        (lambda: ICNR(2)((3, 3, 1, 6)), ValueError, r"multiple of .* = 4; got .* 6\)"),
        (lambda: BilinearStart(0), ValueError, "size must be 1 or more"),
        (lambda: BilinearStart(2)((5, 4, 1, 8)), ValueError, r"\(4, 4\) \+ \(out, in"),
    ],
)
def test_what_does_not_fit_is_named(make, error, message):
    with pytest.raises(error, match=message):
        make()
