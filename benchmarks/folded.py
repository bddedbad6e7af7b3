"""`UpsampledConv2D` beside the two layers it replaces, forward and backward.

With 3x3 it needs 16/36 of their multiply-adds. A form with 9/36 does exist: nine
products of pixels' differences instead of sixteen of pixels. It took 1.6 to 22 times as
long in seven of these sizes, since each product is written to memory and read again.
"""

import multiprocessing
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

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


def forms(case: tuple[int, ...]) -> list[Callable[[], tuple[tf.Tensor, ...]]]:
    """A pass of the folded layer, and one of the pair, with the same weights."""
    batch, height, channels, filters, kernel, size = case
    convolution = keras.layers.Conv2D(filters, kernel, padding="same")
    pair = keras.Sequential([keras.layers.UpSampling2D(size), convolution])
    folded = UpsampledConv2D(filters, kernel, size)
    for model in (pair, folded):
        model.build((None, height, height, channels))
    folded.set_weights(pair.get_weights())
    x = tf.random.normal((batch, height, height, channels), seed=0)
    arriving = tf.random.normal(folded(x).shape, seed=1)
    return [step(model, x, arriving) for model in (folded, pair)]


def memory(case: tuple[int, ...], which: int) -> int:
    """The kB, at least 1, that a form takes from the system after a small pass."""
    forms((1, *case[1:]))[which]()
    run, before = forms(case)[which], most_memory()
    run()
    return max(most_memory() - before, 1)


def most_memory() -> int:
    """The kB that this process has held at most, as Linux counts them."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1])


def alone(case: tuple[int, ...], which: int) -> int:
    """Measure memory in a new process."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn) as process:
        return process.submit(memory, case, which).result()


def rows() -> Iterator[Row]:
    """The sizes of the course's generators, and some others."""
    for case in CASES:
        batch, height, channels, filters, kernel, size = case
        what = (
            f"UpsampledConv2D, {batch} × {height} × {height} × {channels} to "
            f"{filters}, kernel {kernel}, size {size}"
        )
        passes, peer = forms(case), "UpSampling2D, Conv2D"
        for one, other in zip(*(run() for run in passes), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-2)
        ours, theirs = (lambda run=run: run()[0] for run in passes)
        yield beside(what, ours, peer, theirs)
        taken = [alone(case, which) for which in (0, 1)]
        yield Row(f"{what}: memory", peer, taken[1] / taken[0])
