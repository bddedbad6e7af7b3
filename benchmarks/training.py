"""The training of GANs side by side with other frameworks.

Every contender trains the same networks (Adam, dropout, batch normalization) in a
process of its own, in turns, so that all of them meet the same moods of the machine.
JAX and PyTorch come with the extra `bench`; without them their lines are missing.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import cache, partial
from importlib import import_module, util

import numpy as np
import peers
from turns import Row, new_process, seconds

CONTENDERS = {  # name: (package, builder in its module of peers, arguments)
    "course_lib.gan": ("keras", "build_course", {"jit_compile": True}),
    "course_lib.gan, not compiled": ("keras", "build_course", {"jit_compile": False}),
    "Keras, train_on_batch": ("keras", "build_classic", {}),
    "JAX, jit": ("jax", "build", {}),
    "PyTorch, eager": ("torch", "build", {"compiled": False}),
    "PyTorch, compiled": ("torch", "build", {"compiled": True}),
}
PRODUCT = "its multiplications in one large matrix product"
PROCESSES, EPOCHS = 2, 3
STEPS = {10: 31, 28: 12}  # of an epoch, by the size of the images
MATRIX = np.ones((2048, 2048), np.float32)


@cache
def contender(name: str, kind: str) -> tuple[Callable[..., float], list[np.ndarray]]:
    """Build a way to train an epoch, and its batches of digits."""
    from course_lib.digits import load_digits

    package, builder, arguments = CONTENDERS[name]
    module = import_module(f"peers.{package}_gan")
    size, *_ = peers.KINDS[kind]
    images, _ = load_digits(size)
    batches = np.split(images[: STEPS[size] * peers.BATCH], STEPS[size])
    return getattr(module, builder)(kind, **arguments), batches


def train(name: str, kind: str, steps: int | None = None) -> None:
    """Take the first steps of an epoch, or all; the first time, build what trains."""
    epoch, batches = contender(name, kind)
    assert np.isfinite(epoch(batches[:steps]))


def trained(process: ProcessPoolExecutor, *arguments: object, **steps: int) -> None:
    """Train in a process, and wait for it."""
    process.submit(train, *arguments, **steps).result()


def operations(kind: str) -> int:
    """Count the multiplications of a step's matrix products.

    Each network goes forward and twice back, for weights and for images; but the
    generator's step takes the discriminator forward and once back.
    """
    size, side, maps = peers.KINDS[kind]
    upsampling = kind.startswith("upsampling")
    generator = peers.LATENT_DIM * side**2 * maps[0]
    for number, count in enumerate(maps[1:], start=upsampling):
        generator += 9 * (side << number) ** 2 * maps[number - upsampling] * count
    halves = (-(-size // 2)) ** 2, (-(-size // 4)) ** 2
    discriminator = 9 * (64 * halves[0] + 64 * 128 * halves[1]) + 128 * halves[1]
    return peers.BATCH * (3 * generator + (2 * 3 + 2) * discriminator)


def timed(kind: str, names: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Time first steps, then epochs and a product of matrices, each in turns."""
    firsts, epochs = [], []
    for _ in range(PROCESSES):
        with ExitStack() as stack:
            first, epoch = [], []
            for name in names:
                process = stack.enter_context(new_process())
                process.submit(exec, f"import peers.{CONTENDERS[name][0]}_gan").result()
                epoch.append(partial(trained, process, name, kind))
                first.append(partial(trained, process, name, kind, steps=1))
            firsts.append(seconds(first, rounds=1, warm_up=0))
            epochs.append(seconds([*epoch, partial(np.matmul, MATRIX, MATRIX)], EPOCHS))
    return np.hstack(firsts), np.hstack(epochs)


def rows() -> Iterator[Row]:
    """Each kind of generator, each contender beside the course's compiled GAN."""
    names = [name for name, way in CONTENDERS.items() if util.find_spec(way[0])]
    for kind in peers.KINDS:
        firsts, epochs = timed(kind, names)
        size, *_ = peers.KINDS[kind]
        epochs[-1] *= STEPS[size] * operations(kind) / len(MATRIX) ** 3
        others = [*names[1:], PRODUCT]
        for what, times in (("a step", epochs), ("to the first step", firsts)):
            for name, theirs in zip(others, times[1:], strict=False):
                ratios, floor = theirs / times[0], name == PRODUCT
                yield Row(f"GAN, {kind}: {what}", name, ratios, floor)
