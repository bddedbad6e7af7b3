"""Exercises of chapter 3: the generator with UpSampling2D."""

import numpy as np

from course_lib.exercises.exercise import Exercise


def dense_parameters():
    """A weight from each of 100 inputs to each of 3200 outputs, and 3200 biases."""
    outputs = 5 * 5 * 128
    return 100 * outputs + outputs


exercise_1 = Exercise(
    "3.1 Predict the parameters of the dense layer (easy, 2 min)",
    "We want 128 maps of 5 × 5 pixels. How many parameters does a dense layer have "
    "that makes them from 100 inputs?",
    dense_parameters,
    mistakes={
        "The biases are missing: one for each output.": 320_000,
        "There is a bias for each *output*, not for each input.": 320_100,
        "There is a bias for each *output*, not for each map.": 320_128,
        "There is a bias for each output, not one for the layer.": 320_001,
        "That is the number of outputs. Each has 100 weights and a bias.": 3_200,
        "128 is the number of maps; each map has 5 × 5 pixels.": 12_928,
    },
    hints=(
        "128 maps of 5 × 5 pixels: how many outputs?",
        "Every output has a weight for each of the 100 inputs, and one bias.",
    ),
)


def dense_outputs():
    """28 → 14 → 7, planned backwards: 7 × 7 pixels in each of 64 maps."""
    side = 28 // 2 // 2
    return side * side * 64


exercise_4 = Exercise(
    "3.4 Plan a larger generator backwards (easy, 3 min)",
    "The same plan for images of 28 × 28, with **two** upsampling layers that double "
    "each side, and 64 maps. How many outputs does the dense layer have?",
    dense_outputs,
    mistakes={
        "That is 28 × 28 × 64: the maps at the *end*. Plan backwards.": 50_176,
        "That is 14 × 14 × 64: there are two upsampling layers.": 12_544,
        "That is one map; there are 64.": 49,
        "A map has 7 × 7 pixels, not 7.": 448,
        "5 × 5 was for images of 10 × 10; for 28 × 28 it is larger.": 1_600,
        "These are the layer's parameters. Its outputs are fewer.": 316_736,
    },
    hints=(
        "From 28 × 28 back over two layers that double each side.",
        "28, 14, 7: 64 maps of 7 × 7.",
    ),
)


def independent_images():
    """Three maps of 5 × 5 are 75 numbers, and everything has to go through them."""
    return min(100, 3 * 5 * 5)


exercise_2 = Exercise(
    "3.2 Say how much it could draw (easy, 2 min)",
    "A generator as in this chapter, untrained, with 100 latent numbers and **3** maps "
    "of 5 × 5: how many of the 100 images are independent?",
    independent_images,
    mistakes={
        "100 latent numbers have to go through 3 · 25 others first.": 100,
        "That is one map of 5 × 5. There are three.": 25,
        "Upsampling repeats numbers; it adds no independent ones.": 300,
        "A map counts for each of its pixels, not once.": 3,
    },
    hints=(
        "What is the narrowest place between the latent point and the image?",
        "One map is 25 numbers. And three?",
    ),
)


def count_parameters(latent_dim, size, maps, kernel_size):
    """Parameters of a generator: dense layer, upsampling, Conv2D with one filter."""
    outputs = size * size * maps
    dense = latent_dim * outputs + outputs
    convolution = kernel_size * kernel_size * maps + 1
    return dense + convolution


exercise_5 = Exercise(
    "3.5 Count the parameters of any such generator (easy, 5 min)",
    "The parameters of any generator of this kind: a dense layer to `maps` maps of "
    "`size` × `size`, upsampling, and a `Conv2D` with one filter of `kernel_size` × "
    "`kernel_size`.",
    count_parameters,
    mistakes={
        "The biases of the dense layer are missing.\nIt has one for each output, that "
        "is for each pixel of each map.": lambda f, n, s, maps, k: f(n - 1, s, maps, k),
        "The convolution's bias is missing.\nIt has one for each filter, and there is "
        "one filter.": lambda f, *args: f(*args) - 1,
        "All the biases are missing.\nThe dense layer has one for each output, the "
        "convolution one for its filter.": lambda f, n, *args: f(n - 1, *args) - 1,
        "The convolution has a bias for each map here.\nBiases belong to the "
        "*outputs*: one filter, one "
        "bias.": lambda f, n, size, maps, k: f(n, size, maps, k) - 1 + maps,
        "The dense layer has a bias for each map here.\nIt has one for each output, "
        "that is for each pixel of each "
        "map.": lambda f, n, size, maps, k: f(n - 1, size, maps, k) + maps,
        "The convolution has the weights of a single map here.\nA filter looks at "
        "every map with weights of its own: kernel · kernel · "
        "maps.": lambda f, n, size, maps, k: f(n, size, maps, k) - k**2 * (maps - 1),
        "A kernel was counted as `kernel_size` weights.\nIt has `kernel_size * "
        "kernel_size`, for each map.": lambda f, n, s, maps, k: f(n, s, maps, k**0.5),
        "A map was counted as `size` numbers.\nIt has `size * size` "
        "pixels.": lambda f, n, size, maps, k: f(n, size**0.5, maps, k),
    },
    hints=(
        "Two layers have parameters. Count each as in the chapter, with the names of "
        "the arguments for the numbers.",
        "Dense: inputs · outputs + outputs. Convolution: kernel · kernel · maps + 1.",
    ),
    inputs=((100, 5, 128, 3), (100, 5, 64, 3), (100, 5, 128, 5), (64, 7, 32, 4)),
)


