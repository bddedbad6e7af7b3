"""What the benchmarks share: calls timed in turns, and how their spread is written."""

import time
from collections.abc import Callable

import numpy as np


def seconds(calls: list[Callable[[], object]], rounds: int) -> np.ndarray:
    """Time calls in turns, `(calls, rounds)`, after one round that does not count."""
    found = np.empty((rounds + 1, len(calls)))
    for number in range(rounds + 1):
        for which, call in enumerate(calls):
            start = time.perf_counter()
            np.asarray(call())
            found[number, which] = time.perf_counter() - start
    return found[1:].T


def spread(numbers: np.ndarray, form: str = ".2f") -> str:
    """Write the median and the middle half."""
    low, middle, high = np.percentile(numbers, (25, 50, 75))
    return f"{middle:{form}} ({low:{form}} to {high:{form}})"
