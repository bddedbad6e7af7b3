"""Exercises of chapter 4: the transposed convolution."""

import numpy as np

from course_lib.exercises.exercise import Exercise, whole_numbers


def two_sizes():
    """`valid`: (5 − 1) · 2 + 3 = 11, all of the stamps. `same`: 5 · 2 = 10."""
    return (5 - 1) * 2 + max(3, 2), 5 * 2


exercise_1 = Exercise(
    "4.1 Predict the two sizes (easy, 2 min)",
    "5 × 5 pixels, kernel 3 × 3, stride 2. How long is a side of the output with "
    "`valid`, how long with `same`? Answer with `(valid, same)`. (The generator of "
    "chapter 5 needs one of them.)",
    two_sizes,
    form="(valid, same)",
    mistakes={
        "The other way round: `valid` keeps all of the stamps.": lambda f: f()[::-1],
        "That is the convolution. The *transposed* one enlarges.": (2, 3),
        "The last stamp begins at (n − 1) · 2, not at n · 2.": (13, 10),
        "The last stamp begins at 8, and is 3 wide.": (9, 10),
        "`valid` keeps the last stamp's end, beyond n · s.": (10, 10),
        "`same` crops to n · s, whatever the kernel.": (11, 11),
    },
    hints=(
        "Where does the fifth stamp begin, and how wide is it?",
        "`valid`: (n − 1) · s + k. `same`: n · s.",
    ),
)


def kernel_sizes():
    """Three strides to the last stamp leave 8 − 6 = 2 for max(k, 2): k is 1 or 2."""
    return tuple(k for k in range(1, 9) if (4 - 1) * 2 + max(k, 2) == 8)


