"""Exercises of chapter 4: the transposed convolution."""

import numpy as np

from course_lib.exercises.exercise import Exercise, whole_numbers


def two_products():
    """3 stamps its last weight there, 4 the first of its last row: 3 · 9 + 4 · 7."""
    return 3 * 9, 4 * 7


exercise_1 = Exercise(
    "4.1 Predict what overlaps (easy, 2 min)",
    "Two stamps meet in the 55 of the last row. What does the pixel 3 add there, what "
    "the pixel 4?",
    two_products,
    form="(of pixel 3, of pixel 4)",
    mistakes={
        "Those are the weights. A stamp is *scaled* by its pixel.": (9, 7),
        "The other way round: the first is of pixel 3.": (28, 27),
        "That is 57: 3 stands on the left, so its *right* end meets it.": (21, 36),
        "That is 56, of the middle weights. The stamps begin 2 apart.": (24, 32),
    },
    hints=(
        "The stamp of 3 fills the last row's columns 0 to 2, that of 4 columns 2 to 4.",
        "In column 2 lie the 9 of one stamp and the 7 of the other.",
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


exercise_2 = Exercise(
    "4.2 Write the stamping view (medium, 10 min)",
    "Stamp every pixel of `image` with `kernel`, both of shape `(height, width)`. The "
    "output has (rows − 1) · stride + max(kernel height, stride) rows, room for the "
    "last stamp, and columns alike.",
    stamp,
    mistakes={
        "The kernel is flipped.\nStamps are printed as they are. Only in the second "
        "view, which slides a window, is the kernel turned upside down and back to "
        "front.": lambda f, x, k, s: f(x, k[::-1, ::-1], s),
        "Where stamps overlap, the last one covers the others.\nThey add up: `+=`, not "
        "`=`.": _overwriting,
        "The holes after the last stamps are missing.\nKeras gives each stamp at least "
        "a stride of room: max(k, s), not k.": lambda f, x, k, s: f(x, k, s)[
            : (len(x) - 1) * s + len(k), : (x.shape[1] - 1) * s + k.shape[1]
        ],
        "Rows and columns of the kernel are swapped.\n`kernel[row, column]` lands "
        "`row` places down and `column` to the right.": lambda f, x, k, s: f(x, k.T, s),
    },
    hints=(
        "Two loops, one over the rows of `image`, one over its columns.",
        "The stamp of `image[row, column]` begins at `row * stride`, `column * "
        "stride`, and is as large as the kernel.",
        "`output[top : top + height, left : left + width] += …`",
    ),
    inputs=(
        (np.array([[1.0, 2], [3, 4]]), np.arange(1.0, 10).reshape(3, 3), 2),
        (whole_numbers(2, 3), whole_numbers(3, 2), 1),
        (whole_numbers(3, 2), whole_numbers(2, 5) / 4, 2),
        (whole_numbers(2, 4), whole_numbers(1, 2), 3),
        (whole_numbers(1, 3) / 4, whole_numbers(4, 4), 3),
    ),
)


def slide(image, kernel, stride):
    """Slides the flipped kernel over the image with zeros between and around."""
    (rows, columns), (height, width) = image.shape, kernel.shape
    spread = np.zeros(((rows - 1) * stride + 1, (columns - 1) * stride + 1))
    spread[::stride, ::stride] = image
    bordered = np.pad(spread, [(height - 1, height - 1), (width - 1, width - 1)])
    output = np.zeros(np.subtract(bordered.shape, kernel.shape) + 1)
    for row, column in np.ndindex(*output.shape):
        window = bordered[row : row + height, column : column + width]
        output[row, column] = np.sum(window * kernel[::-1, ::-1])
    return output


exercise_3 = Exercise(
    "4.3 Write the view of inserted zeros (medium, 8 min)",
    "The same numbers, for kernels at least as large as the stride: insert zeros "
    "between the pixels of `image`, put a border of zeros around, and slide the "
    "flipped kernel over it.",
    slide,
    mistakes={
        "The kernel is not flipped.\nThe first weight meets the window's last pixel: "
        "slide `kernel[::-1, ::-1]`.": lambda f, x, k, s: f(x, k[::-1, ::-1], s),
        "The border of zeros is missing.\nAt each side it is one less than the kernel: "
        "see `np.pad`.": lambda f, x, k, s: f(x, k, s)[
            len(k) - 1 : 1 - len(k) or None, k.shape[1] - 1 : 1 - k.shape[1] or None
        ],
        "The zeros between the pixels are missing.\nPixels lie `stride` apart: "
        "`spread[::stride, ::stride] = image`.": lambda f, x, k, s: f(x, k, 1),
        "There are zeros behind the last pixels, too.\nThey go *between* pixels: that "
        "makes (rows "
        "− 1) · stride + 1 rows.": lambda f, x, k, s: np.pad(f(x, k, s), (0, s - 1)),
    },
    hints=(
        "An array of zeros; `[::stride, ::stride]` are the places of the pixels.",
        "The border is `height - 1` and `width - 1` wide, at both ends.",
    ),
    inputs=(
        (np.array([[1.0, 2], [3, 4]]), np.arange(1.0, 10).reshape(3, 3), 2),
        (whole_numbers(4, 3), whole_numbers(2, 3), 1),
        (whole_numbers(3, 4) / 4, whole_numbers(3, 2), 2),
    ),
)


def matrix_of(kernel, size, stride):
    """Matrix of the convolution (`valid`) that shrinks images of size × size pixels."""
    height, width = kernel.shape
    rows = []
    for top in range(0, size - height + 1, stride):
        for left in range(0, size - width + 1, stride):
            looked_at = np.zeros((size, size))
            looked_at[top : top + height, left : left + width] = kernel
            rows.append(looked_at.ravel())
    return np.array(rows)


exercise_4 = Exercise(
    "4.4 Write the matrix of a convolution (medium, 8 min)",
    "One row for each output pixel, one column for each of the `size` · `size` input "
    "pixels, both in reading order. A row holds the kernel's weights where its window "
    "looks, and zeros elsewhere.",
    matrix_of,
    mistakes={
        "That is its transpose.\nHere an *output* pixel has a row, and an input pixel "
        "a column.": lambda f, k, n, s: f(k, n, s).T,
        "The kernel is flipped.\nA convolution layer slides it as it "
        "is.": lambda f, k, n, s: f(k[::-1, ::-1], n, s),
        "The window moves by one pixel, whatever the stride.\nIt begins at 0, "
        "`stride`, 2 · `stride` and so on.": lambda f, k, n, s: f(k, n, 1),
        "The input pixels are read column by column.\nReading order goes along the "
        "rows, as `.ravel()` does.": lambda f, k, n, s: np.reshape(
            f(k, n, s).reshape(-1, n, n).swapaxes(1, 2), (-1, n * n)
        ),
    },
    hints=(
        "A row is an image of zeros, with the kernel in one place; then `.ravel()`.",
        "Two loops: `range(0, size - height + 1, stride)`, and the same for columns.",
    ),
    inputs=(
        (np.arange(1.0, 10).reshape(3, 3), 5, 2),
        (whole_numbers(2, 3), 7, 2),
        (whole_numbers(3, 1) / 4, 4, 1),
    ),
)


def four_widths():
    """The second stamp begins s further on and has max(3, s) places: s + max(3, s)."""
    return tuple(s + max(3, s) for s in (1, 2, 3, 4))


exercise_5 = Exercise(
    "4.5 Predict four widths (easy, 2 min)",
    "Two pixels in a row, a kernel of three ones, padding `valid`: how wide is the "
    "output for the strides 1, 2, 3 and 4? Answer with four numbers.",
    four_widths,
    mistakes={
        "Keras leaves a hole after the *last* stamp, too, if s > k.": (4, 5, 6, 7),
        "The second stamp begins s after the first, and may overlap.": (6, 6, 6, 6),
        "That is n · s, of padding `same`. `valid` keeps all stamps.": (2, 4, 6, 8),
    },
    hints=(
        "Where does the second stamp begin, and how much room does it get?",
        "(n − 1) · s + max(k, s), as in exercise 4.2.",
    ),
)


def two_sizes():
    """`valid`: (5 − 1) · 2 + 3 = 11, all of the stamps. `same`: 5 · 2 = 10."""
    return (5 - 1) * 2 + max(3, 2), 5 * 2


exercise_6 = Exercise(
    "4.6 Predict the two sizes (easy, 2 min)",
    "5 × 5 pixels, kernel 3 × 3, stride 2. How long is a side of the output with "
    "`valid`, how long with `same`? Answer with `(valid, same)`. (The generator of "
    "chapter 5 needs one of them.)",
    two_sizes,
    form="(valid, same)",
    mistakes={
        "The other way round: `valid` keeps all of the stamps.": lambda f: f()[::-1],
        "That is the convolution. The *transposed* one enlarges.": (2, 3),
        "The last stamp begins at (n − 1) · 2, not at n · 2.": (13, 10),
        "`valid` keeps the last stamp's end, beyond n · s.": (10, 10),
    },
    hints=(
        "Where does the fifth stamp begin, and how wide is it?",
        "`valid`: (n − 1) · s + k. `same`: n · s.",
    ),
)


def kernel_that_repeats():
    """A stamp of four ones at the top left: `same` crops at the end, not there."""
    kernel = np.zeros((3, 3))
    kernel[:2, :2] = 1
    return kernel


exercise_7 = Exercise(
    "4.7 Find the kernel that repeats (medium, 4 min)",
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
        "That is the tent, which enlarges *bilinearly*: neighbours overlap.\nTo "
        "repeat, each pixel fills 2 × 2 places, and stamps must not "
        "overlap.": np.outer([0.5, 1, 0.5], [0.5, 1, 0.5]),
    },
    hints=(
        "A pixel has to fill 2 × 2 places, and stamps must not overlap.",
        "Four ones and five zeros. At which corner, if `same` cuts off at the end?",
    ),
)


def crop_to_same(full, kernel_size, stride):
    """Crops a `valid` output, kernel_size >= stride, as padding `same` does."""
    first = (kernel_size - stride) // 2
    last = (kernel_size - stride) - first
    rows, columns = full.shape
    return full[first : rows - last, first : columns - last]


exercise_8 = Exercise(
    "4.8 Crop as padding same does (medium, 6 min)",
    "`full` is a `valid` output, of shape `(height, width)`, of a square kernel at "
    "least as large as the stride. Cut off what padding `same` cuts off.",
    crop_to_same,
    mistakes={
        "The odd pixel is cut off at the beginning.\nKeras cuts it off at the *end*: "
        "half, rounded down, comes "
        "first.": lambda f, x, k, s: np.flip(f(np.flip(x), k, s)),
        "Everything is cut off at the end.\nHalf of it, rounded down, is cut off at "
        "the beginning.": lambda f, x, k, s: x[: len(x) + s - k, : x.shape[1] + s - k],
        "Both ends are cut alike, so an odd pixel stays.\nThat is what PyTorch's "
        "`padding` does. In all `kernel_size - stride` have to "
        "go.": lambda f, x, k, s: f(x, k - (k - s) % 2, s),
        "Nothing is cut off here.\n`kernel_size - stride` pixels have to go along each "
        "axis.": lambda f, x, k, s: x,
        "Where nothing is to be cut off at the end, nothing is left.\n"
        "`full[first:-last]` is empty for `last = 0`, since −0 is the beginning. Count "
        "from the beginning: `full[first : rows - "
        "last]`.": lambda f, x, k, s: f(x, k, s) if k > s else x[:0, :0],
    },
    hints=(
        "How many pixels are to go along each axis, from (n − 1) · s + k to n · s?",
        "k − s: half of them first, rounded down, and the others at the end.",
    ),
    inputs=(
        (whole_numbers(5, 7), 3, 2),
        (whole_numbers(6, 8), 4, 2),
        (whole_numbers(7, 9), 5, 2),
        (whole_numbers(4, 6), 2, 2),
        (whole_numbers(9, 6) / 4, 6, 3),
    ),
)
