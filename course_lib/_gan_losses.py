"""What the two networks of a GAN minimize: functions of the discriminator's logits."""

from collections.abc import Callable
from typing import Any, NamedTuple

from course_lib.backend import keras

ops = keras.ops


class Losses(NamedTuple):
    """The pair of losses, and the logit above which an image is taken for real."""

    discriminator: Callable[[Any, Any], Any]
    generator: Callable[[Any], Any]
    boundary: float = 0.0


def _means(
    of_real: Callable[[Any], Any],
    of_generated: Callable[[Any], Any],
    of_generator: Callable[[Any], Any],
    boundary: float = 0.0,
) -> Losses:
    """The means of what a logit costs the discriminator, and the generator."""
    return Losses(
        lambda r, g: (ops.mean(of_real(r)) + ops.mean(of_generated(g))) / 2,
        lambda g: ops.mean(of_generator(g)),
        boundary,
    )


LOSSES = {
    "cross_entropy": _means(
        lambda r: ops.softplus(-r), ops.softplus, lambda g: ops.softplus(-g)
    ),
    "hinge": _means(lambda r: ops.relu(1 - r), lambda g: ops.relu(1 + g), lambda g: -g),
    "least_squares": _means(
        lambda r: ops.square(r - 1), ops.square, lambda g: ops.square(g - 1), 0.5
    ),
}


def losses(given: Any) -> Losses:
    """The losses of a name, or one's own."""
    if isinstance(given, str) and given in LOSSES:
        return LOSSES[given]
    pair = isinstance(given, tuple | list) and len(given) == 2
    if pair and all(map(callable, given)):
        return Losses(*given)
    raise ValueError(
        f"loss must be one of {', '.join(LOSSES)}, or a pair of functions "
        f"(d_loss(real_logits, generated_logits), g_loss(generated_logits)); got "
        f"{given!r}"
    )
