"""The GAN in Keras: by `course_lib.gan`, and by the recipe of the old tutorials."""

from functools import partial

import numpy as np

import peers
from course_lib import generators
from course_lib.backend import keras
from course_lib.gan import GAN

adam = partial(keras.optimizers.Adam, peers.RATE, *peers.BETAS, peers.EPSILON)


def models(kind: str) -> tuple[keras.Model, keras.Model]:
    """Return the two networks as the course trains them."""
    layer, size = kind.partition(",")[0], peers.KINDS[kind][0]
    options = {"batch_normalization": True, "image_size": size, "seed": 0}
    build = getattr(generators, f"build_{layer}_generator")
    return (
        build(peers.LATENT_DIM, "leaky_relu", "tanh", **options),
        generators.build_discriminator(size, peers.DROPOUT, seed=0),
    )


def build_course(kind: str, jit_compile: bool) -> peers.Epoch:
    """`course_lib.gan.GAN` and `fit`."""
    gan = GAN(*models(kind), seed=0)
    gan.compile(adam(), adam(), jit_compile=jit_compile)

    def epoch(batches: list[np.ndarray]) -> float:
        images = np.concatenate(batches)
        history = gan.fit(images, batch_size=peers.BATCH, verbose=0)
        return history.history["d_loss"][-1]

    return epoch


def build_classic(kind: str) -> peers.Epoch:
    """Two compiled models, one frozen in the other, and `train_on_batch`."""
    generator, discriminator = models(kind)
    loss_of = keras.losses.BinaryCrossentropy(from_logits=True)
    discriminator.compile(adam(), loss_of)
    combined = keras.Sequential([generator, discriminator])
    combined.compile(adam(), loss_of)
    random = np.random.default_rng(0)
    ones, zeros = np.ones((peers.BATCH, 1)), np.zeros((peers.BATCH, 1))

    def step(batch: np.ndarray) -> float:
        points = random.normal(size=(len(batch), peers.LATENT_DIM))
        generated = generator.predict(points, verbose=0)
        discriminator.trainable = True
        loss = discriminator.train_on_batch(batch, ones)
        loss += discriminator.train_on_batch(generated, zeros)
        discriminator.trainable = False
        combined.train_on_batch(points, ones)
        return loss / 2

    return peers.epoch_of(step)
