"""`UpsampledConv2D` beside the two layers it replaces, forward and backward."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from turns import Row, beside, new_process

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
Pass = Callable[[], tuple[tf.Tensor, ...]]


def passes(case: tuple[int, ...]) -> list[Pass]:
    """Compile a pass forward and back of the folded layer, and one of the pair.

    Back to the input and all weights, which are the same in both.
    """
    batch, height, channels, filters, kernel, size = case
    convolution = keras.layers.Conv2D(filters, kernel, padding="same")
    pair = keras.Sequential([keras.layers.UpSampling2D(size), convolution])
    folded = UpsampledConv2D(filters, kernel, size)
    for model in (pair, folded):
        model.build((None, height, height, channels))
    folded.set_weights(pair.get_weights())
    x = tf.random.normal((batch, height, height, channels), seed=0)
    arriving = tf.random.normal(folded(x).shape, seed=1)

    def compiled(model: keras.Layer) -> Pass:
        @tf.function
        def run() -> tuple[tf.Tensor, ...]:
            weights = [variable.value for variable in model.trainable_variables]
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = model(x)
            return y, *tape.gradient(y, [x, *weights], output_gradients=arriving)

        return run

    return [compiled(folded), compiled(pair)]


def most_memory() -> int:
    """The kB that this process has held at most, as Linux counts them."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1])


def memory(case: tuple[int, ...], which: int) -> int:
    """The kB, at least 1, that a form takes from the system after a small pass."""
    passes((1, *case[1:]))[which]()
    run, before = passes(case)[which], most_memory()
    run()
    return max(most_memory() - before, 1)


def rows() -> Iterator[Row]:
    """The sizes of the course's generators, and some others."""
    for case in CASES:
        batch, height, channels, filters, kernel, size = case
        what = (
            f"UpsampledConv2D, {batch} × {height} × {height} × {channels} to "
            f"{filters}, kernel {kernel}, size {size}"
        )
        ours, theirs = passes(case)
        for one, other in zip(ours(), theirs(), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-2)
        yield beside(what, ours, "UpSampling2D, Conv2D", theirs)
        taken = []
        for which in (0, 1):
            with new_process() as process:
                taken.append(process.submit(memory, case, which).result())
        yield Row(f"{what}: memory", "UpSampling2D, Conv2D", taken[1] / taken[0])
