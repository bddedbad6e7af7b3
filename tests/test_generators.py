import zipfile
from itertools import pairwise

import numpy as np
import pytest

from course_lib import kernels
from course_lib.backend import keras
from course_lib.generators import (
    build_discriminator,
    build_subpixel_generator,
    build_transposed_generator,
    build_upsampling_generator,
)

BUILDERS = [
    build_upsampling_generator,
    build_transposed_generator,
    build_subpixel_generator,
]
each_builder = pytest.mark.parametrize("build", BUILDERS)


def random_points(*shape):
    return np.random.default_rng(0).normal(size=shape).astype("float32")


def test_the_layers_are_those_of_the_course():
    """Without a bias where a normalization follows."""
    generator = build_transposed_generator(4, image_size=28, batch_normalization=True)
    layers = generator.layers
    found = [(one.name, one.output.shape[1:], one.count_params()) for one in layers]
    assert found == [
        ("project", (6272,), 4 * 6272),
        ("normalize", (6272,), 4 * 6272),
        ("activate", (6272,), 0),
        ("reshape", (7, 7, 128), 0),
        ("upsample_1", (14, 14, 64), 73_728),
        ("normalize_1", (14, 14, 64), 256),
        ("activate_1", (14, 14, 64), 0),
        ("upsample_and_draw", (28, 28, 1), 577),
    ]
    names = [layer.name for layer in build_upsampling_generator().layers]
    assert names == ["project", "reshape", "upsample", "draw"]


@each_builder
def test_it_is_affine_without_activations_and_only_then(build):
    a, b = random_points(2, 7) * 9
    points = np.stack([a, b, a + b, 0 * a])
    a, b, both, none = build(7, seed=1)(points)
    np.testing.assert_allclose(a + b - none, both, atol=1e-4)
    a, b, both, none = build(7, "leaky_relu", "tanh", seed=1)(points)
    assert np.abs(a + b - none - both).max() > 0.1
    assert np.abs(a).max() <= 1


@each_builder
def test_a_seed_repeats_the_weights(build):
    first, again, other = (build(5, seed=n).get_weights() for n in (3, np.int64(3), 4))
    for one, same, different in zip(first, again, other, strict=True):
        np.testing.assert_array_equal(one, same)
        if one.ndim > 1:
            assert np.abs(one - different).max() > 0
    unseeded, anew = (build(5).get_weights()[0] for _ in range(2))
    assert np.abs(unseeded - anew).max() > 0


@each_builder
@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"latent_dim": 0}, ValueError, "latent_dim must be 1 or more; got 0"),
        ({"hidden_activation": "relux"}, ValueError, "hidden_activation .*'relux'"),
        ({"output_activation": "than"}, ValueError, "output_activation .*'than'"),
        ({"image_size": (20, 27)}, ValueError, "of 4, as 2 stages .* got 27. Take 24"),
        ({"maps": 0}, ValueError, "maps must be 1 or more"),
        ({"channels": 1.5}, TypeError, "channels must be a whole number"),
        ({"kernel_size": "3"}, TypeError, "kernel_size must be"),
        ({"seed": "a"}, TypeError, "seed must be a whole number"),
    ],
)
def test_bad_options_are_named(build, options, error, message):
    with pytest.raises(error, match=message):
        build(**options)


@each_builder
@pytest.mark.parametrize(
    ("options", "first", "shape"),
    [
        ({"image_size": 18, "stages": 1}, (9, 9, 128), (18, 18, 1)),
        ({"image_size": (12, 20), "channels": 3}, (3, 5, 128), (12, 20, 3)),
        ({"image_size": 64, "maps": 3}, (8, 8, 3), (64, 64, 1)),
    ],
)
def test_other_sizes_follow_from_the_arguments(build, options, first, shape):
    generator = build(4, **options)
    assert generator.get_layer("reshape").output.shape[1:] == first
    assert generator(np.ones((2, 4))).shape == (2, *shape)


@each_builder
def test_hidden_activations_come_after_normalization(build):
    generator = build(6, "leaky_relu", "tanh", batch_normalization=True, image_size=20)
    active = [layer for layer in generator.layers if hasattr(layer, "activation")]
    names = [layer.activation.__name__ for layer in active]
    assert names == ["linear", "leaky_relu", "linear", "leaky_relu", "tanh"]
    for before, after in pairwise(generator.layers):
        normal = isinstance(before, keras.layers.BatchNormalization)
        assert normal == isinstance(after, keras.layers.Activation)


