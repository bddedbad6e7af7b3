"""Trains the digit classifier of the evaluation anew: data/classifier.npz.

Run it with `make classifier`; it takes about a minute. It learns the 4,000 training
digits, moved and turned a little. The 1,000 test digits are only counted at the end.
"""

import numpy as np

from build_digits import store
from course_lib.backend import keras
from course_lib.digits import load_digits
from course_lib.evaluation._classifier import FILE, build_classifier

BATCH_SIZE = 128
PAPER = {"fill_mode": "constant", "fill_value": -1.0}


def train(images: np.ndarray, labels: np.ndarray, epochs: int) -> keras.Model:
    """Trains a classifier whose features have mean 0 and variance 1 over `images`."""
    keras.utils.set_random_seed(0)
    classifier = build_classifier()
    augmented = keras.Sequential(
        [
            keras.Input(images.shape[1:]),
            keras.layers.RandomTranslation(0.1, 0.1, **PAPER),  # up to one pixel
            keras.layers.RandomRotation(0.03, **PAPER),  # up to eleven degrees
            keras.Model(classifier.input, classifier.outputs[1]),
        ]
    )
    steps = epochs * -(-len(images) // BATCH_SIZE)
    learning_rate = keras.optimizers.schedules.CosineDecay(3e-3, steps)
    augmented.compile(
        keras.optimizers.AdamW(learning_rate, weight_decay=0.01),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    augmented.fit(images, labels, batch_size=BATCH_SIZE, epochs=epochs)
    standardise = classifier.get_layer("standardise")
    before = keras.Model(classifier.input, standardise.input)
    numbers = before.predict(images, verbose=0).astype(np.float64)
    variance = numbers.var(axis=0) - standardise.epsilon  # which Keras adds again
    standardise.set_weights([numbers.mean(axis=0), variance])
    return classifier


if __name__ == "__main__":
    weights = train(*load_digits(), epochs=100).get_weights()
    store(FILE, {f"weights_{n:02}": array for n, array in enumerate(weights)})
