"""The course's GAN written in several ways, for benchmarks/training.py.

Each module has functions that build one GAN of a kind. They return a function that
trains both networks on a list of batches, each batch once, and returns the
discriminator's loss. Below is what all have in common.
"""

from collections.abc import Callable

import numpy as np

LATENT_DIM = 100
BATCH = 128
DROPOUT = 0.4
SLOPE = 0.2
RATE, BETAS, EPSILON = 5e-4, (0.5, 0.999), 1e-7  # of Adam
MOMENTUM = 0.99
NORM_EPSILON = 1e-3
KINDS = {  # image size; maps after the dense layer and each stage
    "upsampling": (10, (128, 1)),
    "transposed": (10, (128, 1)),
    "upsampling, 28 × 28": (28, (128, 64, 1)),
    "transposed, 28 × 28": (28, (128, 64, 1)),
}

Epoch = Callable[[list[np.ndarray]], float]


def plan(kind: str) -> tuple[int, int, tuple[int, ...], bool]:
    """Return the image's size, that of the first maps, the maps, and the layer."""
    size, maps = KINDS[kind]
    first = size >> (len(maps) - 1)
    return size, first, maps, kind.startswith("upsampling")


def judged(size: int) -> int:
    """Return the features that the discriminator's last layer gets."""
    return 128 * (-(-size // 4)) ** 2


def epoch_of(step: Callable[[np.ndarray], object]) -> Epoch:
    """Make an epoch of a step, which may return its loss before it is computed."""

    def epoch(batches: list[np.ndarray]) -> float:
        for batch in batches:
            loss = step(batch)
        return float(loss)

    return epoch
