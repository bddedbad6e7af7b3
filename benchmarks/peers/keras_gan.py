"""The GAN in Keras: by `course_lib.gan`, and by the recipe of the old tutorials."""

import numpy as np

from course_lib.backend import keras
from course_lib.gan import GAN
from course_lib.generators import (
    build_discriminator,
    build_transposed_generator,
    build_upsampling_generator,
)

from . import setting

BUILDERS = {
    "upsampling": build_upsampling_generator,
    "transposed": build_transposed_generator,
}


def models(kind: str) -> tuple[keras.Model, keras.Model]:
    """The two networks as the course trains them."""
    generator = BUILDERS[kind](
        setting.LATENT_DIM, "leaky_relu", "tanh", batch_normalization=True, seed=0
    )
    return generator, build_discriminator(dropout=setting.DROPOUT, seed=0)


def adam() -> keras.optimizers.Optimizer:
    """The optimizer of each network."""
    return keras.optimizers.Adam(setting.LEARNING_RATE, *setting.BETAS, setting.EPSILON)


class CourseGan:
    """`course_lib.gan.GAN` and `fit`."""

    def __init__(self, kind: str) -> None:
        self.gan = GAN(*models(kind), seed=0)
        self.gan.compile(adam(), adam(), jit_compile=True, steps_per_execution=31)

    def epoch(self, batches: list[np.ndarray]) -> float:
        """Trains on every batch once and returns the mean discriminator loss."""
        images = np.concatenate(batches)
        history = self.gan.fit(images, batch_size=setting.BATCH, verbose=0)
        return history.history["d_loss"][-1]


class ClassicGan:
    """Two compiled models, one frozen in the other, and `train_on_batch`."""

    def __init__(self, kind: str) -> None:
        self.generator, self.discriminator = models(kind)
        loss = keras.losses.BinaryCrossentropy(from_logits=True)
        self.discriminator.compile(adam(), loss)
        self.combined = keras.Sequential([self.generator, self.discriminator])
        self.combined.compile(adam(), loss)

    def epoch(self, batches: list[np.ndarray]) -> float:
        """Trains on every batch once and returns the last discriminator loss."""
        random = np.random.default_rng(0)
        ones, zeros = np.ones((setting.BATCH, 1)), np.zeros((setting.BATCH, 1))
        for batch in batches:
            points = random.normal(size=(len(batch), setting.LATENT_DIM))
            generated = self.generator.predict(points, verbose=0)
            self.discriminator.trainable = True
            loss = self.discriminator.train_on_batch(batch, ones)
            loss += self.discriminator.train_on_batch(generated, zeros)
            self.discriminator.trainable = False
            self.combined.train_on_batch(points, ones)
        return float(loss) / 2