def walk(generator, start, end, steps):
    """The images at `steps` points of a straight line, both ends included."""
    share = np.linspace(0, 1, steps)[:, None]
    return generator((1 - share) * start + share * end)


def _a_bent_generator(points):
    """Maps latent points (batch, 3) to images (batch, 2, 2, 1), not affinely."""
    weights = np.array([[2.0, -1, 0, 1], [1, 1, -2, 0], [0, 3, 1, -1]])
    drawn = np.maximum(np.asarray(points) @ weights, 0) ** 2 + 1
    return drawn.reshape(-1, 2, 2, 1)


def _affine_generator(weights, fixed, size):
    return lambda points: (np.asarray(points) @ weights + fixed).reshape(-1, *size, 1)


_of_two_numbers = _affine_generator(np.array([[1.0, 2, -1], [0, 3, 4]]), 5, (1, 3))
_of_four_numbers = _affine_generator(
    np.arange(24.0).reshape(4, 6) % 7 - 2.5, np.arange(6.0) ** 2, (3, 2)
)


def _fading(_, generator, start, end, steps):
    share = np.linspace(0, 1, steps)[:, None, None, None]
    first, last = generator(np.array([start, end]))
    return (1 - share) * first + share * last


exercise_3 = Exercise(
    "3.3 Walk between two latent points (medium, 6 min)",
    "The images along a straight line between two latent points, `start` and `end`, of "
    "shape `(latent_dim,)`. There are `steps` of them, those of both ends included. "
    "`generator` takes points `(batch, latent_dim)` and gives images, like a model. "
    "It is the points that walk: the images between are for the generator to draw.",
    walk,
    mistakes={
        "Two images fade into each other here.\nThat is the same only for an affine "
        "generator. Walk among the *points*, and ask the generator for an image at "
        "each.": _fading,
        "The walk stops before its end.\nOf `steps` points, the last is `end`: "
        "`np.linspace(0, 1, steps)`.": lambda f, g, a, b, n: f(g, a, b, n + 1)[:-1],
        "The walk leaves its start out.\nOf `steps` points, the first is `start`: "
        "`np.linspace(0, 1, steps)`.": lambda f, g, a, b, n: f(g, a, b, n + 1)[1:],
        "The walk runs backwards.\nAt share 0 it is at `start`: `(1 - share) * start + "
        "share * end`.": lambda f, g, a, b, n: f(g, b, a, n),
        "The points are `start + share * end`.\nThe share of `start` has to fall as "
        "that of `end` grows, or the walk does not arrive: `(1 - share) * start + "
        "share * end`.": lambda f, g, a, b, n: f(g, a, a + b, n),
        "There is one image too many.\n`steps` counts the images, both ends "
        "included.": lambda f, g, a, b, n: f(g, a, b, n + 1),
        "These are the latent points.\nAsked for are the images: give the points to "
        "the generator.": lambda f, draw, *args: f(lambda points: points, *args),
    },
    hints=(
        "The chapter does it for nine points. Make the points first, all in one array.",
        "`np.linspace(0, 1, steps)[:, None]` is a column, so that it multiplies a "
        "whole point in each row.",
    ),
    inputs=(
        (_of_two_numbers, np.array([0.0, 1.0]), np.array([4.0, -3.0]), 5),
        (_a_bent_generator, np.array([1.0, -1, 2]), np.array([-2.0, 3, 0]), 4),
        (_a_bent_generator, np.array([0.0, 0, 1]), np.array([1.0, 2, -1]), 2),
        (_a_bent_generator, np.array([3.5, 0, 0]), np.array([0.0, -1, 2.5]), 9),
    ),
)


def matrix_of(generator, latent_dim):
    """The matrix A (latent_dim, pixels) of an affine generator: image = z A + b."""
    origin = generator(np.zeros((1, latent_dim)))
    units = generator(np.eye(latent_dim))
    return (units - origin).reshape(latent_dim, -1)


exercise_6 = Exercise(
    "3.6 Read the matrix out of a generator (hard, 8 min)",
    "Any *affine* generator is `points @ A + b`, its images laid out as rows of "
    "pixels. Read `A`, of shape `(latent_dim, pixels)`, out of `generator`, by asking "
    "for a few images.",
    matrix_of,
    mistakes={
        "The fixed image is still in every row.\nA unit point gives its row of the "
        "matrix *plus* b; the image of the point 0 is "
        "b.": lambda _, draw, n: draw(np.eye(n)).reshape(n, -1),
        "The signs are turned: the difference was taken the other way round.\nIt is "
        "the image of a unit point, minus that of the point "
        "0.": lambda f, *given: -f(*given),
        "The matrix lies on its side.\nRow i is what the latent number i adds to the "
        "image: shape (latent_dim, pixels).": lambda f, *args: f(*args).T,
        "Every row is the image of the point of ones.\nOne latent number at a time: "
        "the rows of `np.eye(latent_dim)` are such "
        "points.": lambda f, *args: np.ones_like(f(*args)) * f(*args).sum(axis=0),
        "The rows of the matrix are still images.\n`.reshape(latent_dim, -1)` lays the "
        "pixels of each out in "
        "a row.": lambda f, draw, n: f(draw, n).reshape(draw(np.zeros((n, n))).shape),
    },
    hints=(
        "Which point makes b alone visible?",
        "Which point makes the row 0 of the matrix visible, plus b?",
        "All unit points at once are the rows of `np.eye(latent_dim)`.",
    ),
    inputs=((_of_two_numbers, 2), (_of_four_numbers, 4)),
)
