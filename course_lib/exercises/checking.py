"""check, hint and solution: what a learner calls.

An answer is unattempted, not yet, or correct.
"""

from __future__ import annotations

from typing import Any

from course_lib.exercises._judging import is_unattempted, judge
from course_lib.exercises._record import SOLVED, TRIED, note
from course_lib.exercises._running import Outcome, UnusableError, noun, plain, run
from course_lib.exercises._wording import Card, explain_function, explain_value
from course_lib.exercises.exercise import Exercise, find, near

_hints_given: dict[str, int] = {}


def check(name: str, answer: object) -> Card:
    """Checks an answer, and says what differs and which mistake it looks like.

    A function runs in a process of its own, for at most a few seconds of computing, on
    inputs that the notebook does not show. Whatever it does, `check` neither raises nor
    hangs.

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
    if is_unattempted(answer):
        place = "your answer" if exercise.is_prediction else "the body of the function"
        return Card(
            f"Exercise {name}: not attempted",
            "not attempted",
            [f"Put {place} in the place of `...` and run the cell again."],
        )
    examine = _check_value if exercise.is_prediction else _check_function
    try:
        return examine(exercise, answer)
    except Exception as error:  # a fault of ours must not look like one of theirs
        failed = f"The checker itself failed ({type(error).__name__}: {error})."
        return Card(f"Exercise {name}: could not be checked", paragraphs=[failed])


def _check_value(exercise: Exercise, answer: object) -> Card:
    if callable(answer):
        return _card(exercise, f"This asks for a value; yours is {noun(answer)}.")
    try:
        outcome = Outcome(plain(answer))
    except UnusableError as unusable:
        outcome = Outcome(unusable=str(unusable))
    verdict = judge(exercise, [outcome])
    if verdict.correct:
        return _card(exercise, " ".join(exercise.reason.split()), tone="correct")
    return _card(exercise, *explain_value(exercise, outcome, verdict))


def _check_function(exercise: Exercise, function: Any) -> Card:
    if not callable(function):
        return _card(
            exercise,
            f"This asks for a function; yours is {noun(function)}. Pass the function "
            f'itself, without calling it: `check("{exercise.name}", '
            f"{exercise.solution.__name__})`.",
        )
    result = run(function, exercise.inputs)
    verdict = judge(exercise, result.outcomes)
    if verdict.correct:
        said, tone = [f"Right on all {len(exercise.inputs)} hidden inputs."], "correct"
    else:
        said = explain_function(exercise, function, result, verdict)
        tone = "not yet"
    differs = verdict.position is not None
    return _card(
        exercise,
        *said,
        *(["Your code printed:"] if result.printed else []),
        tone=tone,
        code=result.printed,
        arguments=exercise.inputs[verdict.position or 0] if differs else None,
    )


def _card(exercise: Exercise, *said: str, tone: str = "not yet", **more: Any) -> Card:
    unsaved = note(exercise.name, SOLVED if tone == "correct" else TRIED)
    paragraphs = [*([unsaved] if unsaved else []), *said]
    return Card(f"Exercise {exercise.name}: {tone}", tone, paragraphs, **more)


def _unknown(name: object) -> Card:
    meant = ", ".join(f"{e.name} ({e.title})" for e in near(name))
    advice = f"Did you mean {meant}?" if meant else "all_exercises() lists them."
    shown = repr(str(name).strip()[:40])
    return Card(f"There is no exercise {shown}", paragraphs=[advice])


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
    return Card(title, paragraphs=[exercise.hints[number - 1], after])


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
    return Card(f"Exercise {exercise.name}: a solution", code=exercise.source)
