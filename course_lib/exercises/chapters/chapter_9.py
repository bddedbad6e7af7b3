"""Exercises of chapter 9: measuring."""

import itertools

import numpy as np

from course_lib.exercises.exercise import Exercise, whole_numbers


def larger_sample():
    """The distance falls with the number of images; equal ones would differ, too."""
    return "c"


exercise_1 = Exercise(
    "9.1 Predict an unfair comparison (easy, 2 min)",
    "Two generators draw equally well. Of one you measure the Fréchet distance with "
    "500 images, of the other with 5,000. What do you see?\n\na) The same, but for "
    "chance.  \nb) The one with 500 images looks better.  \nc) The one with 5,000 "
    "images looks better.  \nd) Either may look better: it is all chance.\n\nAnswer "
    "with a letter.",
    larger_sample,
    form='"a", "b", "c" or "d"',
    mistakes={
        "Chance itself adds to the distance, the more the fewer images.": "a",
        "Few images estimate a covariance badly: that *adds* distance.": "b",
        "Chance never makes it smaller on average: few images add to it.": "d",
    },
    hints=(
        "What is the distance between two sets of *real* images? Is it 0?",
        "It is larger for small sets: their means and covariances are off by chance.",
    ),
)


def compare(first, second):
    """Mean difference second − first over shared seeds, and its standard error."""
    difference = second - first
    return difference.mean(), difference.std(ddof=1) / np.sqrt(len(difference))


def _unrelated(_, first, second):
    spread = first.var(ddof=1) + second.var(ddof=1)
    return second.mean() - first.mean(), np.sqrt(spread / len(first))


exercise_2 = Exercise(
    "9.2 Compare two generators seed by seed (medium, 6 min)",
    "`first[i]` and `second[i]` are the scores of two generators trained with the same "
    "seed `i`; both have shape `(seeds,)`. By how much is the second higher on "
    "average, and what is the standard error of that: the standard deviation over the "
    "seeds, divided by the root of their number?",
    compare,
    mistakes={
        "The error is that of two unrelated samples.\nBoth were trained with the same "
        "seeds: take the difference for each seed first, and what the seeds share "
        "drops out.": _unrelated,
        "The difference is turned around.\nIt is second − "
        "first.": lambda f, first, second: f(second, first),
        "The error is that of the second alone.\nIt is the scatter of the "
        "*differences* that counts.": lambda f, a, b: (f(a, b)[0], f(0 * a, b)[1]),
        "The signs of the differences were dropped.\nWhere seeds disagree, that "
        "matters most: the mean is of signed "
        "differences.": lambda f, a, b: f(0 * a, np.abs(b - a)),
        "The second number is the standard deviation of the differences.\nDivide it by "
        "the root of their "
        "number.": lambda f, a, b: np.multiply(f(a, b), [1, len(a) ** 0.5]),
        "The standard deviation was taken as of a whole population.\nFrom n "
        "differences, their own mean taken off, it is divided by n − 1: "
        "`ddof=1`.": lambda f, a, b: np.multiply(f(a, b), [1, (1 - 1 / len(a)) ** 0.5]),
    },
    hints=(
        "A lucky seed helps both. What is free of that?",
        "Take the difference for each seed; then mean and standard error as before.",
    ),
    inputs=(
        (np.array([20.0, 30, 25]), np.array([22.0, 31, 24])),
        (whole_numbers(8) + 20, whole_numbers(8, seed=1) + 22),
        (whole_numbers(5, seed=2) / 4, whole_numbers(5, seed=3) / 4 - 4),
    ),
)


def held(intervals, truth):
    """Share of the intervals, rows of (low, high), that hold the truth."""
    low, high = intervals.T
    return np.mean((low <= truth) & (truth <= high))


exercise_3 = Exercise(
    "9.3 Count the intervals that hold the truth (easy, 3 min)",
    "`intervals` has a row `(low, high)` for each of many experiments, of which we "
    "know the `truth`. Which share of them holds it, ends included?",
    held,
    mistakes={
        "That is the share of intervals that miss.\nAsked for is the share that holds "
        "the truth.": lambda f, *args: 1 - f(*args),
        "That is their number.\nDivide it by the number of "
        "intervals.": lambda f, intervals, truth: len(intervals) * f(intervals, truth),
        "Only one end is compared.\nThe truth must be above `low` *and* below "
        "`high`.": lambda f, intervals, truth: np.mean(intervals[:, 0] <= truth),
        "The upper end alone is compared.\nThe truth must be above `low` *and* below "
        "`high`.": lambda f, intervals, truth: np.mean(truth <= intervals[:, 1]),
        "An interval that ends at the truth does not count here.\nEnds belong to it: "
        "`<=`.": lambda f, x, truth: f(np.add(x, [1e-9, -1e-9]), truth),
    },
    hints=(
        "`low, high = intervals.T` gives all lower ends, and all upper ends.",
        "The mean of a row of True and False is a share.",
    ),
    inputs=(
        (np.array([[1.0, 3], [2.5, 4], [-1, 2], [0, 1], [2, 5]]), 2.0),
        (np.sort(whole_numbers(12, 2)), 1.5),
        (np.sort(whole_numbers(9, 2, seed=1) / 4), 0.25),
    ),
)


