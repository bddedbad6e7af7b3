"""Exercises of chapter 9: measuring."""

import numpy as np

from course_lib.exercises.exercise import Exercise, whole_numbers, wrong


def larger_sample():
    """The distance falls with the number of images; equal ones would differ, too."""
    return "c"


exercise_1 = Exercise(
    name="9.1",
    title="Predict an unfair comparison",
    difficulty="easy",
    minutes=2,
    task=(
        "Two generators draw equally well. Of one you measure the Fréchet distance "
        "with 500 images, of the other with 5,000. What do you see?\n\n"
        "a) The same, but for chance.  \n"
        "b) The one with 500 images looks better.  \n"
        "c) The one with 5,000 images looks better.  \n"
        "d) Either may look better: it is all chance.\n\n"
        "Answer with a letter."
    ),
    form='"a", "b", "c" or "d"',
    solution=larger_sample,
    mistakes=(
        wrong("a", "Chance itself adds to the distance, the more the fewer images."),
        wrong("b", "Few images estimate a covariance badly: that *adds* distance."),
        wrong("d", "Chance never makes it smaller on average: few images add to it."),
    ),
    hints=(
        "What is the distance between two sets of *real* images? Is it 0?",
        "It is larger for small sets: their means and covariances are off by chance.",
    ),
)


def error_of_the_mean():
    """The spread of single seeds, divided by the root of their number: 5 / √10."""
    return round(5 / np.sqrt(10), 2)


exercise_2 = Exercise(
    name="9.2",
    title="Predict the error of a mean",
    difficulty="easy",
    minutes=2,
    task=(
        "Ten seeds gave a mean of 20, with a standard deviation of 5 between seeds. "
        "What is the standard error of the mean? Round to two decimals."
    ),
    solution=error_of_the_mean,
    mistakes=(
        wrong(5, "That is how single seeds scatter. Their *mean* scatters less."),
        wrong(0.5, "Divide by the root of ten, not by ten."),
        wrong(1.67, "Divide by √10; the 9 belongs into the standard deviation."),
        wrong(6.32, "That is from the mean of 20. The *spread* counts."),
        wrong(15.81, "The mean of many is *more* certain: divide by √10."),
    ),
    hints=(
        "The mean of many scatters less than each of them. By which factor?",
        "The standard deviation divided by √n.",
    ),
)


def mean_and_error(values):
    """Mean of a few seeds, and its standard error: a pair of numbers."""
    deviation = np.std(values, ddof=1)
    return np.mean(values), deviation / np.sqrt(len(values))


def divided_by_n(values):
    """The standard deviation was taken as of a whole population.

    From n values, their own mean taken off, it is divided by n − 1: `ddof=1`.
    """
    return np.mean(values), np.std(values) / np.sqrt(len(values))


def deviation_itself(values):
    """The second number is the standard deviation.

    That is the scatter of single seeds; divide by the root of their number.
    """
    return np.mean(values), np.std(values, ddof=1)


def root_forgotten(values):
    """The root is missing.

    The error falls with the *root* of the number of seeds.
    """
    return np.mean(values), np.std(values, ddof=1) / len(values)


def variance_for_deviation(values):
    """The variance stands in for the standard deviation.

    The standard deviation is its root.
    """
    return np.mean(values), np.var(values, ddof=1) / np.sqrt(len(values))


def median_for_mean(values):
    """The first number is the median.

    Asked for is the mean.
    """
    return np.median(values), mean_and_error(values)[1]


exercise_3 = Exercise(
    name="9.3",
    title="Write mean and standard error",
    difficulty="easy",
    minutes=4,
    task=(
        "The mean of `values`, one for each seed, of shape `(seeds,)`, and its "
        "standard error."
    ),
    solution=mean_and_error,
    mistakes=(
        divided_by_n,
        deviation_itself,
        root_forgotten,
        variance_for_deviation,
        median_for_mean,
    ),
    hints=(
        "`np.std(values, ddof=1)` is the standard deviation, estimated from a few.",
        "Divide it by `np.sqrt(len(values))`.",
    ),
    inputs=(
        (np.array([20.0, 26, 17]),),
        (whole_numbers(10) + 20,),
        (whole_numbers(5, seed=1),),
    ),
)


