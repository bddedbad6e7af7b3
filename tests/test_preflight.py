"""Preflight: networks and images with one fault each, and none where all is well."""

import re

import numpy as np
import pytest
from small_gan import LAYERS, dense

from course_lib.backend import keras
from course_lib.digits import load_digits
from course_lib.generators import build_discriminator, build_upsampling_generator
from course_lib.preflight import preflight

ops = keras.ops
IMAGES = np.random.default_rng(1).uniform(0.2, 1, (100, 1, 4, 1)).astype("float32")
IMAGES = np.tile(IMAGES, (1, 4, 1, 1))
IMAGES[:, 2:] *= -1  # light above, dark below
ONES = LAYERS.Lambda(lambda points: 0 * points + 1)
ROUND = LAYERS.Lambda(ops.round)
SIGMOID = LAYERS.Lambda(lambda x: ops.exp(-ops.softplus(-x)))


def generator(*layers, activation="tanh", last=()):
    """Draws of 20 numbers, by these layers or by the usual ones."""
    layers = layers or (dense(64, "leaky_relu", 1), dense(16, activation, 2))
    layers = [keras.Input((20,)), *layers, LAYERS.Reshape((4, 4, 1)), *last]
    return keras.Sequential(layers, name="generator")


def discriminator(*layers, last=()):
    usual = dense(64, "leaky_relu", 3), LAYERS.Dropout(0.3, seed=0), dense(1, None, 4)
    layers = [keras.Input((4, 4, 1)), LAYERS.Flatten(), *(layers or usual), *last]
    return keras.Sequential(layers, name="discriminator")


def mended(*faulty, images=IMAGES, **options):
    """What is to be mended, by check, where these networks replace the usual ones."""
    networks = {one.name: one for one in (generator(), discriminator(), *faulty)}
    return preflight(*networks.values(), images, **options).to_mend


def assert_said(faults, expected):
    assert set(faults) == set(expected), faults
    for check, message in expected.items():
        assert re.search(message, faults[check]), faults[check]


@pytest.mark.slow
def test_all_is_well_with_the_networks_of_the_course():
    """Of 10 x 10 pixels; chapter 10 asserts it of those of 32 x 32 in colours."""
    options = {"batch_normalization": True, "seed": 0}
    networks = (
        build_upsampling_generator(100, "leaky_relu", "tanh", **options),
        build_discriminator(seed=0),
    )
    report = preflight(*networks, load_digits()[0])
    assert report.to_mend == {}, str(report)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.uint8(127 * (IMAGES + 1)), r"images must be floats: x.astype\('float32'\)"),
        (127.5 * (IMAGES + 1), "images must be in .* -1 to 1; got .* x / 127.5 - 1"),
        (np.repeat(IMAGES, 3, -1), r"images must hold images of shape \(4, 4, 1\)"),
        (np.where(IMAGES > 0.9, np.nan, IMAGES), "images must hold finite numbers"),
        (np.repeat(IMAGES[:3], 20, axis=0), "only 3 differ: look at them"),
        (IMAGES / 127.5 - 0.9, "all but one colour: are they scaled twice"),
    ],
    ids=["bytes", "255", "colour", "NaN", "repeated", "twice"],
)
def test_faulty_images_are_all_that_is_to_be_mended(images, message):
    assert_said(mended(images=images), {"images": message})


def spoiled(network, number, factor):
    """A network whose weights of one layer are multiplied."""
    layer = network.layers[number]
    layer.set_weights([factor * weight for weight in layer.get_weights()])
    return network


def frozen(network, number=None):
    part = network if number is None else network.layers[number]
    part.trainable = False
    return network


