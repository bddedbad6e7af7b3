"""Exercises that say what you got wrong.

`check("4.2", my_function)` compares an answer with the solution on hidden inputs and
names the mistake it looks like; `hint("4.2")` and `solution("4.2")` help;
`summary(4)` and `progress()` show what is done. An answer is not attempted, not yet, or
correct. How to add an exercise: `CONTRIBUTING.md`.
"""

from __future__ import annotations

from typing import Any

from course_lib.exercises import _record, _running, _wording
from course_lib.exercises._judging import is_unattempted, judge
from course_lib.exercises._record import progress, progress_file, summary
from course_lib.exercises._wording import Card
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
        return _wording.unknown(name)
    if is_unattempted(answer):
        place = "your answer" if exercise.is_prediction else "the body of the function"
        said = f"Put {place} in the place of `...` and run the cell again."
        return Card(f"Exercise {exercise.name}: not attempted", "not attempted", [said])
    examine = _check_value if exercise.is_prediction else _check_function
    try:
        return examine(exercise, answer)
    except Exception as error:  # a fault of ours must not look like one of theirs
        said = f"The checker itself failed ({type(error).__name__}: {error})."
        return Card(f"Exercise {exercise.name}: could not be checked", "note", [said])


def _check_value(exercise: Exercise, answer: object) -> Card:
    try:
        value = _running.plain(answer)
    except _running.UnusableError as unusable:
        return _card(exercise, False, [_wording.wrong_kind(exercise, str(unusable))])
    verdict = judge(exercise, [_running.Outcome(value)])
    if verdict.correct:
        return _card(exercise, True, [" ".join(exercise.doc.split())])
    return _card(exercise, False, _wording.of_value(exercise, value, verdict))


def _check_function(exercise: Exercise, function: Any) -> Card:
    if not callable(function):
        said = (
            f"This asks for a function; yours is {_running.noun(function)}. Pass the "
            f'function itself, without calling it: `check("{exercise.name}", '
            f"{exercise.solution.__name__})`."
        )
        return _card(exercise, False, [said])
    outcomes, printed = _running.run(function, exercise.inputs)
    verdict = judge(exercise, outcomes)
    after = ["Your code printed:"] if printed else []
    if verdict.correct:
        right = f"Right on all {len(exercise.inputs)} hidden inputs."
        return _card(exercise, True, [right, *after], code=printed)
    wrong = _wording.of_function(exercise, function, outcomes, verdict)
    arguments = exercise.inputs[verdict.position]
    return _card(exercise, False, [*wrong, *after], code=printed, arguments=arguments)


def _card(exercise: Exercise, correct: bool, said: list[str], **more: Any) -> Card:
    tone = "correct" if correct else "not yet"
    said = [*filter(None, [_record.note(exercise.name, tone)]), *said]
    return Card(f"Exercise {exercise.name}: {tone}", tone, said, **more)


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
        return _wording.unknown(name)
    total = len(exercise.hints)
    number = min(_hints_given.get(exercise.name, 0) + 1, total)
    _hints_given[exercise.name] = number
    after = "Run the cell again for the next one."
    if number == total:
        call = f'exercises.solution("{exercise.name}")'
        after = f"That was the last; `{call}` shows a solution."
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
        return _wording.unknown(name)
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
