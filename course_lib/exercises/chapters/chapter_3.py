"""Exercises of chapter 3: the generator with UpSampling2D."""

import numpy as np

from course_lib.exercises.exercise import Exercise, wrong


def dense_parameters():
    """A weight from each of 100 inputs to each of 3200 outputs, and 3200 biases."""
    outputs = 5 * 5 * 128
    return 100 * outputs + outputs


exercise_1 = Exercise(
    name="3.1",
    title="Predict the parameters of the dense layer",
    difficulty="easy",
    minutes=2,
    task=(
        "We want 128 maps of 5 × 5 pixels. How many parameters has a dense layer "
        "that makes them from 100 inputs?"
    ),
    solution=dense_parameters,
    mistakes=(
        wrong(320_000, "The biases are missing: one for each output."),
        wrong(320_100, "There is a bias for each *output*, not for each input."),
        wrong(320_001, "There is a bias for each output, not one for the layer."),
        wrong(3_200, "That is the number of outputs. Each has 100 weights and a bias."),
        wrong(12_928, "128 is the number of maps; each map has 5 × 5 pixels."),
    ),
    hints=(
        "128 maps of 5 × 5 pixels: how many outputs?",
        "Every output has a weight for each of the 100 inputs, and one bias.",
    ),
)


def dense_outputs():
    """28 → 14 → 7, planned backwards: 7 × 7 pixels in each of 64 maps."""
    side = 28 // 2 // 2
    return side * side * 64


exercise_2 = Exercise(
    name="3.2",
    title="Plan a larger generator backwards",
    difficulty="easy",
    minutes=3,
    task=(
        "The same plan for images of 28 × 28, with **two** upsampling layers that "
        "double each side, and 64 maps. How many outputs does the dense layer have?"
    ),
    solution=dense_outputs,
    mistakes=(
        wrong(50_176, "That is 28 × 28 × 64: the maps at the *end*. Plan backwards."),
        wrong(12_544, "That is 14 × 14 × 64: there are two upsampling layers."),
        wrong(49, "That is one map; there are 64."),
        wrong(448, "A map has 7 × 7 pixels, not 7."),
        wrong(1_600, "5 × 5 was for images of 10 × 10; for 28 × 28 it is larger."),
    ),
    hints=(
        "From 28 × 28 back over two layers that double each side.",
        "28, 14, 7: 64 maps of 7 × 7.",
    ),
)


def independent_images():
    """Three maps of 5 × 5 are 75 numbers, and everything has to go through them."""
    return min(100, 3 * 5 * 5)


exercise_3 = Exercise(
    name="3.3",
    title="Say how much it could draw",
    difficulty="easy",
    minutes=2,
    task=(
        "A generator as in this chapter, untrained, with 100 latent numbers and "
        "**3** maps of 5 × 5: how many of the 100 images are independent?"
    ),
    solution=independent_images,
    mistakes=(
        wrong(100, "100 latent numbers have to go through 3 · 25 others first."),
        wrong(25, "That is one map of 5 × 5. There are three."),
        wrong(300, "Upsampling repeats numbers; it adds no independent ones."),
        wrong(3, "A map counts for each of its pixels, not once."),
    ),
    hints=(
        "What is the narrowest place between the latent point and the image?",
        "With one map it was 25, with two 50.",
    ),
)


def count_parameters(latent_dim, size, maps, kernel_size):
    """Parameters of a generator: dense layer, upsampling, Conv2D with one filter."""
    outputs = size * size * maps
    dense = latent_dim * outputs + outputs
    convolution = kernel_size * kernel_size * maps + 1
    return dense + convolution


def dense_bias_forgotten(latent_dim, size, maps, kernel_size):
    """The biases of the dense layer are missing.

    It has one for each output, that is for each pixel of each map.
    """
    return count_parameters(latent_dim, size, maps, kernel_size) - size**2 * maps


def last_bias_forgotten(latent_dim, size, maps, kernel_size):
    """The convolution's bias is missing.

    It has one for each filter, and there is one filter.
    """
    return count_parameters(latent_dim, size, maps, kernel_size) - 1


def no_biases(latent_dim, size, maps, kernel_size):
    """All the biases are missing.

    The dense layer has one for each output, the convolution one for its filter.
    """
    return (latent_dim * size**2 + kernel_size**2) * maps


def bias_for_each_map(latent_dim, size, maps, kernel_size):
    """The convolution has a bias for each map here.

    Biases belong to the *outputs*: one filter, one bias.
    """
    return count_parameters(latent_dim, size, maps, kernel_size) - 1 + maps


def one_kernel_for_all(latent_dim, size, maps, kernel_size):
    """The convolution has the weights of a single map here.

    A filter looks at every map with weights of its own: kernel · kernel · maps.
    """
    outputs = size**2 * maps
    return latent_dim * outputs + outputs + kernel_size**2 + 1


def area_forgotten(latent_dim, size, maps, kernel_size):
    """A map was counted as `size` numbers.

    It has `size * size` pixels.
    """
    outputs = size * maps
    return latent_dim * outputs + outputs + kernel_size**2 * maps + 1


