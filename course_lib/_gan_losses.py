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


LOSSES = {
    "cross_entropy": Losses(
        lambda r, g: (ops.mean(ops.softplus(-r)) + ops.mean(ops.softplus(g))) / 2,
        lambda g: ops.mean(ops.softplus(-g)),
    ),
    "hinge": Losses(
        lambda r, g: (ops.mean(ops.relu(1 - r)) + ops.mean(ops.relu(1 + g))) / 2,
        lambda g: ops.mean(-g),
    ),
    "least_squares": Losses(
        lambda r, g: (ops.mean(ops.square(r - 1)) + ops.mean(ops.square(g))) / 2,
        lambda g: ops.mean(ops.square(g - 1)),
        boundary=0.5,
    ),
}


def losses(given: Any) -> Losses:
    """The losses of a name, or one's own."""
    if isinstance(given, str) and given in LOSSES:
        return LOSSES[given]
    if isinstance(given, tuple | list) and [*map(callable, given)] == [True, True]:
        return Losses(*given)
    raise ValueError(
        f"loss must be one of {', '.join(LOSSES)}, or a pair of functions "
        f"(d_loss(real_logits, generated_logits), g_loss(generated_logits)); got "
        f"{given!r}"
    )