exercise_2 = Exercise(
    "4.2 Find the kernels for a size (medium, 3 min)",
    "Which kernel sizes turn 4 × 4 pixels into 8 × 8, with `valid` and stride 2? "
    "Answer with all of them, in increasing order, such as `(5, 6)`.",
    kernel_sizes,
    mistakes={
        "2 is one of them. What about a kernel smaller than the stride?": (2,),
        "1 is one of them, with holes. Is there one without?": (1,),
        "3 gives 9: the last stamp begins at 6 and is 3 wide.": (1, 2, 3),
        "4 gives 10. (With `same`, every kernel gives 8.)": (2, 4),
        "3 gives 9. And what about a kernel smaller than the stride?": (2, 3),
        "3 gives 9 and 4 gives 10: the last stamp begins at 6.": (3, 4),
    },
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
    "4.3 Find the kernel that repeats (medium, 4 min)",
    "Which **3 × 3** kernel, with stride 2 and `same`, repeats pixels as "
    "`UpSampling2D` does? Mind the end at which `same` crops. Answer with three rows "
    "of three numbers.",
    kernel_that_repeats,
    mistakes={
        "That repeats, but one pixel too far down and right.\nWith kernel 3 and stride "
        "2, `same` crops nothing at the beginning.": lambda f: f()[::-1, ::-1],
        "These stamps overlap, and overlaps add up.\nA pixel may fill only the 2 × 2 "
        "places that are its own.": np.ones((3, 3)),
        "That shares each pixel out among four places.\nRepeating copies it: the "
        "weights are 1, and they sum to s² = 4.": lambda f: f() / 4,
        "That is the 2 × 2 kernel. Here it has 3 × 3 weights.": np.ones((2, 2)),
        "That leaves holes: a single weight fills one place of four.": np.pad(
            [[1.0]], 1
        ),
        "That is the tent, which enlarges *bilinearly*: neighbours overlap.\nTo "
        "repeat, each pixel fills 2 × 2 places, and stamps must not "
        "overlap.": np.outer([0.5, 1, 0.5], [0.5, 1, 0.5]),
        "These stamps overlap: all nine weights see something.\nA pixel may fill only "
        "the 2 × 2 places that are its own.": np.full((3, 3), 4 / 9),
    },
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


def _overwriting(f, image, kernel, stride):
    output = np.zeros_like(f(image, kernel, stride))
    for row, column in np.ndindex(*image.shape):
        place = output[row * stride :, column * stride :]
        place[: kernel.shape[0], : kernel.shape[1]] = image[row, column] * kernel
    return output


def _resized(output, rows, columns):
    missing = [
        (0, max(0, n - m)) for n, m in zip((rows, columns), output.shape, strict=True)
    ]
    return np.pad(output, missing)[:rows, :columns]


exercise_4 = Exercise(
    "4.4 Write the stamping view (medium, 10 min)",
    "The first view: stamp every pixel of `image` with `kernel`, both of shape "
    "`(height, width)`, with padding `valid`. The kernel may be of any shape, and "
    "smaller than the stride.",
    stamp,
    mistakes={
        "The kernel is flipped.\nStamps are printed as they are. Only in the second "
        "view, which slides a window, is the kernel turned upside down and back to "
        "front.": lambda f, x, k, s: f(x, k[::-1, ::-1], s),
        "Where stamps overlap, the last one covers the others.\nThey add up: `+=`, not "
        "`=`.": _overwriting,
        "The output is cropped to n · s.\nThat is `same`. `valid` keeps every stamp: "
        "(n − 1) · s + max(k, "
        "s).": lambda f, x, k, s: f(x, k, s)[: len(x) * s, : x.shape[1] * s],
        "The holes after the last stamps are missing.\nKeras gives each stamp at least "
        "a stride of room: max(k, s), not k.": lambda f, x, k, s: f(x, k, s)[
            : (len(x) - 1) * s + len(k), : (x.shape[1] - 1) * s + k.shape[1]
        ],
        "The output is too large: n · s + k.\nFrom the first stamp to the last there "
        "are n − 1 strides: (n − 1) · s + max(k, s).": lambda f, x, k, s: _resized(
            f(x, k, s), len(x) * s + len(k), x.shape[1] * s + k.shape[1]
        ),
        "Rows and columns of the kernel are swapped.\n`kernel[row, column]` lands "
        "`row` places down and `column` to the right.": lambda f, x, k, s: f(x, k.T, s),
        "Rows and columns of the image are swapped.\nThe stamp of `image[row, column]` "
        "begins at `row * stride` down.": lambda f, x, k, s: f(x.T, k, s),
        "The stamps fall one place apart, whatever the stride.\nThe stamp of "
        "`image[row, column]` begins at `row * stride` and `column * "
        "stride`.": lambda f, x, k, s: _resized(f(x, k, 1), *f(x, k, s).shape),
        "All the stamps are alike.\nEach is the kernel times its pixel: `image[row, "
        "column] * kernel`.": lambda f, x, k, s: f(np.ones_like(x), k, s),
    },
    hints=(
        "The chapter's two loops do it for one size. Which numbers there depend on the "
        "stride and on the kernel's shape?",
        "The stamp of `image[row, column]` begins at `row * stride`, `column * "
        "stride`, and is as large as the kernel.",
        "The output has (rows − 1) · stride + max(kernel height, stride) rows.",
    ),
    inputs=(
        (np.array([[1.0, 2], [3, 4]]), np.arange(1.0, 10).reshape(3, 3), 2),
        (whole_numbers(2, 3), whole_numbers(3, 2), 1),
        (whole_numbers(3, 2), whole_numbers(2, 5) / 4, 2),
        (whole_numbers(2, 4), whole_numbers(1, 2), 3),
        (whole_numbers(1, 3) / 4, whole_numbers(4, 4), 3),
    ),
)


def crop_to_same(full, kernel_size, stride):
    """Crops a `valid` output, kernel_size >= stride, as padding `same` does."""
    first = (kernel_size - stride) // 2
    last = (kernel_size - stride) - first
    rows, columns = full.shape
    return full[first : rows - last, first : columns - last]


def _cut(full, first, last):
    return full[first : len(full) - last, first : full.shape[1] - last]


exercise_5 = Exercise(
    "4.5 Crop as padding same does (medium, 6 min)",
    "`full` is a `valid` output, of shape `(height, width)`, of a square kernel at "
    "least as large as the stride. Cut off what padding `same` cuts off.",
    crop_to_same,
    mistakes={
        "The odd pixel is cut off at the beginning.\nKeras cuts it off at the *end*: "
        "half, rounded down, comes "
        "first.": lambda f, full, k, s: f(full[::-1, ::-1], k, s)[::-1, ::-1],
        "Everything is cut off at the end.\nHalf of it, rounded down, is cut off at "
        "the beginning.": lambda f, full, k, s: _cut(full, 0, k - s),
        "Everything is cut off at the beginning.\nHalf of it, rounded down, is; the "
        "rest is cut off at the end.": lambda f, full, k, s: _cut(full, k - s, 0),
        "Both ends are cut alike, so an odd pixel stays.\nThat is what PyTorch's "
        "`padding` does. In all `kernel_size - stride` have to "
        "go.": lambda f, full, k, s: _cut(full, (k - s) // 2, (k - s) // 2),
        "Both ends are cut by all that has to go.\nIn all `kernel_size - stride` have "
        "to go: half of it, rounded down, at the beginning, the rest at the "
        "end.": lambda f, full, k, s: _cut(full, k - s, k - s),
        "Only rows are cut off.\nColumns are cut off in the same "
        "way.": lambda f, full, k, s: full[(k - s) // 2 :][: len(full) - (k - s)],
        "Nothing is cut off here.\n`kernel_size - stride` pixels have to go along each "
        "axis.": lambda f, full, k, s: full,
        "Where nothing is to be cut off at the end, nothing is left.\n"
        "`full[first:-last]` is empty for `last = 0`, since −0 is the beginning. Count "
        "from the beginning: `full[first : rows - last]`.": lambda f, full, k, s: full[
            (k - s) // 2 : -((k - s + 1) // 2), (k - s) // 2 : -((k - s + 1) // 2)
        ],
    },
    hints=(
        "How many pixels are to go along each axis, from (n − 1) · s + k to n · s?",
        "k − s: half of them at the beginning, rounded down, and the others at the "
        "end. The chapter's table for kernels 3, 4 and 5 is an example.",
        "`full[first : rows - last]` works for last = 0 too; `full[first:-last]` does "
        "not.",
    ),
    inputs=(
        (whole_numbers(5, 7), 3, 2),
        (whole_numbers(6, 8), 4, 2),
        (whole_numbers(7, 9), 5, 2),
        (whole_numbers(4, 6), 2, 2),
        (whole_numbers(9, 6) / 4, 6, 3),
        (whole_numbers(8, 5), 4, 1),
    ),
)


def for_pytorch(kernel):
    """Keras' kernel (height, width, out, in) as PyTorch's (in, out, height, width)."""
    return kernel.transpose(3, 2, 0, 1)


exercise_6 = Exercise(
    "4.6 Hand the kernel to PyTorch (easy, 3 min)",
    "Keras' kernel of a transposed convolution, as PyTorch's `ConvTranspose2d` wants "
    "it.",
    for_pytorch,
    mistakes={
        "The channels are in the order (out, in).\n`ConvTranspose2d` wants (in, out, "
        "height, width); in Keras' kernel of a transposed convolution the inputs come "
        "last.": lambda f, kernel: f(kernel).swapaxes(0, 1),
        "The shape is right, but the weights are shuffled: `reshape` reads on in "
        "order.\nTo swap axes with their weights takes "
        "`transpose`.": lambda f, kernel: kernel.reshape(f(kernel).shape),
        "The kernel is flipped as well.\nPyTorch stamps in the same way as Keras: only "
        "the axes change places.": lambda f, kernel: f(kernel)[:, :, ::-1, ::-1],
        "Width comes before height.\nThe order wanted is (in, out, height, width): 3, "
        "2, 0, 1. Mind `.T`: it reverses all four "
        "axes.": lambda f, kernel: f(kernel).swapaxes(2, 3),
        "The axes are still those of Keras.\nPyTorch's order is (in, out, height, "
        "width).": lambda f, kernel: kernel,
    },
    hints=(
        "Which of Keras' axes 0, 1, 2, 3 is `in`? It has to come first.",
        "`kernel.transpose(3, …)`: the numbers say where each new axis comes from.",
    ),
    inputs=(
        (whole_numbers(3, 2, 2, 3),),
        (whole_numbers(4, 4, 1, 2),),
        (whole_numbers(2, 3, 4, 1) / 4,),
    ),
)
