"""Time the training of both generators, side by side with other frameworks.

Every contender trains the same networks (batch 128, Adam, dropout, batch
normalization) in a process of its own, in turns, so that all of them meet the same
moods of the machine. Prints images a second, and how many times as fast the course's
GAN is: medians with the middle half of the rounds. JAX and PyTorch come with the
extra `bench`; without them their lines are missing.
"""

import argparse
import functools
import multiprocessing
import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module, util

import numpy as np
from turns import spread

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

CONTENDERS = {  # name: (package it needs, module of peers, builder, arguments)
    "course_lib.gan": ("keras", "keras_gan", "build_course", {}),
    "Keras, train_on_batch": ("keras", "keras_gan", "build_classic", {}),
    "JAX, jit": ("jax", "jax_gan", "build", {}),
    "PyTorch, eager": ("torch", "torch_gan", "build", {"compiled": False}),
    "PyTorch, compiled": ("torch", "torch_gan", "build", {"compiled": True}),
}
COURSE, SLOW, *_ = CONTENDERS


@functools.cache
def contender(name: str, kind: str) -> tuple[Callable[..., float], list[np.ndarray]]:
    """Build and compile a way to train an epoch, and its batches of digits."""
    from course_lib.digits import load_digits

    _, module, builder, arguments = CONTENDERS[name]
    epoch = getattr(import_module(f"peers.{module}"), builder)(kind, **arguments)
    images, _ = load_digits()
    count = 6 if name == SLOW else 31
    batches = np.split(images[: 128 * count], count)
    for _ in range(2):
        epoch(batches)
    return epoch, batches


def rate(name: str, kind: str) -> float:
    """Train one epoch and return images a second."""
    epoch, batches = contender(name, kind)
    start = time.perf_counter()
    assert np.isfinite(epoch(batches))
    return 128 * len(batches) / (time.perf_counter() - start)


def rates(kind: str, names: list[str], rounds: int) -> dict[str, np.ndarray]:
    """Return images a second of each contender in each round."""
    spawn = multiprocessing.get_context("spawn")
    pools = {name: ProcessPoolExecutor(1, spawn) for name in names}
    found = {name: [] for name in names}
    for name in rounds * names:
        found[name].append(pools[name].submit(rate, name, kind).result())
    for pool in pools.values():
        pool.shutdown()
    return {name: np.array(speeds) for name, speeds in found.items()}


def main() -> None:
    """Print a line for each generator and contender."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--only", nargs="*", default=list(CONTENDERS))
    options = parser.parse_args()
    names = [n for n in options.only if util.find_spec(CONTENDERS[n][0])]
    for kind in ("upsampling", "transposed"):
        found = rates(kind, names, options.rounds)
        head = "images a second           course_lib is faster by"
        print(f"\n{kind} generator      {head}")
        for name, speeds in found.items():
            ratio = spread(found[COURSE] / speeds) if COURSE in found else ""
            print(f"{name:24} {spread(speeds, '6.0f'):26} {ratio}", flush=True)


if __name__ == "__main__":
    main()
