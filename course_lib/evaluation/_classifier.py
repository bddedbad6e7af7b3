"""What describes images: features, and classes; of digits, those of a classifier."""

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from course_lib._bundled import SHA256, bundled_arrays
from course_lib._validation import Array, float_array, image_batch

FILE = "classifier.npz"
CLASSIFIER_SHA256 = SHA256[FILE]
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

    Example:
        >>> from course_lib.digits import load_digits
        >>> digit_probabilities(load_digits(10, "test")[0]).shape
        (1000, 10)
    """
    return describe(images, "images")[1]


def class_imbalance(real: npt.ArrayLike, generated: npt.ArrayLike) -> float:
    """Measures how far the generated classes are from the real balance.

    The total variation distance of the shares of the classes: the part of the images
    that would have to change class. Each image counts for its most probable class.
    Lower is better; n images of ten equal classes, drawn at random, have about
    1.2 / √n.

    Args:
        real: Images, as `digit_features` takes them, or class probabilities of your
            own, shape `(n, classes)`.
        generated: As many.

    Returns:
        The distance, from 0 to 1.

    Example:
        >>> class_imbalance(np.eye(4), np.eye(4)[[0, 0, 0, 1]])
        0.5
    """
    x, y = both(real, generated, "classes")
    classes = x.shape[1]
    counts = [np.bincount(p.argmax(axis=1), minlength=classes) for p in (x, y)]
    return float(np.abs(counts[0] - counts[1]).sum() / (2 * len(x)))


def confidence(images: npt.ArrayLike) -> float:
    """Measures how sure the classifier is of what it sees.

    The mean probability of each image's most probable class; real digits have about
    0.99. A single good digit, drawn again and again, is enough.

    Args:
        images: Images or class probabilities, as `class_imbalance` takes them.

    Returns:
        The mean, from 1 / classes to 1.

    Example:
        >>> confidence([[0.5, 0.5], [0.0, 1.0]])
        0.75
    """
    return float(described(images, "images", "classes").max(axis=1).mean())


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
    from scipy.special import softmax  # `checkerboard` needs NumPy only

    features, logits = load_classifier().predict(checked, batch_size=500, verbose=0)
    return features, softmax(logits, axis=1)


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
    if x.shape != y.shape:
        raise ValueError(
            "real and generated must hold as many images, each described by the same "
            f"numbers; got shapes {x.shape} and {y.shape}"
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


@lru_cache(maxsize=1)
def load_classifier() -> Any:
    """Loads the network with its shipped weights."""
    arrays = bundled_arrays(FILE)
    classifier = build_classifier()
    classifier.set_weights([arrays[f"weights_{n:02}"] for n in range(len(arrays))])
    return classifier


def build_classifier() -> Any:
    """Builds the network that `tools/train_classifier.py` trains, still untrained."""
    from course_lib.backend import keras

    layers = keras.layers
    own: dict[str, Any] = {"dtype": "float32"}  # whatever Keras is set to
    spatial = own | {"data_format": "channels_last"}
    maps = spatial | {"padding": "same", "activation": "leaky_relu"}
    fixed = own | {"center": False, "scale": False, "name": "standardise"}
    x = images = keras.Input((10, 10, 1))
    for filters, strides in ((32, 1), (32, 2), (64, 1), (64, 2)):
        x = layers.Conv2D(filters, 3, strides, **maps)(x)
    x = layers.Dropout(0.3, **own)(layers.Flatten(**spatial)(x))
    # Few numbers describe an image, so that 1,000 images give their covariance.
    features = layers.BatchNormalization(**fixed)(layers.Dense(32, **own)(x))
    x = layers.Dropout(0.3, **own)(layers.LeakyReLU(**own)(features))
    logits = layers.Dense(10, **own)(x)
    return keras.Model(images, [features, logits], name="digit_classifier")
