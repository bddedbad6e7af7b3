"""Preflight: networks and images with one fault each, and none where all is well."""

import functools

import numpy as np
import pytest
from small_gan import LAYERS, dense

from course_lib.backend import keras
from course_lib.digits import load_digits
from course_lib.generators import build_discriminator, build_upsampling_generator
from course_lib.images import draw_glyphs
from course_lib.preflight import preflight

ops = keras.ops
RANDOM = np.random.default_rng(1)
IMAGES = np.broadcast_to(RANDOM.uniform(0.2, 1, (100, 1, 4, 1)), (100, 4, 4, 1)).copy()
IMAGES[:, 2:] *= -1  # light above, dark below
IMAGES = IMAGES.astype("float32")


def generator(*last, activation="tanh"):
    hidden, draw = dense(64, "leaky_relu", 1), dense(16, activation, 2)
    layers = [keras.Input((20,)), hidden, draw, LAYERS.Reshape((4, 4, 1)), *last]
    return keras.Sequential(layers, name="generator")


def discriminator(*last, end=None):
    hidden = [dense(64, "leaky_relu", 3), LAYERS.Dropout(0.3, seed=0)]
    layers = [LAYERS.Flatten(), *hidden, dense(1, end, 4), *last]
    return keras.Sequential([keras.Input((4, 4, 1)), *layers], name="discriminator")


def step(function, **options):
    return LAYERS.Lambda(function, **options)


def mended(found=generator, judged=discriminator, images=IMAGES, **options):
    """What is to be mended, by check, of these networks and images."""
    return preflight(found(), judged(), images, **options).to_mend


def test_all_is_well_with_good_networks_and_images():
    assert mended() == {}


@pytest.mark.slow
@pytest.mark.parametrize("size", [10, 28, 32])
def test_all_is_well_with_the_networks_of_the_course(size):
    options = {"image_size": size, "batch_normalization": size > 10, "seed": 0}
    images = draw_glyphs(100)[0] if size == 32 else load_digits(size)[0]
    options["channels"] = images.shape[-1]
    found = build_upsampling_generator(100, "leaky_relu", "tanh", **options)
    judged = build_discriminator(size, channels=images.shape[-1], seed=0)
    report = preflight(found, judged, images)
    assert report.to_mend == {}, str(report)


# Images

NOT_A_NUMBER = IMAGES.copy()
NOT_A_NUMBER[3, 0, 0] = np.nan


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.uint8(127 * (IMAGES + 1)), r"images must be floats: x.astype\('float32'\)"),
        (127.5 * (IMAGES + 1), "images must be in .* -1 to 1; got .* x / 127.5 - 1"),
        ((IMAGES + 1) / 2, r"images must use .* -1 to 1; got .* 2 \* x - 1"),
        (
            np.repeat(IMAGES, 3, axis=-1),
            r"images must hold images of shape \(4, 4, 1\)",
        ),
        (IMAGES[..., 0], "images must be a float32 or float64 array of shape"),
        (NOT_A_NUMBER, "images must hold finite numbers"),
        (np.repeat(IMAGES[:3], 20, axis=0), "only 3 differ: look at them"),
        (IMAGES / 127.5 - 0.9, "all but one colour: are they scaled twice"),
    ],
    ids=["bytes", "255", "0 to 1", "colour", "flat", "NaN", "repeated", "twice"],
)
def test_faulty_images_are_all_that_is_to_be_mended(images, message):
    faults = mended(images=images)
    assert set(faults) == {"images"}
    with pytest.raises(ValueError, match=message):
        raise ValueError(faults["images"])


# Networks


def drawing_one_image():
    """The latent point is not used, but the weights are trained."""
    ones = step(lambda points: 0 * points + 1)
    layers = [ones, LAYERS.Dense(16, "tanh"), LAYERS.Reshape((4, 4, 1))]
    return keras.Sequential([keras.Input((20,)), *layers])


def drawing_flat_images():
    spread = step(lambda x: ops.tile(x, (1, 16)), output_shape=(16,))
    layers = [dense(1, "tanh", 0), spread, LAYERS.Reshape((4, 4, 1))]
    return keras.Sequential([keras.Input((20,)), *layers])


def spoiled(build, layer, change):
    """A network whose weights of one layer are changed."""

    def build_and_spoil():
        network = build()
        weights = [change(weight) for weight in network.layers[layer].get_weights()]
        network.layers[layer].set_weights(weights)
        return network

    return build_and_spoil


def dead_generator():
    hidden = LAYERS.Dense(8, "relu", bias_initializer=keras.initializers.Constant(-99))
    layers = [hidden, dense(16, "tanh", 2), LAYERS.Reshape((4, 4, 1))]
    return keras.Sequential([keras.Input((20,)), *layers])


def frozen(build, number):
    def build_and_freeze():
        network = build()
        network.layers[number].trainable = False
        return network

    return build_and_freeze


def judging(*layers):
    return lambda: keras.Sequential([keras.Input((4, 4, 1)), LAYERS.Flatten(), *layers])


def sigmoid_in_disguise(logits):
    return ops.exp(-ops.softplus(-logits))


blind = judging(step(lambda x: 0 * x), dense(8, "leaky_relu", 0), dense(1, None, 1))
rounding = judging(step(ops.round), dense(64, "leaky_relu", 0), dense(1, None, 1))
deep_round = judging(
    dense(64, None, 0), step(lambda x: ops.round(4 * x)), dense(1, None, 1)
)
slow = judging(step(lambda x: 1e-5 * x), dense(1, None, 1))


