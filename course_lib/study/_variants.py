"""The generators that are compared."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from course_lib._arguments import whole_number
from course_lib.backend import keras
from course_lib.gan import GAN
from course_lib.generators import (
    build_discriminator,
    build_subpixel_generator,
    build_transposed_generator,
    build_upsampling_generator,
)

LEARNING_RATE = 5e-4
"""Of both networks, unless a variant has its own."""


@dataclass(frozen=True)
class Variant:
    """One of the things compared: a generator, and how fast both networks learn."""

    build: Callable[..., keras.Model]
    options: Mapping[str, Any] = field(default_factory=dict)
    learning_rate: float = LEARNING_RATE


MAIN = {
    "upsampling": Variant(build_upsampling_generator),
    "transposed_3x3": Variant(build_transposed_generator),
    "transposed_4x4": Variant(build_transposed_generator, {"kernel_size": 4}),
    "bilinear_start": Variant(
        build_transposed_generator, {"kernel_size": 4, "bilinear_start": True}
    ),
    "subpixel_icnr": Variant(build_subpixel_generator),
}
"""The layers, with all else equal."""

ABLATION = {
    f"{name}_{change}": Variant(MAIN[name].build, options, learning_rate)
    for name in ("upsampling", "transposed_3x3")
    for change, options, learning_rate in (
        ("kernel_5x5", {"kernel_size": 5}, LEARNING_RATE),
        ("half_maps", {"maps": 64}, LEARNING_RATE),
        ("double_rate", {}, LEARNING_RATE * 2),
    )
}
"""The same layer, with something else changed."""

VARIANTS = MAIN | ABLATION


def build_gan(variant: str, seed: int) -> GAN:
    """Builds and compiles the GAN of one run, ready for `fit`.

    Variants with the same seed have the same discriminator, noise and order of the
    digits, and as far as their shapes allow the same starting weights.

    Args:
        variant: A name in `VARIANTS`.
        seed: Decides all that is random; 0 or more.

    Returns:
        The GAN.

    Raises:
        ValueError: If `variant` is unknown or `seed` is below 0.

    Example:
        >>> build_gan("upsampling", seed=0).generator.output_shape
        (None, 10, 10, 1)
    """
    chosen = VARIANTS[variant_name(variant)]
    seed = whole_number(seed, "seed", minimum=0)
    generator = chosen.build(
        hidden_activation="leaky_relu",
        output_activation="tanh",
        batch_normalization=True,
        seed=seed,
        **chosen.options,
    )
    gan = GAN(generator, build_discriminator(seed=seed), seed=seed)
    rate = chosen.learning_rate
    gan.compile(*(keras.optimizers.Adam(rate, beta_1=0.5) for _ in "gd"))
    return gan


def variant_name(value: object) -> str:
    """Returns the name of a variant, or says which there are."""
    if not isinstance(value, str) or value not in VARIANTS:
        known = ", ".join(VARIANTS)
        raise ValueError(f"variant must be one of {known}; got {value!r}")
    return value