def sign_flip(differences):
    """Share of all choices of signs whose mean is as far from 0 as the one found."""
    signs = np.array(list(itertools.product([-1, 1], repeat=len(differences))))
    means = np.abs((signs * differences).mean(axis=1))
    return np.mean(means >= abs(differences.mean()) - 1e-9)


def _means(differences):
    signs = np.array(list(itertools.product([-1, 1], repeat=len(differences))))
    return (signs * differences).mean(axis=1)


exercise_4 = Exercise(
    "9.4 Write the sign-flip test (medium, 6 min)",
    "If the layer made no difference, each seed's difference might as well have the "
    "other sign. Go through all 2ⁿ choices of signs for `differences`, of shape "
    "`(seeds,)`: what share of them has a mean as far from 0 as the one found, or "
    "farther, on either side?",
    sign_flip,
    mistakes={
        "Only means on the found side are counted.\nA mean as far *below* 0 as this is "
        "above would have surprised as much: compare absolute "
        "values.": lambda _, x: np.mean(_means(x) >= x.mean() - 1e-9),
        "The choice that was found is left out.\nIt is one of the 2ⁿ, and "
        "counts: `>=`.": lambda _, x: np.mean(np.abs(_means(x)) > abs(x.mean()) + 1e-9),
        "That is the share of choices nearer to 0.\nAsked for is the share as far, or "
        "farther.": lambda f, x: 1 - f(x),
        "That is a number of choices.\nDivide it by all 2ⁿ.": lambda f, x: (
            f(x) * 2 ** len(x)
        ),
        "The signs are turned, the sizes ignored.\nMultiply the differences by the "
        "signs; don't count how many are above 0.": lambda f, x: f(np.sign(x)),
    },
    hints=(
        "`itertools.product([-1, 1], repeat=n)` goes through all choices of n signs.",
        "As an array `signs` of shape (2ⁿ, n): `(signs * differences).mean(axis=1)`.",
        "Equal means may differ by rounding: allow 1e-9.",
    ),
    inputs=(
        (np.array([1.0, 2, 4, -3]),),
        (whole_numbers(6, seed=1) + 4.5,),
        (-np.arange(1.0, 8) / 4,),
    ),
)


def fewest_seeds():
    """2 / 2⁵ is 0.0625 at best, 2 / 2⁶ is 0.031."""
    return 6


exercise_5 = Exercise(
    "9.5 Predict the fewest seeds (easy, 2 min)",
    "Of the 2ⁿ choices of signs, two are always as far from 0 as what was found: that "
    "one and its mirror image. How many seeds does the test need at least before it "
    "*can* give less than 5 %?",
    fewest_seeds,
    mistakes={
        "Five give 2 / 2⁵ = 0.0625 at best; the test has two sides.": 5,
        "Four give 2 / 2⁴ = 0.125 at best.": 4,
        "Three give 2 / 2³ = 0.25, however large the differences are.": 3,
        "Seven can, but fewer do: 2 / 2ⁿ.": 7,
        "Ten can give 0.002. Fewer are enough for 5 %: 2 / 2ⁿ.": 10,
        "One in twenty is 5 %, but choices of signs are counted, not seeds.": 20,
    },
    hints=("The smallest p is 2 / 2ⁿ.", "2ⁿ must be more than 40."),
)


def frechet(real, generated):
    """Fréchet distance of features (n, d), each axis taken as a Gaussian of its own."""
    means = real.mean(axis=0) - generated.mean(axis=0)
    spreads = real.std(axis=0) - generated.std(axis=0)
    return np.sum(means**2) + np.sum(spreads**2)


