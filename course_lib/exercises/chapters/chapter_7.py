"""Exercises of chapter 7: checkerboards."""

import numpy as np

from course_lib.exercises.exercise import Exercise, whole_numbers


def most_and_fewest():
    """Along one axis 2 stamps and 1 take turns; on two axes 2 · 2 and 1 · 1."""
    return 2 * 2, 1 * 1


exercise_1 = Exercise(
    "7.1 Predict the overlaps of kernel 3 (easy, 2 min)",
    "Stride 2, kernel 3 × 3. On how many stamps does a place inside the image lie, at "
    "most and at least? Answer with `(most, fewest)`. (What do you expect of kernels 4 "
    "and 5?)",
    most_and_fewest,
    form="(most, fewest)",
    mistakes={
        "That is along one axis; an image has two: square it.": (2, 1),
        "9 is the number of weights. With stride 2 not all meet.": (9, 1),
        "4 and 2 do occur; but there is a place with a single stamp.": (4, 2),
        "That is kernel 4, which the stride divides.": (4, 4),
        "The other way round: the largest number first.": lambda f: f()[::-1],
    },
    hints=(
        "Along one axis, stamps of 3 that lie 2 apart: how many cover each place?",
        "2, 1, 2, 1, … And how many in an image, where both axes count?",
    ),
)


def pattern_share(image):
    """Share of an image's energy in the pattern of period 2; even sides."""
    means = [image[i::2, j::2].mean() for i in range(2) for j in range(2)]
    return np.var(means) / np.mean(image**2)


def _share(image, blocks, axes):
    return np.var(blocks.mean(axis=axes)) / np.mean(image**2)


