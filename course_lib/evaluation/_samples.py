"""What the metrics take: images, or what describes each of them."""

import numpy as np
import numpy.typing as npt

from course_lib._validation import Array, float_array
from course_lib.evaluation._classifier import describe


def features_of(sample: npt.ArrayLike, name: str) -> Array:
    """Returns features in float64: those given, or those of the images given."""
    given = _images_or(sample, name, "features")
    features = describe(given, name)[0] if given.ndim == 4 else given
    return features.astype(np.float64, copy=False)


def probabilities_of(sample: npt.ArrayLike, name: str) -> Array:
    """Returns class probabilities: those given, or those of the images given."""
    given = _images_or(sample, name, "classes")
    if given.ndim == 4:
        return describe(given, name)[1]
    if given.min() < 0 or not np.allclose(given.sum(axis=1), 1, atol=1e-3):
        raise ValueError(
            f"{name} must be images, shape (n, 10, 10, 1), or class probabilities, "
            "shape (n, classes), where each row has a sum of 1"
        )
    return given


def _images_or(sample: npt.ArrayLike, name: str, numbers: str) -> Array:
    if isinstance(sample, tuple):
        raise TypeError(
            f"{name} must be one array, of images or of what describes each of them; "
            "got a tuple. (Of images and labels take the images. Mean and covariance "
            "don't tell of how many images they are, on which the metrics depend.)"
        )
    images = ("batch", "height", "width", "channels")
    return float_array(sample, name, ("n", numbers), images)


def check_same_size(
    real: Array, generated: Array, minimum: int = 1, why: str = ""
) -> None:
    """Refuses samples that cannot be compared fairly."""
    problem = ""
    if len(real) != len(generated):
        problem = f"hold as many images; got {len(real)} and {len(generated)}"
    elif real.shape[1] != generated.shape[1]:
        numbers = f"{real.shape[1]} and {generated.shape[1]}"
        problem = f"be described by the same numbers; got {numbers} of them"
    elif len(real) < minimum:
        problem = f"hold at least {minimum} images each, {why}; got {len(real)}"
    if problem:
        raise ValueError(f"real and generated must {problem}")


def blocks(x: Array, numbers: int) -> list[Array]:
    """Cuts a batch so that `numbers` float64 for each of a block take about 8 MB."""
    return np.array_split(x, min(len(x), -(-len(x) * numbers // 2**20)))