exercise_6 = Exercise(
    "9.6 Write a Fréchet distance (medium, 6 min)",
    "The Fréchet distance of two sets of features, of shape `(n, d)`, in its simplest "
    "form: each axis is a Gaussian of its own, with the mean and the standard "
    "deviation (`np.std`) of its column. It is the squared distance of the means plus "
    "that of the standard deviations.",
    frechet,
    mistakes={
        "Only the means are compared.\nA generator that draws the mean image again and "
        "again would be perfect. Compare the spreads, "
        "too.": lambda f, x, y: f(x.mean(0)[None], y.mean(0)[None]),
        "Only the spreads are compared.\nThe means count as well.": lambda f, x, y: f(
            x - x.mean(0), y - y.mean(0)
        ),
        "The variances are compared.\nIt is the difference of the standard deviations, "
        "their roots, that "
        "is squared.": lambda f, x, y: np.sum(
            (x.mean(0) - y.mean(0)) ** 2 + (x.var(0) - y.var(0)) ** 2
        ),
        "That is the root of the distance.\nAs in the field, it is the squared one "
        "that is reported.": lambda f, x, y: f(x, y) ** 0.5,
        "That is the mean over the axes.\nThe distance is the "
        "sum.": lambda f, real, drawn: f(real, drawn) / real.shape[1],
        "All axes were thrown together.\nEach feature has a mean and a spread of its "
        "own: `axis=0`.": lambda f, x, y: f(x.reshape(-1, 1), y.reshape(-1, 1)),
    },
    hints=(
        "`real.mean(axis=0)` has a number for each axis; so has `real.std(axis=0)`.",
        "Two sums of squares.",
    ),
    inputs=(
        (np.array([[0.0, 2], [4, 2]]), np.array([[1.0, 1], [3, 7]])),
        (whole_numbers(6, 3), whole_numbers(5, 3) * 2 + 1),
        (whole_numbers(9, 1) / 4, whole_numbers(9, 1, seed=1) / 4),
    ),
)


def coverage(real, generated, radius):
    """Share of the real points with a generated point within `radius`."""
    steps = real[:, None] - generated[None]
    distances = np.sqrt(np.sum(steps**2, axis=2))
    return np.mean(distances.min(axis=1) <= radius)


def _axes_apart(_, real, generated, radius):
    steps = np.abs(real[:, None] - generated[None]).max(axis=2)
    return np.mean(steps.min(axis=1) <= radius)


exercise_7 = Exercise(
    "9.7 Measure what a generator leaves out (hard, 8 min)",
    "A generator may draw good images and still leave most kinds out. For features "
    "`real` and `generated`, of shapes `(n, d)` and `(m, d)`: which share of the "
    "*real* points has a generated point at a distance of `radius` or less?",
    coverage,
    mistakes={
        "That is the share of the *generated* points with a real one nearby.\nIt says "
        "how real the images are, and a generator that draws one good image passes. "
        "Coverage asks of every real point.": lambda f, x, y, r: f(y, x, r),
        "That is a number of points.\nAsked for is their "
        "share.": lambda f, real, *args: len(real) * f(real, *args),
        "That is the share of all pairs that are near.\nA real point counts once, as "
        "soon as *any* generated point is "
        "near.": lambda f, x, y, r: np.mean([f(x, y[[i]], r) for i in range(len(y))]),
        "Squared distances are compared with the radius.\nTake the root first, or "
        "square the radius.": lambda f, x, y, r: f(x, y, r**0.5),
        "The largest step along an axis is compared with the radius.\nThe distance "
        "adds the squares of the steps along all axes.": _axes_apart,
        "That is the share of real points with *no* generated point nearby.\nCoverage "
        "is the others' share.": lambda f, *args: 1 - f(*args),
        "A point at just `radius` does not count here.\nA distance of `radius` or less "
        "is near: `<=`.": lambda f, x, y, r: f(x, y, r * (1 - 1e-9)),
    },
    hints=(
        "All differences at once: `real[:, None] - generated[None]`, of shape (n, m, "
        "d).",
        "For each real point the nearest generated one: `distances.min(axis=1)`.",
    ),
    inputs=(
        (np.array([[0.0, 0], [5, 0], [9, 9]]), np.array([[1.0, 0], [0, 3]]), 4.5),
        (whole_numbers(9, 2), whole_numbers(6, 2, seed=1), 4.0),
        (whole_numbers(12, 3) / 4, whole_numbers(8, 3, seed=1) / 8, 1.75),
        (np.array([[0.0, 0], [3, 4], [9, 9]]), np.array([[0.0, 0], [9, 1]]), 5.0),
    ),
)
