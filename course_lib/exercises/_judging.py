"""Judges an answer: correct, or where it differs and which mistake it looks like."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from course_lib.exercises._running import Outcome, Plain, outcome_of
from course_lib.exercises.exercise import Array, Exercise, Function

RTOL, ATOL = 1e-5, 1e-6


def _placeholder() -> None: ...


def is_unattempted(answer: object) -> bool:
    """Tells a placeholder: `...`, or a function that does nothing and returns None."""
    code = getattr(answer, "__code__", None)
    if code is None:
        return answer is ... or answer is None
    steps = _placeholder.__code__.co_code[::2]  # every other byte is an argument
    constants = {None, ..., answer.__doc__}
    return bool(code.co_code[::2] == steps and constants.issuperset(code.co_consts))


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is right; if not, on which input, and what is said of it."""

    correct: bool
    position: int = 0
    """Number of the first input with another outcome."""
    mistake: str = ""
    """What the known mistake looks like and, in a second line, what to do."""


def judge(exercise: Exercise, outcomes: Sequence[Outcome]) -> Verdict:
    """Finds whether an answer is right, or which mistake it looks like.

    A mistake is named only if it agrees on every input: then it can't be told from the
    answer.
    """
    calls = exercise.inputs or ((),)
    right = [outcome_of(exercise.solution, arguments) for arguments in calls]
    if exercise.is_prediction:
        outcomes = [_rounded(*pair) for pair in zip(outcomes, right, strict=True)]
    same = [
        equal(one.value, other.value) and not one.changed
        for one, other in zip(outcomes, right, strict=False)
    ]
    if all(same) and len(same) == len(right):
        return Verdict(correct=True)
    position = [*same, False].index(False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of dividing by zero, and the like
        for says, mistaken in known_mistakes(exercise):
            if _agree(outcomes, mistaken, calls, right):
                return Verdict(False, position, says)
    return Verdict(False, position)


def known_mistakes(exercise: Exercise) -> Iterator[tuple[str, Function]]:
    """Gives the mistakes, as functions to call, and then all pairs of them.

    A mistake gets the right function to begin with; in a pair, one that is wrong.
    """
    answers = {
        says: answer if callable(answer) else lambda f, answer=answer: answer
        for says, answer in exercise.mistakes.items()
    }
    for says, answer in answers.items():
        yield says, partial(answer, exercise.solution)
    for one, other in itertools.permutations(answers, 2):
        both = partial(answers[one], partial(answers[other], exercise.solution))
        yield f"There are two mistakes at once.\n{one}\n{other}", both


def _agree(
    outcomes: Sequence[Outcome],
    mistaken: Function,
    calls: Sequence[tuple[object, ...]],
    right: Sequence[Outcome],
) -> bool:
    """Whether outcomes are those of a mistake, on some input that tells it apart.

    Where the mistake has no value (it raises there, as swapped axes do), the answer
    must have none either.
    """
    if len(outcomes) < len(right):
        return False
    telling = False
    for outcome, arguments, solution in zip(outcomes, calls, right, strict=True):
        value = outcome_of(mistaken, arguments).value
        if value is None and outcome.value is None:
            continue
        if not equal(outcome.value, value):
            return False
        telling = telling or not equal(value, solution.value)
    return telling


def _rounded(outcome: Outcome, right: Outcome) -> Outcome:
    """Rounds a predicted number to the decimals that the solution has."""
    value, wanted = outcome.value, right.value
    if not isinstance(value, np.ndarray) or not isinstance(wanted, np.ndarray):
        return outcome
    if wanted.ndim or value.ndim or wanted.dtype.kind != "f" or value.dtype == bool:
        return outcome
    decimals = len(repr(float(wanted)).partition(".")[2])
    return Outcome(np.asarray(np.round(value.astype(float), decimals), value.dtype))


def equal(one: Plain | None, other: Plain | None) -> bool:
    """Compares two values: shape, kind and, within rounding, numbers."""
    if isinstance(one, str) and isinstance(other, str):
        return one.strip().casefold() == other.strip().casefold()
    if not (isinstance(one, np.ndarray) and isinstance(other, np.ndarray)):
        return False
    if one.shape != other.shape or (one.dtype == bool) != (other.dtype == bool):
        return False
    return bool(np.all(close(one, other)))


def close(one: Array, other: Array) -> npt.NDArray[np.bool_]:
    """Compares numbers: whole ones exactly, floats in the coarser one's precision."""
    whole = one.dtype.kind in "iu" or other.dtype.kind in "iu"
    rtol = 0 if whole else max(RTOL, _precision(one), _precision(other))
    return np.asarray(np.isclose(one.astype(float), other.astype(float), rtol, ATOL))


def _precision(array: Array) -> float:
    """The step after 1 of a kind of float, also of those that NumPy does not know."""
    kind = array.dtype.type
    return next(2.0**-k for k in range(99) if float(kind(1 + 2.0 ** -(k + 1))) == 1)
