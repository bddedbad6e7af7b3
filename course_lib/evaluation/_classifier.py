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


def build_classifier(dropout: float = 0.3) -> keras.Model:
    """Builds the network, with random weights.

    Args:
        dropout: Share of the numbers that training drops before a dense layer.

    Returns:
        A model from digits, shape `(batch, 10, 10, 1)`, to 32 features, shape
        `(batch, 32)`, and ten logits, shape `(batch, 10)`. Over the training digits,
        each feature has mean 0 and variance 1.
    """
    layers = keras.layers
    own = {"dtype": "float32"}  # whatever Keras is set to
    images = keras.Input((10, 10, 1))
    x = images
    for maps, strides in ((32, 1), (32, 2), (64, 1), (64, 2)):
        convolution: dict[str, Any] = {"padding": "same", "activation": "leaky_relu"}
        convolution |= {"data_format": "channels_last", "strides": strides}
        x = layers.Conv2D(maps, 3, **convolution, **own)(x)
    x = layers.Flatten(data_format="channels_last", **own)(x)
    x = layers.Dropout(dropout, **own)(x)
    x = layers.Dense(FEATURES, **own)(x)
    standardise = layers.BatchNormalization(
        center=False, scale=False, name="standardise", **own
    )
    features = standardise(x)
    x = layers.LeakyReLU(**own)(features)
    x = layers.Dropout(dropout, **own)(x)
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