FAULTS = {
    "no tanh": (
        lambda: generator(activation=None),
        {"drawn images": 'beyond all images: give its last .*activation="tanh"'},
    ),
    "one image": (  # the latent point is not used, but the weights are trained
        lambda: generator(ONES, dense(16, "tanh", 2)),
        {
            "latent points": "same image of every latent",
            "layers": "16 of 16 maps of .* are dead",
            "generator": "can't learn that by heart",
        },
    ),
    "rounded images": (
        lambda: generator(last=[ROUND]),
        {"gradients": "^no gradient reaches .*dense.*round", "generator": "."},
    ),
    "dead": (
        lambda: generator(
            LAYERS.Dense(64, "relu", bias_initializer=keras.initializers.Constant(-99)),
            dense(16, "tanh", 2),
        ),
        {
            "latent points": "same image",
            "layers": "gives numbers of 0: try leaky_relu",
            "gradients": "^only zeros reach .*kernel.*: look for a dead ReLU",
            "generator": ".",
        },
    ),
    "NaN": (
        lambda: spoiled(generator(), 0, np.nan),
        {
            "drawn images": "draws NaN or infinity",
            "latent points": ".",
            "layers": "gives numbers of nan",
            "generator": ".",
        },
    ),
    "a sigmoid in disguise": (
        lambda: discriminator(last=[SIGMOID]),
        {
            "logits": "numbers from 0 to 1 whatever it learns: leave out its last",
            "discriminator": "can't learn that by heart",
        },
    ),
    "rounding": (
        lambda: discriminator(ROUND, dense(64, "leaky_relu", 0), dense(1, None, 1)),
        {"gradients": "^no gradient passes through discriminator to"},
    ),
    "large logits": (
        lambda: spoiled(discriminator(), -1, 1000),
        {"logits": "far from 0: take smaller starting weights", "layers": "."},
    ),
    "tiny weights": (
        lambda: spoiled(discriminator(), 1, 1e-6),
        {"layers": "gives numbers of .*: try leaky_relu, Keras' own starting"},
    ),
    "a frozen layer": (
        lambda: frozen(generator(), 0),
        {"gradients": "^dense.* is frozen: set trainable", "generator": "."},
    ),
    "frozen": (
        lambda: frozen(generator()),
        {"networks": "generator must have weights", "gradients": ".", "generator": "."},
    ),
}


@pytest.mark.parametrize(("faulty", "expected"), FAULTS.values(), ids=FAULTS)
def test_each_fault_of_a_network_is_found_and_no_other(faulty, expected):
    assert_said(mended(faulty()), expected)


def test_layers_of_one_name_in_both_networks_are_two():
    points, image = keras.Input((20,)), keras.Input((4, 4, 1))
    drawn = ROUND(LAYERS.Dense(16, "tanh", name="first")(points))
    judged = LAYERS.Dense(64, "leaky_relu", name="first")(LAYERS.Flatten()(image))
    networks = (
        keras.Model(points, LAYERS.Reshape((4, 4, 1))(drawn), name="generator"),
        keras.Model(image, dense(1, None, 4)(judged), name="discriminator"),
    )
    expected = {"gradients": "^no gradient reaches first/kernel", "generator": "."}
    assert_said(mended(*networks), expected)


def test_networks_that_do_not_fit_are_told_so_and_nothing_else_is_said():
    found = build_upsampling_generator(20, image_size=8)
    ((name, _, mend),) = preflight(found, discriminator(), IMAGES).checks
    assert (name, mend[:27]) == ("networks", "discriminator must take the")


def test_small_batches_and_batch_normalization_do_not_go_together():
    layers = dense(8, None, 0), LAYERS.BatchNormalization(), dense(1, None, 1)
    normalizing = discriminator(*layers)
    expected = {"step": "too few for batch_normalization"}
    assert_said(mended(normalizing, batch_size=8), expected)
    assert mended(normalizing, batch_size=16) == {}


def test_the_report_is_a_table_and_the_networks_are_left_as_they_were():
    hidden = dense(64, "leaky_relu", 1), LAYERS.BatchNormalization()
    networks = generator(*hidden, dense(16, "tanh", 2)), discriminator()
    variables = [v for network in networks for v in network.variables]
    before = [np.array(v) for v in variables]
    report = preflight(*networks, 127.5 * (IMAGES + 1), batch_size=20)
    assert len(before) == 13  # with the state of the dropout
    for old, new in zip(before, variables, strict=True):
        np.testing.assert_array_equal(old, new)
    title, *lines = str(report).splitlines()
    assert title == "1 of 10 to mend"
    marked = [line for line in lines if line.startswith("MEND")]
    assert [line.split()[1] for line in marked] == ["images"]
    assert sum(line.startswith("ok ") for line in lines) == 9
    assert max(map(len, lines)) <= 88
    assert "20 images: about" in lines[-1]
    assert str(report._replace(checks=report.checks[:1])).startswith("All is well\nok")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((None, discriminator(), IMAGES), TypeError, "generator must be a Keras model"),
        ((generator(), discriminator(), (IMAGES, 1)), TypeError, "take the images"),
        ((generator(), discriminator(), IMAGES[:0]), ValueError, "must hold some; got"),
    ],
)
def test_what_cannot_be_looked_at_is_an_error(arguments, error, message):
    with pytest.raises(error, match=message):
        preflight(*arguments)
