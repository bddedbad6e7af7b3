"""Exercises of chapter 5: the generator with Conv2DTranspose."""

import numpy as np

from course_lib.exercises.exercise import Exercise, whole_numbers, wrong


def forgotten_same():
    """All of the stamps stay: (5 − 1) · 2 + 3 = 11. One filter, so one channel."""
    side = (5 - 1) * 2 + 3
    return side, side, 1


exercise_1 = Exercise(
    name="5.1",
    title="Predict the shape without same",
    difficulty="easy",
    minutes=1,
    task=(
        "A `Conv2DTranspose` with one filter, 3 × 3, and stride 2 follows our 128 maps "
        "of 5 × 5. What is its output's shape `(height, width, channels)` if we forget "
        'to say `padding="same"`?'
    ),
    form="(height, width, channels)",
    solution=forgotten_same,
    mistakes=(
        wrong((10, 10, 1), "That is with `same`; we forgot it, so `valid` holds."),
        wrong((11, 11, 128), "128 maps go in. As many come out as there are filters."),
        wrong((10, 10, 128), "That is `UpSampling2D`: other size, other channels."),
        wrong((13, 13, 1), "The last stamp begins at (5 − 1) · 2 = 8 and is 3 wide."),
        wrong((9, 9, 1), "The last stamp begins at 8, and is 3 wide."),
    ),
    hints=(
        "Where does the fifth stamp begin, and how wide is it?",
        "(n − 1) · s + k for each side; the channels are the filters.",
    ),
)


def weights_of_twenty():
    """Four stamps overlap there, each with another corner: 1 + 3 + 7 + 9."""
    return 1, 3, 7, 9


exercise_2 = Exercise(
    name="5.2",
    title="Take the checkerboard apart",
    difficulty="medium",
    minutes=4,
    task=(
        "On the flat map, the kernel with the weights 1 to 9 printed 20, 10, 10 and "
        "5 in turn. Which weights add up to the 20? Answer with all of them, in "
        "increasing order."
    ),
    solution=weights_of_twenty,
    mistakes=(
        wrong(
            (2, 4, 6, 8),
            "They sum to 20, too, but they make the two 10s: 2 + 8 and 4 + 6.\n\nAt "
            "the 20 four stamps overlap, each with another *corner*.",
        ),
        wrong((5,), "That is the 5: the centre alone, where a single stamp falls."),
        wrong((1, 2, 4, 5), "They sum to 12. Stamps are 2 apart: every other weight."),
        wrong((5, 6, 9), "They sum to 20, but four stamps overlap at that place."),
    ),
    hints=(
        "The stamps lie 2 apart, and four of them meet at this place. Which weight of "
        "each?",
        "Rows 0 and 2, columns 0 and 2 of the kernel 1 to 9.",
    ),
)


def multiply_adds(size, maps, filters, kernel_size, stride):
    """Work of (UpSampling2D + Conv2D, Conv2DTranspose) on size × size maps, `same`."""
    one_place = kernel_size * kernel_size * maps * filters
    large_places = (size * stride) * (size * stride)
    small_places = size * size
    return large_places * one_place, small_places * one_place


def other_way_round(size, maps, filters, kernel_size, stride):
    """The two numbers are in the other order.

    First UpSampling2D + Conv2D, which works at full size; then Conv2DTranspose.
    """
    return multiply_adds(size, maps, filters, kernel_size, stride)[::-1]


def convolves_small_maps(size, maps, filters, kernel_size, stride):
    """The convolution was counted on the small maps.

    It comes after the upsampling, and computes every pixel of the *large* output.
    """
    small = multiply_adds(size, maps, filters, kernel_size, stride)[1]
    return small, small


def stamps_large_maps(size, maps, filters, kernel_size, stride):
    """The stamps were counted on the large output.

    There is one stamp for each pixel of the *small* maps.
    """
    large = multiply_adds(size, maps, filters, kernel_size, stride)[0]
    return large, large


