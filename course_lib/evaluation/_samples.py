"""What the metrics take: images, or what describes each of them."""

import numpy as np
import numpy.typing as npt

from course_lib._validation import Array, float_array
from course_lib.evaluation._classifier import describe


def described(sample: npt.ArrayLike, name: str, by: str = "features") -> Array:
    """Returns features, or classes, in float64: those given, or those of images."""
    if isinstance(sample, tuple):
        raise TypeError(
            f"{name} must be one array, of images or of what describes each of them; "
            "got a tuple. (Of images and labels take the images. Mean and covariance "
            "don't tell of how many images they are, on which the metrics depend.)"
        )
    images = ("batch", "height", "width", "channels")
    numbers = float_array(sample, name, ("n", by), images)
    if numbers.ndim == 4:
        numbers = describe(numbers, name)[by == "classes"]
    elif by == "classes" and (
        numbers.min() < 0 or not np.allclose(numbers.sum(axis=1), 1, atol=1e-3)
    ):
        raise ValueError(
            f"{name} must be images, shape (n, 10, 10, 1), or class probabilities, "
            "shape (n, classes), where each row has a sum of 1"
        )
    return numbers.astype(np.float64, copy=False)


def both(
    real: npt.ArrayLike, generated: npt.ArrayLike, by: str = "features"
) -> tuple[Array, Array]:
    """Returns what describes two samples, if they can be compared fairly."""
    x, y = described(real, "real", by), described(generated, "generated", by)
    (n, numbers), (m, others) = x.shape, y.shape
    if n != m:
        raise ValueError(
            f"real and generated must hold as many images; got {n} and {m}"
        )
    if numbers != others:
        raise ValueError(
            "real and generated must be described by the same numbers; got "
            f"{numbers} and {others} of them"
        )
    return x, y


def check_count(x: Array, minimum: int, why: str) -> None:
    """Refuses samples that are too small."""
    if len(x) < minimum:
        wanted = f"at least {minimum} images each, {why}"
        raise ValueError(f"real and generated must hold {wanted}; got {len(x)}")


def blocks(x: Array, numbers: int) -> list[Array]:
    """Cuts a batch so that `numbers` float64 for each of a block take about 8 MB."""
    return np.array_split(x, min(len(x), -(-len(x) * numbers // 2**20)))
