"""The NumPy references beside Keras' kernels for CPUs, and beside plain loops.

The exponent says how a reference's time grows with the number of pixels; 1 is in
proportion.
"""

from collections.abc import Callable, Iterator
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
    "transposed convolution": (
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
    one, reference = images[0][:1], PAIRS["convolution"][0]
    calls = partial(reference, one), partial(looped_convolution, one)
    ours, loops = seconds(list(calls), rounds=3)
    what = f"convolution in NumPy, 1 × {SIZES[0]} × {SIZES[0]} × {CHANNELS}"
    yield Row(what, "plain Python loops", loops / ours)
