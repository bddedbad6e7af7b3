import subprocess
import sys

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


def test_the_upsampling_generator_is_that_of_the_course():
    layers = build_upsampling_generator().layers
    assert [type(layer).__name__ for layer in layers] == [
        "Dense",
        "Reshape",
        "UpSampling2D",
        "Conv2D",
    ]
    assert [layer.output.shape[1:] for layer in layers] == [
        (3200,),
        (5, 5, 128),
        (10, 10, 128),
        (10, 10, 1),
    ]
    assert [layer.count_params() for layer in layers] == [323_200, 0, 0, 1_153]


def test_the_transposed_generator_is_that_of_the_course():
    layers = build_transposed_generator().layers
    assert [type(layer).__name__ for layer in layers] == [
        "Dense",
        "Reshape",
        "Conv2DTranspose",
    ]
    assert layers[-1].output.shape == (None, 10, 10, 1)
    assert [layer.count_params() for layer in layers] == [323_200, 0, 1_153]


@each_builder
def test_without_activations_it_is_affine(build):
    generator = build(seed=1)
    points = np.random.default_rng(0).normal(size=(2, 100)).astype("float32")
    a, b, both, none = generator(np.stack([*points, points.sum(axis=0), 0 * points[0]]))
    np.testing.assert_allclose(a + b - none, both, atol=1e-5)


@each_builder
def test_with_activations_it_is_not(build):
    generator = build(7, "leaky_relu", "tanh", seed=1)
    points = np.random.default_rng(0).normal(size=(2, 7)).astype("float32") * 9
    a, b, both, none = generator(np.stack([*points, points.sum(axis=0), 0 * points[0]]))
    assert np.abs(a + b - none - both).max() > 0.1
    assert np.abs(a).max() <= 1


@each_builder
def test_a_seed_repeats_the_weights(build):
    first, again, other = (build(seed=seed).get_weights() for seed in (3, 3, 4))
    for one, same, different in zip(first, again, other, strict=True):
        np.testing.assert_array_equal(one, same)
        if one.ndim > 1:
            assert np.abs(one - different).max() > 0
    unseeded = build().get_weights()[0]
    assert np.abs(unseeded - build().get_weights()[0]).max() > 0


@each_builder
def test_it_survives_saving(build, tmp_path):
    generator = build(5, "leaky_relu", "tanh", seed=0)
    generator.save(tmp_path / "generator.keras")
    again = keras.saving.load_model(tmp_path / "generator.keras")
    point = np.ones((1, 5), "float32")
    np.testing.assert_array_equal(generator(point), again(point))


@each_builder
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((0,), ValueError, "latent_dim must be 1 or more; got 0"),
        ((100.0,), TypeError, "latent_dim must be a whole number"),
        ((100, "relu6ish"), ValueError, "hidden_activation must be .*'relu6ish'"),
        ((100, None, "than"), ValueError, "output_activation must be .*'than'"),
    ],
)
def test_bad_arguments_are_named(build, arguments, error, message):
    with pytest.raises(error, match=message):
        build(*arguments)


def test_both_kinds_have_the_same_budget_whatever_is_added():
    for options in (
        {"batch_normalization": True},
        {"image_size": 28},
        {"image_size": 20, "channels": 3, "batch_normalization": True},
    ):
        one, other = build_upsampling_generator, build_transposed_generator
        assert one(**options).count_params() == other(**options).count_params()


def test_28_pixels_take_two_stages():
    layers = build_upsampling_generator(image_size=28).layers
    assert [layer.name for layer in layers] == [
        "project",
        "reshape",
        "upsample_1",
        "convolve_1",
        "upsample_2",
        "draw",
    ]
    assert [layer.output.shape[1:] for layer in layers[1:]] == [
        (7, 7, 128),
        (14, 14, 128),
        (14, 14, 64),
        (28, 28, 64),
        (28, 28, 1),
    ]
    layers = build_transposed_generator(image_size=28, batch_normalization=True).layers
    assert [layer.name for layer in layers] == [
        "project",
        "normalize",
        "activate",
        "reshape",
        "upsample_1",
        "normalize_1",
        "activate_1",
        "upsample_and_draw",
    ]
    assert [layer.use_bias for layer in (layers[0], layers[4], layers[-1])] == [
        False,
        False,
        True,
    ]


