"""Exercises of chapter 1: pooling."""

import numpy as np

from course_lib.exercises.exercise import Exercise, whole_numbers, wrong


def pooled_size():
    """Padding `same` keeps a last, smaller window: 5 rows give 3, 7 columns give 4."""
    return 3, 4


exercise_1 = Exercise(
    name="1.1",
    title="Predict a pooled size",
    difficulty="easy",
    minutes=2,
    task=(
        "An image of 5 rows and 7 columns, windows of 2 × 2 side by side, padding "
        "`same`: what is the size of the result, as `(height, width)`?"
    ),
    form="(height, width)",
    solution=pooled_size,
    mistakes=(
        wrong((2, 3), "That is `valid`, which drops what does not fill a window."),
        wrong((4, 3), "Columns before rows. The first size is the height, always."),
        wrong((5, 7), "`same` keeps the size only with stride 1; here it is 2."),
        wrong((6, 8), "The image is filled up to 6 × 8; how many windows is that?"),
        wrong((4, 6), "That is stride 1. Left out, the stride is the window's size."),
    ),
    hints=(
        "One axis at a time. How many pairs do you need to cover 5 rows?",
        "`same` keeps `ceil(n / stride)`, and the stride is 2 for a window of 2.",
    ),
)


def sizes_down_to_one():
    """28, 14, 7, 3, 1: `valid` drops the odd row of 7 and of 3."""
    sizes, n = [], 28
    while n >= 2:
        n = n // 2
        sizes.append(n)
    return tuple(sizes)


