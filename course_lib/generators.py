"""The two small generators of the course, and the discriminator for them.

Both generators turn 100 latent numbers into 128 feature maps of 5x5 pixels and
those into one image of 10x10, with 324,353 parameters. They differ in how the maps
grow: by repeating pixels before a convolution, or by a transposed convolution.
"""

from numbers import Real

from course_lib import shapes
from course_lib.backend import keras

MAP_SIZE = 5
"""Height and width of the feature maps before they are upsampled, in pixels."""

MAPS = 128
"""Number of feature maps."""

CHANNELS_LAST = {"data_format": "channels_last"}
"""Whatever Keras is set to."""


def build_upsampling_generator(
    latent_dim: int = 100,
    hidden_activation: str | None = None,
    output_activation: str | None = None,
    *,
    seed: int | None = None,
    name: str = "upsampling_generator",
) -> keras.Sequential:
    """Builds the generator of chapter 3: `UpSampling2D`, then `Conv2D`.

    As it stands it has no activation and is one affine map; pass `"leaky_relu"` and
    `"tanh"` to make it trainable.

    Args:
        latent_dim: How many numbers describe an image, at least 1.
        hidden_activation: Keras' name of the activation after the dense layer.
        output_activation: Keras' name of the activation of the image.
        seed: Makes the random starting weights repeatable; 0 or more.
        name: Name of the model.

    Returns:
        A model from latent points, shape `(batch, latent_dim)`, to images, shape
        `(batch, 10, 10, 1)`, float32.

    Raises:
        TypeError: If `latent_dim` is not a whole number.
        ValueError: If `latent_dim` is below 1 or an activation is unknown.

    Example:
        >>> build_upsampling_generator().count_params()
        324353
    """
    model = _projection(latent_dim, hidden_activation, seed, name)
    model.add(keras.layers.UpSampling2D(2, **CHANNELS_LAST, name="upsample"))
    model.add(
        keras.layers.Conv2D(
            1,
            3,
            padding="same",
            **CHANNELS_LAST,
            activation=_activation("output_activation", output_activation),
            kernel_initializer=_random_weights(seed, 1),
            name="draw",
        )
    )
    return model


def build_transposed_generator(
    latent_dim: int = 100,
    hidden_activation: str | None = None,
    output_activation: str | None = None,
    *,
    seed: int | None = None,
    name: str = "transposed_generator",
) -> keras.Sequential:
    """Builds the generator of chapter 5: one `Conv2DTranspose`.

    As it stands it has no activation and is one affine map; pass `"leaky_relu"` and
    `"tanh"` to make it trainable.

    Args:
        latent_dim: How many numbers describe an image, at least 1.
        hidden_activation: Keras' name of the activation after the dense layer.
        output_activation: Keras' name of the activation of the image.
        seed: Makes the random starting weights repeatable; 0 or more.
        name: Name of the model.

    Returns:
        A model from latent points, shape `(batch, latent_dim)`, to images, shape
        `(batch, 10, 10, 1)`, float32.

    Raises:
        TypeError: If `latent_dim` is not a whole number.
        ValueError: If `latent_dim` is below 1 or an activation is unknown.

    Example:
        >>> build_transposed_generator().count_params()
        324353
    """
    model = _projection(latent_dim, hidden_activation, seed, name)
    model.add(
        keras.layers.Conv2DTranspose(
            1,
            3,
            strides=2,
            padding="same",
            **CHANNELS_LAST,
            activation=_activation("output_activation", output_activation),
            kernel_initializer=_random_weights(seed, 1),
            name="upsample_and_draw",
        )
    )
    return model


def build_discriminator(
    image_size: int = 10,
    dropout: float = 0.4,
    *,
    seed: int | None = None,
    name: str = "discriminator",
) -> keras.Sequential:
    """Builds a discriminator that shrinks images with strided convolutions.

    Args:
        image_size: Height and width of the images in pixels, at least 1.
        dropout: Share of the features dropped in training, from 0 up to 1.
        seed: Makes the random starting weights and the dropout repeatable.
        name: Name of the model.

    Returns:
        A model from images, shape `(batch, image_size, image_size, 1)`, to logits,
        shape `(batch, 1)`, float32: positive for real, negative for generated.

    Raises:
        TypeError: If `image_size` is not a whole number.
        ValueError: If `image_size` is below 1 or `dropout` is outside [0, 1).

    Example:
        >>> build_discriminator().output_shape
        (None, 1)
    """
    size = shapes.whole_number(image_size, "image_size")
    if isinstance(dropout, bool) or not isinstance(dropout, Real):
        raise TypeError(f"dropout must be a number; got {dropout!r}")
    if not 0 <= dropout < 1:
        raise ValueError(
            f"dropout must be from 0 up to, not including, 1; got {dropout}"
        )
    model = keras.Sequential([keras.Input((size, size, 1))], name=name)
    for number, maps in enumerate((64, 128), start=1):
        model.add(
            keras.layers.Conv2D(
                maps,
                3,
                strides=2,
                padding="same",
                **CHANNELS_LAST,
                activation="leaky_relu",
                kernel_initializer=_random_weights(seed, 2 * number),
                name=f"shrink_{number}",
            )
        )
        dropout_seed = _layer_seed(seed, 2 * number + 1)
        model.add(
            keras.layers.Dropout(dropout, seed=dropout_seed, name=f"drop_{number}")
        )
    model.add(keras.layers.Flatten(**CHANNELS_LAST, name="flatten"))
    model.add(
        keras.layers.Dense(1, kernel_initializer=_random_weights(seed, 0), name="judge")
    )
    return model


def _projection(
    latent_dim: int, hidden_activation: str | None, seed: int | None, name: str
) -> keras.Sequential:
    """From the latent point to 128 feature maps of 5x5."""
    latent_dim = shapes.whole_number(latent_dim, "latent_dim")
    activation = _activation("hidden_activation", hidden_activation)
    return keras.Sequential(
        [
            keras.Input((latent_dim,)),
            keras.layers.Dense(
                MAP_SIZE * MAP_SIZE * MAPS,
                activation=activation,
                kernel_initializer=_random_weights(seed, 0),
                name="project",
            ),
            keras.layers.Reshape((MAP_SIZE, MAP_SIZE, MAPS), name="reshape"),
        ],
        name=name,
    )


def _random_weights(seed: int | None, layer: int) -> keras.initializers.Initializer:
    """Keras' default starting weights, with a seed of its own for each layer."""
    return keras.initializers.GlorotUniform(_layer_seed(seed, layer))


def _layer_seed(seed: int | None, layer: int) -> int | None:
    if seed is None:
        return None
    return 1_000 * shapes.whole_number(seed, "seed", minimum=0) + layer


def _activation(argument: str, name: str | None) -> str | None:
    if name is not None:
        try:
            keras.activations.get(name)
        except (ValueError, TypeError):
            raise ValueError(
                f"{argument} must be None or the name of a Keras activation such as "
                f'"leaky_relu" or "tanh"; got {name!r}'
            ) from None
    return name
