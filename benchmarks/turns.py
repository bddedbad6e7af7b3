"""What the benchmarks share: calls timed in turns, and a row of the table."""

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import NamedTuple

import numpy as np

Call = Callable[[], object]


class Row(NamedTuple):
    """How many times as long as the course a peer takes: one number a round.

    A peer that is a floor does only what the course can't do without.
    """

    what: str
    peer: str
    ratios: float | np.ndarray
    floor: bool = False


def seconds(calls: list[Call], rounds: int, warm_up: int = 1) -> np.ndarray:
    """Time calls in turns, `(calls, rounds)`, after rounds that do not count."""
    found = np.empty((warm_up + rounds, len(calls)))
    for turn in found:
        for which, call in enumerate(calls):
            start = time.perf_counter()
            call()
            turn[which] = time.perf_counter() - start
    return found[warm_up:].T


def beside(
    what: str, ours: Call, peer: str, theirs: Call, rounds: int = 9, warm_up: int = 1
) -> Row:
    """Time a call of the course and a peer's in turns."""
    of_ours, of_theirs = seconds([ours, theirs], rounds, warm_up)
    return Row(what, peer, of_theirs / of_ours)


def new_process() -> ProcessPoolExecutor:
    """Start Python anew, for one call after the other."""
    return ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
