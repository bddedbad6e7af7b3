"""The generators that are compared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course_lib._arguments import whole_number
from course_lib.backend import keras
from course_lib.gan import GAN, latent_points
from course_lib.generators import (
    build_discriminator,
    build_subpixel_generator,
    build_transposed_generator,
    build_upsampling_generator,
)


@dataclass(frozen=True)
class Variant:
    """One of the things compared: a generator, and how fast both networks learn.

    With `spread_of`, its last kernel is scaled at the start: images of the untrained
    generator spread, before their activation, as those of that other variant.
    """

    build: Callable[..., keras.Model]
    options: Mapping[str, Any] = field(default_factory=dict)
    learning_rate: float = 5e-4
    spread_of: str | None = None


_UPSAMPLING, _TRANSPOSED = build_upsampling_generator, build_transposed_generator

MAIN = {
    "upsampling": Variant(_UPSAMPLING),
    "upsampling_bilinear": Variant(_UPSAMPLING, {"interpolation": "bilinear"}),
    "transposed_3x3": Variant(_TRANSPOSED),
    "transposed_3x3_matched": Variant(_TRANSPOSED, spread_of="upsampling"),
    "transposed_4x4": Variant(_TRANSPOSED, {"kernel_size": 4}),
    "bilinear_start": Variant(_TRANSPOSED, {"kernel_size": 4, "bilinear_start": True}),
    "subpixel_icnr": Variant(build_subpixel_generator),
}
"""The layers, with all else equal."""

ABLATION = {
    "upsampling_half_maps": Variant(_UPSAMPLING, {"maps": 64}),
    "upsampling_double_rate": Variant(_UPSAMPLING, learning_rate=1e-3),
    "transposed_3x3_half_maps": Variant(_TRANSPOSED, {"maps": 64}),
    "transposed_3x3_double_rate": Variant(_TRANSPOSED, learning_rate=1e-3),
}
"""The same layer, with something else changed."""

TWO_STAGE = {
    "upsampling_28": Variant(_UPSAMPLING, {"image_size": 28}),
    "transposed_28": Variant(_TRANSPOSED, {"image_size": 28}),
}
"""Two layers of a kind, one after the other, that draw digits of 28x28."""

VARIANTS = MAIN | ABLATION | TWO_STAGE


def build_gan(
    variant: str, seed: int, *, ema: float | None = None, jit_compile: bool = False
) -> GAN:
    """Builds and compiles the GAN of one run, ready for `fit`.

    Variants with the same seed have the same discriminator, noise and order of the
    digits, and as far as their shapes allow the same starting weights.

    Args:
        variant: A name in `VARIANTS`.
        seed: Decides all that is random; 0 or more.
        ema: As `GAN` takes it.
        jit_compile: As `GAN.compile` takes it.

    Raises:
        ValueError: If `variant` is unknown or `seed` is below 0.

    Example:
        >>> build_gan("upsampling", seed=0).generator.output_shape
        (None, 10, 10, 1)
    """
    chosen = VARIANTS[variant_name(variant)]
    seed = whole_number(seed, "seed", minimum=0)
    generator = _generator(chosen, seed)
    if chosen.spread_of:
        ratio = _spread(VARIANTS[chosen.spread_of], seed) / _spread(chosen, seed)
        kernel = generator.layers[-1].kernel
        kernel.assign(kernel * ratio)
    discriminator = build_discriminator(generator.output_shape[1], seed=seed)
    gan = GAN(generator, discriminator, ema=ema, seed=seed)
    rate = chosen.learning_rate
    optimizers = (keras.optimizers.Adam(rate, beta_1=0.5) for _ in "gd")
    gan.compile(*optimizers, jit_compile=jit_compile)
    return gan


def _generator(
    variant: Variant, seed: int, output_activation: str | None = "tanh"
) -> keras.Model:
    return variant.build(
        hidden_activation="leaky_relu",
        output_activation=output_activation,
        batch_normalization=True,
        seed=seed,
        **variant.options,
    )


def _spread(variant: Variant, seed: int) -> float:
    """Standard deviation of images before `tanh`, as the first step draws them."""
    untrained = _generator(variant, seed, output_activation=None)
    points = latent_points(1000, untrained.input_shape[-1], seed=0)
    return float(np.std(untrained(points, training=True)))


def variant_name(value: object) -> str:
    """Returns the name of a variant, or says which there are."""
    if not isinstance(value, str) or value not in VARIANTS:
        known = ", ".join(VARIANTS)
        raise ValueError(f"variant must be one of {known}; got {value!r}")
    return value
