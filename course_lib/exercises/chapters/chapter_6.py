"""Exercises of chapter 6: one family."""

import numpy as np

from course_lib.exercises.exercise import Exercise, whole_numbers, wrong


def size_of_the_stamp():
    """A block of 2 × 2, and each of its pixels leaves 3 × 3, one pixel further on."""
    return 3 + 2 - 1, 3 + 2 - 1


exercise_1 = Exercise(
    name="6.1",
    title="Predict the size of a stamp",
    difficulty="easy",
    minutes=2,
    task=(
        "One pixel goes through `UpSampling2D` (factor 2) and then `Conv2D` with a "
        "3 × 3 kernel. How large is what it leaves, as `(height, width)`?"
    ),
    form="(height, width)",
    solution=size_of_the_stamp,
    mistakes=(
        wrong((3, 3), "That is what one pixel leaves. Here a block of 2 × 2 does."),
        wrong((2, 2), "That is the block, before the convolution."),
        wrong((5, 5), "3 + 2, less the place where the two stamps begin together."),
        wrong((6, 6), "The stamps of the block overlap: they lie 1 apart, not 3."),
    ),
    hints=(
        "After the upsampling there are 2 pixels in a row. Each leaves 3.",
        "The second begins one place after the first.",
    ),
)


def folded_size_and_freedom():
    """K + s − 1 = 7, but all 49 weights are made of the 25 of the small kernel."""
    return 5 + 3 - 1, 5 * 5


exercise_2 = Exercise(
    name="6.2",
    title="Fold in your head",
    difficulty="easy",
    minutes=3,
    task=(
        "One transposed convolution replaces `UpSampling2D(3)` and `Conv2D` with a "
        "5 × 5 kernel. How long is a side of its kernel, and how many of its "
        "weights, for one map and one filter, are free? Answer with `(side, free "
        "weights)`."
    ),
    form="(side, free weights)",
    solution=folded_size_and_freedom,
    mistakes=(
        wrong((7, 49), "7 × 7 weights, but tied: all are sums of the small kernel's."),
        wrong((8, 25), "k + s is one too many: the first two stamps share a start."),
        wrong((15, 25), "k · s is sub-pixel convolution. Upsampling gives k + s − 1."),
        wrong((5, 25), "That is the small kernel. The folded one is larger."),
        wrong((8, 64), "k + s is one too many; and the weights are tied."),
    ),
    hints=(
        "The size of the folded kernel is k + s − 1.",
        "Chapter 6 counted 9 free weights for k = 3, whatever the 4 × 4 = 16.",
    ),
)


def saving(kernel_size, size):
    """Multiply-adds of UpSampling2D + Conv2D, divided by those of the folded layer."""
    pair = (kernel_size * size) ** 2
    folded = (kernel_size + size - 1) ** 2
    return pair / folded


def upside_down(kernel_size, size):
    """The quotient is upside down.

    How many times *more* work is the pair? It is larger than 1.
    """
    return 1 / saving(kernel_size, size)


def along_one_axis(kernel_size, size):
    """That is the saving along one axis.

    There are two: square it.
    """
    return saving(kernel_size, size) ** 0.5


def one_too_wide(kernel_size, size):
    """The folded kernel is one too wide.

    It has k + s − 1 weights along each axis, not k + s.
    """
    return (kernel_size * size) ** 2 / (kernel_size + size) ** 2


def block_forgotten(kernel_size, size):
    """The pair was counted for one large pixel.

    A small pixel stands for `size * size` large ones, and each takes k · k products.
    """
    return kernel_size**2 / (kernel_size + size - 1) ** 2


def small_kernel_in_both(kernel_size, size):
    """The folded layer was counted with the small kernel.

    Its kernel has k + s − 1 weights along each axis.
    """
    return (kernel_size * size) ** 2 / kernel_size**2


exercise_3 = Exercise(
    name="6.3",
    title="Say how much folding saves",
    difficulty="easy",
    minutes=4,
    task=(
        "How many times as many multiply-adds does the pair `UpSampling2D(size)`, "
        "`Conv2D(kernel_size)` take as the folded layer?"
    ),
    solution=saving,
    mistakes=(
        upside_down,
        along_one_axis,
        one_too_wide,
        block_forgotten,
        small_kernel_in_both,
    ),
    hints=(
        "For k = 3 and s = 2 the chapter counts 36 against 16. Where from?",
        "36 = 2² · 3²: so many large pixels for a small one, times the weights of "
        "each. 16 = (3 + 2 − 1)².",
    ),
    inputs=((3, 2), (3, 3), (5, 2), (7, 4), (2, 5)),
)


