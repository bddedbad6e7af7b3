"""Judges an answer: correct, or where it differs and which mistake it looks like."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from course_lib.exercises._running import Outcome, Plain, outcome_of
from course_lib.exercises.exercise import Array, Exercise, Function, Made

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


@np.errstate(all="ignore")  # a mistake may divide by zero, and the like
def judge(exercise: Exercise, outcomes: Sequence[Outcome]) -> Verdict:
    """Finds whether an answer is right, or which mistake it looks like.

    A mistake is named if it agrees on every input (where it raises, the answer must
    have no value either), and is another value than the right one on some.
    """
    calls = exercise.inputs or ((),)
    right = [outcome_of(exercise.solution, arguments).value for arguments in calls]
    if exercise.is_prediction:
        outcomes = [Outcome(_rounded(outcomes[0].value, right[0]))]
    same = [
        equal(outcome.value, value) and not outcome.changed
        for outcome, value in zip(outcomes, right, strict=False)
    ]
    position = [*same, False].index(False)
    if position == len(right):
        return Verdict(correct=True)
    values = [outcome.value for outcome in outcomes]
    for says, mistaken in known_mistakes(exercise):
        wrong = [outcome_of(mistaken, arguments).value for arguments in calls]
        agree = len(values) == len(wrong) and all(map(equal, values, wrong))
        pairs = zip(wrong, right, strict=True)
        if agree and any(w is not None and not equal(w, r) for w, r in pairs):
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
    if any(isinstance(each, Made) for each in sum(exercise.inputs, ())):
        return  # networks are slow to make
    for one, other in itertools.permutations(answers, 2):
        both = partial(answers[one], partial(answers[other], exercise.solution))
        yield f"There are two mistakes at once.\n{one}\n{other}", both


def _rounded(value: Plain | None, wanted: Plain | None) -> Plain | None:
    """Rounds a predicted number to the decimals that the solution has."""
    if not isinstance(value, np.ndarray) or not isinstance(wanted, np.ndarray):
        return value
    if wanted.ndim or not value.dtype.kind == wanted.dtype.kind == "f":
        return value
    decimals = len(str(float(wanted)).partition(".")[2])
    return np.asarray(np.round(value.astype(float), decimals))


def equal(one: Plain | None, other: Plain | None) -> bool:
    """Compares two values: shape, kind and, within rounding, numbers."""
    if isinstance(one, str) and isinstance(other, str):
        return one.strip().casefold() == other.strip().casefold()
    if not (isinstance(one, np.ndarray) and isinstance(other, np.ndarray)):
        return one is other is None
    if one.shape != other.shape or (one.dtype == bool) != (other.dtype == bool):
        return False
    return bool(np.all(close(one, other)))


def close(one: Array, other: Array) -> npt.NDArray[np.bool_]:
    """Compares numbers: whole ones exactly, floats in the coarser one's precision."""
    whole = one.dtype.kind in "iu" or other.dtype.kind in "iu"
    steps = [np.finfo(a.dtype).eps for a in (one, other) if a.dtype.kind == "f"]
    rtol = 0 if whole else max([RTOL, *map(float, steps)])
    return np.asarray(np.isclose(one.astype(float), other.astype(float), rtol, ATOL))
