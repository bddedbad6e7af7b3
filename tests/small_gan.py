"""A GAN of a few weights, which trains in a moment."""

from functools import cache

import numpy as np

from course_lib.backend import keras
from course_lib.gan import GAN

LAYERS = keras.layers


def generator(*last: keras.layers.Layer, activation: str = "tanh") -> keras.Sequential:
    """Draws 4x4 images; its activation is not its last layer."""
    hidden, draw = dense(8, "leaky_relu", 1), dense(16, activation, 2)
    layers = [keras.Input((5,)), hidden, draw, LAYERS.Reshape((4, 4, 1)), *last]
    return keras.Sequential(layers, name="generator")


def discriminator(
    *last: keras.layers.Layer, dropout: float = 0.3, end: object = None
) -> keras.Sequential:
    """Has dropout, so that it draws random numbers as it is trained."""
    hidden, judge = dense(16, "leaky_relu", 3), dense(1, end, 4)
    hidden = [hidden, LAYERS.Dropout(dropout, seed=0)]
    layers = [keras.Input((4, 4, 1)), LAYERS.Flatten(), *hidden, judge, *last]
    return keras.Sequential(layers, name="discriminator")


def dense(units: int, activation: object, seed: int) -> keras.layers.Layer:
    start = keras.initializers.GlorotUniform(seed)
    return LAYERS.Dense(units, activation, kernel_initializer=start)


def small_gan(
    seed: int | None = 0,
    loss: object = "cross_entropy",
    ema: float | None = None,
    **options: object,
) -> GAN:
    """Always has the same starting weights; the options are those of `compile`."""
    gan = GAN(generator(), discriminator(), loss=loss, ema=ema, seed=seed)
    gan.compile(**options)
    return gan


@cache
def _shared() -> tuple[GAN, list[np.ndarray]]:
    gan = small_gan()
    return gan, weights(gan)


def shared_gan() -> GAN:
    """As `small_gan()`, but always the same one, which TensorFlow traces only once."""
    return restarted(*_shared())


def restarted(gan: GAN, start: list[np.ndarray]) -> GAN:
    """As it was when its weights were these, before any training."""
    for state, value in zip(_states(gan), start, strict=True):
        state.assign(value)
    gan.epochs_done = gan.epoch = gan.step = gan.steps_to_skip = 0
    return gan


def small_images(count: int = 60) -> np.ndarray:
    """Random images; sixty are eight steps of 8, the last one filled up."""
    random = np.random.default_rng(1)
    return random.uniform(-1, 1, (count, 4, 4, 1)).astype("float32")


def weights(gan: GAN) -> list[np.ndarray]:
    """All that training has made: both networks, optimizers and random states."""
    return [np.array(state) for state in _states(gan)]


def _states(gan: GAN) -> list[keras.Variable]:
    states = [*gan.variables, *gan.optimizer.variables]
    return [state for state in states if state is not gan.held_out_noise.state]