@each_builder
@pytest.mark.parametrize(
    ("options", "first", "shape"),
    [
        ({"image_size": 8}, (4, 4, 128), (8, 8, 1)),
        ({"image_size": 16}, (8, 8, 128), (16, 16, 1)),
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
def test_normalization_comes_before_each_hidden_activation(build):
    generator = build(6, "leaky_relu", "tanh", batch_normalization=True, image_size=20)
    normalize, activate = (
        [generator.get_layer(name + suffix) for suffix in ("", "_1")]
        for name in ("normalize", "activate")
    )
    points = np.random.default_rng(0).normal(size=(64, 6)).astype("float32")
    probe = keras.Model(
        generator.inputs[0], [x.output for x in (*normalize, *activate)]
    )
    *normalized, once, twice = (np.asarray(x) for x in probe(points, training=True))
    for before, after in zip(normalized, (once, twice), strict=True):
        over = tuple(range(before.ndim - 1))
        np.testing.assert_allclose(before.mean(axis=over), 0, atol=1e-4)
        np.testing.assert_allclose(
            after, np.where(before > 0, 1, 0.2) * before, rtol=1e-5
        )


def test_folded_it_draws_the_same_images():
    options = {"image_size": 28, "seed": 2}
    pairs = build_upsampling_generator(9, "leaky_relu", "tanh", **options)
    folded = build_upsampling_generator(9, "leaky_relu", "tanh", folded=True, **options)
    assert len(folded.layers) == 4
    points = np.random.default_rng(0).normal(size=(3, 9)).astype("float32")
    np.testing.assert_allclose(pairs(points), folded(points), atol=1e-5)
    folded.set_weights([weight + 0.1 for weight in folded.get_weights()])
    pairs.set_weights(folded.get_weights())
    np.testing.assert_allclose(pairs(points), folded(points), atol=1e-4)


def test_a_subpixel_generator_starts_without_a_pattern():
    generator = build_subpixel_generator(5, seed=0)
    images = generator(np.random.default_rng(0).normal(size=(4, 5))).numpy()
    for row in (0, 1):
        for column in (0, 1):
            np.testing.assert_array_equal(
                images[:, row::2, column::2], images[:, ::2, ::2]
            )


def test_its_four_maps_become_blocks_of_four_pixels():
    generator = build_subpixel_generator(5, seed=0, image_size=(4, 6), channels=2)
    small = keras.Model(generator.inputs[0], generator.get_layer("draw").output)
    generator.get_layer("draw").set_weights(
        [
            w + np.linspace(0, 1, 8, dtype="float32")
            for w in generator.get_layer("draw").get_weights()
        ]
    )
    points = np.ones((2, 5), "float32")
    np.testing.assert_allclose(
        generator(points), keras.ops.depth_to_space(small(points), 2), atol=1e-6
    )


def test_a_bilinear_start_stamps_bilinear_kernels():
    generator = build_transposed_generator(kernel_size=4, bilinear_start=True, seed=0)
    kernel = generator.get_layer("upsample_and_draw").kernel.numpy()
    stamp = kernels.bilinear_kernel(2, channels=1)[:, :, 0, 0]
    factors = kernel.sum(axis=(0, 1)) / stamp.sum()
    np.testing.assert_allclose(kernel, stamp[:, :, None, None] * factors, rtol=1e-5)
    assert np.ptp(factors) > 0.1
    with pytest.raises(ValueError, match="kernel_size must be 4 with bilinear_start"):
        build_transposed_generator(bilinear_start=True)


LOAD = """
import sys
import keras
for path in sys.argv[1:]:
    print(keras.saving.load_model(path).count_params())
assert not any(name.startswith("course_lib") for name in sys.modules)
"""


def test_keras_alone_loads_every_kind(tmp_path):
    generators = [
        build_upsampling_generator(batch_normalization=True),
        build_transposed_generator(kernel_size=4, bilinear_start=True),
        build_subpixel_generator(),
    ]
    paths = [tmp_path / f"{generator.name}.keras" for generator in generators]
    for generator, path in zip(generators, paths, strict=True):
        generator.save(path)
    command = [sys.executable, "-c", LOAD, *map(str, paths)]
    loaded = subprocess.run(command, check=True, capture_output=True, text=True)
    assert loaded.stdout.split() == [str(g.count_params()) for g in generators]


@each_builder
@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        (
            {"image_size": 10, "stages": 2},
            ValueError,
            "image_size must be multiples of 4",
        ),
        ({"image_size": 27}, ValueError, "multiples of 4, as 2 stages .* got 27 x 27"),
        ({"image_size": 9}, ValueError, "multiples of 2, .* got 9 x 9"),
        ({"stages": 0}, ValueError, "stages must be 1 or more; got 0"),
        ({"maps": 0}, ValueError, "maps must be 1 or more"),
        ({"channels": 1.5}, TypeError, "channels must be a whole number"),
        ({"kernel_size": "3"}, TypeError, "kernel_size must be"),
        ({"batch_normalization": "yes"}, TypeError, "batch_normalization must be True"),
    ],
)
def test_bad_options_are_named(build, options, error, message):
    with pytest.raises(error, match=message):
        build(**options)


@pytest.mark.parametrize("size", [10, 20, 28])
def test_the_discriminator_gives_one_logit(size):
    discriminator = build_discriminator(size, seed=0)
    images = np.zeros((3, size, size, 1), "float32")
    assert discriminator(images).shape == (3, 1)
    strided = [x for x in discriminator.layers if isinstance(x, keras.layers.Conv2D)]
    assert [layer.strides for layer in strided] == [(2, 2), (2, 2)]
    assert discriminator.layers[-1].activation is keras.activations.linear


def test_bad_arguments_of_the_discriminator_are_named():
    with pytest.raises(ValueError, match="dropout must be from 0"):
        build_discriminator(dropout=1)
    with pytest.raises(TypeError, match="image_size must be a whole number"):
        build_discriminator("10")
    with pytest.raises(ValueError, match="channels must be 1 or more"):
        build_discriminator(channels=0)
    assert build_discriminator((4, 6), channels=3).input_shape == (None, 4, 6, 3)


@pytest.mark.parametrize("dropout", ["0.4", None, True, np.array([0.1, 0.2])])
def test_a_dropout_that_is_no_number_is_named(dropout):
    with pytest.raises(TypeError, match="dropout must be a number"):
        build_discriminator(dropout=dropout)


@each_builder
def test_seeds_are_whole_numbers(build):
    one, other = (build(5, seed=seed).get_weights()[0] for seed in (3, np.int64(3)))
    np.testing.assert_array_equal(one, other)
    for seed in ("a", 1.5, True):
        with pytest.raises(TypeError, match="seed must be a whole number"):
            build(seed=seed)


@pytest.fixture
def channels_first():
    keras.config.set_image_data_format("channels_first")
    yield
    keras.config.set_image_data_format("channels_last")


@pytest.mark.usefixtures("channels_first")
def test_images_are_channels_last_whatever_keras_is_set_to():
    for build in BUILDERS:
        assert build().output_shape == (None, 10, 10, 1)
    assert build_discriminator().count_params() == 75_649
