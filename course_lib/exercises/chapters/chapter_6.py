"""Exercises of chapter 6: one family."""

import numpy as np

from course_lib.exercises.exercise import Exercise, whole_numbers


def size_of_the_stamp():
    """A block of 2 × 2, and each of its pixels leaves 3 × 3, one pixel further on."""
    return 3 + 2 - 1, 3 + 2 - 1


exercise_1 = Exercise(
    "6.1 Predict the size of a stamp (easy, 2 min)",
    "One pixel goes through `UpSampling2D` (factor 2) and then `Conv2D` with a 3 × 3 "
    "kernel. How large is what it leaves, as `(height, width)`?",
    size_of_the_stamp,
    form="(height, width)",
    mistakes={
        "That is what one pixel leaves. Here a block of 2 × 2 does.": (3, 3),
        "That is the block, before the convolution.": (2, 2),
        "3 + 2, less the place where the two stamps begin together.": (5, 5),
        "The stamps of the block overlap: they lie 1 apart, not 3.": (6, 6),
    },
    hints=(
        "After the upsampling there are 2 pixels in a row. Each leaves 3.",
        "The second begins one place after the first.",
    ),
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


def _covering(f, kernel, size):
    stamp, folded = f(kernel, 1), np.zeros_like(f(kernel, size))
    for row, column in np.ndindex(size, size):
        folded[row:, column:][: len(stamp), : stamp.shape[1]] = stamp
    return folded


def _stamped(stamp, places):
    (height, width, *channels), reach = stamp.shape, np.max(places)
    folded = np.zeros((height + reach, width + reach, *channels))
    for row, column in places:
        folded[row : row + height, column : column + width] += stamp
    return folded


exercise_2 = Exercise(
    "6.2 Fold upsampling and convolution into one kernel (medium, 8 min)",
    "`UpSampling2D(size)` and a `Conv2D` kernel `(height, width, in, out)`, folded "
    "into one kernel `(height + size − 1, width + size − 1, out, in)`.",
    fold,
    mistakes={
        "The kernel is not flipped.\nWhat a convolution leaves of one pixel is its "
        "kernel upside down and back to front.": lambda f, k, s: f(k[::-1, ::-1], s),
        "The channel axes are still (in, out).\nThe kernel of a transposed convolution "
        "has (height, width, out, in).": lambda f, k, s: f(k, s).swapaxes(2, 3),
        "Where the stamps overlap, the last covers the others.\nThey add up: `+=`, not "
        "`=`.": _covering,
        "The sum is divided by size².\nRepeating copies a pixel, it does not share it "
        "out: nothing is divided.": lambda f, kernel, size: f(kernel, size) / size**2,
        "The stamps lie `size` apart.\nThe copies of a pixel are neighbours: their "
        "stamps lie "
        "1 apart.": lambda f, k, s: _stamped(f(k, 1), np.argwhere(np.ones((s, s))) * s),
        "Only the stamps on the block's diagonal are there.\nA block has `size * size` "
        "pixels: two loops.": lambda f, k, s: _stamped(f(k, 1), np.argwhere(np.eye(s))),
    },
    hints=(
        "The picture adds the stamps up. Two loops, over the rows and the columns of a "
        "block, do the same: zeros, and `+=`.",
        "`kernel[::-1, ::-1]` flips; `.swapaxes(2, 3)` turns (in, out) into (out, in).",
        "The result is `size - 1` larger along each axis, and gets `size * size` "
        "stamps.",
    ),
    inputs=(
        (np.arange(1.0, 10).reshape(3, 3, 1, 1), 2),
        (whole_numbers(3, 3, 2, 3), 2),
        (whole_numbers(3, 5, 3, 1) / 4, 3),
        (whole_numbers(2, 3, 1, 2), 4),
        (whole_numbers(3, 3, 2, 1), 1),
    ),
)


def folded_size_and_freedom():
    """K + s − 1 = 7, but all 49 weights are made of the 25 of the small kernel."""
    return 5 + 3 - 1, 5 * 5


exercise_3 = Exercise(
    "6.3 Fold in your head (easy, 3 min)",
    "One transposed convolution replaces `UpSampling2D(3)` and `Conv2D` with a 5 × 5 "
    "kernel. How long is a side of its kernel, and how many of its weights, for one "
    "map and one filter, are free? Answer with `(side, free weights)`.",
    folded_size_and_freedom,
    form="(side, free weights)",
    mistakes={
        "7 × 7 weights, but tied: all are sums of the small kernel's.": (7, 49),
        "k + s is one too many: the first two stamps share a start.": (8, 25),
        "k · s is sub-pixel convolution. Upsampling gives k + s − 1.": (15, 25),
        "That is the small kernel. The folded one is larger.": (5, 25),
        "k + s is one too many; and the weights are tied.": (8, 64),
        "25 are free, whatever the factor: 9 belong to a 3 × 3 kernel.": (7, 9),
    },
    hints=(
        "The size of the folded kernel is k + s − 1.",
        "Two small kernels that differ give two folded ones that differ, and there are "
        "no others.",
    ),
)


def saving(kernel_size, size):
    """Multiply-adds of UpSampling2D + Conv2D, divided by those of the folded layer."""
    pair = (kernel_size * size) ** 2
    folded = (kernel_size + size - 1) ** 2
    return pair / folded


exercise_4 = Exercise(
    "6.4 Say how much folding saves (easy, 4 min)",
    "How many times as many multiply-adds does the pair `UpSampling2D(size)`, "
    "`Conv2D(kernel_size)` take as the folded layer?",
    saving,
    mistakes={
        "The quotient is upside down.\nHow many times *more* work is the pair? It is "
        "larger than 1.": lambda f, k, s: 1 / f(k, s),
        "That is the saving along one axis.\nThere are two: square "
        "it.": lambda f, k, s: f(k, s) ** 0.5,
        "The folded kernel is one too wide.\nIt has k + s − 1 weights along each axis, "
        "not k + s.": lambda f, k, s: (k * s) ** 2 / (k + s) ** 2,
        "The pair was counted for one large pixel.\nA small pixel stands for `size * "
        "size` large ones, and each takes k · k "
        "products.": lambda f, k, s: f(k, s) / s**2,
        "The pair was counted for `size` large pixels.\nA small pixel stands for `size "
        "* size` of them.": lambda f, k, s: f(k, s) / s,
        "The folded layer was counted with the small kernel.\nIts kernel has k + s − 1 "
        "weights along each axis.": lambda f, k, s: (k * s) ** 2 / k**2,
    },
    hints=(
        "For k = 3 and s = 2 it is 36 against 16. Where from?",
        "36 = 2² · 3²: so many large pixels for a small one, times the weights of "
        "each. 16 = (3 + 2 − 1)².",
    ),
    inputs=((3, 2), (3, 3), (5, 2), (7, 4), (2, 5)),
)


def folded_subpixel():
    """K · r = 6, and the 36 weights are those of the four filters, in another order."""
    return 3 * 2, 4 * 3 * 3


exercise_5 = Exercise(
    "6.5 Fold a sub-pixel layer in your head (medium, 3 min)",
    "A `Conv2D` with 4 filters of 3 × 3, then depth-to-space to one map, factor 2. One "
    "transposed convolution replaces both. How long is a side of its kernel, and how "
    "many of its weights are free? Answer with `(side, free weights)`.",
    folded_subpixel,
    form="(side, free weights)",
    mistakes={
        "That is upsampling + convolution. Here each filter has its own weights.": (
            4,
            9,
        ),
        "Here a pixel is in 3 × 3 windows, and each fills a block of 2 × 2.": (4, 16),
        "The side is right. But no two of the four filters share a weight.": (6, 9),
        "That is one small kernel. The four together are larger.": (3, 9),
        "The weights are right. But each of the 3 × 3 places fills a block.": (3, 36),
    },
    hints=(
        "A pixel is in 3 × 3 windows. Each window becomes a block of 2 × 2.",
        "No two of the blocks overlap. So is any weight a sum of others?",
    ),
)


def depth_to_space(x, block):
    """Lays the channels of (batch, h, w, block² · out) out as blocks of pixels."""
    batch, height, width, channels = x.shape
    out = channels // block**2
    parts = x.reshape(batch, height, width, block, block, out)
    parts = parts.transpose(0, 1, 3, 2, 4, 5)
    return parts.reshape(batch, height * block, width * block, out)


def _regrouped(x, *groups):
    return x.reshape(*x.shape[:3], *groups).swapaxes(3, 4).reshape(x.shape)


def _as_tiles(_, x, block):
    batch, height, width, _ = x.shape
    parts = x.reshape(batch, height, width, block, block, -1)
    parts = parts.transpose(0, 3, 1, 4, 2, 5)
    return parts.reshape(batch, height * block, width * block, -1)


exercise_6 = Exercise(
    "6.6 Write depth-to-space (medium, 8 min)",
    "Depth-to-space in TensorFlow's order: channel `(row · block + column) · out + c` "
    "of a pixel becomes channel `c` at that row and column of its block. No loops are "
    "needed.",
    depth_to_space,
    mistakes={
        "The numbers only read on in order: the shape is right, their places are not.\n"
        "A block's rows lie in different rows of the image: swap axes before the last "
        "`reshape`.": lambda f, x, block: x.reshape(f(x, block).shape),
        "The channels are in PyTorch's order.\nHere the output channel runs fastest: "
        "channel (row · block + column) · out + "
        "c.": lambda f, x, b: f(_regrouped(x, -1, b**2), b),
        "Rows and columns of every block are swapped.\nThe second channel stands to "
        "the *right* of the first, in reading "
        "order.": lambda f, x, b: f(_regrouped(x, b, b, -1), b),
        "Each channel is an image of its own, and they stand side by side.\nThe "
        "channels of *one pixel* make a block of neighbours.": _as_tiles,
    },
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
        (whole_numbers(1, 2, 1, 18) / 4, 3),
    ),
)


