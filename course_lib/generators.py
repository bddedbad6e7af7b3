"""Generators that differ in how their feature maps grow, and a discriminator.

By default they turn 100 latent numbers into 128 feature maps of 5x5 pixels and those
into one image of 10x10, with 324,353 parameters; larger images take several stages.
"""

import math
from collections.abc import Callable
from numbers import Real
from typing import Any

from course_lib import shapes
from course_lib._arguments import Pair, pair, whole_number
from course_lib.backend import keras
from course_lib.layers import ICNR, BilinearStart, UpsampledConv2D

Layers = list[keras.layers.Layer]
Options = dict[str, Any]
SAME: Options = {"padding": "same", "data_format": "channels_last"}


def build_upsampling_generator(
    latent_dim: int = 100,
    hidden_activation: str | None = None,
    output_activation: str | None = None,
    *,
    batch_normalization: bool = False,
    image_size: shapes.Size = 10,
    channels: int = 1,
    stages: int | None = None,
    maps: int = 128,
    kernel_size: shapes.Size = 3,
    interpolation: str = "nearest",
    folded: bool = False,
    seed: int | None = None,
    name: str = "upsampling_generator",
) -> keras.Sequential:
    """Builds the generator of chapter 3: `UpSampling2D`, then `Conv2D`.

    As it stands it is one affine map; pass `"leaky_relu"` and `"tanh"` to make it
    trainable.

    Args:
        latent_dim: How many numbers describe an image, at least 1.
        hidden_activation: Keras' name of the activation after the dense layer and
            between stages.
        output_activation: Keras' name of the activation of the image.
        batch_normalization: Whether it comes before each hidden activation, in place
            of the bias.
        image_size: Height and width of the image in pixels, an int or `(height,
            width)`; multiples of `2 ** stages`, as `shapes.plan_stages` plans it.
        channels: Channels of the image: 1 for grey, 3 for colours.
        stages: How often maps are doubled in height and width, at least 1; by default
            until maps of 8 pixels a side or less are the image: 1 for 10, 2 for 28.
        maps: Feature maps after the dense layer; each stage but the last halves
            their number.
        kernel_size: Size of the convolution's kernel, an int or `(height, width)`.
        interpolation: How `UpSampling2D` enlarges: `"nearest"` or `"bilinear"`.
        folded: Whether each pair of layers is one `layers.UpsampledConv2D`: the same
            weights and images in less time. It only repeats pixels (`"nearest"`).
        seed: Makes the random starting weights repeatable; 0 or more.
        name: Name of the model.

    Returns:
        A model from latent points, shape `(batch, latent_dim)`, to images, shape
        `(batch, height, width, channels)`, float32.

    Raises:
        TypeError: If a number is not whole.
        ValueError: If a number is too small, a side of the image is no multiple of
            `2 ** stages`, an activation or `interpolation` is unknown, or it can't
            be folded.

    Example:
        >>> build_upsampling_generator().count_params()
        324353
        >>> build_upsampling_generator(image_size=28).output_shape
        (None, 28, 28, 1)
    """
    known = ["nearest"] if folded else ["nearest", "bilinear"]
    if interpolation not in known:
        raise ValueError(
            f"interpolation must be {' or '.join(map(repr, known))}"
            f"{' with folded=True' if folded else ''}; got {interpolation!r}"
        )

    def enlarge(size: Pair, filters: int, suffix: str, options: Options) -> Layers:
        if folded:
            return [UpsampledConv2D(filters, **options)]
        upsample = keras.layers.UpSampling2D(
            2, "channels_last", interpolation, name=f"upsample{suffix}"
        )
        return [upsample, keras.layers.Conv2D(filters, **SAME, **options)]

    network = (latent_dim, hidden_activation, output_activation, batch_normalization)
    return _generator(
        enlarge, *network, image_size, channels, stages, maps, kernel_size, seed, name
    )


