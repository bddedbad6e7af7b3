"""Time UpsampledConv2D beside the two layers it replaces, in one run.

Prints ratios, pair over folded layer: medians with the middle half of the rounds.
Absolute times depend on the machine; ratios measured side by side depend less.
"""

from collections.abc import Callable

import numpy as np
from turns import seconds, spread

from course_lib.backend import keras, tf
from course_lib.layers import UpsampledConv2D

ROUNDS = 30
CASES = [  # batch, height, channels, filters, kernel, size
    (64, 14, 128, 64, 3, 2),
    (8, 14, 128, 64, 3, 2),
    (128, 5, 128, 1, 3, 2),
    (64, 7, 128, 128, 3, 2),
    (32, 14, 64, 32, 5, 2),
    (32, 8, 64, 32, 3, 4),
]


def step(model: keras.Model) -> Callable[..., tuple[tf.Tensor, ...]]:
    """Compile one forward and backward pass, for the input and all weights."""

    @tf.function
    def run(x: tf.Tensor, arriving: tf.Tensor) -> tuple[tf.Tensor, ...]:
        weights = [variable.value for variable in model.trainable_variables]
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = model(x)
        return y, *tape.gradient(y, [x, *weights], output_gradients=arriving)

    return run


def ratios(
    batch: int, height: int, channels: int, filters: int, kernel: int, size: int
) -> np.ndarray:
    """Return how many times as long the pair takes, one ratio a round."""
    convolution = keras.layers.Conv2D(filters, kernel, padding="same")
    pair = keras.Sequential([keras.layers.UpSampling2D(size), convolution])
    folded = UpsampledConv2D(filters, kernel, size)
    for model in (pair, folded):
        model.build((None, height, height, channels))
    folded.set_weights(pair.get_weights())
    x = tf.random.normal((batch, height, height, channels), seed=0)
    arriving = tf.random.normal(folded(x).shape, seed=1)
    steps = [step(model) for model in (pair, folded)]
    for one, other in zip(*(run(x, arriving) for run in steps), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-2)
    of_pair, of_folded = seconds(
        [lambda run=run: run(x, arriving)[0] for run in steps], ROUNDS
    )
    return of_pair / of_folded


if __name__ == "__main__":
    print("batch height channels filters kernel size   pair / folded")
    for case in CASES:
        numbers = "{:5} {:6} {:8} {:7} {:6} {:4}".format(*case)
        print(f"{numbers}   {spread(ratios(*case))}")
