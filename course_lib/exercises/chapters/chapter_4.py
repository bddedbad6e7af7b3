"""Exercises of chapter 4: the transposed convolution."""

import numpy as np

from course_lib.exercises.exercise import Exercise, whole_numbers, wrong


def two_sizes():
    """`valid`: (5 − 1) · 2 + 3 = 11, all of the stamps. `same`: 5 · 2 = 10."""
    return (5 - 1) * 2 + max(3, 2), 5 * 2


exercise_1 = Exercise(
    name="4.1",
    title="Predict the two sizes",
    difficulty="easy",
    minutes=2,
    task=(
        "5 × 5 pixels, kernel 3 × 3, stride 2. How long is a side of the output "
        "with `valid`, how long with `same`? Answer with `(valid, same)`. (The "
        "generator of chapter 5 needs one of them.)"
    ),
    form="(valid, same)",
    solution=two_sizes,
    mistakes=(
        wrong((10, 11), "The other way round: `valid` keeps all of the stamps."),
        wrong((2, 3), "That is the convolution. The *transposed* one enlarges."),
        wrong((13, 10), "The last stamp begins at (n − 1) · 2, not at n · 2."),
        wrong((9, 10), "The last stamp begins at 8, and is 3 wide."),
        wrong((10, 10), "`valid` keeps the last stamp's end, beyond n · s."),
    ),
    hints=(
        "Where does the fifth stamp begin, and how wide is it?",
        "`valid`: (n − 1) · s + k. `same`: n · s.",
    ),
)


def kernel_sizes():
    """Three strides to the last stamp leave 8 − 6 = 2 for max(k, 2): k is 1 or 2."""
    return tuple(k for k in range(1, 9) if (4 - 1) * 2 + max(k, 2) == 8)


exercise_2 = Exercise(
    name="4.2",
    title="Find the kernels for a size",
    difficulty="medium",
    minutes=3,
    task=(
        "Which kernel sizes turn 4 × 4 pixels into 8 × 8, with `valid` and stride "
        "2? Answer with all of them, in increasing order, such as `(5, 6)`."
    ),
    solution=kernel_sizes,
    mistakes=(
        wrong((2,), "2 is one of them. What about a kernel smaller than the stride?"),
        wrong((1,), "1 is one of them, with holes. Is there one without?"),
        wrong((1, 2, 3), "3 gives 9: the last stamp begins at 6 and is 3 wide."),
        wrong((2, 4), "4 gives 10. (With `same`, every kernel gives 8.)"),
        wrong((2, 3), "3 gives 9. And what about a kernel smaller than the stride?"),
    ),
    hints=(
        "The size is (n − 1) · s + max(k, s). What is left for max(k, 2)?",
        "max(k, 2) = 2: that is true for more than one k.",
    ),
)


def kernel_that_repeats():
    """A stamp of four ones at the top left: `same` crops at the end, not there."""
    kernel = np.zeros((3, 3))
    kernel[:2, :2] = 1
    return kernel


exercise_3 = Exercise(
    name="4.3",
    title="Find the kernel that repeats",
    difficulty="medium",
    minutes=4,
    task=(
        "Which **3 × 3** kernel, with stride 2 and `same`, repeats pixels as "
        "`UpSampling2D` does? Mind the end at which `same` crops. Answer with three "
        "rows of three numbers."
    ),
    solution=kernel_that_repeats,
    mistakes=(
        wrong(
            np.pad(np.ones((2, 2)), [(1, 0), (1, 0)]),
            "That repeats, but one pixel too far down and right.\n\nWith kernel 3 and "
            "stride 2, `same` crops nothing at the beginning.",
        ),
        wrong(
            np.ones((3, 3)),
            "These stamps overlap, and overlaps add up.\n\nA pixel may fill only the "
            "2 × 2 places that are its own.",
        ),
        wrong(
            np.pad(np.full((2, 2), 1 / 4), [(0, 1), (0, 1)]),
            "That shares each pixel out among four places.\n\nRepeating copies it: the "
            "weights are 1, and they sum to s² = 4.",
        ),
        wrong(np.ones((2, 2)), "That is the 2 × 2 kernel. Here it has 3 × 3 weights."),
        wrong(
            np.pad([[1.0]], 1),
            "That leaves holes: a single weight fills one place of four.",
        ),
    ),
    hints=(
        "A pixel has to fill 2 × 2 places, and stamps must not overlap.",
        "Four ones and five zeros. At which corner, if `same` cuts off at the end?",
    ),
)