def one_axis_enlarged(size, maps, filters, kernel_size, stride):
    """The large output has `stride` times as many pixels here.

    It is larger along both axes: `stride * stride` times as many.
    """
    large, small = multiply_adds(size, maps, filters, kernel_size, stride)
    return large // stride, small


def filters_forgotten(size, maps, filters, kernel_size, stride):
    """The filters are forgotten.

    Each filter looks at all the maps with weights of its own.
    """
    return multiply_adds(size, maps, 1, kernel_size, stride)


def maps_forgotten(size, maps, filters, kernel_size, stride):
    """The maps are forgotten.

    Each filter has a kernel for every map.
    """
    return multiply_adds(size, 1, filters, kernel_size, stride)


exercise_3 = Exercise(
    name="5.3",
    title="Count the work of both",
    difficulty="easy",
    minutes=5,
    task=(
        "The multiply-adds for one image of `UpSampling2D` + `Conv2D`, and those of "
        "`Conv2DTranspose`: a pair of numbers. Both take `maps` maps of `size` × "
        "`size` with padding `same`, have `filters` filters of `kernel_size` × "
        "`kernel_size`, and enlarge by `stride`."
    ),
    solution=multiply_adds,
    mistakes=(
        other_way_round,
        convolves_small_maps,
        stamps_large_maps,
        one_axis_enlarged,
        filters_forgotten,
        maps_forgotten,
    ),
    hints=(
        "Write the chapter's two products down with the names of the arguments. There "
        "was one filter; what changes with more?",
        "The convolution works at (size · stride)² places, the stamps fall at size² "
        "places; each time it is kernel · kernel · maps · filters.",
    ),
    inputs=((5, 128, 1, 3, 2), (7, 64, 32, 4, 2), (4, 3, 2, 5, 3), (2, 8, 4, 1, 4)),
)


def sizes_through(start, layers):
    """The size after each Conv2DTranspose (kernel_size, stride, padding)."""
    sizes = []
    for kernel_size, stride, padding in layers:
        if padding == "same":
            start = start * stride
        else:
            start = (start - 1) * stride + max(kernel_size, stride)
        sizes.append(start)
    return sizes


def _sizes(start, layers, valid, same=lambda n, k, s: n * s):
    sizes = []
    for kernel_size, stride, padding in layers:
        rule = same if padding == "same" else valid
        start = rule(start, kernel_size, stride)
        sizes.append(start)
    return sizes


def shrinks(start, layers):
    """These are the sizes of convolutions that shrink.

    A *transposed* convolution enlarges: n · s with `same`, (n − 1) · s + max(k, s)
    with `valid`.
    """
    return _sizes(
        start, layers, lambda n, k, s: (n - k) // s + 1, lambda n, k, s: -(-n // s)
    )


def hole_forgotten(start, layers):
    """A kernel smaller than its stride makes it too small here.

    `valid` gives (n − 1) · s + max(k, s), not + k.
    """
    return _sizes(start, layers, lambda n, k, s: (n - 1) * s + k)


def padding_ignored(start, layers):
    """All layers were taken as `valid`.

    With `same` the output is n · s.
    """
    valid = lambda n, k, s: (n - 1) * s + max(k, s)  # noqa: E731
    return _sizes(start, layers, valid, valid)


def same_everywhere(start, layers):
    """All layers were taken as `same`.

    `valid` keeps all of the stamps: (n − 1) · s + max(k, s).
    """
    return _sizes(start, layers, lambda n, k, s: n * s)


def one_stamp_too_far(start, layers):
    """With `valid` it is n · s + k here: one stride too much.

    From the first stamp to the last there are n − 1 strides.
    """
    return _sizes(start, layers, lambda n, k, s: n * s + k)


def start_included(start, layers):
    """The size at the start is in the list.

    Asked for are the sizes *after* each layer.
    """
    return [start, *sizes_through(start, layers)]


