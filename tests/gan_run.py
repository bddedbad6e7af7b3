"""A small training that a test can kill: python gan_run.py FOLDER EPOCHS."""

import sys
from pathlib import Path

import numpy as np

from course_lib.backend import keras
from course_lib.gan import GAN
from course_lib.generators import build_discriminator, build_transposed_generator


def small_gan(seed: int = 0) -> GAN:
    """A GAN with dropout and noise, always with the same starting weights."""
    generator = build_transposed_generator(8, "leaky_relu", "tanh", seed=seed)
    gan = GAN(generator, build_discriminator(seed=seed), seed=seed)
    gan.compile()
    return gan


def small_images() -> np.ndarray:
    """Sixty random images: eight steps of 8, the last one smaller."""
    shape = (60, 10, 10, 1)
    return np.random.default_rng(1).uniform(-1, 1, shape).astype("float32")


def weights(gan: GAN) -> list[np.ndarray]:
    """All that training has made: both networks, optimizers and random states."""
    optimizers = (gan.g_optimizer, gan.d_optimizer)
    states = [v for optimizer in optimizers for v in optimizer.variables]
    return [np.asarray(v) for v in (*gan.variables, *states)]


if __name__ == "__main__":
    folder, epochs = Path(sys.argv[1]), int(sys.argv[2])
    gan = small_gan()
    (folder / "started").touch()
    backup = keras.callbacks.BackupAndRestore(folder / "backup")
    gan.fit(small_images(), batch_size=8, epochs=epochs, callbacks=backup, verbose=0)
    np.savez(folder / "final.npz", *weights(gan))
