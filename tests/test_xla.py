from functools import partial
from itertools import product

import numpy as np
import pytest

from course_lib import xla
from course_lib.backend import keras, tf
from course_lib.generators import build_upsampling_generator
from course_lib.layers import UpsampledConv2D

RANDOM = np.random.default_rng(0)
KERNELS = [(1, 1), (3, 3), (2, 4), (5, 3)]
STRIDES = [(1, 1), (2, 2), (3, 1)]
LAYERS = keras.layers


def floats(*shape):
    return RANDOM.normal(size=shape).astype("float32")


def results(function, x, weights):
    """What a function gives, and the gradients."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
        loss = tf.reduce_sum(y * tf.sin(y))
    return y, *tape.gradient(loss, [x, *weights])


@pytest.mark.parametrize("kind", [LAYERS.Conv2D, LAYERS.Conv2DTranspose])
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("size", [(1, 1), (7, 4), (10, 11)])
def test_convolutions_are_those_of_keras(kind, size, padding):
    shrinks = kind is LAYERS.Conv2D and padding == "valid"
    for kernel_size, strides in product(KERNELS, STRIDES):
        if shrinks and np.any(np.less(size, kernel_size)):
            continue
        layer = kind(2, kernel_size, strides, padding, dtype="float64")
        model = keras.Sequential([keras.Input((*size, 3)), layer])
        x = tf.cast(floats(2, *size, 3), "float64")
        weights = [weight.value for weight in model.trainable_variables]
        ours = results(partial(xla.call, model), x, weights)
        theirs = results(layer, x, weights)
        for one, other in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-9)


def compiled(model, inputs, training=False):
    """What it gives, and its penalties."""

    @tf.function(jit_compile=True)
    def run(x):
        return xla.call(model, x, training=training), model.losses

    return run(tf.constant(inputs))


@pytest.mark.parametrize("training", [False, True])
def test_a_generator_draws_the_same_images(training):
    options = {"image_size": 28, "kernel_size": 4, "batch_normalization": True}
    generator = build_upsampling_generator(7, "leaky_relu", "tanh", maps=16, **options)
    generator.set_weights([weight + 0.01 for weight in generator.get_weights()])
    points = floats(4, 7)
    ours, _ = compiled(generator, points, training)
    theirs = generator(points, training=training)
    np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_dropout_drops_its_share_anew_each_time():
    model = keras.Sequential([keras.Input((40, 50)), LAYERS.Dropout(0.4, seed=1)])
    ones = np.ones((9, 40, 50), "float32")
    run = tf.function(lambda x: xla.call(model, x, training=True), jit_compile=True)
    first, second = run(ones).numpy(), run(ones).numpy()
    np.testing.assert_allclose(np.unique(first), [0, 1 / 0.6], rtol=1e-6)
    assert abs(np.mean(first == 0) - 0.4) < 0.02
    assert 0.4 < np.mean(first != second) < 0.6
    assert model.layers[0].seed_generator.state.numpy().tolist() == [1, 2]
    np.testing.assert_array_equal(compiled(model, ones)[0], ones)


def test_noise_is_normal_and_new_each_time():
    seeds = keras.random.SeedGenerator(5)
    draw = tf.function(lambda: xla.normal((50, 200), seeds), jit_compile=True)
    first, second = draw().numpy(), draw().numpy()
    assert abs(first.mean()) < 0.04
    assert abs(first.std() - 1) < 0.03
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.04
    np.testing.assert_array_equal(
        xla.normal((4, 3), keras.random.SeedGenerator(5)),
        keras.random.normal((4, 3), seed=keras.random.SeedGenerator(5)),
    )


class Doubled(LAYERS.Conv2D):
    """Somebody's own layer, which is no plain convolution."""

    def call(self, inputs):
        return 2 * super().call(inputs)


BILINEAR = LAYERS.UpSampling2D((1, 2), interpolation="bilinear")
OTHERS = [
    [LAYERS.Conv2D(4, 3, groups=2, activation="relu")],
    [LAYERS.Conv2D(4, 3, activity_regularizer="l2")],
    [UpsampledConv2D(4, 3, activity_regularizer="l2")],
    [LAYERS.Conv2D(4, 3, dilation_rate=2)],
    [LAYERS.Conv2D(4, 3, use_bias=False, activation="tanh")],
    [Doubled(3, 3)],
    [LAYERS.Conv2DTranspose(4, 3, strides=2, output_padding=0)],
    [BILINEAR, LAYERS.Conv2D(2, (3, 2), padding="same", activation="tanh")],
    [LAYERS.UpSampling2D((1, 3)), LAYERS.Conv2D(2, 3, padding="same")],
    [LAYERS.UpSampling2D(2), LAYERS.Conv2D(2, 3)],
    [LAYERS.UpSampling2D(2), LAYERS.Conv2D(2, 3, 2, padding="same")],
    [UpsampledConv2D(2, (3, 4), (2, 3), activation="relu")],
    [LAYERS.UpSampling2D(2)],
    [LAYERS.Dropout(0.0), LAYERS.Flatten(), LAYERS.Dense(3)],
]


@pytest.mark.parametrize("layers", OTHERS, ids=lambda s: "+".join(x.name for x in s))
def test_other_layers_are_left_as_they_are(layers):
    """Also in a model in a model, and with their penalties on what they give."""
    model = keras.Sequential([keras.Input((6, 6, 4)), *layers])
    model.set_weights([floats(*w.shape) for w in model.get_weights()])
    images = floats(2, 6, 6, 4)
    nested = keras.Sequential([keras.Input((6, 6, 4)), model])
    for form in (nested, keras.Model(model.inputs[0], model.outputs[0])):
        ours, penalties = compiled(form, images, training=True)
        np.testing.assert_allclose(ours, model(images), atol=1e-4)
        np.testing.assert_allclose(penalties, model.losses, rtol=1e-5)
