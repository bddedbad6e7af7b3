"""The fixed digit classifier whose features the metrics compare.

Its weights come from `tools/train_classifier.py`.
"""

from functools import lru_cache
from typing import Any

import numpy.typing as npt

from course_lib._bundled import SHA256, bundled_arrays
from course_lib._validation import Array, image_batch

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
    from scipy.special import softmax  # `checkerboard` needs NumPy only

    features, logits = load_classifier().predict(checked, batch_size=500, verbose=0)
    return features, softmax(logits, axis=1)


@lru_cache(maxsize=1)
def load_classifier() -> Any:
    """Loads the network with its shipped weights."""
    arrays = bundled_arrays(FILE)
    classifier = build_classifier()
    classifier.set_weights([arrays[f"weights_{n:02}"] for n in range(len(arrays))])
    classifier.trainable = False
    return classifier


def build_classifier() -> Any:
    """Builds the network, from digits to features and logits, with random weights."""
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