def compare(first, second):
    """Mean difference second − first over shared seeds, and its standard error."""
    difference = second - first
    return difference.mean(), difference.std(ddof=1) / np.sqrt(len(difference))


def pairs_ignored(first, second):
    """The error is that of two unrelated samples.

    Both were trained with the same seeds: take the difference for each seed first, and
    what the seeds share drops out.
    """
    spread = first.var(ddof=1) + second.var(ddof=1)
    return second.mean() - first.mean(), np.sqrt(spread / len(first))


def turned_around(first, second):
    """The difference is turned around.

    It is second − first.
    """
    mean, error = compare(first, second)
    return -mean, error


def one_error_only(first, second):
    """The error is that of the second alone.

    It is the scatter of the *differences* that counts.
    """
    return (second - first).mean(), second.std(ddof=1) / np.sqrt(len(second))


def size_of_differences(first, second):
    """The signs of the differences were dropped.

    Where seeds disagree, that matters most: the mean is of signed differences.
    """
    return compare(np.zeros(len(first)), np.abs(second - first))


def scatter_of_differences(first, second):
    """The second number is the standard deviation of the differences.

    Divide it by the root of their number.
    """
    difference = second - first
    return difference.mean(), difference.std(ddof=1)


exercise_4 = Exercise(
    name="9.4",
    title="Compare two generators seed by seed",
    difficulty="medium",
    minutes=6,
    task=(
        "`first[i]` and `second[i]` are the scores of two generators trained with the "
        "same seed `i`; both have shape `(seeds,)`. By how much is the second higher "
        "on average, and what is the standard error of that?"
    ),
    solution=compare,
    mistakes=(
        pairs_ignored,
        turned_around,
        one_error_only,
        size_of_differences,
        scatter_of_differences,
    ),
    hints=(
        "A lucky seed helps both. What is free of that?",
        "Take the difference for each seed; then mean and standard error as before.",
    ),
    inputs=(
        (np.array([20.0, 30, 25]), np.array([22.0, 31, 24])),
        (whole_numbers(8) + 20, whole_numbers(8, seed=1) + 22),
        (whole_numbers(5, seed=2), whole_numbers(5, seed=3) - 4),
    ),
)


def frechet(real, generated):
    """Fréchet distance of features (n, d), each axis taken as a Gaussian of its own."""
    means = real.mean(axis=0) - generated.mean(axis=0)
    spreads = real.std(axis=0) - generated.std(axis=0)
    return np.sum(means**2) + np.sum(spreads**2)


def means_only(real, generated):
    """Only the means are compared.

    A generator that draws the mean image again and again would be perfect. Compare the
    spreads, too.
    """
    return np.sum((real.mean(axis=0) - generated.mean(axis=0)) ** 2)


def spreads_only(real, generated):
    """Only the spreads are compared.

    The means count as well.
    """
    return np.sum((real.std(axis=0) - generated.std(axis=0)) ** 2)


def variances_for_spreads(real, generated):
    """The variances are compared.

    It is the difference of the standard deviations, their roots, that is squared.
    """
    spreads = real.var(axis=0) - generated.var(axis=0)
    return means_only(real, generated) + np.sum(spreads**2)


def root_of_it(real, generated):
    """That is the root of the distance.

    As in the field, it is the squared one that is reported.
    """
    return np.sqrt(frechet(real, generated))


def axes_averaged(real, generated):
    """That is the mean over the axes.

    The distance is the sum.
    """
    return frechet(real, generated) / real.shape[1]


