"""The training of GANs side by side with other frameworks.

Every contender trains the same networks (Adam, dropout, batch normalization) in a
process of its own, in turns, so that all of them meet the same moods of the machine.
JAX and PyTorch come with the extra `bench`; without them their lines are missing.
"""

import functools
import multiprocessing
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module, util

import numpy as np
import peers
from turns import Row

COURSE = "course_lib.gan"
CONTENDERS = {  # name: (package it needs, module of peers, builder, arguments)
    COURSE: ("keras", "keras_gan", "build_course", {"jit_compile": True}),
    "course_lib.gan, not compiled": (
        *("keras", "keras_gan", "build_course"),
        {"jit_compile": False},
    ),
    "Keras, train_on_batch": ("keras", "keras_gan", "build_classic", {}),
    "JAX, jit": ("jax", "jax_gan", "build", {}),
    "PyTorch, eager": ("torch", "torch_gan", "build", {"compiled": False}),
    "PyTorch, compiled": ("torch", "torch_gan", "build", {"compiled": True}),
}
PRODUCT = "its multiplications in one large matrix product"
PROCESSES, EPOCHS = 2, 3
STEPS = {10: 31, 28: 12}  # of an epoch, by the size of the images


@functools.cache
def contender(name: str, kind: str) -> tuple[Callable[..., float], list[np.ndarray]]:
    """Build a way to train an epoch, and its batches of digits."""
    from course_lib.digits import load_digits

    _, module, builder, arguments = CONTENDERS[name]
    epoch = getattr(import_module(f"peers.{module}"), builder)(kind, **arguments)
    size, *_ = peers.plan(kind)
    images, _ = load_digits(size)
    return epoch, np.split(images[: STEPS[size] * peers.BATCH], STEPS[size])


def first_step(name: str, kind: str) -> float:
    """Return the seconds from the networks' definition to the end of a step."""
    _, module, *_ = CONTENDERS[name]
    import_module(f"peers.{module}")
    start = time.perf_counter()
    epoch, batches = contender(name, kind)
    epoch(batches[:1])
    return time.perf_counter() - start


def step(name: str, kind: str) -> float:
    """Return the seconds of a step."""
    epoch, batches = contender(name, kind)
    start = time.perf_counter()
    assert np.isfinite(epoch(batches))
    return (time.perf_counter() - start) / len(batches)


def product(size: int = 2048) -> float:
    """Return the seconds of a multiplication and an addition in a large product."""
    matrix = np.ones((size, size), np.float32)
    start = time.perf_counter()
    matrix @ matrix
    return (time.perf_counter() - start) / size**3


def operations(kind: str) -> int:
    """Count the multiplications of a step's matrix products.

    Each network goes forward and twice back, for weights and for images; but the
    generator's step takes the discriminator forward and once back.
    """
    size, side, maps, upsampling = peers.plan(kind)
    generator = peers.LATENT_DIM * side**2 * maps[0]
    for number, count in enumerate(maps[1:], start=upsampling):
        generator += 9 * (side << number) ** 2 * maps[number - upsampling] * count
    halves = (-(-size // 2)) ** 2, (-(-size // 4)) ** 2
    discriminator = 9 * (64 * halves[0] + 64 * 128 * halves[1]) + 128 * halves[1]
    return peers.BATCH * (3 * generator + (2 * 3 + 2) * discriminator)


def timed(kind: str) -> Iterator[tuple[str, dict[str, np.ndarray]]]:
    """Time first steps and others of all contenders, in turns."""
    spawn = multiprocessing.get_context("spawn")
    names = [
        name for name, (package, *_) in CONTENDERS.items() if util.find_spec(package)
    ]
    firsts, steps = defaultdict(list), defaultdict(list)
    for _ in range(PROCESSES):
        pools = {name: ProcessPoolExecutor(1, spawn) for name in names}
        for name, pool in pools.items():
            firsts[name].append(pool.submit(first_step, name, kind).result())
            pool.submit(step, name, kind).result()
        for _ in range(EPOCHS):
            for name, pool in pools.items():
                steps[name].append(pool.submit(step, name, kind).result())
            steps[PRODUCT].append(product() * operations(kind))
        for pool in pools.values():
            pool.shutdown()
    for what, found in (("a step", steps), ("to the first step", firsts)):
        yield what, {name: np.array(times) for name, times in found.items()}


def rows() -> Iterator[Row]:
    """Each kind of generator, each contender beside the course's compiled GAN."""
    for kind in peers.KINDS:
        for what, found in timed(kind):
            ours = found.pop(COURSE)
            for name, times in found.items():
                row = Row(f"GAN, {kind}: {what}", name, times / ours, name == PRODUCT)
                yield row
