"""`UpsampledConv2D` beside the two layers it replaces, forward and backward.

With 3x3 it needs 16/36 of their multiply-adds. A form with 9/36 does exist: nine
products of pixels' differences instead of sixteen of pixels. It took 1.6 to 22 times as
long in seven of these sizes, since each product is written to memory and read again.
"""

from collections.abc import Callable, Iterator

import numpy as np
from turns import Row, beside

from course_lib.backend import keras, tf
from course_lib.layers import UpsampledConv2D

CASES = [  # batch, height, channels, filters, kernel, size
    (128, 5, 128, 1, 3, 2),
    (128, 7, 128, 64, 3, 2),
    (64, 7, 128, 128, 3, 2),
    (64, 14, 128, 64, 3, 2),
    (64, 14, 64, 1, 3, 2),
    (32, 8, 128, 64, 3, 2),
    (32, 16, 32, 3, 3, 2),
    (32, 14, 64, 32, 5, 2),
    (32, 8, 64, 32, 3, 4),
]


def step(
    model: keras.Model, x: tf.Tensor, arriving: tf.Tensor
) -> Callable[[], tf.Tensor]:
    """Compile one pass forward and back, for the input and all weights."""

    @tf.function
    def run() -> tuple[tf.Tensor, ...]:
        weights = [variable.value for variable in model.trainable_variables]
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = model(x)
        return y, *tape.gradient(y, [x, *weights], output_gradients=arriving)

    return run


def compared(
    batch: int, height: int, channels: int, filters: int, kernel: int, size: int
) -> Row:
    """Time a case, after both have given the same."""
    convolution = keras.layers.Conv2D(filters, kernel, padding="same")
    pair = keras.Sequential([keras.layers.UpSampling2D(size), convolution])
    folded = UpsampledConv2D(filters, kernel, size)
    for model in (pair, folded):
        model.build((None, height, height, channels))
    folded.set_weights(pair.get_weights())
    x = tf.random.normal((batch, height, height, channels), seed=0)
    arriving = tf.random.normal(folded(x).shape, seed=1)
    passes = [step(model, x, arriving) for model in (folded, pair)]
    for one, other in zip(*(run() for run in passes), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-2)
    what = (
        f"UpsampledConv2D, {batch} × {height} × {height} × {channels} to {filters}, "
        f"kernel {kernel}, size {size}"
    )
    ours, theirs = (lambda run=run: run()[0] for run in passes)
    return beside(what, ours, "UpSampling2D, Conv2D", theirs)


def rows() -> Iterator[Row]:
    """The sizes of the course's generators, and some others."""
    for case in CASES:
        yield compared(*case)