def last_size_only(start, layers):
    """That is the last size only.

    Asked for is a list: one size after each layer.
    """
    return sizes_through(start, layers)[-1]


exercise_4 = Exercise(
    name="5.4",
    title="Follow the sizes through a stack of layers",
    difficulty="medium",
    minutes=6,
    task=(
        "The sizes in a generator made of transposed convolutions only, such as 1 → "
        "7 → 14 → 28. `layers` is a list of `(kernel_size, stride, padding)`; the "
        "result is a list with the size after each."
    ),
    solution=sizes_through,
    mistakes=(
        shrinks,
        hole_forgotten,
        padding_ignored,
        same_everywhere,
        one_stamp_too_far,
        start_included,
        last_size_only,
    ),
    hints=(
        "Go through the layers in a loop; each one's output is the next one's input.",
        "`same`: n · s. `valid`: (n − 1) · s + max(k, s).",
    ),
    inputs=(
        (1, [(7, 1, "valid"), (4, 2, "same"), (4, 2, "same")]),
        (5, [(3, 2, "same"), (3, 2, "valid")]),
        (3, [(2, 3, "valid"), (5, 1, "valid"), (1, 2, "same")]),
        (4, [(1, 2, "valid"), (6, 3, "same")]),
    ),
)


def project_kernel(dense_kernel, size, maps):
    """Dense weights (latent, size · size · maps) as a kernel (h, w, out, in)."""
    latent_dim = len(dense_kernel)
    stamps = dense_kernel.reshape(latent_dim, size, size, maps)
    return stamps.transpose(1, 2, 3, 0)


def reshaped_at_once(dense_kernel, size, maps):
    """The shape is right, but the weights are shuffled.

    The latent axis is the first; only `transpose` carries it to the end.
    """
    return dense_kernel.reshape(size, size, maps, -1)


def axes_of_a_convolution(dense_kernel, size, maps):
    """The axes are (height, width, in, out), those of `Conv2D`.

    A transposed convolution has (height, width, out, in): the latent axis comes last.
    """
    return project_kernel(dense_kernel, size, maps).swapaxes(2, 3)


def latent_first(dense_kernel, size, maps):
    """The latent axis is still the first.

    These are the stamps; the kernel of the layer has (height, width, out, in).
    """
    return dense_kernel.reshape(len(dense_kernel), size, size, maps)


def maps_first(dense_kernel, size, maps):
    """The 3200 numbers were taken map by map.

    `Reshape((5, 5, 128))` lets the *last* axis run fastest: pixel by pixel.
    """
    stamps = dense_kernel.reshape(len(dense_kernel), maps, size, size)
    return stamps.transpose(2, 3, 1, 0)


def rows_for_columns(dense_kernel, size, maps):
    """Rows and columns of the stamps are swapped.

    The order wanted is (height, width, out, in): `transpose(1, 2, 3, 0)`.
    """
    return project_kernel(dense_kernel, size, maps).swapaxes(0, 1)


exercise_5 = Exercise(
    name="5.5",
    title="Turn the dense layer into a transposed convolution",
    difficulty="medium",
    minutes=5,
    task=(
        '"Project and reshape" as one layer: put the weights of a dense layer, '
        "`(latent, size · size · maps)`, which a `Reshape` to `(size, size, maps)` "
        "follows, in the order of a `Conv2DTranspose` that starts from 1 × 1 pixel."
    ),
    solution=project_kernel,
    mistakes=(
        reshaped_at_once,
        axes_of_a_convolution,
        latent_first,
        maps_first,
        rows_for_columns,
    ),
    hints=(
        "First cut each row of the dense weights into a stamp, as `Reshape` does.",
        "Then bring the axes (latent, height, width, maps) into the order (height, "
        "width, maps, latent).",
    ),
    inputs=(
        (whole_numbers(3, 2 * 2 * 2), 2, 2),
        (whole_numbers(5, 3 * 3 * 1), 3, 1),
        (whole_numbers(2, 3 * 3 * 4), 3, 4),
    ),
)


