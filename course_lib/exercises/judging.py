"""Compares what a learner's code gave with the solution and the known mistakes."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from course_lib.exercises.exercise import Exercise, Function
from course_lib.exercises.outcomes import Outcome, outcome_of
from course_lib.exercises.values import Array, Plain

RTOL, ATOL = 1e-5, 1e-6


@dataclass(frozen=True)
class Verdict:
    """Whether an answer is right, and if not, where it differs.

    Args:
        correct: Whether every outcome is that of the solution.
        position: Number of the first input with another outcome, None if correct.
        mistake: The docstring of the known mistake that gives the same outcomes.
    """

    correct: bool
    position: int | None = None
    mistake: str | None = None


def equal(one: Plain | None, other: Plain | None) -> bool:
    """Compares two values: shape, kind and, within rounding, numbers.

    Args:
        one: An array of any shape or a string; None where there is no value.
        other: Likewise.

    Returns:
        Whether they are the same answer.

    Example:
        >>> equal(np.array([1.0]), np.array([1]))
        True
    """
    if isinstance(one, str) and isinstance(other, str):
        return one.strip().casefold() == other.strip().casefold()
    if not (isinstance(one, np.ndarray) and isinstance(other, np.ndarray)):
        return False
    if one.shape != other.shape or (one.dtype == bool) != (other.dtype == bool):
        return False
    return bool(np.all(close(one, other)))


def close(one: Array, other: Array) -> npt.NDArray[np.bool_]:
    """Compares numbers: whole ones exactly, floats within rounding.

    Args:
        one: Array of any shape.
        other: Array of the same shape.

    Returns:
        Whether they are the same, for each number; of that shape.

    Example:
        >>> close(np.array([100_001]), np.array([100_000]))
        array([False])
    """
    whole = one.dtype.kind in "iu" or other.dtype.kind in "iu"
    return np.asarray(np.isclose(one, other, rtol=0 if whole else RTOL, atol=ATOL))


def expected_outcomes(function: Function, exercise: Exercise) -> list[Outcome]:
    """Runs a solution or a mistake for all the hidden inputs.

    Args:
        function: A function of the exercise.
        exercise: Gives the inputs; a prediction has a single call without any.

    Returns:
        One `Outcome` for each call.

    Example:
        >>> from course_lib.exercises.catalogue import find
        >>> exercise = find("2.1")
        >>> expected_outcomes(exercise.solution, exercise)[0].value
        array([4, 6])
    """
    return [outcome_of(function, arguments) for arguments in exercise.inputs or [()]]


def rounded(exercise: Exercise, outcome: Outcome) -> Outcome:
    """Rounds a predicted number to the decimals that the solution has.

    Args:
        exercise: A prediction.
        outcome: The value given, maybe with more decimals than asked for.

    Returns:
        The `Outcome` to be judged.

    Example:
        >>> from course_lib.exercises.catalogue import find
        >>> rounded(find("8.1"), Outcome(value=np.array(0.6931))).value
        array(0.693)
    """
    right = outcome_of(exercise.solution, ()).value
    value = outcome.value
    if not isinstance(right, np.ndarray) or not isinstance(value, np.ndarray):
        return outcome
    if right.ndim or value.ndim or {right.dtype.kind, value.dtype.kind} != {"f"}:
        return outcome
    decimals = len(repr(float(right)).partition(".")[2])
    return Outcome(value=np.asarray(np.round(value, decimals)))


def judge(exercise: Exercise, outcomes: Sequence[Outcome]) -> Verdict:
    """Finds whether an answer is right, or which mistake it looks like.

    Args:
        exercise: What was asked.
        outcomes: What the answer gave; fewer than the inputs if it was stopped.

    Returns:
        The `Verdict`. A mistake is named only if it agrees on every input: then it
        can't be told from the answer.

    Example:
        >>> from course_lib.exercises.catalogue import find
        >>> judge(find("2.1"), [Outcome(value=np.array([6, 4]))]).correct
        False
    """
    right = expected_outcomes(exercise.solution, exercise)
    same = [_is_right(*pair) for pair in zip(outcomes, right, strict=False)]
    if all(same) and len(same) == len(right):
        return Verdict(correct=True)
    position = same.index(False) if False in same else len(same)
    for mistake in exercise.mistakes:
        if _agree(outcomes, expected_outcomes(mistake, exercise), right):
            return Verdict(False, position, inspect.getdoc(mistake))
    return Verdict(False, position)


def _is_right(outcome: Outcome, right: Outcome) -> bool:
    return equal(outcome.value, right.value) and not outcome.changed


def _agree(
    outcomes: Sequence[Outcome], mistaken: Sequence[Outcome], right: Sequence[Outcome]
) -> bool:
    """Whether outcomes are those of a mistake, on some input that tells it apart.

    Where the mistake has no value (it raises there, as swapped axes do), the answer
    must have none either.
    """
    if len(outcomes) != len(mistaken):
        return False
    telling = False
    for outcome, mistake, solution in zip(outcomes, mistaken, right, strict=True):
        if mistake.value is None:
            if outcome.value is not None:
                return False
        elif not equal(outcome.value, mistake.value):
            return False
        else:
            telling = telling or not equal(mistake.value, solution.value)
    return telling
