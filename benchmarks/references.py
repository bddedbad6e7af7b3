"""The NumPy references beside Keras' kernels for CPUs, and beside plain loops.

The exponent says how a reference's time grows with the number of pixels; 1 is in
proportion.
"""

from collections.abc import Iterator
from functools import partial

import numpy as np
from turns import Row, beside, seconds

from course_lib.backend import keras, tf
from course_lib.convolution import conv2d
from course_lib.pooling import average_pool2d, max_pool2d
from course_lib.transposed_convolution import conv2d_transpose
from course_lib.upsampling import upsample2d

BATCH, CHANNELS, SIZES = 32, 32, (16, 32, 64)
KERNEL = np.random.default_rng(0).normal(size=(3, 3, CHANNELS, CHANNELS)) / 17
LAYERS = keras.layers
same_conv2d = partial(conv2d, kernel=KERNEL, padding="same")
PAIRS = {
    "max pooling": (max_pool2d, LAYERS.MaxPooling2D(2)),
    "average pooling": (average_pool2d, LAYERS.AveragePooling2D(2)),
    "nearest": (upsample2d, LAYERS.UpSampling2D()),
    "bilinear": (
        partial(upsample2d, interpolation="bilinear"),
        LAYERS.UpSampling2D(interpolation="bilinear"),
    ),
    "convolution": (same_conv2d, LAYERS.Conv2D(CHANNELS, 3, padding="same")),
    "transposed convolution": (
        partial(conv2d_transpose, kernel=KERNEL, strides=2, padding="same"),
        LAYERS.Conv2DTranspose(CHANNELS, 3, 2, "same"),
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


def rows() -> Iterator[Row]:
    """Each reference at its largest, then the loops."""
    random = np.random.default_rng(1)
    shapes = [(BATCH, n, n, CHANNELS) for n in SIZES]
    images = [random.normal(size=shape).astype("float32") for shape in shapes]
    large, size = images[-1], f"{BATCH} × {SIZES[-1]} × {SIZES[-1]} × {CHANNELS}"
    for name, (reference, layer) in PAIRS.items():
        times = seconds([partial(reference, x) for x in images], rounds=5)
        pixels = np.log(np.square(SIZES))
        exponent, _ = np.polyfit(pixels, np.log(np.median(times, axis=1)), 1)
        what = f"{name} in NumPy, {size} (exponent {exponent:.2f})"
        keras_layer = partial(layer, tf.constant(large))
        yield beside(what, partial(reference, large), "Keras", keras_layer)
    one = images[0][:1]
    ours, loops = partial(same_conv2d, one), partial(looped_convolution, one)
    what = f"convolution in NumPy, 1 × {SIZES[0]} × {SIZES[0]} × {CHANNELS}"
    yield beside(what, ours, "plain Python loops", loops, rounds=3)