def stamp(image, kernel, stride):
    """Transposed convolution of one image (height, width), padding `valid`."""
    (rows, columns), (height, width) = image.shape, kernel.shape
    size_down = (rows - 1) * stride + max(height, stride)
    size_right = (columns - 1) * stride + max(width, stride)
    output = np.zeros((size_down, size_right))
    for row in range(rows):
        for column in range(columns):
            top, left = row * stride, column * stride
            scaled = image[row, column] * kernel
            output[top : top + height, left : left + width] += scaled
    return output


def kernel_flipped(image, kernel, stride):
    """The kernel is flipped.

    Stamps are printed as they are. Only in the second view, which slides a window, is
    the kernel turned upside down and back to front.
    """
    return stamp(image, kernel[::-1, ::-1], stride)


def stamps_overwrite(image, kernel, stride):
    """Where stamps overlap, the last one covers the others.

    They add up: `+=`, not `=`.
    """
    output = np.zeros_like(stamp(image, kernel, stride))
    for row, column in np.ndindex(*image.shape):
        place = output[row * stride :, column * stride :]
        place[: kernel.shape[0], : kernel.shape[1]] = image[row, column] * kernel
    return output


def cropped_to_same(image, kernel, stride):
    """The output is cropped to n · s.

    That is `same`. `valid` keeps every stamp: (n − 1) · s + max(k, s).
    """
    return stamp(image, kernel, stride)[
        : image.shape[0] * stride, : image.shape[1] * stride
    ]


def last_hole_forgotten(image, kernel, stride):
    """The holes after the last stamps are missing.

    Keras gives each stamp at least a stride of room: max(k, s), not k.
    """
    full = stamp(image, kernel, stride)
    sizes = [
        (n - 1) * stride + k for n, k in zip(image.shape, kernel.shape, strict=True)
    ]
    return full[: sizes[0], : sizes[1]]


def kernel_on_its_side(image, kernel, stride):
    """Rows and columns of the kernel are swapped.

    `kernel[row, column]` lands `row` places down and `column` to the right.
    """
    return stamp(image, kernel.T, stride)


def image_on_its_side(image, kernel, stride):
    """Rows and columns of the image are swapped.

    The stamp of `image[row, column]` begins at `row * stride` down.
    """
    return stamp(image.T, kernel, stride)


def stride_on_the_input(image, kernel, stride):
    """The stamps fall one place apart, whatever the stride.

    The stamp of `image[row, column]` begins at `row * stride` and `column * stride`.
    """
    output = np.zeros_like(stamp(image, kernel, stride))
    close = stamp(image, kernel, 1)
    output[: close.shape[0], : close.shape[1]] = close[
        : output.shape[0], : output.shape[1]
    ]
    return output


exercise_4 = Exercise(
    name="4.4",
    title="Write the stamping view",
    difficulty="medium",
    minutes=10,
    task=(
        "The first view: stamp every pixel of `image` with `kernel`, both of shape "
        "`(height, width)`, with padding `valid`. The kernel may be of any shape, "
        "and smaller than the stride."
    ),
    solution=stamp,
    mistakes=(
        kernel_flipped,
        stamps_overwrite,
        cropped_to_same,
        last_hole_forgotten,
        kernel_on_its_side,
        image_on_its_side,
        stride_on_the_input,
    ),
    hints=(
        "The chapter's two loops do it for one size. Which numbers there depend on the "
        "stride and on the kernel's shape?",
        "The stamp of `image[row, column]` begins at `row * stride`, "
        "`column * stride`, and is as large as the kernel.",
        "The output has (rows − 1) · stride + max(kernel height, stride) rows.",
    ),
    inputs=(
        (np.array([[1.0, 2], [3, 4]]), np.arange(1.0, 10).reshape(3, 3), 2),
        (whole_numbers(2, 3), whole_numbers(3, 2), 1),
        (whole_numbers(3, 2), whole_numbers(2, 5), 2),
        (whole_numbers(2, 4), whole_numbers(1, 2), 3),
        (whole_numbers(1, 3), whole_numbers(4, 4), 3),
    ),
)


def crop_to_same(full, kernel_size, stride):
    """Crops a `valid` output, kernel_size >= stride, as padding `same` does."""
    first = (kernel_size - stride) // 2
    last = (kernel_size - stride) - first
    rows, columns = full.shape
    return full[first : rows - last, first : columns - last]


def odd_one_first(full, kernel_size, stride):
    """The odd pixel is cut off at the beginning.

    Keras cuts it off at the *end*: half, rounded down, comes first.
    """
    return crop_to_same(full[::-1, ::-1], kernel_size, stride)[::-1, ::-1]


