"""Time the NumPy references beside Keras' kernels for CPUs and beside plain loops.

Prints how many times as long the references take as Keras, and the loops as the
references: medians with the middle half of the rounds. The exponent says how the
references' time grows with the number of pixels; 1 is in proportion.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from turns import seconds, spread

from course_lib.backend import keras, tf
from course_lib.convolution import conv2d
from course_lib.pooling import average_pool2d, max_pool2d
from course_lib.transposed_convolution import conv2d_transpose
from course_lib.upsampling import upsample2d

ROUNDS = 9
BATCH, CHANNELS, SIZES = 32, 32, (16, 32, 64)
KERNEL = np.random.default_rng(0).normal(size=(3, 3, CHANNELS, CHANNELS)) / 17
LAYERS = keras.layers

Function = Callable[[np.ndarray], np.ndarray]


def filled(layer: keras.Layer) -> keras.Layer:
    """Give a layer the kernel of the references."""
    layer.build((None, None, None, CHANNELS))
    layer.set_weights([KERNEL, np.zeros(CHANNELS)])
    return layer


PAIRS: dict[str, tuple[Function, keras.Layer]] = {
    "max pooling": (max_pool2d, LAYERS.MaxPooling2D(2)),
    "average pooling": (average_pool2d, LAYERS.AveragePooling2D(2)),
    "nearest": (upsample2d, LAYERS.UpSampling2D()),
    "bilinear": (
        lambda x: upsample2d(x, 2, "bilinear"),
        LAYERS.UpSampling2D(interpolation="bilinear"),
    ),
    "convolution": (
        lambda x: conv2d(x, KERNEL, 1, "same"),
        filled(LAYERS.Conv2D(CHANNELS, 3, padding="same")),
    ),
    "transposed": (
        lambda x: conv2d_transpose(x, KERNEL, 2, "same"),
        filled(LAYERS.Conv2DTranspose(CHANNELS, 3, 2, "same")),
    ),
}


def looped_convolution(x: np.ndarray) -> np.ndarray:
    """Convolve one image as a textbook writes it; with its border left out."""
    image, kernel = x[0].tolist(), KERNEL.tolist()
    side, channels, three = len(image) - 2, range(CHANNELS), range(3)
    y = np.empty((side, side, CHANNELS))
    for row, column, out in np.ndindex(*y.shape):
        y[row, column, out] = sum(
            image[row + i][column + j][c] * kernel[i][j][c][out]
            for i in three
            for j in three
            for c in channels
        )
    return y


def main() -> None:
    """Print a line for each reference."""
    random = np.random.default_rng(1)
    shapes = [(BATCH, n, n, CHANNELS) for n in SIZES]
    images = [random.normal(size=shape).astype("float32") for shape in shapes]
    print(f"{BATCH} images of {SIZES[-1]} x {SIZES[-1]} x {CHANNELS}: times Keras")
    for name, (reference, layer) in PAIRS.items():
        found = [
            seconds([partial(reference, x), partial(layer, tf.constant(x))], ROUNDS)
            for x in images
        ]
        pixels, times = np.square(SIZES), [np.median(ours) for ours, _ in found]
        exponent, _ = np.polyfit(np.log(pixels), np.log(times), 1)
        ours, theirs = found[-1]
        print(
            f"{name:16}{spread(ours / theirs):22} exponent {exponent:.2f}", flush=True
        )
    reference, small = PAIRS["convolution"][0], images[0][:1]
    calls = [partial(function, small) for function in (looped_convolution, reference)]
    loops, ours = seconds(calls, 3)
    print(f"plain loops, one image of 16 x 16 x 32: {spread(loops / ours)} times ours")


if __name__ == "__main__":
    main()