def all_in_one(real, generated):
    """All axes were thrown together.

    Each feature has a mean and a spread of its own: `axis=0`.
    """
    means, spreads = real.mean() - generated.mean(), real.std() - generated.std()
    return means**2 + spreads**2


exercise_5 = Exercise(
    name="9.5",
    title="Write a Fréchet distance",
    difficulty="medium",
    minutes=6,
    task=(
        "The Fréchet distance of two sets of features, of shape `(n, d)`, in its "
        "simplest form: each axis is a Gaussian of its own, with the mean and the "
        "standard deviation (`np.std`) of its column. It is the squared distance of "
        "the means plus that of the standard deviations."
    ),
    solution=frechet,
    mistakes=(
        means_only,
        spreads_only,
        variances_for_spreads,
        root_of_it,
        axes_averaged,
        all_in_one,
    ),
    hints=(
        "`real.mean(axis=0)` has a number for each axis; so has `real.std(axis=0)`.",
        "Two sums of squares.",
    ),
    inputs=(
        (np.array([[0.0, 2], [4, 2]]), np.array([[1.0, 1], [3, 7]])),
        (whole_numbers(6, 3), whole_numbers(5, 3) * 2 + 1),
        (whole_numbers(9, 1), whole_numbers(9, 1, seed=1)),
    ),
)


def coverage(real, generated, radius):
    """Share of the real points with a generated point within `radius`."""
    steps = real[:, None] - generated[None]
    distances = np.sqrt(np.sum(steps**2, axis=2))
    return np.mean(distances.min(axis=1) <= radius)


def precision_instead(real, generated, radius):
    """That is the share of the *generated* points with a real one nearby.

    It says how real the images are, and a generator that draws one good image passes.
    Coverage asks of every real point.
    """
    return coverage(generated, real, radius)


def number_instead(real, generated, radius):
    """That is a number of points.

    Asked for is their share.
    """
    return len(real) * coverage(real, generated, radius)


def pairs_counted(real, generated, radius):
    """That is the share of all pairs that are near.

    A real point counts once, as soon as *any* generated point is near.
    """
    steps = real[:, None] - generated[None]
    return np.mean(np.sqrt(np.sum(steps**2, axis=2)) <= radius)


def squares_compared(real, generated, radius):
    """Squared distances are compared with the radius.

    Take the root first, or square the radius.
    """
    return coverage(real, generated, np.sqrt(radius))


def axes_apart(real, generated, radius):
    """The largest step along an axis is compared with the radius.

    The distance adds the squares of the steps along all axes.
    """
    steps = np.abs(real[:, None] - generated[None]).max(axis=2)
    return np.mean(steps.min(axis=1) <= radius)


def uncovered(real, generated, radius):
    """That is the share of real points with *no* generated point nearby.

    Coverage is the others' share.
    """
    return 1 - coverage(real, generated, radius)


exercise_6 = Exercise(
    name="9.6",
    title="Measure what a generator leaves out",
    difficulty="hard",
    minutes=8,
    task=(
        "A generator may draw good images and still leave most kinds out. For features "
        "`real` and `generated`, of shapes `(n, d)` and `(m, d)`: which share of the "
        "*real* points has a generated point at a distance of `radius` or less?"
    ),
    solution=coverage,
    mistakes=(
        precision_instead,
        number_instead,
        pairs_counted,
        squares_compared,
        axes_apart,
        uncovered,
    ),
    hints=(
        "All differences at once: `real[:, None] - generated[None]`, of shape "
        "(n, m, d).",
        "For each real point the nearest generated one: `distances.min(axis=1)`.",
    ),
    inputs=(
        (np.array([[0.0, 0], [5, 0], [9, 9]]), np.array([[1.0, 0], [0, 3]]), 4.5),
        (whole_numbers(9, 2), whole_numbers(6, 2, seed=1), 4.0),
        (whole_numbers(12, 3), whole_numbers(8, 3, seed=1) / 2, 7.0),
    ),
)
