"""Exercises of chapter 7: checkerboards."""

import numpy as np

from course_lib.exercises.exercise import Exercise, whole_numbers, wrong


def most_and_fewest():
    """Along one axis 2 stamps and 1 take turns; on two axes 2 · 2 and 1 · 1."""
    return 2 * 2, 1 * 1


exercise_1 = Exercise(
    name="7.1",
    title="Predict the overlaps of kernel 3",
    difficulty="easy",
    minutes=2,
    task=(
        "Stride 2, kernel 3 × 3. On how many stamps does a place inside the image "
        "lie, at most and at least? Answer with `(most, fewest)`. (What do you "
        "expect of kernels 4 and 5?)"
    ),
    form="(most, fewest)",
    solution=most_and_fewest,
    mistakes=(
        wrong((2, 1), "That is along one axis; an image has two: square it."),
        wrong((9, 1), "9 is the number of weights. With stride 2 not all meet."),
        wrong((4, 2), "4 and 2 do occur; but there is a place with a single stamp."),
        wrong((4, 4), "That is kernel 4, which the stride divides."),
        wrong((1, 4), "The other way round: the largest number first."),
    ),
    hints=(
        "Along one axis, stamps of 3 that lie 2 apart: how many cover each place?",
        "2, 1, 2, 1, … And how many in an image, where both axes count?",
    ),
)


def counts_of_4_at_stride_3():
    """The fourth weight falls on the next stamp's first: 2 there, 1 elsewhere."""
    return 2, 1, 1


exercise_2 = Exercise(
    name="7.2",
    title="Count where the stride does not divide",
    difficulty="easy",
    minutes=2,
    task=(
        "Kernel 4 at **stride 3**, along one axis: how many stamps cover a place "
        "where a stamp begins, the next place, and the one after? Answer with three "
        "numbers."
    ),
    solution=counts_of_4_at_stride_3,
    mistakes=(
        wrong((1, 1, 1), "That is kernel 3: the stamps just touch."),
        wrong((2, 2, 1), "That is kernel 5, which overlaps in two places."),
        wrong((4, 2, 1), "These are counts of an image. Asked for is one axis."),
        wrong((1, 1, 2), "The overlap is at the place where a stamp *begins*."),
        wrong((2, 2, 2), "That is kernel 6, which the stride divides."),
    ),
    hints=(
        "Draw stamps of 4 cells that begin at 0, 3 and 6, one below the other.",
        "How many cells of a column are covered: at 3, at 4, at 5?",
    ),
)


def overlaps(kernel_size, stride):
    """How many stamps cover each of the `stride` places inside, along one axis."""
    return [len(range(place, kernel_size, stride)) for place in range(stride)]


