import numpy as np
import pytest

from course_lib.backend import keras
from course_lib.generators import (
    build_discriminator,
    build_transposed_generator,
    build_upsampling_generator,
)

BUILDERS = [build_upsampling_generator, build_transposed_generator]
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