def fold(kernel, size):
    """Upsampling and a kernel (h, w, in, out), folded: (h + s − 1, …, out, in)."""
    stamp = kernel[::-1, ::-1].swapaxes(2, 3)
    height, width, out, into = stamp.shape
    folded = np.zeros((height + size - 1, width + size - 1, out, into))
    for row in range(size):
        for column in range(size):
            folded[row : row + height, column : column + width] += stamp
    return folded


def not_flipped(kernel, size):
    """The kernel is not flipped.

    What a convolution leaves of one pixel is its kernel upside down and back to front.
    """
    return fold(kernel[::-1, ::-1], size)


def channels_not_swapped(kernel, size):
    """The channel axes are still (in, out).

    The kernel of a transposed convolution has (height, width, out, in).
    """
    return fold(kernel, size).swapaxes(2, 3)


def covers_instead_of_adding(kernel, size):
    """Where the stamps overlap, the last covers the others.

    They add up: `+=`, not `=`.
    """
    stamp = kernel[::-1, ::-1].swapaxes(2, 3)
    folded = np.zeros_like(fold(kernel, size))
    for row, column in np.ndindex(size, size):
        folded[row:, column:][: stamp.shape[0], : stamp.shape[1]] = stamp
    return folded


def averaged(kernel, size):
    """The sum is divided by size².

    Repeating copies a pixel, it does not share it out: nothing is divided.
    """
    return fold(kernel, size) / size**2


def steps_of_size(kernel, size):
    """The stamps lie `size` apart.

    The copies of a pixel are neighbours: their stamps lie 1 apart.
    """
    stamp = kernel[::-1, ::-1].swapaxes(2, 3)
    height, width, *channels = stamp.shape
    reach = (size - 1) * size
    folded = np.zeros((height + reach, width + reach, *channels))
    for row, column in np.ndindex(size, size):
        top, left = row * size, column * size
        folded[top : top + height, left : left + width] += stamp
    return folded


def diagonal_only(kernel, size):
    """Only the stamps on the block's diagonal are there.

    A block has `size * size` pixels: two loops.
    """
    stamp = kernel[::-1, ::-1].swapaxes(2, 3)
    folded = np.zeros_like(fold(kernel, size))
    for step in range(size):
        folded[step:, step:][: stamp.shape[0], : stamp.shape[1]] += stamp
    return folded


exercise_4 = Exercise(
    name="6.4",
    title="Fold upsampling and convolution into one kernel",
    difficulty="hard",
    minutes=10,
    task=(
        "`UpSampling2D(size)` and a `Conv2D` kernel `(height, width, in, out)`, "
        "folded into one kernel `(height + size − 1, width + size − 1, out, in)`."
    ),
    solution=fold,
    mistakes=(
        not_flipped,
        channels_not_swapped,
        covers_instead_of_adding,
        averaged,
        steps_of_size,
        diagonal_only,
    ),
    hints=(
        "Near its beginning the chapter adds the stamp up in two loops, for one "
        "channel and size 2.",
        "`kernel[::-1, ::-1]` flips; `.swapaxes(2, 3)` turns (in, out) into (out, in).",
        "The result is `size - 1` larger along each axis, and gets `size * size` "
        "stamps.",
    ),
    inputs=(
        (np.arange(1.0, 10).reshape(3, 3, 1, 1), 2),
        (whole_numbers(3, 3, 2, 3), 2),
        (whole_numbers(3, 5, 3, 1), 3),
        (whole_numbers(2, 3, 1, 2), 4),
        (whole_numbers(3, 3, 2, 1), 1),
    ),
)


def bilinear(size):
    """The kernel (2 · size, 2 · size) that enlarges bilinearly by an even factor."""
    from_centre = np.abs(np.arange(2 * size) + 0.5 - size)
    weights = 1 - from_centre / size
    return np.outer(weights, weights)


def sum_of_one(size):
    """The weights sum to 1.

    They have to sum to size²: every small pixel feeds so many large ones.
    """
    return bilinear(size) / size**2


def centre_between(size):
    """The half pixel is forgotten: the tent has its top on a pixel.

    The kernel's centre lies *between* its two middle weights: distances are 0.5,
    1.5, …
    """
    weights = 1 - np.abs(np.arange(2 * size) - size) / size
    return np.outer(weights, weights)