exercise_4 = Exercise(
    name="3.4",
    title="Count the parameters of any such generator",
    difficulty="easy",
    minutes=5,
    task=(
        "The parameters of any generator of this kind: a dense layer to `maps` maps "
        "of `size` × `size`, upsampling, and a `Conv2D` with one filter of "
        "`kernel_size` × `kernel_size`."
    ),
    solution=count_parameters,
    mistakes=(
        dense_bias_forgotten,
        last_bias_forgotten,
        no_biases,
        bias_for_each_map,
        one_kernel_for_all,
        area_forgotten,
    ),
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


def an_affine_generator(points):
    """Maps latent points (batch, 2) to images (batch, 1, 3, 1): a matrix, and 5."""
    weights = np.array([[1.0, 2, -1], [0, 3, 4]])
    return (np.asarray(points) @ weights + 5).reshape(-1, 1, 3, 1)


def fades_images(generator, start, end, steps):
    """Two images fade into each other here.

    That is the same only for an affine generator. Walk among the *points*, and ask the
    generator for an image at each.
    """
    share = np.linspace(0, 1, steps)[:, None, None, None]
    first, last = generator(np.array([start, end]))
    return (1 - share) * first + share * last


def stops_before_the_end(generator, start, end, steps):
    """The walk stops before its end.

    Of `steps` points, the last is `end`: `np.linspace(0, 1, steps)`.
    """
    share = np.linspace(0, 1, steps, endpoint=False)[:, None]
    return generator((1 - share) * start + share * end)


def walks_backwards(generator, start, end, steps):
    """The walk runs backwards.

    At share 0 it is at `start`: `(1 - share) * start + share * end`.
    """
    return walk(generator, end, start, steps)


def adds_the_end(generator, start, end, steps):
    """The points are `start + share * end`.

    The share of `start` has to fall as that of `end` grows, or the walk does not
    arrive: `(1 - share) * start + share * end`.
    """
    share = np.linspace(0, 1, steps)[:, None]
    return generator(start + share * end)


def one_image_more(generator, start, end, steps):
    """There is one image too many.

    `steps` counts the images, both ends included.
    """
    return walk(generator, start, end, steps + 1)


def points_only(generator, start, end, steps):
    """These are the latent points.

    Asked for are the images: give the points to the generator.
    """
    share = np.linspace(0, 1, steps)[:, None]
    return (1 - share) * start + share * end


exercise_5 = Exercise(
    name="3.5",
    title="Walk between two latent points",
    difficulty="medium",
    minutes=6,
    task=(
        "The images along a straight line between two latent points, `start` and "
        "`end`, of shape `(latent_dim,)`. There are `steps` of them, those of both "
        "ends included. `generator` takes points `(batch, latent_dim)` and gives "
        "images, like a model. Not every generator is affine."
    ),
    solution=walk,
    mistakes=(
        fades_images,
        stops_before_the_end,
        walks_backwards,
        adds_the_end,
        one_image_more,
        points_only,
    ),
    hints=(
        "The chapter does it for nine points. Make the points first, all in one array.",
        "`np.linspace(0, 1, steps)[:, None]` is a column, so that it multiplies a "
        "whole point in each row.",
    ),
    inputs=(
        (an_affine_generator, np.array([0.0, 1.0]), np.array([4.0, -3.0]), 5),
        (_a_bent_generator, np.array([1.0, -1, 2]), np.array([-2.0, 3, 0]), 4),
        (_a_bent_generator, np.array([0.0, 0, 1]), np.array([1.0, 2, -1]), 2),
        (_a_bent_generator, np.array([3.0, 0, 0]), np.array([0.0, -1, 2]), 9),
    ),
)


def matrix_of(generator, latent_dim):
    """The matrix A (latent_dim, pixels) of an affine generator: image = z A + b."""
    origin = generator(np.zeros((1, latent_dim)))
    units = generator(np.eye(latent_dim))
    return (units - origin).reshape(latent_dim, -1)


def fixed_image_left_in(generator, latent_dim):
    """The fixed image is still in every row.

    A unit point gives its row of the matrix *plus* b; the image of the point 0 is b.
    """
    return generator(np.eye(latent_dim)).reshape(latent_dim, -1)


def sign_turned(generator, latent_dim):
    """The signs are turned: the difference was taken the other way round.

    It is the image of a unit point, minus that of the point 0.
    """
    return -matrix_of(generator, latent_dim)


def matrix_on_its_side(generator, latent_dim):
    """The matrix lies on its side.

    Row i is what the latent number i adds to the image: shape (latent_dim, pixels).
    """
    return matrix_of(generator, latent_dim).T


def point_of_ones(generator, latent_dim):
    """Every row is the image of the point of ones.

    One latent number at a time: the rows of `np.eye(latent_dim)` are such points.
    """
    images = generator(np.ones((latent_dim, latent_dim)))
    origin = generator(np.zeros((1, latent_dim)))
    return (images - origin).reshape(latent_dim, -1)


def _other_affine_generator(points):
    weights = np.arange(24.0).reshape(4, 6) % 7 - 3
    fixed = np.arange(6.0) ** 2
    return (np.asarray(points) @ weights + fixed).reshape(-1, 3, 2, 1)


exercise_6 = Exercise(
    name="3.6",
    title="Read the matrix out of a generator",
    difficulty="hard",
    minutes=8,
    task=(
        "Any *affine* generator is `points @ A + b`, its images laid out as rows of "
        "pixels. Read `A`, of shape `(latent_dim, pixels)`, out of `generator`, by "
        "asking for a few images."
    ),
    solution=matrix_of,
    mistakes=(fixed_image_left_in, sign_turned, matrix_on_its_side, point_of_ones),
    hints=(
        "Which point makes b alone visible?",
        "Which point makes the row 0 of the matrix visible, plus b?",
        "All unit points at once are the rows of `np.eye(latent_dim)`.",
    ),
    inputs=((an_affine_generator, 2), (_other_affine_generator, 4)),
)