@pytest.mark.parametrize(
    ("found", "judged", "expected"),
    [
        (
            functools.partial(generator, activation=None),
            discriminator,
            {"drawn images": 'beyond all images: give its last .*activation="tanh"'},
        ),
        (
            drawing_one_image,
            discriminator,
            {
                "latent points": "same image of every latent",
                "layers": "16 of 16 maps of .* are dead",
                "generator": "by heart",
            },
        ),
        (
            drawing_flat_images,
            discriminator,
            {"generator": "can't learn that by heart"},
        ),
        (
            functools.partial(generator, step(ops.round)),
            discriminator,
            {"gradients": "no gradient reaches .*dense.*round", "generator": "."},
        ),
        (
            dead_generator,
            discriminator,
            {
                "latent points": "same image",
                "layers": "gives numbers of 0: try leaky_relu",
                "gradients": "only zeros reach .*kernel.*: look for a dead ReLU",
                "generator": "by heart",
            },
        ),
        (
            spoiled(generator, 0, lambda weight: np.nan * weight),
            discriminator,
            {
                "drawn images": "draws NaN or infinity",
                "latent points": ".",
                "layers": "gives numbers of nan",
                "gradients": ".",
                "generator": ".",
            },
        ),
        (
            generator,
            functools.partial(discriminator, end="sigmoid"),
            {"networks": "must give logits", "logits": ".", "discriminator": "."},
        ),
        (
            generator,
            functools.partial(discriminator, step(sigmoid_in_disguise)),
            {
                "logits": "numbers from 0 to 1 whatever it learns: leave out its last",
                "discriminator": "by heart",
            },
        ),
        (
            generator,
            blind,
            {
                "layers": "gives numbers of 0",
                "gradients": "only zeros reach .*; no gradient passes through",
                "discriminator": "by heart",
            },
        ),
        (generator, rounding, {"gradients": "^no gradient passes through sequential"}),
        (
            generator,
            deep_round,
            {
                "gradients": "^no gradient reaches .* round.*; no gradient pas",
                "discriminator": ".",
            },
        ),
        (
            generator,
            spoiled(discriminator, -1, lambda weight: 1000 * weight),
            {"logits": "far from 0: take smaller starting weights", "layers": "."},
        ),
        (
            generator,
            spoiled(discriminator, 1, lambda weight: 1e-6 * weight),
            {"layers": "gives numbers of .*: try leaky_relu, Keras' own starting"},
        ),
        (
            frozen(generator, 0),
            discriminator,
            {"gradients": "dense.* is frozen: set tr", "generator": "."},
        ),
        (
            generator,
            slow,
            {"discriminator": "can't learn that by heart", "layers": "."},
        ),
        (
            lambda: frozen_whole(generator()),
            discriminator,
            {
                "networks": "generator must have weights to train",
                "gradients": ".",
                "generator": ".",
            },
        ),
    ],
)
def test_each_fault_of_a_network_is_found_and_no_other(found, judged, expected):
    faults = mended(found, judged)
    assert set(faults) == set(expected), faults
    for check, message in expected.items():
        with pytest.raises(ValueError, match=message):
            raise ValueError(faults[check])


def frozen_whole(network):
    network.trainable = False
    return network


@pytest.mark.parametrize(
    ("found", "judged", "message"),
    [
        (
            lambda: build_upsampling_generator(20, image_size=8),
            discriminator,
            "take the",
        ),
        (generator, lambda: judging(LAYERS.Dense(2))(), "one logit for each image"),
    ],
)
def test_networks_that_do_not_fit_are_told_so_and_nothing_else_is_said(
    found, judged, message
):
    report = preflight(found(), judged(), IMAGES)
    assert report.checks[0].name == "networks"
    with pytest.raises(ValueError, match=message):
        raise ValueError(report.checks[0].mend)


def test_small_batches_and_batch_normalization_do_not_go_together():
    normalizing = judging(
        dense(8, None, 0), LAYERS.BatchNormalization(), dense(1, None, 1)
    )
    faults = mended(judged=normalizing, batch_size=8)
    assert set(faults) == {"step"}
    assert "too few for batch_normalization" in faults["step"]
    assert mended(judged=normalizing, batch_size=16) == {}
    assert mended(batch_size=8) == {}


# What it leaves behind


def test_the_networks_are_left_as_they_were():
    found = generator(LAYERS.BatchNormalization(), activation="tanh")
    networks = found, discriminator()
    before = [np.array(v) for each in networks for v in each.variables]
    preflight(*networks, IMAGES)
    after = [np.array(v) for each in networks for v in each.variables]
    assert len(before) == 13
    for old, new in zip(before, after, strict=True):
        np.testing.assert_array_equal(old, new)


def test_the_report_is_a_table():
    report = preflight(generator(), discriminator(), 127.5 * (IMAGES + 1))
    title, *lines = str(report).splitlines()
    assert title == "1 of 10 to mend"
    marked = [line for line in lines if line.startswith("MEND")]
    assert [line.split()[1] for line in marked] == ["images"]
    assert sum(line.startswith("ok ") for line in lines) == 9
    assert max(map(len, lines)) <= 88
    assert "100 images: about" not in str(report)
    assert "128 images: about" in lines[-1]
    assert str(report._replace(checks=report.checks[:1])).startswith("All is well\nok")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((None, discriminator(), IMAGES), TypeError, "generator must be a Keras model"),
        ((generator(), len, IMAGES), TypeError, "discriminator must be a Keras model"),
        ((generator(), discriminator(), (IMAGES, 1)), TypeError, "take the images"),
        ((generator(), discriminator(), "a.png"), TypeError, "must be an array.*str"),
        ((generator(), discriminator(), IMAGES[:0]), ValueError, "must hold some; got"),
    ],
)
def test_what_cannot_be_looked_at_is_an_error(arguments, error, message):
    with pytest.raises(error, match=message):
        preflight(*arguments)
