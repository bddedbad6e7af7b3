"""The course's GAN written in several ways, for benchmarks/training.py.

Each module has functions that build one GAN of a kind. They return a function that
trains both networks on a list of batches, each batch once, and returns the
discriminator's loss. Below is what all have in common.
"""

from collections.abc import Callable
from itertools import pairwise

import numpy as np

LATENT_DIM = 100
BATCH = 128
DROPOUT = 0.4
SLOPE = 0.2
RATE, BETAS, EPSILON = 5e-4, (0.5, 0.999), 1e-7  # of Adam
MOMENTUM = 0.99
NORM_EPSILON = 1e-3
KINDS = {  # size of the image and of the first maps; maps after each layer
    "upsampling": (10, 5, (128, 1)),
    "transposed": (10, 5, (128, 1)),
    "upsampling, 28 × 28": (28, 7, (128, 64, 1)),
    "transposed, 28 × 28": (28, 7, (128, 64, 1)),
}

Epoch = Callable[[list[np.ndarray]], float]


def kernels(kind: str) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    """Return the shapes of the generator's kernels, and of the discriminator's."""
    size, side, maps = KINDS[kind]
    dense = (LATENT_DIM, maps[0] * side**2)
    judge = (128 * (-(-size // 4)) ** 2, 1)
    growing = [(3, 3, *pair) for pair in pairwise(maps)]
    return [dense, *growing], [(3, 3, 1, 64), (3, 3, 64, 128), judge]


def epoch_of(step: Callable[[np.ndarray], object]) -> Epoch:
    """Make an epoch of a step, which may return its loss before it is computed."""

    def epoch(batches: list[np.ndarray]) -> float:
        for batch in batches:
            loss = step(batch)
        return float(loss)

    return epoch