def find_point(generator, image, latent_dim):
    """The latent point for which an affine generator draws an image."""
    origin = generator(np.zeros((1, latent_dim)))
    units = generator(np.eye(latent_dim))
    matrix = (units - origin).reshape(latent_dim, latent_dim)
    return np.linalg.solve(matrix.T, (image - origin).ravel())


def _square_generator(points):
    """Maps latent points (batch, 4) to images (batch, 2, 2, 1), one to one."""
    weights = np.array([[2.0, 1, 0, 0], [0, 1, 3, 0], [1, 0, 1, 2], [0, 0, 1, -1]])
    return (np.asarray(points) @ weights + [1, -2, 0, 5]).reshape(-1, 2, 2, 1)


def _wide_generator(points):
    """Maps latent points (batch, 3) to images (batch, 1, 3, 1), one to one."""
    weights = np.array([[1.0, 4, 0], [0, 2, 1], [3, 0, 1]])
    return (np.asarray(points) @ weights + [7, 0, -1]).reshape(-1, 1, 3, 1)


def _matrix_and_rest(generator, image, latent_dim):
    origin = generator(np.zeros((1, latent_dim)))
    matrix = (generator(np.eye(latent_dim)) - origin).reshape(latent_dim, latent_dim)
    return matrix, (image - origin).ravel()


def fixed_image_forgotten(generator, image, latent_dim):
    """The fixed image is forgotten.

    What the matrix has to make is the image *minus* the one of the point 0.
    """
    matrix, _ = _matrix_and_rest(generator, image, latent_dim)
    return np.linalg.solve(matrix.T, image.ravel())


def fixed_image_in_the_matrix(generator, image, latent_dim):
    """The fixed image is still in the rows of the matrix.

    Subtract the image of the point 0 from the images of the unit points, too.
    """
    units = generator(np.eye(latent_dim)).reshape(latent_dim, latent_dim)
    _, rest = _matrix_and_rest(generator, image, latent_dim)
    return np.linalg.solve(units.T, rest)


def matrix_not_turned(generator, image, latent_dim):
    """The matrix was not transposed before solving.

    Points are rows here, z A = image; `solve` wants columns, Aᵀ z = image.
    """
    matrix, rest = _matrix_and_rest(generator, image, latent_dim)
    return np.linalg.solve(matrix, rest)


def transposed_for_inverse(generator, image, latent_dim):
    """The transposed matrix stands in for the inverse.

    Transposing runs connections backwards, it does not recover values: solve.
    """
    matrix, rest = _matrix_and_rest(generator, image, latent_dim)
    return matrix @ rest


exercise_6 = Exercise(
    name="5.6",
    title="Find the latent point of an image",
    difficulty="hard",
    minutes=10,
    task=(
        "An affine `generator` with as many latent numbers as its images have "
        "pixels: for which latent point, of shape `(latent_dim,)`, does it draw "
        "`image`, of shape `(1, height, width, 1)`?"
    ),
    solution=find_point,
    mistakes=(
        fixed_image_forgotten,
        fixed_image_in_the_matrix,
        matrix_not_turned,
        transposed_for_inverse,
    ),
    hints=(
        "An affine generator is z A + b. Which points show b, and the rows of A?",
        "Then z A = image − b has to be solved for z.",
        "`np.linalg.solve(M, v)` finds z with M z = v. With z a row on the left of A, "
        "M is `A.T`.",
    ),
    inputs=(
        (_square_generator, np.array([[3.0, 1], [2, 0]]).reshape(1, 2, 2, 1), 4),
        (_wide_generator, np.array([1.0, -4, 2]).reshape(1, 1, 3, 1), 3),
        (_square_generator, whole_numbers(1, 2, 2, 1), 4),
    ),
)
