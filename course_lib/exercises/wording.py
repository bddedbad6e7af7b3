"""What differs, in sentences. Backticks mark code."""

from __future__ import annotations

import inspect
import linecache
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from course_lib.exercises.exercise import Exercise
from course_lib.exercises.judging import Verdict, close, equal
from course_lib.exercises.outcomes import Failure, Outcome, code_of, outcome_of
from course_lib.exercises.running import Run
from course_lib.exercises.values import Array, Plain

MOST_SHOWN = 12


def explain_function(
    exercise: Exercise, function: Callable[..., Any], run: Run, verdict: Verdict
) -> list[str]:
    """Says what is wrong with a learner's function.

    Args:
        exercise: What was asked.
        function: The learner's.
        run: What came of running it.
        verdict: What is wrong with that.

    Returns:
        Paragraphs, the most useful first.

    Example:
        >>> from course_lib.exercises.catalogue import find
        >>> run = Run([], stopped="It ended Python itself.")
        >>> explain_function(find("1.4"), abs, run, Verdict(False, 0))
        ['It ended Python itself.']
    """
    position = verdict.position or 0
    if verdict.mistake:
        difference = _difference(exercise, run, verdict)
        return [
            *_paragraphs(verdict.mistake),
            difference,
            *_handed_out(exercise, position),
        ]
    if position >= len(run.outcomes):
        where = _line_text(function, run.line)
        asked = ""
        if run.outcomes or where:
            asked = f" It was called for {_input(exercise, position)}."
        return [f"{run.stopped}{where}{asked}"]
    outcome = run.outcomes[position]
    if outcome.failure:
        return [_failure(exercise, function, position, outcome.failure)]
    if outcome.unusable:
        advice = {"None": " Does it end in `return`?"}.get(outcome.unusable, "")
        return [
            f"For {_input(exercise, position)}, it returned {outcome.unusable}.{advice}"
        ]
    return [_difference(exercise, run, verdict), *_handed_out(exercise, position)]


def _handed_out(exercise: Exercise, position: int) -> list[str]:
    """Tells how to get at arrays that are too large to be shown."""
    arrays = [v for v in exercise.inputs[position] if isinstance(v, np.ndarray)]
    if all(map(_is_small, arrays)):
        return []
    return ["To try it out, `_.arguments` in the next cell is this input."]


def _is_small(value: Array) -> bool:
    return value.size <= MOST_SHOWN and value.ndim <= 2


def explain_value(exercise: Exercise, outcome: Outcome, verdict: Verdict) -> list[str]:
    """Says what is wrong with a predicted value, without giving it away.

    Args:
        exercise: What was asked.
        outcome: The value that the learner gave.
        verdict: Which mistake it is, if known.

    Returns:
        Paragraphs.

    Example:
        >>> from course_lib.exercises.catalogue import find
        >>> explain_value(find("2.1"), Outcome(unusable="None"), Verdict(False, 0))
        ['The answer is made of 2 numbers; yours is None.']
    """
    if verdict.mistake:
        return _paragraphs(verdict.mistake)
    right = outcome_of(exercise.solution, ()).value
    wanted, got = _kind(right), outcome.unusable or _kind(outcome.value)
    if got != wanted:
        return [f"The answer is {_answer(wanted)}; yours is {got}."]
    return [f'That is not it. A hint: `exercises.hint("{exercise.name}")`.']


def _answer(kind: str) -> str:
    return f"made of {kind}" if kind[0].isdigit() else kind


def _kind(value: Plain | None) -> str:
    if isinstance(value, str):
        return "a word"
    assert value is not None
    if value.dtype == bool:
        return "True or False"
    if value.ndim == 0:
        return "a number"
    if value.ndim == 1:
        return f"{value.size} numbers"
    return "an array of " + " × ".join(map(str, value.shape)) + " numbers"


def _paragraphs(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split("\n\n")]


def _difference(exercise: Exercise, run: Run, verdict: Verdict) -> str:
    position = verdict.position or 0
    outcome = run.outcomes[position]
    arguments = exercise.inputs[position]
    right = outcome_of(exercise.solution, arguments).value
    got, given = outcome.value, _input(exercise, position)
    if equal(got, right) and outcome.changed:
        name = list(inspect.signature(exercise.solution).parameters)[outcome.changed[0]]
        return (
            f"The result is right for {given}, but the function changes `{name}`, "
            "which belongs to whoever calls it. Work on a copy."
        )
    if not isinstance(got, np.ndarray) or not isinstance(right, np.ndarray):
        return f"For {given}, it returned {_short(got)}; expected is {_short(right)}."
    if got.shape != right.shape:
        return (
            f"For {given}, the result has {_shape(got)}; expected is {_shape(right)}."
            f"{_likely_shape(got, right)}"
        )
    return f"For {given}, {_first_difference(got, right)}{_likely_cause(got, right)}"


