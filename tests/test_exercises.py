"""Every exercise of the course: its solution, its mistakes, its cell."""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest

from course_lib.exercises import all_exercises, check
from course_lib.exercises._judging import equal, judge, known_mistakes
from course_lib.exercises._running import Outcome, outcome_of

NOTEBOOKS = sorted((Path(__file__).parent.parent / "notebooks").glob("[0-9]*.ipynb"))
EXERCISES = all_exercises()
KERAS = ["8.2"]  # the training step: `make quick` does without it
CASES = [
    pytest.param(e, id=e.name, marks=[pytest.mark.slow] * (e.name in KERAS))
    for e in EXERCISES
]
FUNCTIONS = [case for case in CASES if not case.values[0].is_prediction]
each_exercise = pytest.mark.parametrize("exercise", CASES)
each_function = pytest.mark.parametrize("exercise", FUNCTIONS)


def outcomes(function, exercise):
    return [outcome_of(function, arguments) for arguments in exercise.inputs or [()]]


@each_exercise
def test_solution_shown_is_short_and_a_correct_answer(exercise):
    body = exercise.source.partition("def ")[2].partition('"""\n')[2]
    assert 1 <= sum(bool(line.strip()) for line in body.splitlines()) <= 17
    namespace = {"__name__": "__main__"}
    exec(exercise.source, namespace)
    shown = namespace[exercise.solution.__name__]
    answer = shown() if exercise.is_prediction else shown
    assert check(exercise.name, answer).tone == "correct"


@each_function
def test_hidden_answers_are_finite_and_vary(exercise):
    answers = [outcome.value for outcome in outcomes(exercise.solution, exercise)]
    assert all(np.isfinite(answer).all() for answer in answers)
    assert not all(equal(answer, answers[0]) for answer in answers[1:])


@each_exercise
def test_each_mistake_gets_its_own_message(exercise):
    assert len(exercise.mistakes) >= 3
    assert exercise.hints
    known = known_mistakes(exercise)  # and then all pairs
    for says, (named, mistaken) in zip(exercise.mistakes, known, strict=False):
        found = outcomes(mistaken, exercise)
        assert judge(exercise, found).mistake == named == says
        assert not any(outcome.changed for outcome in found)
        assert says.count("\n") in ((0, 1) if exercise.is_prediction else (1,))


def cut(value):
    is_float = isinstance(value, np.ndarray) and value.dtype.kind == "f"
    return value.astype(int) if is_float else value


COUNTED = {"1.7", "3.5", "5.5", "5.6", "7.6"}
"""The results of these are whole numbers."""


@each_function
def test_integers_that_cut_decimals_off_are_rejected(exercise):
    """`np.zeros(shape, int)` for what is padded, or for the result."""
    right = outcomes(exercise.solution, exercise)
    results = [Outcome(cut(outcome.value)) for outcome in right]
    assert judge(exercise, results).correct == (exercise.name in COUNTED)
    calls = [tuple(map(cut, arguments)) for arguments in exercise.inputs]
    if any(cut(v) is not v for arguments in exercise.inputs for v in arguments):
        results = [outcome_of(exercise.solution, arguments) for arguments in calls]
        assert not judge(exercise, results).correct


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_has_each_of_its_four_to_nine_exercises(path):
    chapter = int(path.name[:2])
    expected = [e for e in EXERCISES if e.chapter == chapter]
    assert 4 <= len(expected) <= 9
    notebook = nbformat.read(path, as_version=4).cells
    calls = [re.findall(r"^exercises\.(.*)\(", cell.source, re.M) for cell in notebook]
    called = [i for i, names in enumerate(calls) if "check" in names]
    assert [notebook[i].source for i in called] == [e.cell for e in expected]
    for position, exercise in zip(called, expected, strict=True):
        assert notebook[position - 1].source.endswith(exercise.text)
        assert "not attempted" in str(notebook[position].outputs)
    summaries = [i for i, names in enumerate(calls) if "summary" in names]
    assert [notebook[i].source for i in summaries] == [f"exercises.summary({chapter})"]


def test_every_exercise_has_a_notebook():
    chapters = {exercise.chapter for exercise in EXERCISES}
    assert chapters == {int(path.name[:2]) for path in NOTEBOOKS}