def build_transposed_generator(
    latent_dim: int = 100,
    hidden_activation: str | None = None,
    output_activation: str | None = None,
    *,
    batch_normalization: bool = False,
    image_size: shapes.Size = 10,
    channels: int = 1,
    stages: int | None = None,
    maps: int = 128,
    kernel_size: shapes.Size = 3,
    bilinear_start: bool = False,
    seed: int | None = None,
    name: str = "transposed_generator",
) -> keras.Sequential:
    """Builds the generator of chapter 5: one `Conv2DTranspose`.

    Its arguments, the model and the errors are those of `build_upsampling_generator`,
    but for `bilinear_start` in place of `interpolation` and `folded`: whether each
    transposed convolution starts as a bilinear enlargement of random mixtures of its
    maps, for which `kernel_size` must be 4.

    Example:
        >>> build_transposed_generator().count_params()
        324353
        >>> build_transposed_generator(image_size=28).output_shape
        (None, 28, 28, 1)
    """
    if bilinear_start and pair(kernel_size, "kernel_size") != (4, 4):
        raise ValueError(
            "kernel_size must be 4 with bilinear_start, as is the kernel of a "
            f"bilinear enlargement by 2; got {kernel_size}"
        )

    def enlarge(size: Pair, filters: int, suffix: str, options: Options) -> Layers:
        last = options["name"] == "draw"
        name = "upsample_and_draw" if last else f"upsample{suffix}"
        options = {**SAME, **options, "strides": 2, "name": name}
        return [keras.layers.Conv2DTranspose(filters, **options)]

    network = (latent_dim, hidden_activation, output_activation, batch_normalization)
    model = _generator(
        enlarge, *network, image_size, channels, stages, maps, kernel_size, seed, name
    )
    if bilinear_start:
        _start_again(model, keras.layers.Conv2DTranspose, BilinearStart)
    return model


def build_subpixel_generator(
    latent_dim: int = 100,
    hidden_activation: str | None = None,
    output_activation: str | None = None,
    *,
    batch_normalization: bool = False,
    image_size: shapes.Size = 10,
    channels: int = 1,
    stages: int | None = None,
    maps: int = 128,
    kernel_size: shapes.Size = 3,
    seed: int | None = None,
    name: str = "subpixel_generator",
) -> keras.Sequential:
    """Builds a third generator: sub-pixel convolution, as in chapter 6.

    A convolution makes four times as many maps, and each four pixels in the same
    place become a block of 2x2. It starts as a convolution and nearest upsampling
    (ICNR). Its arguments, the model and the errors are those of
    `build_upsampling_generator`, without `interpolation` and `folded`.

    Example:
        >>> build_subpixel_generator().count_params()
        327812
    """

    def enlarge(size: Pair, filters: int, suffix: str, options: Options) -> Layers:
        blocks = (*size, 2, 2, filters)
        image = (2 * size[0], 2 * size[1], filters)
        return [
            keras.layers.Conv2D(4 * filters, **SAME, **options),
            keras.layers.Reshape(blocks, name=f"split{suffix}"),
            keras.layers.Permute((1, 3, 2, 4, 5), name=f"interleave{suffix}"),
            keras.layers.Reshape(image, name=f"join{suffix}"),
        ]

    network = (latent_dim, hidden_activation, output_activation, batch_normalization)
    model = _generator(
        enlarge, *network, image_size, channels, stages, maps, kernel_size, seed, name
    )
    _start_again(model, keras.layers.Conv2D, ICNR)
    return model


def build_discriminator(
    image_size: shapes.Size = 10,
    dropout: float = 0.4,
    *,
    channels: int = 1,
    kernel_size: shapes.Size = 3,
    seed: int | None = None,
    name: str = "discriminator",
) -> keras.Sequential:
    """Builds a discriminator that shrinks images with strided convolutions.

    Args:
        image_size: Height and width of the images in pixels, an int or `(height,
            width)`, at least 1.
        dropout: Share of the features dropped in training, from 0 up to 1.
        channels: Channels of the images: 1 for grey, 3 for colours.
        kernel_size: Size of the convolutions' kernels, an int or `(height, width)`.
        seed: Makes the random starting weights and the dropout repeatable.
        name: Name of the model.

    Returns:
        A model from images, shape `(batch, height, width, channels)`, to logits,
        shape `(batch, 1)`, float32: positive for real, negative for generated.

    Raises:
        TypeError: If a size is not a whole number, or `dropout` is no number.
        ValueError: If a size is below 1 or `dropout` is outside [0, 1).

    Example:
        >>> build_discriminator().output_shape
        (None, 1)
    """
    shape = (*pair(image_size, "image_size"), whole_number(channels, "channels"))
    kernel = pair(kernel_size, "kernel_size")
    if not isinstance(dropout, Real):
        raise TypeError(f"dropout must be a number; got {dropout!r}")
    if not 0 <= dropout < 1:
        raise ValueError(
            f"dropout must be from 0 up to, not including, 1; got {dropout}"
        )
    layers = [keras.Input(shape)]
    for number, maps in enumerate((64, 128), start=1):
        start = _random_weights(seed, 2 * number)
        options = {"activation": "leaky_relu", "kernel_initializer": start, **SAME}
        drop_seed = _layer_seed(seed, 2 * number + 1)
        layers += [
            keras.layers.Conv2D(maps, kernel, 2, name=f"shrink_{number}", **options),
            keras.layers.Dropout(dropout, seed=drop_seed, name=f"drop_{number}"),
        ]
    start = _random_weights(seed, 0)
    layers += [
        keras.layers.Flatten("channels_last", name="flatten"),
        keras.layers.Dense(1, kernel_initializer=start, name="judge"),
    ]
    return keras.Sequential(layers, name=name)


