"""What several seeds say together."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

from course_lib.study._run import Result


class MeanInterval(NamedTuple):
    """A mean and the ends of its interval."""

    mean: float
    low: float
    high: float


def mean_interval(values: npt.ArrayLike) -> MeanInterval:
    """Finds the mean of some runs, and where that of all possible runs may be (95 %).

    The interval is Student's t: right for normal values, and good for others that
    are about symmetric, as differences of pairs mostly are.

    Args:
        values: One number for each seed, shape `(seeds,)`, two or more.

    Raises:
        ValueError: If there are fewer than two values, or one is not a finite number.

    Example:
        >>> mean_interval([1.0, 2.0, 3.0, 4.0, 5.0]).mean
        3.0
    """
    numbers = _numbers(values)
    mean = float(numbers.mean())
    reach = stats.t.ppf(0.975, len(numbers) - 1) * stats.sem(numbers)
    return MeanInterval(mean, float(mean - reach), float(mean + reach))


def sign_flip_test(differences: npt.ArrayLike) -> float:
    """Tests whether paired differences could as well have the other sign.

    The two-sided p-value is the share of all 2ⁿ choices of signs whose mean is as far
    from 0 as the one that was found. So n seeds can't give less than 2 / 2ⁿ: five
    never reach 5 %.

    Args:
        differences: Values as `mean_interval` takes them, at most sixteen or so.

    Example:
        >>> sign_flip_test([1.0, 2.0, 3.0, 4.0, 5.0])
        0.0625
    """
    options = {"permutation_type": "samples", "n_resamples": np.inf}
    found = stats.permutation_test((_numbers(differences),), np.mean, **options)
    return float(found.pvalue)


def holm(p_values: Sequence[float]) -> list[float]:
    """Corrects p-values that stand together, by Holm's method, in their order.

    The chance that any of them falls below 0.05 with no difference at all is 5 %.

    Example:
        >>> holm([0.01, 0.25, 0.5])
        [0.03, 0.5, 0.5]
    """
    ranks = stats.rankdata(p_values, "ordinal") - 1
    steps = np.sort(p_values) * np.arange(len(p_values), 0, -1)
    return np.minimum(np.maximum.accumulate(steps), 1.0)[ranks].tolist()


def _numbers(values: npt.ArrayLike) -> npt.NDArray[np.float64]:
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        numbers = np.empty(0)
    if numbers.ndim != 1 or len(numbers) < 2 or not np.isfinite(numbers).all():
        wanted = "two or more finite numbers, one for each seed"
        raise ValueError(f"values must be {wanted}; got {values!r}")
    return numbers


def paired_differences(
    results: Iterable[Result],
    metric: str,
    variant: str,
    other: str,
    epochs: int | None = None,
    weights: str | None = None,
) -> npt.NDArray[np.float64]:
    """Subtracts one variant's scores from another's, seed by seed.

    What the discriminator's start, the noise and the order of the digits, which runs
    with the same seed share, add to both is gone from the difference.

    Args:
        results: Those of a study.
        metric: As `Result.score` takes it, like `epochs` and `weights`.
        variant: Name of a variant.
        other: Name of the variant that is subtracted.
        epochs: Passes over the digits.
        weights: `"raw"` or `"averaged"`.

    Returns:
        The differences, shape `(n,)`, in the order of the seeds that both have.

    Raises:
        ValueError: If the metric is unknown or was not measured so, no seed has
            results of both, or they were made with different settings.

    Example:
        >>> from course_lib.study import shipped_results
        >>> one = next(r for r in shipped_results() if r.variant == "upsampling")
        >>> paired_differences([one], "recall", "upsampling", "upsampling")
        array([0.])
    """
    own = [result for result in results if result.variant in (variant, other)]
    if len({result.settings for result in own}) > 1:
        raise ValueError("results must be made with the same settings; got several")
    one, two = (
        {r.seed: r.score(metric, epochs, weights) for r in own if r.variant == name}
        for name in (variant, other)
    )
    seeds = sorted(one.keys() & two.keys())
    if not seeds:
        raise ValueError(
            "results must hold both variants with the same seeds; found no seed of "
            f"{variant} and {other}"
        )
    return np.array([one[seed] - two[seed] for seed in seeds])
