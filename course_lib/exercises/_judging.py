"""Judges an answer: correct, or where it differs and which mistake it looks like."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from course_lib.exercises._running import Outcome, outcome_of
from course_lib.exercises.exercise import Array, Exercise, Function, Made

RTOL, ATOL = 1e-5, 1e-6


def is_unattempted(answer: object) -> bool:
    """Tells a placeholder: `...`, or a function that does nothing and returns None."""
    code = getattr(answer, "__code__", None)
    if code is None:
        return answer is ... or answer is None
    steps = (lambda: None).__code__.co_code[::2]  # every other byte is an argument
    constants = {None, ..., answer.__doc__}
    return bool(code.co_code[::2] == steps and constants.issuperset(code.co_consts))


class Verdict(NamedTuple):
    """Whether an answer is right; if not, the first call that says so."""

    correct: bool
    outcome: Outcome = Outcome()
    arguments: tuple[Any, ...] = ()
    mistake: str = ""
    """What the known mistake looks like and, in a second line, what to do."""


@np.errstate(all="ignore")  # a mistake may divide by zero, and the like
def judge(exercise: Exercise, outcomes: Sequence[Outcome]) -> Verdict:
    """Finds whether an answer is right, or which mistake it looks like.

    A mistake is named if it agrees on every input (where it raises, the answer must
    have no value either), and the answer is a wrong value on some.
    """
    calls = exercise.inputs or ((),)
    right: list[Any] = [outcome_of(exercise.solution, each).value for each in calls]
    values = [outcome.value for outcome in outcomes]
    if exercise.is_prediction:
        values = [_rounded(values[0], right[0])]
    # Fewer outcomes than calls, if it was stopped
    compared = zip(outcomes, calls, map(equal, values, right), strict=False)
    differing = [(o, call) for o, call, same in compared if o.changed or not same]
    if not differing:
        return Verdict(correct=True)
    if len(values) == len(calls) and any(o.value is not None for o, _ in differing):
        for says, mistaken in known_mistakes(exercise):
            wrong = (outcome_of(mistaken, each).value for each in calls)
            if all(map(equal, values, wrong)):
                return Verdict(False, *differing[0], says)
    return Verdict(False, *differing[0])


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


def _rounded(value: Array | None, wanted: Array) -> Array | None:
    """Rounds a predicted number to the decimals that the solution has."""
    if value is None or not value.dtype.kind == wanted.dtype.kind == "f" or wanted.ndim:
        return value
    decimals = len(str(wanted).partition(".")[2])
    return np.asarray(np.round(value.astype(float), decimals))


def equal(one: Array | None, other: Array | None) -> bool:
    """Compares two values: shape, kind and, within rounding, numbers."""
    if one is None or other is None:
        return one is other
    if one.shape != other.shape or kind(one) != kind(other):
        return False
    if kind(one) == "a word":
        return str(one).strip().casefold() == str(other).strip().casefold()
    return bool(np.all(close(one, other)))


def kind(value: Array) -> str:
    """Says what a value, or a place of an array, is."""
    return {"U": "a word", "b": "True or False"}.get(value.dtype.kind, "a number")


def close(one: Array, other: Array) -> Array:
    """Compares numbers: whole ones exactly, floats in the coarser one's precision."""
    whole = one.dtype.kind in "iu" or other.dtype.kind in "iu"
    steps = [np.finfo(a.dtype).eps for a in (one, other) if a.dtype.kind == "f"]
    rtol = 0 if whole else max([RTOL, *map(float, steps)])
    return np.asarray(np.isclose(one.astype(float), other.astype(float), rtol, ATOL))
