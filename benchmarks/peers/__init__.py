"""The course's GAN written in several ways, for benchmarks/training.py.

Each module has functions that build one GAN; `kind` is "upsampling" or "transposed".
They return a function that trains both networks on a list of batches, each batch once,
and returns the discriminator's loss. Below is what all have in common.
"""

from collections.abc import Callable

import numpy as np

LATENT_DIM = 100
MAPS = 128
BATCH = 128
DROPOUT = 0.4
SLOPE = 0.2
RATE, BETAS, EPSILON = 5e-4, (0.5, 0.999), 1e-7  # of Adam
MOMENTUM = 0.99
NORM_EPSILON = 1e-3

Epoch = Callable[[list[np.ndarray]], float]


def epoch_of(step: Callable[[np.ndarray], object]) -> Epoch:
    """Make an epoch of a step, which may return its loss before it is computed."""

    def epoch(batches: list[np.ndarray]) -> float:
        for batch in batches:
            loss = step(batch)
        return float(loss)

    return epoch