def bilinear(size):
    """The kernel (2 · size, 2 · size) that enlarges bilinearly by an even factor."""
    from_centre = np.abs(np.arange(2 * size) + 0.5 - size)
    weights = 1 - from_centre / size
    return np.outer(weights, weights)


def _tent(size, centre, reach):
    weights = 1 - np.abs(np.arange(2 * size) - centre) / reach
    return np.outer(weights, weights)


exercise_7 = Exercise(
    "6.7 Build the bilinear kernel (medium, 8 min)",
    "The kernel, for one channel and an **even** factor, with which a transposed "
    "convolution of stride `size` enlarges bilinearly: shape `(2 · size, 2 · size)`.",
    bilinear,
    mistakes={
        "The weights sum to 1.\nThey have to sum to size²: every small pixel feeds so "
        "many large ones.": lambda f, size: f(size) / size**2,
        "The half pixel is forgotten: the tent has its top on a pixel.\nThe kernel's "
        "centre lies *between* its two middle weights: distances are 0.5, 1.5, "
        "…": lambda f, size: _tent(size, size, size),
        "The weights of the axes were added.\nBoth axes are treated in turn, so their "
        "weights are multiplied: "
        "`np.outer`.": lambda f, s: (
            np.add.outer(f(s).diagonal() ** 0.5, f(s).diagonal() ** 0.5) / 2
        ),
        "All weights are alike.\nThe nearer a large pixel lies to the centre, the more "
        "it gets.": lambda f, size: np.ones((2 * size, 2 * size)),
        "The tent ends on the outermost weights: they are 0.\nIt ends half a pixel "
        "further out, at `size` from the "
        "centre.": lambda f, size: _tent(size, size - 0.5, size - 0.5),
        "These are the weights of one axis.\nAn image has two: `np.outer(weights, "
        "weights)`.": lambda f, s: f(s).diagonal() ** 0.5,
    },
    hints=(
        "One axis first. For size 2 the weights are 1/4, 3/4, 3/4, 1/4.",
        "A weight falls evenly with the distance from the kernel's centre, and would "
        "be 0 at the distance `size`.",
        "The distances are `np.abs(np.arange(2 * size) + 0.5 - size)`; `np.outer` "
        "makes two axes of one.",
    ),
    inputs=((2,), (4,), (6,)),
)
