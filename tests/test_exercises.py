"""Every exercise of the course: its solution, its mistakes, its cell."""

import re
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

from course_lib.exercises import all_exercises, check
from course_lib.exercises._judging import Verdict, equal, judge, known_mistakes
from course_lib.exercises._running import Outcome, outcome_of
from course_lib.exercises.exercise import Exercise, Function

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
EXERCISES = all_exercises()
CHAPTERS = sorted({exercise.chapter for exercise in EXERCISES})

each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
each_function = pytest.mark.parametrize(
    "exercise", [e for e in EXERCISES if not e.is_prediction], ids=lambda e: e.name
)


def outcomes(function: Function, exercise: Exercise) -> list[Outcome]:
    return [outcome_of(function, arguments) for arguments in exercise.inputs or [()]]


def verdict_on(function: Function, exercise: Exercise) -> Verdict:
    return judge(exercise, outcomes(function, exercise))


# Solutions


@each_exercise
def test_solution_shown_runs_by_itself_and_is_correct(exercise: Exercise) -> None:
    namespace: dict[str, Function] = {}
    exec(exercise.source, namespace)
    shown = namespace[exercise.solution.__name__]
    assert verdict_on(shown, exercise) == Verdict(correct=True)


@each_exercise
def test_solution_is_short_enough_to_write(exercise: Exercise) -> None:
    function = exercise.source.partition("def ")[2].partition('"""\n')[2]
    assert 1 <= sum(bool(line.strip()) for line in function.splitlines()) <= 17


@each_function
def test_hidden_inputs_and_answers_are_finite_and_vary(exercise: Exercise) -> None:
    answers = [outcome.value for outcome in outcomes(exercise.solution, exercise)]
    assert all(np.isfinite(answer).all() for answer in answers)  # type: ignore[arg-type]
    assert not all(equal(answer, answers[0]) for answer in answers[1:])


# Mistakes


@pytest.mark.parametrize(
    ("exercise", "position"),
    [(exercise, i) for exercise in EXERCISES for i in range(len(exercise.mistakes))],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_mistake_gets_its_own_message(exercise: Exercise, position: int) -> None:
    says, mistaken = list(known_mistakes(exercise))[position]
    found = outcomes(mistaken, exercise)
    assert judge(exercise, found).mistake == says
    assert not any(outcome.changed for outcome in found)


@each_exercise
def test_messages_say_what_it_looks_like_and_what_to_do(exercise: Exercise) -> None:
    for says in exercise.mistakes:
        looks_like, _, advice = says.partition("\n")
        assert len(looks_like) >= 20
        assert advice or exercise.is_prediction
        assert "\n" not in advice


def cut(value: Any) -> Any:
    is_float = isinstance(value, np.ndarray) and value.dtype.kind == "f"
    return value.astype(int) if is_float else value


COUNTED = {"1.7", "3.5", "5.5", "5.6", "7.6"}
"""The results of these are whole numbers."""


@each_function
def test_arrays_of_integers_that_cut_decimals_off_are_rejected(
    exercise: Exercise,
) -> None:
    """`np.zeros(shape, int)` for what is padded, or for the result."""
    right = outcomes(exercise.solution, exercise)
    results = [Outcome(cut(outcome.value)) for outcome in right]
    assert judge(exercise, results).correct == (exercise.name in COUNTED)
    calls = [tuple(map(cut, arguments)) for arguments in exercise.inputs]
    if any(cut(v) is not v for arguments in exercise.inputs for v in arguments):
        results = [outcome_of(exercise.solution, arguments) for arguments in calls]
        assert not judge(exercise, results).correct


# In the notebooks


def cells(chapter: int) -> list[nbformat.NotebookNode]:
    (path,) = NOTEBOOKS.glob(f"{chapter:02}_*.ipynb")
    return nbformat.read(path, as_version=4).cells


def test_every_chapter_has_four_to_nine_exercises() -> None:
    numbered = NOTEBOOKS.glob("[0-9]*.ipynb")
    assert {int(path.name[:2]) for path in numbered} == set(CHAPTERS)
    for chapter in CHAPTERS:
        assert 4 <= sum(exercise.chapter == chapter for exercise in EXERCISES) <= 9


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_notebook_has_each_exercise_and_a_summary(chapter: int) -> None:
    notebook = cells(chapter)
    calls = [re.findall(r"^exercises\.(.*)\(", cell.source, re.M) for cell in notebook]
    called = [i for i, names in enumerate(calls) if "check" in names]
    expected = [e for e in EXERCISES if e.chapter == chapter]
    assert [notebook[i].source for i in called] == [e.cell for e in expected]
    for position, exercise in zip(called, expected, strict=True):
        assert notebook[position - 1].source.endswith(exercise.text)
        assert "not attempted" in str(notebook[position].outputs)
    summaries = [i for i, names in enumerate(calls) if "summary" in names]
    assert [notebook[i].source for i in summaries] == [f"exercises.summary({chapter})"]


# Through the front door


@each_exercise
def test_correct_answer_passes_the_check(exercise: Exercise) -> None:
    answer = exercise.solution() if exercise.is_prediction else exercise.solution
    assert check(exercise.name, answer).tone == "correct"