def added_axes(size):
    """The weights of the axes were added.

    Both axes are treated in turn, so their weights are multiplied: `np.outer`.
    """
    weights = np.sqrt(np.diag(bilinear(size)))
    return (weights[:, None] + weights) / 2


def nearest_kernel(size):
    """All weights are alike.

    The nearer a large pixel lies to the centre, the more it gets.
    """
    return np.ones((2 * size, 2 * size))


def tent_to_the_edge(size):
    """The tent ends on the outermost weights: they are 0.

    It ends half a pixel further out, at `size` from the centre.
    """
    from_centre = np.abs(np.arange(2 * size) + 0.5 - size)
    weights = 1 - from_centre / from_centre.max()
    return np.outer(weights, weights)


exercise_5 = Exercise(
    name="6.5",
    title="Build the bilinear kernel",
    difficulty="medium",
    minutes=8,
    task=(
        "The kernel, for one channel and an **even** factor, with which a "
        "transposed convolution of stride `size` enlarges bilinearly: shape `(2 · "
        "size, 2 · size)`."
    ),
    solution=bilinear,
    mistakes=(
        sum_of_one,
        centre_between,
        added_axes,
        nearest_kernel,
        tent_to_the_edge,
    ),
    hints=(
        "One axis first. For size 2 the weights are 1/4, 3/4, 3/4, 1/4.",
        "A weight falls evenly with the distance from the kernel's centre, and would "
        "be 0 at the distance `size`.",
        "The distances are `np.abs(np.arange(2 * size) + 0.5 - size)`; `np.outer` "
        "makes two axes of one.",
    ),
    inputs=((2,), (4,), (6,)),
)


def depth_to_space(x, block):
    """Lays the channels of (batch, h, w, block² · out) out as blocks of pixels."""
    batch, height, width, channels = x.shape
    out = channels // block**2
    parts = x.reshape(batch, height, width, block, block, out)
    parts = parts.transpose(0, 1, 3, 2, 4, 5)
    return parts.reshape(batch, height * block, width * block, out)


def reshaped_only(x, block):
    """The numbers only read on in order: the shape is right, their places are not.

    A block's rows lie in different rows of the image: swap axes before the last
    `reshape`.
    """
    batch, height, width, channels = x.shape
    return x.reshape(batch, height * block, width * block, channels // block**2)


def order_of_pytorch(x, block):
    """The channels are in PyTorch's order.

    Here the output channel runs fastest: channel (row · block + column) · out + c.
    """
    batch, height, width, channels = x.shape
    parts = x.reshape(batch, height, width, channels // block**2, block, block)
    parts = parts.transpose(0, 1, 4, 2, 5, 3)
    return parts.reshape(batch, height * block, width * block, -1)


def blocks_on_their_side(x, block):
    """Rows and columns of every block are swapped.

    The second channel stands to the *right* of the first, in reading order.
    """
    batch, height, width, _ = x.shape
    parts = x.reshape(batch, height, width, block, block, -1)
    parts = parts.transpose(0, 1, 4, 2, 3, 5)
    return parts.reshape(batch, height * block, width * block, -1)


def blocks_as_tiles(x, block):
    """Each channel is an image of its own, and they stand side by side.

    The channels of *one pixel* make a block of neighbours.
    """
    batch, height, width, _ = x.shape
    parts = x.reshape(batch, height, width, block, block, -1)
    parts = parts.transpose(0, 3, 1, 4, 2, 5)
    return parts.reshape(batch, height * block, width * block, -1)


exercise_6 = Exercise(
    name="6.6",
    title="Write depth-to-space",
    difficulty="medium",
    minutes=8,
    task=(
        "Depth-to-space in TensorFlow's order: channel `(row · block + column) · "
        "out + c` of a pixel becomes channel `c` at that row and column of its "
        "block. No loops are needed."
    ),
    solution=depth_to_space,
    mistakes=(
        reshaped_only,
        order_of_pytorch,
        blocks_on_their_side,
        blocks_as_tiles,
    ),
    hints=(
        "Cut the channel axis into three: row in the block, column in the block, "
        "output channel.",
        "Bring the block's row next to the image's rows, and its column next to the "
        "columns: (batch, height, row, width, column, out).",
        "After `transpose(0, 1, 3, 2, 4, 5)` one `reshape` is left.",
    ),
    inputs=(
        (np.arange(1.0, 5).reshape(1, 1, 1, 4), 2),
        (whole_numbers(1, 2, 3, 4), 2),
        (whole_numbers(2, 3, 2, 8), 2),
        (whole_numbers(1, 2, 1, 18), 3),
    ),
)