exercise_2 = Exercise(
    name="1.2",
    title="Pool again and again",
    difficulty="easy",
    minutes=2,
    task=(
        "An image of 28 × 28 is pooled 2 × 2 with `valid`, again and again, until "
        "no window fits. Which sizes does it have, from the first pooling on? "
        "Answer with a tuple of sides, such as `(20, 10, 5)`."
    ),
    solution=sizes_down_to_one,
    mistakes=(
        wrong((14, 7, 4, 2, 1), "That is `same`. `valid` drops the odd row of 7."),
        wrong((28, 14, 7, 3, 1), "The first size asked for is the one after pooling."),
        wrong((14, 7), "7 can be pooled too: `valid` only drops what is left over."),
        wrong((14, 7, 3), "3 can be pooled once more: one whole window fits."),
        wrong((14, 7, 3, 1, 0), "Nothing can be pooled from 1: no window fits."),
    ),
    hints=(
        "How many whole windows of 2 fit side by side into 28? And into 7?",
        "`valid` rounds down: n // 2, as long as a window fits.",
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


exercise_3 = Exercise(
    name="1.3",
    title="Average with a larger kernel",
    difficulty="medium",
    minutes=4,
    task=(
        "A convolution with a **3 × 3** kernel, stride 2 and `same` padding is to "
        "compute average pooling 2 × 2, on images with even sides. Which nine "
        "weights? Answer with three rows of three numbers: `[[…, …, …], […], […]]`."
    ),
    solution=kernel_that_averages,
    mistakes=(
        wrong(
            np.full((3, 3), 1 / 9),
            "That is the average of 9 pixels.\n\nThe windows of the pooling are 2 × 2: "
            "five of the nine weights must be 0.",
        ),
        wrong(
            np.pad(np.ones((2, 2)), [(0, 1), (0, 1)]),
            "That adds four pixels up.\n\nAn average divides by four as well.",
        ),
        wrong(
            np.pad(np.full((2, 2), 1 / 4), [(1, 0), (1, 0)]),
            "These windows begin one pixel too late.\n\nFor an even side, `same` with "
            "kernel 3 and stride 2 puts its one zero row at the *end*.",
        ),
        wrong(
            np.full((2, 2), 1 / 4),
            "That is the 2 × 2 kernel.\n\nHere the kernel has 3 × 3 weights.",
        ),
    ),
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


def _pool(image, before, after, fill, reduce):
    padded = np.pad(
        image,
        [(b, a) for b, a in zip(before, after, strict=True)],
        constant_values=fill,
    )
    rows, columns = (n // 2 for n in padded.shape)
    blocks = padded[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2)
    return reduce(blocks, axis=(1, 3))


def _odd(image):
    return tuple(n % 2 for n in image.shape)


def pads_with_zeros(image):
    """Zeros were put around the image.

    They win against negative pixels. Pad with `-np.inf`, which never wins.
    """
    return _pool(image, (0, 0), _odd(image), 0, np.max)


def averages_instead(image):
    """These are averages (of the real pixels), not the largest pixels.

    Max pooling keeps one pixel of each window: `max`, not `mean`.
    """
    return _pool(image, (0, 0), _odd(image), np.nan, np.nanmean)


def drops_the_last(image):
    """The odd last row or column is dropped, as `valid` does.

    `same` keeps it, in a smaller window: there are `ceil(n / 2)` windows.
    """
    return _pool(image, (0, 0), (0, 0), 0, np.max)


def pads_in_front(image):
    """The padding is at the beginning.

    Windows start at the first pixel; what is missing is added after the *last*.
    """
    return _pool(image, _odd(image), (0, 0), -np.inf, np.max)


def smallest_instead(image):
    """These are the smallest pixels of the windows.

    Max pooling keeps the largest.
    """
    return _pool(image, (0, 0), _odd(image), np.inf, np.min)


def rows_and_columns_swapped(image):
    """Rows and columns are swapped.

    `image[row, column]`: the first axis is the height, also of the result.
    """
    return max_pool_same(image).T


exercise_4 = Exercise(
    name="1.4",
    title="Write max pooling with padding same",
    difficulty="medium",
    minutes=8,
    task=(
        "Max pooling with windows of 2 × 2 side by side and padding `same`, for one "
        "image of floats, `(height, width)`, of any size. Negative pixels are no "
        "corner case."
    ),
    solution=max_pool_same,
    mistakes=(
        pads_with_zeros,
        averages_instead,
        drops_the_last,
        pads_in_front,
        smallest_instead,
        rows_and_columns_swapped,
    ),
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
        (whole_numbers(6, 5, seed=1),),
        (whole_numbers(1, 7, seed=2),),
    ),
)


def averaging_kernel(channels):
    """Weights (2, 2, channels, channels) of the convolution that averages."""
    kernel = np.zeros((2, 2, channels, channels))
    for channel in range(channels):
        kernel[:, :, channel, channel] = 1 / 4
    return kernel


def mixes_the_channels(channels):
    """Every channel is fed by all of them.

    Average pooling treats each channel by itself: between two different channels the
    weights are 0.
    """
    return np.full((2, 2, channels, channels), 1 / 4)


def averages_the_channels(channels):
    """Every channel becomes the average of all of them.

    Average pooling treats each channel by itself: between two different channels the
    weights are 0, and 1/4 from a channel to itself.
    """
    return np.full((2, 2, channels, channels), 1 / (4 * channels))


def sums_instead(channels):
    """These weights add the four pixels up.

    An average divides by 4 as well.
    """
    return 4 * averaging_kernel(channels)


def one_output_channel(channels):
    """This kernel has a single output channel.

    Its axes are (height, width, in, out), and pooling keeps the number of channels.
    """
    return np.full((2, 2, channels, 1), 1 / 4)


def channels_in_front(channels):
    """The channels come first.

    A kernel of Keras has the axes (height, width, in, out).
    """
    return averaging_kernel(channels).transpose(2, 3, 0, 1)


exercise_5 = Exercise(
    name="1.5",
    title="Build the kernel that averages each channel",
    difficulty="medium",
    minutes=6,
    task=(
        "Average pooling 2 × 2 is a convolution with stride 2, also with several "
        "channels. Which weights, of shape `(2, 2, channels, channels)`, does it "
        "take?"
    ),
    solution=averaging_kernel,
    mistakes=(
        mixes_the_channels,
        averages_the_channels,
        sums_instead,
        one_output_channel,
        channels_in_front,
    ),
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


def _largest(image):
    return max_pool_same(image).repeat(2, axis=0).repeat(2, axis=1)


def every_equal_pixel_wins(image):
    """Where pixels of a window are equal, each of them gets a 1.

    There is one winner for each window: the first in reading order, as `argmax` has it.
    """
    return (image == _largest(image)).astype(float)


def last_pixel_wins(image):
    """Of equal pixels the last wins here.

    It is the first in reading order that does, as `argmax` has it.
    """
    return max_pool_gradient(image[::-1, ::-1])[::-1, ::-1]


def shares_it_out(image):
    """A quarter for each pixel: that is average pooling.

    Max pooling gives all of it to the largest pixel of each window.
    """
    return np.full(image.shape, 1 / 4)


def keeps_the_pixel(image):
    """The largest pixels themselves stand here.

    The gradient says how fast the result grows with a pixel: by 1, however large.
    """
    return image * max_pool_gradient(image)


def one_winner_for_all(image):
    """There is one winner for the whole image.

    Every window of 2 × 2 has its own.
    """
    gradient = np.zeros(image.shape)
    gradient.flat[image.argmax()] = 1
    return gradient


exercise_6 = Exercise(
    name="1.6",
    title="Find the gradient of max pooling",
    difficulty="hard",
    minutes=10,
    task=(
        "For each pixel of an image `(height, width)` with even sides: by how much "
        "does the sum of the max pooled image (2 × 2) grow if the pixel grows a "
        "little? As in the chapter; of equal pixels the first in reading order "
        "wins."
    ),
    solution=max_pool_gradient,
    mistakes=(
        every_equal_pixel_wins,
        last_pixel_wins,
        shares_it_out,
        keeps_the_pixel,
        one_winner_for_all,
    ),
    hints=(
        "Two loops over the windows, as at the beginning of the chapter; the result "
        "begins as zeros.",
        "`window.argmax()` counts in reading order, and finds the first of equal "
        "pixels. `np.unravel_index(…, window.shape)` makes row and column of it.",
    ),
    inputs=(
        (np.array([[1.0, 5, 2, 0], [3, 7, 2, 2]]),),
        (whole_numbers(4, 6),),
        (-np.abs(whole_numbers(6, 2, seed=1)) - 1,),
        (np.full((4, 4), 3.0),),
    ),
)