def rounded_down(kernel_size, stride):
    """Every place gets `kernel_size // stride` stamps here.

    The first `kernel_size % stride` places get one more.
    """
    return [kernel_size // stride] * stride


def rounded_up(kernel_size, stride):
    """Every place gets as many stamps as the first.

    Later places get one less, unless the stride divides the kernel.
    """
    return [-(-kernel_size // stride)] * stride


def from_the_end(kernel_size, stride):
    """The places are in the other order.

    A stamp begins at place 0, so it is the *first* places that get one more.
    """
    return overlaps(kernel_size, stride)[::-1]


def whole_image(kernel_size, stride):
    """These are the counts of an image.

    Asked for is one axis: `stride` numbers.
    """
    counts = overlaps(kernel_size, stride)
    return np.outer(counts, counts)


def place_for_each_weight(kernel_size, stride):
    """There is a number for each weight here.

    Places repeat after one stride: `stride` numbers are enough.
    """
    counts = overlaps(kernel_size, stride)
    return [counts[place % stride] for place in range(kernel_size)]


def holes_forgotten(kernel_size, stride):
    """A place that no stamp covers has a 1 here.

    A kernel smaller than its stride leaves holes: 0.
    """
    return [max(1, count) for count in overlaps(kernel_size, stride)]


exercise_3 = Exercise(
    name="7.3",
    title="Count the overlaps of any kernel",
    difficulty="medium",
    minutes=5,
    task=(
        "The same for any kernel and stride, along one axis: a list of `stride` "
        "counts, from the place where a stamp begins."
    ),
    solution=overlaps,
    mistakes=(
        rounded_down,
        rounded_up,
        from_the_end,
        whole_image,
        place_for_each_weight,
        holes_forgotten,
    ),
    hints=(
        "Which weights fall on place 0? Those at 0, stride, 2 · stride, …",
        "On place p those at p, p + stride, … and below kernel_size: "
        "`range(p, kernel_size, stride)`.",
    ),
    inputs=((3, 2), (4, 3), (6, 3), (5, 2), (2, 4), (7, 5)),
)


def share_of_the_counts():
    """Mean 25/4 and mean square 169/4: 1 − (25/4)² / (169/4) = 51/676 = 0.075."""
    counts = np.array([9, 6, 6, 4])
    return round(counts.var() / np.mean(counts**2), 3)


exercise_4 = Exercise(
    name="7.4",
    title="Measure the pattern of kernel 5",
    difficulty="medium",
    minutes=3,
    task=(
        "Kernel 5 has the counts 9, 6, 6 and 4. Which share of their *energy* is "
        "pattern? Round to three decimals."
    ),
    solution=share_of_the_counts,
    mistakes=(
        wrong(0.925, "That is the share of the *mean*; the pattern is the rest."),
        wrong(3.188, "That is the variance. Divide it by the mean square."),
        wrong(0.51, "That is the variance over the mean. Take the mean *square*."),
        wrong(1.0, "That is relative to the variance, of which all is pattern."),
        wrong(
            0.082, "That is the variance over the squared mean; take the mean square."
        ),
        wrong(0.19, "That is kernel 3, with the counts 4, 2, 2, 1."),
    ),
    hints=(
        "Mean, variance and mean square of the four numbers, as the chapter has them "
        "for −1, 13, 15 and −3.",
        "Variance (51/16) over mean square (169/4).",
    ),
)


def pattern_share(image):
    """Share of an image's energy in the pattern of period 2; even sides."""
    means = [image[i::2, j::2].mean() for i in range(2) for j in range(2)]
    return np.var(means) / np.mean(image**2)


def of_the_variance(image):
    """That is the share of the variance.

    Asked for is the share of the *energy*: the mean square, brightness included.
    """
    means = [image[i::2, j::2].mean() for i in range(2) for j in range(2)]
    return np.var(means) / np.var(image)


def quarters_of_the_image(image):
    """These are the means of the image's four quarters.

    A place of the 2 × 2 block is every other row and column: `image[i::2, j::2]`.
    """
    rows, columns = (n // 2 for n in image.shape)
    blocks = image.reshape(2, rows, 2, columns)
    return np.var(blocks.mean(axis=(1, 3))) / np.mean(image**2)


def means_of_the_blocks(image):
    """These are the means of each block, not of each place in the block.

    All the pixels at one *place* make a mean: `image[i::2, j::2]`.
    """
    rows, columns = (n // 2 for n in image.shape)
    blocks = image.reshape(rows, 2, columns, 2)
    return np.var(blocks.mean(axis=(1, 3))) / np.mean(image**2)


def standard_deviation(image):
    """That is the standard deviation of the four means.

    The measure takes the variance, its square.
    """
    means = [image[i::2, j::2].mean() for i in range(2) for j in range(2)]
    return np.std(means) / np.mean(image**2)


def square_of_the_mean(image):
    """The variance was divided by the square of the mean.

    The energy is the mean of the *squares*: `np.mean(image**2)`.
    """
    means = [image[i::2, j::2].mean() for i in range(2) for j in range(2)]
    return np.var(means) / np.mean(image) ** 2


def not_divided(image):
    """That is the variance of the four means.

    The share is that, divided by the mean square of the image.
    """
    return np.var([image[i::2, j::2].mean() for i in range(2) for j in range(2)])


exercise_5 = Exercise(
    name="7.5",
    title="Write the measure",
    difficulty="medium",
    minutes=8,
    task=(
        "The share of an image's energy that sits in the pattern of period 2. "
        "`image` has shape `(height, width)`, with even sides; the result is a "
        "number."
    ),
    solution=pattern_share,
    mistakes=(
        of_the_variance,
        quarters_of_the_image,
        means_of_the_blocks,
        standard_deviation,
        square_of_the_mean,
        not_divided,
    ),
    hints=(
        "All the pixels at place (i, j) of their blocks: `image[i::2, j::2]`.",
        "Four means; their variance; and the mean square of the whole image.",
    ),
    inputs=(
        (np.tile([[4.0, 2], [2, 1]], (2, 3)),),
        (whole_numbers(4, 6),),
        (whole_numbers(8, 4, seed=1) + 5,),
        (whole_numbers(6, 6, seed=2) - 3,),
    ),
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


def shifted_by_the_sum(kernel):
    """Each weight was shifted by what the *sum* lacks.

    Several weights share it: divide by their number.
    """
    return kernel + (even_out(kernel) - kernel) * (kernel.size / 4)


def sums_to_zero(kernel):
    """All four sums are 0.

    They are to equal their mean, so that a flat image keeps its brightness.
    """
    return even_out(kernel) - kernel.mean()


def quarters_evened(kernel):
    """The four quarters of the kernel were evened.

    The weights of one place are interleaved: `kernel[i::2, j::2]`.
    """
    rows, columns = (n // 2 for n in kernel.shape)
    even = kernel.copy()
    for i in range(2):
        for j in range(2):
            part = even[i * rows : (i + 1) * rows, j * columns : (j + 1) * columns]
            part += kernel.mean() - part.mean()
    return even


def scaled_instead(kernel):
    """The weights were scaled, not shifted.

    Scaling fails where a sum is 0, and turns signs. Add the same number to all the
    weights of a place.
    """
    even = kernel.copy()
    for i in range(2):
        for j in range(2):
            even[i::2, j::2] *= kernel.sum() / 4 / kernel[i::2, j::2].sum()
    return even


def sums_equal_the_total(kernel):
    """Each of the four sums is that of the whole kernel.

    They are to equal their *mean*, a quarter of it.
    """
    return even_out(kernel) + 3 * kernel.mean()


exercise_6 = Exercise(
    name="7.6",
    title="Remove the fixed pattern from a kernel",
    difficulty="hard",
    minutes=10,
    task=(
        "Remedy a kernel, `(height, width)` with even sides, for stride 2: shift "
        "the weights of each of the four places by a number of their own, so that "
        "the four sums become equal and their total stays."
    ),
    solution=even_out,
    mistakes=(
        shifted_by_the_sum,
        sums_to_zero,
        quarters_evened,
        scaled_instead,
        sums_equal_the_total,
    ),
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
