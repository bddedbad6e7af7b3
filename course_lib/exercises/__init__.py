"""Exercises that say what you got wrong.

`check("4.2", my_function)` compares an answer with the solution on hidden inputs and
names the mistake it looks like; `hint("4.2")` and `solution("4.2")` help;
`use("4.2", my_function)` goes on with the answer or the solution; `summary(4)` and
`progress()` show what is done. An answer is not attempted, not yet, or correct.
"""

from __future__ import annotations

from typing import Any

from course_lib.exercises import _record, _running, _wording
from course_lib.exercises._judging import is_unattempted, judge
from course_lib.exercises._record import progress, progress_file, summary
from course_lib.exercises._wording import Card, unknown
from course_lib.exercises.exercise import Exercise, all_exercises, find

__all__ = [
    "all_exercises",
    "check",
    "hint",
    "progress",
    "progress_file",
    "solution",
    "summary",
    "use",
]

_hints_given: dict[str, int] = {}


def check(name: str, answer: object) -> Card:
    """Checks an answer, and says what differs and which mistake it looks like.

    A function runs in a process of its own, for a few seconds at most, on inputs that
    the notebook does not show. Whatever it does, `check` neither raises nor hangs.

    Args:
        name: The exercise, such as `"4.2"`.
        answer: The function to write, not its result; or the value predicted.

    Returns:
        A `Card`; its `tone` is `"correct"`, `"not yet"`, `"not attempted"` or, if
        nothing could be checked, `"note"`; its `arguments` are the input for which the
        answer differs.

    Example:
        >>> check("2.1", (4, 6)).tone
        'correct'
    """
    exercise = find(name)
    if exercise is None:
        return unknown(name)
    if is_unattempted(answer):
        place = "your answer" if exercise.is_prediction else "the body of the function"
        said = f"Put {place} in the place of `...` and run the cell again."
        return Card(f"Exercise {exercise.name}: not attempted", "not attempted", [said])
    try:
        return _examined(exercise, answer)
    except Exception as error:  # a fault of ours must not look like one of theirs
        said = f"The checker itself failed ({type(error).__name__}: {error})."
        return Card(f"Exercise {exercise.name}: could not be checked", "note", [said])


def _examined(exercise: Exercise, answer: Any) -> Card:
    outcomes, printed = [_running.Outcome()], ""
    if exercise.is_prediction:
        outcomes = [_running.outcome_of(lambda: answer, ())]
    elif callable(answer):
        outcomes, printed = _running.run(answer, exercise.inputs)
    verdict = judge(exercise, outcomes)
    tone = "correct" if verdict.correct else "not yet"
    said = _record.save_step(exercise.name, tone)
    said += _wording.said_of(exercise, answer, verdict)
    said += ["Your code printed:"] if printed else []
    title = f"Exercise {exercise.name}: {tone}"
    return Card(title, tone, said, code=printed, arguments=verdict.arguments or None)


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
        return unknown(name)
    name, total = exercise.name, len(exercise.hints)
    number = _hints_given[name] = min(_hints_given.get(name, 0) + 1, total)
    after = "Run the cell again for the next one."
    if number == total:
        after = f'That was the last; `exercises.solution("{name}")` shows a solution.'
    title = f"Exercise {name}: hint {number} of {total}"
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
        return unknown(name)
    return Card(f"Exercise {exercise.name}: a solution", code=exercise.source)


def use(name: str, answer: Any) -> Any:
    """Gives what the next cells work with: the answer, or until it is right a solution.

    Args:
        name: The exercise, such as `"4.2"`.
        answer: The function to write, or the value predicted.

    Returns:
        `answer` if `check` finds it correct, otherwise the function of the solution,
        or its value. Which of the two is printed.

    Raises:
        ValueError: If there is no such exercise.

    Example:
        >>> use("2.1", ...)
        Exercise 2.1: from here on the solution is used.
        (4, 6)
    """
    exercise = find(name)
    if exercise is None:
        raise ValueError(f"name must be that of an exercise; got {name!r}")
    solution = exercise.solution
    # A cell `f = use("4.2", f)` that is run again brings the solution: no new answer.
    if answer is not solution and check(name, answer).tone == "correct":
        print(f"Exercise {exercise.name} is correct: from here on yours is used.")
        return answer
    print(f"Exercise {exercise.name}: from here on the solution is used.")
    return solution() if exercise.is_prediction else solution