def _generator(
    enlarge: Callable[[Pair, int, str, Options], Layers],
    latent_dim: int,
    hidden_activation: str | None,
    output_activation: str | None,
    batch_normalization: bool,
    image_size: shapes.Size,
    channels: int,
    stages: int | None,
    maps: int,
    kernel_size: shapes.Size,
    seed: int | None,
    name: str,
) -> keras.Sequential:
    """All that the generators have in common.

    `enlarge` makes the layers of a stage. It takes the size of the maps that come in,
    how many go out, what its layers' names end in, and its convolution's arguments.
    """
    layers = [keras.Input((whole_number(latent_dim, "latent_dim"),))]
    maps = whole_number(maps, "maps")
    kernel = pair(kernel_size, "kernel_size")
    _check_activation("hidden_activation", hidden_activation)
    _check_activation("output_activation", output_activation)
    height, width = pair(image_size, "image_size")
    channels = whole_number(channels, "channels")
    if stages is None:
        stages = len(shapes.plan_stages(max(height, width), crop=True)) - 1
    heights, widths = (shapes.plan_stages(side, stages) for side in (height, width))
    for number in range(stages + 1):  # 0 is the dense layer
        last = number == stages
        suffix = f"_{number}" if number and stages > 1 else ""
        normalize = batch_normalization and not last
        activation = output_activation if last else hidden_activation
        options: Options = {
            "name": "draw" if last else f"convolve{suffix}",
            "activation": None if normalize else activation,
            "use_bias": not normalize,
            "kernel_initializer": _random_weights(seed, number),
        }
        if number:
            options["kernel_size"] = kernel
            filters = channels if last else max(maps >> number, 1)
            size = heights[number - 1], widths[number - 1]
            layers += enlarge(size, filters, suffix, options)
        else:
            shape = (heights[0], widths[0], maps)
            options["name"] = "project"
            layers.append(keras.layers.Dense(math.prod(shape), **options))
        if normalize:
            layers += [
                keras.layers.BatchNormalization(name=f"normalize{suffix}"),
                keras.layers.Activation(activation, name=f"activate{suffix}"),
            ]
        if not number:
            layers.append(keras.layers.Reshape(shape, name="reshape"))
    return keras.Sequential(layers, name=name)


def _start_again(
    model: keras.Sequential,
    kind: type[keras.layers.Layer],
    start: Callable[[int, Any], Any],
) -> None:
    """Draws kernels anew by an initializer of ours.

    The layers keep Keras' own, so that a saved model is loaded by Keras alone.
    """
    for layer in model.layers:
        if isinstance(layer, kind):
            draw = start(2, layer.kernel_initializer)
            layer.kernel.assign(draw(tuple(layer.kernel.shape)))


def _random_weights(seed: int | None, layer: int) -> keras.initializers.Initializer:
    """Keras' default starting weights, with a seed of its own for each layer."""
    return keras.initializers.GlorotUniform(_layer_seed(seed, layer))


def _layer_seed(seed: int | None, layer: int) -> int | None:
    if seed is None:
        return None
    return 1_000 * whole_number(seed, "seed", minimum=0) + layer


def _check_activation(argument: str, name: str | None) -> None:
    try:
        keras.activations.get(name)
    except (ValueError, TypeError):
        raise ValueError(
            f"{argument} must be None or the name of a Keras activation such as "
            f'"leaky_relu" or "tanh"; got {name!r}'
        ) from None
