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


def _both(of_real: Callable[[Any], Any], of_generated: Callable[[Any], Any]) -> Any:
    """The discriminator's loss: the mean of what it is on either kind of images."""
    return lambda real, generated: (
        (ops.mean(of_real(real)) + ops.mean(of_generated(generated))) / 2
    )


LOSSES = {
    "cross_entropy": Losses(
        _both(lambda real: ops.softplus(-real), ops.softplus),
        lambda generated: ops.mean(ops.softplus(-generated)),
    ),
    "hinge": Losses(
        _both(lambda real: ops.relu(1 - real), lambda fake: ops.relu(1 + fake)),
        lambda generated: -ops.mean(generated),
    ),
    "least_squares": Losses(
        _both(lambda real: ops.square(real - 1), ops.square),
        lambda generated: ops.mean(ops.square(generated - 1)),
        boundary=0.5,
    ),
}


def losses(given: Any) -> Losses:
    """The losses of a name, or one's own."""
    if isinstance(given, str) and given in LOSSES:
        return LOSSES[given]
    if (
        isinstance(given, tuple | list)
        and len(given) == 2
        and all(map(callable, given))
    ):
        return Losses(*given)
    raise ValueError(
        f"loss must be one of {', '.join(LOSSES)}, or a pair of functions "
        f"(d_loss(real_logits, generated_logits), g_loss(generated_logits)); got "
        f"{given!r}"
    )
