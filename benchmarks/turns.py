"""What the benchmarks share: calls timed in turns, and a row of the table."""

import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np


class Row(NamedTuple):
    """How many times as long as the course a peer takes: one number a round.

    A peer that is a floor does only what the course can't do without.
    """

    what: str
    peer: str
    ratios: float | np.ndarray
    floor: bool = False


def seconds(calls: list[Callable[[], object]], rounds: int) -> np.ndarray:
    """Time calls in turns, `(calls, rounds)`, after one round that does not count."""
    found = np.empty((rounds + 1, len(calls)))
    for number in range(rounds + 1):
        for which, call in enumerate(calls):
            start = time.perf_counter()
            np.asarray(call())
            found[number, which] = time.perf_counter() - start
    return found[1:].T


def beside(
    what: str, ours: Callable[[], object], peer: str, theirs: Callable[[], object]
) -> Row:
    """Time a call of the course and a peer's in nine turns."""
    of_ours, of_theirs = seconds([ours, theirs], rounds=9)
    return Row(what, peer, of_theirs / of_ours)