def all_at_the_end(full, kernel_size, stride):
    """Everything is cut off at the end.

    Half of it, rounded down, is cut off at the beginning.
    """
    cut = kernel_size - stride
    return full[: full.shape[0] - cut, : full.shape[1] - cut]


def all_at_the_beginning(full, kernel_size, stride):
    """Everything is cut off at the beginning.

    Half of it, rounded down, is; the rest is cut off at the end.
    """
    return full[kernel_size - stride :, kernel_size - stride :]


def alike_at_both_ends(full, kernel_size, stride):
    """Both ends are cut alike, so an odd pixel stays.

    That is what PyTorch's `padding` does. In all `kernel_size - stride` have to go.
    """
    cut = (kernel_size - stride) // 2
    return full[cut : full.shape[0] - cut, cut : full.shape[1] - cut]


def rows_only(full, kernel_size, stride):
    """Only rows are cut off.

    Columns are cut off in the same way.
    """
    first = (kernel_size - stride) // 2
    return full[first : full.shape[0] - (kernel_size - stride - first)]


def nothing_to_cut(full, kernel_size, stride):
    """Where nothing is to be cut off at the end, nothing is left.

    `full[first:-last]` is empty for `last = 0`, since −0 is the beginning. Count from
    the beginning: `full[first : rows - last]`.
    """
    first = (kernel_size - stride) // 2
    last = (kernel_size - stride) - first
    return full[first:-last, first:-last]


exercise_5 = Exercise(
    name="4.5",
    title="Crop as padding same does",
    difficulty="medium",
    minutes=6,
    task=(
        "`full` is a `valid` output, of shape `(height, width)`, of a square kernel "
        "at least as large as the stride. Cut off what padding `same` cuts off."
    ),
    solution=crop_to_same,
    mistakes=(
        odd_one_first,
        all_at_the_end,
        all_at_the_beginning,
        alike_at_both_ends,
        rows_only,
        nothing_to_cut,
    ),
    hints=(
        "How many pixels are to go along each axis, from (n − 1) · s + k to n · s?",
        "k − s: half of them at the beginning, rounded down, and the others at the "
        "end. The chapter's table for kernels 3, 4 and 5 is an example.",
        "`full[first : rows - last]` works for last = 0 too; `full[first:-last]` "
        "does not.",
    ),
    inputs=(
        (whole_numbers(5, 7), 3, 2),
        (whole_numbers(6, 8), 4, 2),
        (whole_numbers(7, 9), 5, 2),
        (whole_numbers(4, 6), 2, 2),
        (whole_numbers(9, 6), 6, 3),
        (whole_numbers(8, 5), 4, 1),
    ),
)


def for_pytorch(kernel):
    """Keras' kernel (height, width, out, in) as PyTorch's (in, out, height, width)."""
    return kernel.transpose(3, 2, 0, 1)


def out_before_in(kernel):
    """The channels are in the order (out, in).

    `ConvTranspose2d` wants (in, out, height, width); in Keras' kernel of a transposed
    convolution the inputs come last.
    """
    return kernel.transpose(2, 3, 0, 1)


def reshaped(kernel):
    """The shape is right, but the weights are shuffled: `reshape` reads on in order.

    To swap axes with their weights takes `transpose`.
    """
    return kernel.reshape(for_pytorch(kernel).shape)


def flipped_too(kernel):
    """The kernel is flipped as well.

    PyTorch stamps in the same way as Keras: only the axes change places.
    """
    return for_pytorch(kernel)[:, :, ::-1, ::-1]


def width_before_height(kernel):
    """Width comes before height.

    The order wanted is (in, out, height, width): 3, 2, 0, 1. Mind `.T`: it reverses
    all four axes.
    """
    return kernel.T


exercise_6 = Exercise(
    name="4.6",
    title="Hand the kernel to PyTorch",
    difficulty="easy",
    minutes=3,
    task=(
        "Keras' kernel of a transposed convolution, as PyTorch's `ConvTranspose2d` "
        "wants it."
    ),
    solution=for_pytorch,
    mistakes=(out_before_in, reshaped, flipped_too, width_before_height),
    hints=(
        "Which of Keras' axes 0, 1, 2, 3 is `in`? It has to come first.",
        "`kernel.transpose(3, …)`: the numbers say where each new axis comes from.",
    ),
    inputs=(
        (whole_numbers(3, 2, 2, 3),),
        (whole_numbers(4, 4, 1, 2),),
        (whole_numbers(2, 3, 4, 1),),
    ),
)
