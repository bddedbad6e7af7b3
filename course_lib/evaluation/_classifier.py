"""The fixed digit classifier whose features the metrics compare.

Its weights come from `tools/train_classifier.py`. It is Keras' only place in the
package: `_samples` imports it when images are first evaluated.
"""

from functools import lru_cache
from typing import Any

import numpy as np

from course_lib._bundled import bundled_arrays
from course_lib._validation import Array
from course_lib.backend import keras

FILE = "classifier.npz"
FEATURES = 32
"""Numbers that describe an image: few, so that 1,000 images give their covariance."""


def build_classifier() -> keras.Model:
    """Builds the network, with random weights.

    Returns:
        A model from digits, shape `(batch, 10, 10, 1)`, to features, shape
        `(batch, 32)`, and ten logits, shape `(batch, 10)`.
    """
    layers = keras.layers
    own: dict[str, Any] = {"dtype": "float32"}  # whatever Keras is set to
    spatial = own | {"data_format": "channels_last"}
    maps = spatial | {"padding": "same", "activation": "leaky_relu"}
    fixed = own | {"center": False, "scale": False}
    x = images = keras.Input((10, 10, 1))
    for filters, strides in ((32, 1), (32, 2), (64, 1), (64, 2)):
        x = layers.Conv2D(filters, 3, strides, **maps)(x)
    x = layers.Dropout(0.3, **own)(layers.Flatten(**spatial)(x))
    x = layers.Dense(FEATURES, **own)(x)
    features = layers.BatchNormalization(name="standardise", **fixed)(x)
    x = layers.Dropout(0.3, **own)(layers.LeakyReLU(**own)(features))
    logits = layers.Dense(10, **own)(x)
    return keras.Model(images, [features, logits], name="digit_classifier")


@lru_cache(maxsize=1)
def load_classifier() -> keras.Model:
    """Loads the network with its shipped weights."""
    arrays = bundled_arrays(FILE)
    classifier = build_classifier()
    classifier.set_weights([arrays[f"weights_{n:02}"] for n in range(len(arrays))])
    classifier.trainable = False
    return classifier


def describe(images: Array) -> tuple[Array, Array]:
    """Returns the features, `(n, 32)`, and class probabilities, `(n, 10)`."""
    features, logits = load_classifier().predict(images, batch_size=500, verbose=0)
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return features, odds / odds.sum(axis=1, keepdims=True)