def _first_difference(got: Array, right: Array) -> str:
    differs = ~close(got, right)
    if got.dtype != right.dtype and bool in (got.dtype, right.dtype):
        differs[...] = True
    if got.ndim == 0:
        return f"it returned {_number(got)}; expected is {_number(right)}."
    place = tuple(int(i) for i in np.argwhere(differs)[0])
    index = ", ".join(map(str, place))
    return (
        f"{np.sum(differs)} of {got.size} numbers differ, the first at [{index}]: "
        f"got {_number(got[place])}, expected {_number(right[place])}."
    )


def _likely_cause(got: Array, right: Array) -> str:
    if np.isnan(got).any():
        return " It holds NaN, which is not a number: something was divided by zero?"
    if got.dtype.kind in "iu" and np.array_equal(got, np.trunc(right)):
        return (
            " The decimals are cut off: the result was put into an array of whole "
            "numbers. `np.zeros(shape)` makes one of floats."
        )
    for axis, direction in ((-2, "upside down"), (-1, "back to front")):
        if got.ndim >= -axis and equal(np.flip(got, axis), right):
            return f" It is {direction}."
    return ""


def _likely_shape(got: Array, right: Array) -> str:
    if got.size == right.size and equal(got.ravel(), right.ravel()):
        return " The numbers are right, in order; only their shape is not."
    if got.ndim >= 2:
        for first in range(got.ndim - 1):
            if equal(np.swapaxes(got, first, first + 1), right):
                return f" The axes {first} and {first + 1} are swapped."
    return ""


def _failure(
    exercise: Exercise, function: object, position: int, failure: Failure
) -> str:
    said = f": {failure.message}" if failure.message else ""
    text = f"For {_input(exercise, position)}, it raised {failure.kind}{said}"
    text = text if text.endswith((".", "!", "?")) else text + "."
    if not failure.entered and failure.kind == "TypeError":
        return f"{text} It is called as `{exercise.call}`."
    return text + _line_text(function, failure.line)


def _line_text(function: object, line: int | None) -> str:
    code = code_of(function)
    if line is None or code is None:
        return ""
    text = linecache.getline(code.co_filename, line).strip()
    return f" That was in line {line}" + (f": `{text}`." if text else ".")


def _input(exercise: Exercise, position: int) -> str:
    """Describes the arguments of one call."""
    names = list(inspect.signature(exercise.solution).parameters)
    pairs = zip(names, exercise.inputs[position], strict=True)
    parts = [_argument(name, value) for name, value in pairs]
    return ", ".join(parts[:-1]) + " and " * (len(parts) > 1) + parts[-1]


def _argument(name: str, value: object) -> str:
    if callable(value):
        return f"a `{name}`"
    if not isinstance(value, np.ndarray):
        return f"`{name} = {value!r}`"
    if _is_small(value):
        return f"`{name} = {_nested(value)}`"
    return f"`{name}` of shape {value.shape}"


def _shape(value: Array) -> str:
    return f"shape {value.shape}" if value.ndim else "no axes (it is a single number)"


def _short(value: Plain | None) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return repr(value[:40])
    if value.ndim == 0:
        return _number(value)
    if _is_small(value):
        return _nested(value)
    return f"an array of shape {value.shape}"


def _nested(value: Array) -> str:
    if value.ndim == 0:
        return _number(value)
    return "[" + ", ".join(_nested(part) for part in value) + "]"


def _number(value: Any) -> str:
    return str(value) if np.asarray(value).dtype == bool else f"{float(value):.6g}"


def names_of(exercises: Sequence[Exercise]) -> str:
    """Lists exercises by name and title.

    Args:
        exercises: Any number of them.

    Returns:
        One sentence.

    Example:
        >>> names_of([])
        'all_exercises() lists them.'
    """
    if not exercises:
        return "all_exercises() lists them."
    return "Did you mean " + ", ".join(f"{e.name} ({e.title})" for e in exercises) + "?"