exercise_2 = Exercise(
    "7.2 Write the measure (medium, 8 min)",
    "The share of an image's energy that sits in the pattern of period 2. `image` has "
    "shape `(height, width)`, with even sides; the result is a number.",
    pattern_share,
    mistakes={
        "That is the share of the variance.\nAsked for is the share of the *energy*: "
        "the mean square, brightness "
        "included.": lambda f, image: f(image) * np.mean(image**2) / np.var(image),
        "These are the means of the image's four quarters.\nA place of the 2 × 2 block "
        "is every other row and column: `image[i::2, "
        "j::2]`.": lambda f, x: _share(x, x.reshape(2, len(x) // 2, 2, -1), (1, 3)),
        "These are the means of each block, not of each place in the block.\nAll the "
        "pixels at one *place* make a mean: `image[i::2, "
        "j::2]`.": lambda f, x: _share(x, x.reshape(len(x) // 2, 2, -1, 2), (1, 3)),
        "That is the standard deviation of the four means.\nThe measure takes the "
        "variance, its square.": lambda f, image: (f(image) / np.mean(image**2)) ** 0.5,
        "The variance was divided by the square of the mean.\nThe energy is the mean "
        "of the *squares*: "
        "`np.mean(image**2)`.": lambda f, x: f(x) * np.mean(x**2) / np.mean(x) ** 2,
        "That is the variance of the four means.\nThe share is that, divided by the "
        "mean square of the image.": lambda f, image: f(image) * np.mean(image**2),
    },
    hints=(
        "All the pixels at place (i, j) of their blocks: `image[i::2, j::2]`.",
        "Four means; their variance; and the mean square of the whole image.",
    ),
    inputs=(
        (np.tile([[4.0, 2], [2, 1]], (2, 3)),),
        (whole_numbers(4, 6),),
        (whole_numbers(8, 4, seed=1) / 4 + 5,),
        (whole_numbers(6, 6, seed=2) - 3,),
    ),
)


def share_of_the_counts():
    """Mean 25/4 and mean square 169/4: 1 − (25/4)² / (169/4) = 51/676 = 0.075."""
    counts = np.array([9, 6, 6, 4])
    return round(counts.var() / np.mean(counts**2), 3)


exercise_3 = Exercise(
    "7.3 Measure the pattern of kernel 5 (medium, 3 min)",
    "Kernel 5 has the counts 9, 6, 6 and 4. Which share of their *energy* is pattern? "
    "Round to three decimals.",
    share_of_the_counts,
    mistakes={
        "That is the share of the *mean*; the pattern is the rest.": 0.925,
        "That is the variance. Divide it by the mean square.": 3.188,
        "That is the variance over the mean. Take the mean *square*.": 0.51,
        "That is relative to the variance, of which all is pattern.": 1.0,
        "That is the variance over the squared mean; take the mean square.": 0.082,
        "That is kernel 3, with the counts 4, 2, 2, 1.": 0.19,
        "Here the variance was divided by n − 1. It is the mean "
        "square that counts.": 0.101,
    },
    hints=(
        "Mean, variance and mean square of the four numbers, as the chapter has them "
        "for −1, 13, 15 and −3.",
        "Variance (51/16) over mean square (169/4).",
    ),
)


def period_and_most():
    """Along one axis 3, 2, 3 and 1 paths take turns: period 4; in an image 3 · 3."""
    return 4, 3 * 3


exercise_4 = Exercise(
    "7.4 Predict the pattern of two stages (medium, 4 min)",
    "**Two** transposed convolutions in a row, stride 2, kernel 3 × 3, all weights 1, "
    "on a flat image of ones. After how many pixels does the pattern repeat, and what "
    "is its largest number inside? Answer with `(period, largest)`.",
    period_and_most,
    form="(period, largest)",
    mistakes={
        "That is one layer. The second one enlarges the first one's pattern.": (2, 4),
        "The period is right. The number is that of one axis: square it.": (4, 3),
        "The period is right. But a 4 of the second layer never meets four 4s.": (
            4,
            16,
        ),
        "The number is right. But the period of the first layer is doubled.": (2, 9),
        "That would be the period of three stages.": (8, 9),
    },
    hints=(
        "Along one axis the first layer gives 2, 1, 2, 1, … Stamp 1, 1, 1 for each, "
        "two places apart.",
        "2 + 1, 2, 1 + 2, 1, and so on: 3, 2, 3, 1. And in an image?",
    ),
)


def counts_of_4_at_stride_3():
    """The fourth weight falls on the next stamp's first: 2 there, 1 elsewhere."""
    return 2, 1, 1


exercise_5 = Exercise(
    "7.5 Count where the stride does not divide (easy, 2 min)",
    "Kernel 4 at **stride 3**, along one axis: how many stamps cover a place where a "
    "stamp begins, the next place, and the one after? Answer with three numbers.",
    counts_of_4_at_stride_3,
    mistakes={
        "That is kernel 3: the stamps just touch.": (1, 1, 1),
        "That is kernel 5, which overlaps in two places.": (2, 2, 1),
        "These are counts of an image. Asked for is one axis.": (4, 2, 1),
        "The overlap is at the place where a stamp *begins*.": (1, 1, 2),
        "That is kernel 6, which the stride divides.": (2, 2, 2),
    },
    hints=(
        "Draw stamps of 4 cells that begin at 0, 3 and 6, one below the other.",
        "How many cells of a column are covered: at 3, at 4, at 5?",
    ),
)


def overlaps(kernel_size, stride):
    """How many stamps cover each of the `stride` places inside, along one axis."""
    return [len(range(place, kernel_size, stride)) for place in range(stride)]


exercise_6 = Exercise(
    "7.6 Count the overlaps of any kernel (medium, 5 min)",
    "The same for any kernel and stride, along one axis: a list of `stride` counts, "
    "from the place where a stamp begins.",
    overlaps,
    mistakes={
        "Every place gets `kernel_size // stride` stamps here.\nThe first `kernel_size "
        "% stride` places get one more.": lambda f, k, s: [k // s] * s,
        "Every place gets as many stamps as the first.\nLater places get one less, "
        "unless the stride divides the kernel.": lambda f, k, s: [-(-k // s)] * s,
        "The places are in the other order.\nA stamp begins at place 0, so it is the "
        "*first* places that get one more.": lambda f, k, s: f(k, s)[::-1],
        "These are the counts of an image.\nAsked for is one axis: `stride` "
        "numbers.": lambda f, k, s: np.outer(f(k, s), f(k, s)),
        "There is a number for each weight here.\nPlaces repeat after one stride: "
        "`stride` numbers are enough.": lambda f, k, s: np.resize(f(k, s), k),
        "A place that no stamp covers has a 1 here.\nA kernel smaller than its stride "
        "leaves holes: 0.": lambda f, k, s: np.maximum(1, f(k, s)),
        "These are shares of stamps: `kernel_size / stride` for each place.\nA place "
        "is covered by a whole number of them, the first ones by one "
        "more.": lambda f, k, s: [k / s] * s,
    },
    hints=(
        "Which weights fall on place 0? Those at 0, stride, 2 · stride, …",
        "On place p those at p, p + stride, … and below kernel_size: `range(p, "
        "kernel_size, stride)`.",
    ),
    inputs=((3, 2), (4, 3), (6, 3), (5, 2), (2, 4), (7, 5)),
)


def even_out(kernel):
    """Shifts the weights of each place alike, so that the four sums are equal."""
    even = kernel.copy()
    per_place = kernel.size / 4
    goal = kernel.sum() / 4
    for i in range(2):
        for j in range(2):
            even[i::2, j::2] += (goal - kernel[i::2, j::2].sum()) / per_place
    return even


def _quarters_evened(_, kernel):
    quarters = kernel.reshape(2, len(kernel) // 2, 2, -1)
    shifts = kernel.mean() - quarters.mean(axis=(1, 3), keepdims=True)
    return (quarters + shifts).reshape(kernel.shape)


def _scaled(_, kernel):
    blocks = kernel.reshape(len(kernel) // 2, 2, -1, 2)
    factors = kernel.mean() / blocks.mean(axis=(0, 2), keepdims=True)
    return (blocks * factors).reshape(kernel.shape)


exercise_7 = Exercise(
    "7.7 Remove the fixed pattern from a kernel (hard, 10 min)",
    "Remedy a kernel, `(height, width)` with even sides, for stride 2: shift the "
    "weights of each of the four places by a number of their own, so that the four "
    "sums become equal and their total stays.",
    even_out,
    mistakes={
        "Each weight was shifted by what the *sum* lacks.\nSeveral weights share it: "
        "divide by their number.": lambda f, k: k + (f(k) - k) * (k.size / 4),
        "All four sums are 0.\nThey are to equal their mean, so that a flat image "
        "keeps its brightness.": lambda f, kernel: f(kernel) - kernel.mean(),
        "All four sums are 1.\nThey are to equal their mean, so that a flat image "
        "keeps its brightness.": lambda f, k: f(k) - k.mean() + 4 / k.size,
        "The four quarters of the kernel were evened.\nThe weights of one place are "
        "interleaved: `kernel[i::2, j::2]`.": _quarters_evened,
        "The weights were scaled, not shifted.\nScaling fails where a sum is 0, and "
        "turns signs. Add the same number to all the weights of a place.": _scaled,
        "Each of the four sums is that of the whole kernel.\nThey are to equal their "
        "*mean*, a quarter of it.": lambda f, kernel: f(kernel) + 3 * kernel.mean(),
    },
    hints=(
        "Which four sums decide on the pattern, and what is their mean?",
        "`kernel[i::2, j::2]` are the weights of one place. What does their sum lack, "
        "and how much is that for each weight?",
        "Work on `kernel.copy()`: the kernel belongs to whoever called.",
    ),
    inputs=(
        (np.array([[1.0, 2, 3, 4], [5, 6, 7, 8], [0, 1, 0, 1], [2, 2, 2, 3]]),),
        (whole_numbers(4, 4, seed=4) + 0.5,),
        (whole_numbers(2, 6, seed=1) + 10,),
        (whole_numbers(6, 4, seed=2) + 0.5,),
    ),
)
