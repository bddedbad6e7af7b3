"""Exercises of chapter 1: pooling."""

import numpy as np

from course_lib.exercises.exercise import Exercise, whole_numbers


def max_pool(image):
    """Max pooling of one image (height, width), both even, windows 2 × 2."""
    pooled = np.zeros((image.shape[0] // 2, image.shape[1] // 2), image.dtype)
    for row in range(pooled.shape[0]):
        for column in range(pooled.shape[1]):
            window = image[2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
            pooled[row, column] = window.max()
    return pooled


exercise_1 = Exercise(
    "1.1 Write max pooling (easy, 4 min)",
    "*Max pooling* keeps the largest number of each window. Write it for one image "
    "`(height, width)` with even sides and windows of 2 × 2 side by side, with two "
    "loops as above.",
    max_pool,
    mistakes={
        "These are the averages.\nMax pooling keeps one pixel of each window: `max`, "
        "not `mean`.": lambda f, image: _pool(image, 0, np.mean),
        "These are the smallest pixels of the windows.\nMax pooling keeps the "
        "largest.": lambda f, image: -f(-image),
        "The windows overlap: there is one for each pixel.\nThey lie side by side, so "
        "they begin at every *second* row and "
        "column.": lambda f, image: _overlapping(f, image)[:-1, :-1],
        "Rows and columns are swapped.\n`image[row, column]`: the first axis is the "
        "height, also of the result.": lambda f, image: f(image).T,
        "Only the first pixel of each window is kept.\nThe *largest* of its four "
        "pixels remains.": lambda f, image: image[::2, ::2],
    },
    hints=(
        "The result has half the height and half the width. Start from zeros.",
        "`image[2 * row : 2 * row + 2, 2 * column : 2 * column + 2]` is a window.",
    ),
    inputs=(
        (np.array([[1.0, 5, 2, 0], [3, 7, 1, 1]]),),
        (whole_numbers(4, 6, seed=3) / 2,),
        (-1 - np.abs(whole_numbers(6, 4, seed=4)),),
    ),
)


def pooled_size():
    """Padding `same` keeps a last, smaller window: 5 rows give 3, 7 columns give 4."""
    return 3, 4


exercise_2 = Exercise(
    "1.2 Predict a pooled size (easy, 2 min)",
    "An image of 5 rows and 7 columns, windows of 2 × 2 side by side, padding `same`: "
    "what is the size of the result, as `(height, width)`?",
    pooled_size,
    form="(height, width)",
    mistakes={
        "That is `valid`, which drops what does not fill a window.": (2, 3),
        "Columns before rows. The first size is the height, always.": (4, 3),
        "`same` keeps the size only with stride 1; here it is 2.": (5, 7),
        "The image is filled up to 6 × 8; how many windows is that?": (6, 8),
        "That is stride 1. Left out, the stride is the window's size.": (4, 6),
        "Halves are rounded to even numbers here. `same` rounds them up.": (2, 4),
    },
    hints=(
        "One axis at a time. How many pairs do you need to cover 5 rows?",
        "`same` keeps `ceil(n / stride)`, and the stride is 2 for a window of 2.",
    ),
)


def size_after_all():
    """28, 14, 7, 4 with `same`, and from 4 doubling leads to 8, 16, 32."""
    return 4 * 2 * 2 * 2


exercise_3 = Exercise(
    "1.3 Predict where an autoencoder ends (easy, 2 min)",
    "An autoencoder pools 28 × 28 pixels three times, 2 × 2 with padding `same`, then "
    "doubles each side three times. How long is a side at the end?",
    size_after_all,
    mistakes={
        "That is the size it began with. How long is a side after each step down?": 28,
        "That is `valid`, which drops the odd row of 7.": 24,
        "That is the smallest size; from there it is doubled three times.": 4,
        "It is doubled three times, not twice.": 16,
    },
    hints=(
        "Follow one side down: 28, 14, and then? `same` rounds up.",
        "28, 14, 7, 4. Now double the last three times.",
    ),
)


def kernel_that_averages():
    """Each kernel starts on the first pixel of its window.

    With an even side, `same` puts the one zero row at the end, so the other five
    weights must not see anything.
    """
    kernel = np.zeros((3, 3))
    kernel[:2, :2] = 1 / 4
    return kernel


exercise_4 = Exercise(
    "1.4 Average with a larger kernel (medium, 4 min)",
    "A convolution with a **3 × 3** kernel, stride 2 and `same` padding is to compute "
    "average pooling 2 × 2, on images with even sides. Which nine weights? Answer with "
    "three rows of three numbers: `[[…, …, …], […], […]]`.",
    kernel_that_averages,
    mistakes={
        "That is the average of 9 pixels.\nThe windows of the pooling are 2 × 2: five "
        "of the nine weights must be 0.": np.full((3, 3), 1 / 9),
        "That adds four pixels up.\nAn average divides by four as well.": lambda f: (
            4 * f()
        ),
        "These windows begin one pixel too late.\nFor an even side, `same` with kernel "
        "3 and stride 2 puts its one zero row at the *end*.": lambda f: f()[::-1, ::-1],
        "That is the 2 × 2 kernel.\nHere the kernel has 3 × 3 weights.": np.full(
            (2, 2), 1 / 4
        ),
        "Here all nine pixels count, the middle one most.\nThe windows of the pooling "
        "are 2 × 2: five of the nine weights must be "
        "0.": np.outer([1, 2, 1], [1, 2, 1]) / 16,
    },
    hints=(
        "Only four of the nine weights may see anything. Which value do they have?",
        "Try it: `shapes.padding_amounts(4, 3, 2, 'same')` says how many zeros come "
        "first and how many last. So on which pixel does the first kernel start?",
    ),
)


def max_pool_same(image):
    """Max pooling of one image (height, width), windows 2 × 2, padding `same`."""
    rows, columns = image.shape
    missing = [(0, rows % 2), (0, columns % 2)]
    padded = np.pad(image, missing, constant_values=-np.inf)
    blocks = padded.reshape(padded.shape[0] // 2, 2, padded.shape[1] // 2, 2)
    return blocks.max(axis=(1, 3))


def _pool(image, fill, reduce):
    rows, columns = image.shape
    padded = np.pad(image, [(0, rows % 2), (0, columns % 2)], constant_values=fill)
    return reduce([padded[i::2, j::2] for i in range(2) for j in range(2)], axis=0)


def _overlapping(_, image):
    padded = np.pad(image, [(0, 1), (0, 1)], constant_values=-np.inf)
    return np.lib.stride_tricks.sliding_window_view(padded, (2, 2)).max(axis=(2, 3))


exercise_5 = Exercise(
    "1.5 Write max pooling with padding same (medium, 8 min)",
    "Max pooling with windows of 2 × 2 side by side and padding `same`, for one image "
    "of floats, `(height, width)`, of any size. Negative pixels are no corner case.",
    max_pool_same,
    mistakes={
        "Zeros were put around the image.\nThey win against negative pixels. Pad with "
        "`-np.inf`, which never wins.": lambda f, image: _pool(image, 0, np.max),
        "These are averages (of the real pixels), not the largest pixels.\nMax pooling "
        "keeps one pixel of each window: `max`, not "
        "`mean`.": lambda f, image: _pool(image, np.nan, np.nanmean),
        "The odd last row or column is dropped, as `valid` does.\n`same` keeps it, in "
        "a smaller window: there are `ceil(n "
        "/ 2)` windows.": lambda f, x: f(x[: len(x) // 2 * 2, : x.shape[1] // 2 * 2]),
        "The padding is at the beginning.\nWindows start at the first pixel; what is "
        "missing is added after the *last*.": lambda f, x: f(x[::-1, ::-1])[::-1, ::-1],
        "These are the smallest pixels of the windows.\nMax pooling keeps the "
        "largest.": lambda f, image: -f(-image),
        "Rows and columns are swapped.\n`image[row, column]`: the first axis is the "
        "height, also of the result.": lambda f, image: f(image).T,
        "The windows overlap: there is one for each pixel.\nThey lie side by side, so "
        "they begin at every *second* row and column.": _overlapping,
    },
    hints=(
        "Make the image even first, then pool as at the beginning of the chapter.",
        "`np.pad(image, [(0, rows % 2), (0, columns % 2)], constant_values=…)`: which "
        "value never wins?",
        "`blocks = padded.reshape(padded.shape[0] // 2, 2, padded.shape[1] // 2, 2)` "
        "puts the pixels of a window on the axes 1 and 3.",
    ),
    inputs=(
        (whole_numbers(2, 4),),
        (whole_numbers(3, 4),),
        (-1 - np.abs(whole_numbers(3, 5)),),
        (whole_numbers(6, 5, seed=1) / 4,),
        (whole_numbers(1, 7, seed=2),),
    ),
)


def averaging_kernel(channels):
    """Weights (2, 2, channels, channels) of the convolution that averages."""
    kernel = np.zeros((2, 2, channels, channels))
    for channel in range(channels):
        kernel[:, :, channel, channel] = 1 / 4
    return kernel


exercise_6 = Exercise(
    "1.6 Build the kernel that averages each channel (medium, 6 min)",
    "Average pooling 2 × 2 is a convolution with stride 2, also with several channels. "
    "Which weights, of shape `(2, 2, channels, channels)`, does it take?",
    averaging_kernel,
    mistakes={
        "Every channel is fed by all of them.\nAverage pooling treats each channel by "
        "itself: between two different channels the weights are "
        "0.": lambda f, channels: np.full((2, 2, channels, channels), 1 / 4),
        "Every channel becomes the average of all of them.\nAverage pooling treats "
        "each channel by itself: between two different channels the weights are 0, and "
        "1/4 from a channel to itself.": lambda f, n: np.full((2, 2, n, n), 0.25 / n),
        "These weights add the four pixels up.\nAn average divides by 4 as "
        "well.": lambda f, channels: 4 * f(channels),
        "The weights are divided by the number of channels.\nEach channel is the "
        "average of its own four pixels: 1/4, however many channels there "
        "are.": lambda f, channels: f(channels) / channels,
        "This kernel has a single output channel.\nIts axes are (height, width, in, "
        "out), and pooling keeps the number of "
        "channels.": lambda f, channels: np.full((2, 2, channels, 1), 1 / 4),
        "The channels come first.\nA kernel of Keras has the axes (height, width, in, "
        "out).": lambda f, channels: f(channels).transpose(2, 3, 0, 1),
    },
    hints=(
        "Start from zeros of shape (2, 2, channels, channels).",
        "Which entries [:, :, i, j] lead from a channel to itself?",
    ),
    inputs=((1,), (2,), (3,), (5,)),
)


def max_pool_gradient(image):
    """How much the sum of the max pooled image (2 × 2) grows with each pixel."""
    gradient = np.zeros(image.shape)
    for row in range(0, image.shape[0], 2):
        for column in range(0, image.shape[1], 2):
            window = image[row : row + 2, column : column + 2]
            i, j = np.unravel_index(window.argmax(), window.shape)
            gradient[row + i, column + j] = 1
    return gradient


def _largest(_, image):
    return max_pool_same(image).repeat(2, axis=0).repeat(2, axis=1)


exercise_7 = Exercise(
    "1.7 Find the gradient of max pooling (hard, 10 min)",
    "For each pixel of an image `(height, width)` with even sides: by how much does "
    "the sum of the max pooled image (2 × 2) grow if the pixel grows a little? As in "
    "the chapter; of equal pixels the first in reading order wins.",
    max_pool_gradient,
    mistakes={
        "Where pixels of a window are equal, each of them gets a 1.\nThere is one "
        "winner for each window: the first in reading order, as `argmax` has "
        "it.": lambda f, x: (x == _largest(f, x)).astype(float),
        "Of equal pixels the last wins here.\nIt is the first in reading order that "
        "does, as `argmax` has it.": lambda f, image: f(image[::-1, ::-1])[::-1, ::-1],
        "Of equal pixels the first of the first *column* wins here.\nIt is the first "
        "in reading order, row by row, as `argmax` has it.": lambda f, x: f(x.T).T,
        "A quarter for each pixel: that is average pooling.\nMax pooling gives all of "
        "it to the largest pixel of each window.": lambda f, x: np.full(x.shape, 1 / 4),
        "The largest pixels themselves stand here.\nThe gradient says how fast the "
        "result grows with a pixel: by 1, however large.": lambda f, x: x * f(x),
        "Each window is filled with its largest pixel.\nThat is the pooled image, "
        "enlarged. Its gradient is 1 at the winner and 0 at the others.": _largest,
        "There is one winner for the whole image.\nEvery window of "
        "2 × 2 has its own.": lambda f, x: np.eye(x.size)[x.argmax()].reshape(x.shape),
    },
    hints=(
        "Two loops over the windows, as at the beginning of the chapter; the result "
        "begins as zeros.",
        "`window.argmax()` counts in reading order, and finds the first of equal "
        "pixels. `np.unravel_index(…, window.shape)` makes row and column of it.",
    ),
    inputs=(
        (np.array([[1.0, 5, 2, 0], [3, 7, 2, 2]]),),
        (whole_numbers(4, 6, seed=29) / 2,),
        (-np.abs(whole_numbers(6, 2, seed=1)) - 1,),
        (np.full((4, 4), 3.0),),
    ),
)