def test_folded_it_draws_the_same_images():
    options = {"output_activation": "tanh", "image_size": 28, "seed": 2}
    pairs = build_upsampling_generator(9, **options)
    folded = build_upsampling_generator(9, folded=True, **options)
    assert len(folded.layers) == 4
    points = random_points(3, 9)
    np.testing.assert_allclose(pairs(points), folded(points), atol=1e-5)


def test_four_maps_become_blocks_of_four_pixels_without_a_pattern_at_first():
    generator = build_subpixel_generator(5, seed=0, image_size=(4, 6), channels=2)
    points = random_points(2, 5)
    blocks = generator(points).numpy().reshape(2, 2, 2, 3, 2, 2)
    np.testing.assert_array_equal(np.ptp(blocks, axis=(2, 4)), 0)
    draw = generator.get_layer("draw")
    draw.bias.assign(np.arange(8))
    small = keras.Model(generator.inputs[0], draw.output)
    expected = keras.ops.depth_to_space(small(points), 2)
    np.testing.assert_allclose(generator(points), expected, atol=1e-6)


def test_bilinear_upsampling_changes_no_weight():
    nearest = build_upsampling_generator(9, seed=0)
    bilinear = build_upsampling_generator(9, interpolation="bilinear", seed=0)
    assert bilinear.get_layer("upsample").interpolation == "bilinear"
    for a, b in zip(nearest.get_weights(), bilinear.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    for options in ({"interpolation": "cubic"}, {"folded": True}):
        with pytest.raises(ValueError, match="interpolation must be 'nearest'"):
            build_upsampling_generator(**{"interpolation": "bilinear"} | options)


def test_a_bilinear_start_stamps_bilinear_kernels():
    generator = build_transposed_generator(kernel_size=4, bilinear_start=True, seed=0)
    kernel = generator.get_layer("upsample_and_draw").kernel.numpy()
    stamp = kernels.bilinear_kernel(2, channels=1)
    factors = kernel.sum(axis=(0, 1)) / stamp.sum()
    np.testing.assert_allclose(kernel, stamp * factors, rtol=1e-5)
    assert np.ptp(factors) > 0.1
    with pytest.raises(ValueError, match="kernel_size must be 4 with bilinear_start"):
        build_transposed_generator(bilinear_start=True)


@pytest.mark.parametrize(
    "generator",
    [
        build_upsampling_generator(5, "leaky_relu", "tanh", batch_normalization=True),
        build_transposed_generator(5, kernel_size=4, bilinear_start=True),
        build_subpixel_generator(5),
    ],
    ids=lambda generator: generator.name,
)
def test_keras_alone_loads_every_kind(generator, tmp_path):
    path = tmp_path / "generator.keras"
    generator.save(path)
    with zipfile.ZipFile(path) as saved:
        assert b"course_lib" not in saved.read("config.json")
    points = random_points(2, 5)
    loaded = keras.saving.load_model(path)
    np.testing.assert_allclose(loaded(points), generator(points), atol=1e-6)


def test_the_discriminator_gives_one_logit():
    discriminator = build_discriminator((10, 14), channels=3, kernel_size=(4, 2))
    assert discriminator(np.zeros((4, 10, 14, 3), "float32")).shape == (4, 1)
    strided = [x for x in discriminator.layers if isinstance(x, keras.layers.Conv2D)]
    sizes = [(layer.kernel_size, layer.strides) for layer in strided]
    assert sizes == 2 * [((4, 2), (2, 2))]
    assert discriminator.layers[-1].activation is keras.activations.linear


def test_bad_arguments_of_the_discriminator_are_named():
    bad = (("dropout", 1), ("dropout", "0.4"), ("image_size", 0), ("channels", 0))
    for name, value in bad:
        with pytest.raises((TypeError, ValueError), match=f"{name} must be"):
            build_discriminator(**{name: value})


def test_images_are_channels_last_whatever_keras_is_set_to():
    keras.config.set_image_data_format("channels_first")
    try:
        shapes = [build(5).output_shape for build in BUILDERS]
        parameters = build_discriminator().count_params()
    finally:
        keras.config.set_image_data_format("channels_last")
    assert shapes == 3 * [(None, 10, 10, 1)]
    assert parameters == 75_649
