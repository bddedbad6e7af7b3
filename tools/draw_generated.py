"""Draw data/generated.npz anew: what both generators of chapter 8 draw as they learn.

Run it with `make generated`; it takes a few minutes.
"""

from collections.abc import Callable

import numpy as np

from build_digits import store
from course_lib.backend import keras
from course_lib.digits import GENERATED_AFTER, load_digits
from course_lib.gan import GAN, SampleHistory
from course_lib.generators import (
    build_discriminator,
    build_transposed_generator,
    build_upsampling_generator,
)

BUILDERS: dict[str, Callable[..., keras.Model]] = {
    "UpSampling2D": build_upsampling_generator,
    "Conv2DTranspose": build_transposed_generator,
}


def drawn_by(layer: str) -> np.ndarray:
    """Train with the settings of chapter 8; grey values (epochs, points, 10, 10)."""
    keras.utils.set_random_seed(8)
    generator = BUILDERS[layer](
        100, "leaky_relu", "tanh", batch_normalization=True, seed=8
    )
    model = GAN(generator, build_discriminator(seed=8), seed=8)
    model.compile(jit_compile=True, steps_per_execution=32)
    samples = SampleHistory(count=8, every=2)
    images, _ = load_digits()
    model.fit(images, epochs=GENERATED_AFTER[-1], callbacks=[samples], verbose=0)
    stages = np.stack([samples.images[epoch // 2] for epoch in GENERATED_AFTER])
    return np.rint((stages[..., 0] + 1) * 127.5).astype(np.uint8)


if __name__ == "__main__":
    store("generated.npz", {layer: drawn_by(layer) for layer in BUILDERS})
