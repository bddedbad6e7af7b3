"""check, hint and solution: what a learner calls."""

from __future__ import annotations

from typing import Any

from course_lib.exercises import record
from course_lib.exercises.catalogue import as_text, find, near
from course_lib.exercises.display import Card
from course_lib.exercises.exercise import Exercise
from course_lib.exercises.judging import Verdict, judge, rounded
from course_lib.exercises.outcomes import Outcome
from course_lib.exercises.running import run
from course_lib.exercises.stubs import is_untouched
from course_lib.exercises.values import UnusableError, describe_kind, plain
from course_lib.exercises.wording import explain_function, explain_value, names_of

_hints_given: dict[str, int] = {}


def check(name: str, answer: object) -> Card:
    """Checks an answer, and says what differs and which mistake it looks like.

    A function runs in a process of its own, for at most a few seconds, on inputs that
    the notebook does not show. Whatever it does, `check` neither raises nor hangs.

    Args:
        name: The exercise, such as `"4.2"`.
        answer: The function to write, not its result; or the value predicted.

    Returns:
        A `Card` to be displayed; its `tone` is `"correct"`, `"not yet"` or `"not
        attempted"`, and its `arguments` are the input for which the answer differs.

    Example:
        >>> check("2.1", ...)
        ○ Exercise 2.1: not attempted
        Put your answer in the place of `...` and run the cell again.
        >>> check("2.1", (4, 6)).tone
        'correct'
    """
    exercise = find(name)
    if exercise is None:
        return _unknown(name)
    if is_untouched(answer):
        return _not_attempted(exercise)
    examine = _check_value if exercise.is_prediction else _check_function
    try:
        return examine(exercise, answer)
    except Exception as error:  # a fault of ours must not look like one of theirs
        return Card(
            f"Exercise {exercise.name}: could not be checked",
            paragraphs=[
                f"The checker itself failed ({type(error).__name__}: {error})."
            ],
        )


def _check_value(exercise: Exercise, answer: object) -> Card:
    if callable(answer):
        return _not_yet(
            exercise, [f"This asks for a value; yours is {describe_kind(answer)}."]
        )
    try:
        outcome = Outcome(value=plain(answer))
    except UnusableError as unusable:
        outcome = Outcome(unusable=str(unusable))
    verdict = judge(exercise, [rounded(exercise, outcome)])
    if verdict.correct:
        return _correct(exercise, [" ".join((exercise.solution.__doc__ or "").split())])
    return _not_yet(exercise, explain_value(exercise, outcome, verdict))


def _check_function(exercise: Exercise, function: Any) -> Card:
    if not callable(function):
        call = exercise.solution.__name__
        return _not_yet(
            exercise,
            [
                f"This asks for a function; yours is {describe_kind(function)}. Pass "
                f'the function itself, without calling it: `check("{exercise.name}", '
                f"{call})`."
            ],
        )
    result = run(function, exercise.inputs)
    verdict = judge(exercise, result.outcomes)
    if verdict.correct:
        return _correct(
            exercise,
            [f"Right on all {len(exercise.inputs)} hidden inputs."],
            result.printed,
        )
    paragraphs = explain_function(exercise, function, result, verdict)
    return _not_yet(exercise, paragraphs, result.printed, _arguments(exercise, verdict))


def _arguments(exercise: Exercise, verdict: Verdict) -> tuple[Any, ...] | None:
    position = verdict.position
    return None if position is None else exercise.inputs[position]


def _correct(exercise: Exercise, paragraphs: list[str], printed: str = "") -> Card:
    return _card(exercise, "correct", record.SOLVED, paragraphs, printed)


def _not_yet(
    exercise: Exercise,
    paragraphs: list[str],
    printed: str = "",
    arguments: tuple[Any, ...] | None = None,
) -> Card:
    return _card(exercise, "not yet", record.TRIED, paragraphs, printed, arguments)


def _card(
    exercise: Exercise,
    tone: str,
    status: str,
    paragraphs: list[str],
    printed: str = "",
    arguments: tuple[Any, ...] | None = None,
) -> Card:
    unsaved = record.note(exercise.name, status)
    shown = [*paragraphs, *(["Your code printed:"] if printed else [])]
    return Card(
        f"Exercise {exercise.name}: {tone}",
        tone,
        [*([unsaved] if unsaved else []), *shown],
        code=printed,
        arguments=arguments,
    )


def _not_attempted(exercise: Exercise) -> Card:
    place = "your answer" if exercise.is_prediction else "the body of the function"
    return Card(
        f"Exercise {exercise.name}: not attempted",
        "not attempted",
        [f"Put {place} in the place of `...` and run the cell again."],
    )


def _unknown(name: object) -> Card:
    shown = (
        repr(as_text(name)[:40]) if as_text(name) else f"named by {describe_kind(name)}"
    )
    return Card(f"There is no exercise {shown}", "note", [names_of(near(name))])


def hint(name: str) -> Card:
    """Gives the next hint of an exercise; after the last, the last again.

    Args:
        name: The exercise, such as `"4.2"`.

    Returns:
        A `Card` to be displayed.

    Example:
        >>> hint("2.1").title
        'Exercise 2.1: hint 1 of 2'
    """
    exercise = find(name)
    if exercise is None:
        return _unknown(name)
    total = len(exercise.hints)
    number = min(_hints_given.get(exercise.name, 0) + 1, total)
    _hints_given[exercise.name] = number
    after = (
        "Run the cell again for the next one."
        if number < total
        else f'That was the last; `exercises.solution("{exercise.name}")` shows a '
        "solution."
    )
    title = f"Exercise {exercise.name}: hint {number} of {total}"
    return Card(title, "note", [exercise.hints[number - 1], after])


def solution(name: str) -> Card:
    """Shows a solution: the very function that answers are compared with.

    Args:
        name: The exercise, such as `"4.2"`.

    Returns:
        A `Card` to be displayed; its `code` is the source.

    Example:
        >>> "def " in solution("2.1").code
        True
    """
    exercise = find(name)
    if exercise is None:
        return _unknown(name)
    title = f"Exercise {exercise.name}: a solution"
    return Card(title, "note", code=exercise.source)
