"""What several seeds say together."""

from collections.abc import Iterable
from dataclasses import fields
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

from course_lib._arguments import whole_number
from course_lib.evaluation import Evaluation, Score
from course_lib.study._run import Result


class MeanInterval(NamedTuple):
    """A mean and its confidence interval."""

    mean: float
    low: float
    high: float


def mean_interval(
    values: npt.ArrayLike, confidence: float = 0.95, seed: int = 0
) -> MeanInterval:
    """Finds the mean of some runs, and where the mean of all possible runs may be.

    The interval is SciPy's bootstrap interval, bias-corrected and accelerated.

    Args:
        values: One number for each seed, shape `(seeds,)`, two or more; to compare,
            those of `paired_differences`.
        confidence: How often such intervals hold the true mean, from 0 to 1.
        seed: Makes the interval repeatable.

    Returns:
        The mean and both ends of the interval.

    Raises:
        ValueError: If there are fewer than two values, or one is not a finite number.

    Example:
        >>> mean_interval([1.0, 2.0, 3.0, 4.0, 5.0]).mean
        3.0
    """
    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        numbers = np.empty(0)
    if numbers.ndim != 1 or len(numbers) < 2 or not np.isfinite(numbers).all():
        wanted = "two or more finite numbers, one for each seed"
        raise ValueError(f"values must be {wanted}; got {values!r}")
    if not isinstance(confidence, float) or not 0 < confidence < 1:
        raise ValueError(f"confidence must be between 0 and 1; got {confidence!r}")
    seed = whole_number(seed, "seed", minimum=0)
    mean = float(numbers.mean())
    if np.ptp(numbers) == 0:
        return MeanInterval(mean, mean, mean)
    found = stats.bootstrap((numbers,), np.mean, confidence_level=confidence, rng=seed)
    return MeanInterval(mean, *map(float, found.confidence_interval))


def paired_differences(
    results: Iterable[Result], metric: str, variant: str, other: str
) -> npt.NDArray[np.float64]:
    """Subtracts one variant's scores from another's, seed by seed.

    Runs with the same seed share the discriminator's start, the noise and the order
    of the digits; what that adds to both is gone from the difference.

    Args:
        results: Those of a study.
        metric: Name of a score of `Evaluation`.
        variant: Name of a variant.
        other: Name of the variant that is subtracted.

    Returns:
        The differences, shape `(n,)`, in the order of the seeds that both have.

    Raises:
        ValueError: If the metric is unknown, or no seed has results of both.

    Example:
        >>> from course_lib.study import shipped_results
        >>> results = [result for result in shipped_results() if result.seed < 3]
        >>> paired_differences(results, "recall", "upsampling", "transposed_3x3").shape
        (3,)
    """
    runs = list(results)
    one, two = (_scores(runs, metric, name) for name in (variant, other))
    seeds = sorted(one.keys() & two.keys())
    if not seeds:
        raise ValueError(
            "results must hold both variants with the same seeds; found no seed of "
            f"{variant} and {other}"
        )
    return np.array([one[seed] - two[seed] for seed in seeds])


def _scores(results: list[Result], metric: str, variant: str) -> dict[int, float]:
    """Returns one metric of a variant's runs, by seed."""
    known = [field.name for field in fields(Evaluation) if field.type is Score]
    if metric not in known:
        raise ValueError(f"metric must be one of {', '.join(known)}; got {metric!r}")
    runs = [result for result in results if result.variant == variant]
    return {run.seed: getattr(run.evaluation, metric).value for run in runs}
