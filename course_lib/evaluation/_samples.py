"""What the metrics take: images, or the features of images."""

import numpy as np
import numpy.typing as npt

from course_lib._bundled import SHA256
from course_lib._validation import Array, float_array, image_batch

CLASSIFIER_SHA256 = SHA256["classifier.npz"]
"""Of the classifier's weights: features of others would not be comparable."""


def digit_features(images: npt.ArrayLike) -> Array:
    """Describes digits by the features of the course's digit classifier.

    It recognises 98.5 % of the 1,000 test digits. The features are what it computes
    just before it decides: over the 4,000 training digits each has mean 0, variance 1.

    Args:
        images: Floats of shape `(n, 10, 10, 1)` in [-1, 1], as `load_digits` gives
            them and a `tanh` generator draws them.

    Returns:
        Features of shape `(n, 32)`, float32.

    Raises:
        TypeError: If `images` does not hold floats.
        ValueError: If they have another shape or range.

    Example:
        >>> from course_lib.digits import load_digits
        >>> digit_features(load_digits(10, "test")[0]).shape
        (1000, 32)
    """
    return describe(images, "images")[0]


def digit_probabilities(images: npt.ArrayLike) -> Array:
    """Says which digits the course's digit classifier takes images for.

    Args:
        images: Images, as `digit_features` takes them.

    Returns:
        The probability of each digit 0 to 9, shape `(n, 10)`, float32.

    Raises:
        ValueError: If `images` have another shape or range.

    Example:
        >>> from course_lib.digits import load_digits
        >>> digit_probabilities(load_digits(10, "test")[0]).shape
        (1000, 10)
    """
    return describe(images, "images")[1]


def describe(images: npt.ArrayLike, name: str) -> tuple[Array, Array]:
    """Returns the features, `(n, 32)`, and class probabilities, `(n, 10)`."""
    checked = image_batch(images, name)
    if checked.shape[1:] != (10, 10, 1) or len(checked) == 0:
        raise ValueError(
            f"{name} must be digits of shape (n, 10, 10, 1); got {checked.shape}. For "
            "other images pass features of your own, shape (n, features)"
        )
    if max(-checked.min(), checked.max()) > 1 + 1e-6:
        raise ValueError(
            f"{name} must be from -1 (paper) to 1 (ink), as load_digits gives them; "
            f"got numbers from {checked.min():g} to {checked.max():g}"
        )
    from course_lib.evaluation import _classifier  # imports TensorFlow

    return _classifier.describe(checked)


def features_of(images: npt.ArrayLike, name: str) -> Array:
    """Returns features in float64: those given, or those of the images given."""
    if _are_images(images, name):
        features = describe(images, name)[0]
    else:
        features = float_array(images, name, ("n", "features"))
    return features.astype(np.float64, copy=False)


def probabilities_of(images: npt.ArrayLike, name: str) -> Array:
    """Returns class probabilities: those given, or those of the images given."""
    if _are_images(images, name):
        return describe(images, name)[1]
    given = float_array(images, name, ("n", "classes"))
    if given.min() < 0 or not np.allclose(given.sum(axis=1), 1, atol=1e-3):
        raise ValueError(
            f"{name} must be images, shape (n, 10, 10, 1), or class probabilities, "
            "shape (n, classes), where each row has a sum of 1"
        )
    return given


def _are_images(value: npt.ArrayLike, name: str) -> bool:
    """Tells images from what describes them; refuses what is taken for either."""
    if isinstance(value, tuple):
        raise TypeError(
            f"{name} must be one array, of images or of what describes each of them; "
            "got a tuple. (Of images and labels take the images. Mean and covariance "
            "don't tell of how many images they are, on which the metrics depend.)"
        )
    try:
        return np.ndim(value) == 4
    except ValueError:  # rows of different lengths, which `float_array` refuses
        return False


def blocks(x: Array, numbers: int) -> list[Array]:
    """Cuts a batch so that `numbers` float64 for each of a block take about 8 MB."""
    return np.array_split(x, min(len(x), -(-len(x) * numbers // 2**20)))


def check_same_size(real: Array, generated: Array, minimum: int, why: str) -> None:
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
