"""Every exercise of the course: its solution, its mistakes, its cell."""

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import numpy as np
import pytest

from course_lib import exercises
from course_lib.exercises import all_exercises, check
from course_lib.exercises.exercise import Exercise, Function
from course_lib.exercises.judging import Verdict, equal, expected_outcomes, judge
from course_lib.exercises.outcomes import Outcome
from course_lib.exercises.values import Plain, plain

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"
EXERCISES = all_exercises()
CHAPTERS = sorted({exercise.chapter for exercise in EXERCISES})

# A chapter's exercises may be defined before its notebook is written.
WRITTEN = [c for c in CHAPTERS if list(NOTEBOOKS.glob(f"{c:02}_*.ipynb"))]

each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.name)
each_mistake = pytest.mark.parametrize(
    ("exercise", "mistake"),
    [(exercise, mistake) for exercise in EXERCISES for mistake in exercise.mistakes],
    ids=lambda value: getattr(value, "name", getattr(value, "__name__", "")),
)


def verdict_on(function: Function, exercise: Exercise) -> Verdict:
    return judge(exercise, expected_outcomes(function, exercise))


# Solutions


@each_exercise
def test_solution_is_correct(exercise: Exercise) -> None:
    assert verdict_on(exercise.solution, exercise) == Verdict(correct=True)


@each_exercise
def test_solution_shown_runs_by_itself_and_is_correct(exercise: Exercise) -> None:
    namespace: dict[str, Function] = {}
    exec(exercise.source, namespace)
    shown = namespace[exercise.solution.__name__]
    assert verdict_on(shown, exercise).correct


@each_exercise
def test_solution_is_short_enough_to_write(exercise: Exercise) -> None:
    function = exercise.source.partition("def ")[2].partition('"""\n')[2]
    lines = [line for line in function.splitlines() if line.strip()]
    assert 1 <= len(lines) <= 13


@each_exercise
def test_hidden_inputs_and_answers_are_finite_and_vary(exercise: Exercise) -> None:
    answers = [o.value for o in expected_outcomes(exercise.solution, exercise)]
    for answer in answers:
        assert isinstance(answer, str) or np.isfinite(answer).all()
    if not exercise.is_prediction:
        assert len(answers) >= 2
        assert not all(equal(answer, answers[0]) for answer in answers[1:])


# Mistakes


@each_mistake
def test_mistake_gets_its_own_message(exercise: Exercise, mistake: Function) -> None:
    verdict = verdict_on(mistake, exercise)
    assert not verdict.correct
    own = " ".join((mistake.__doc__ or "").split())
    assert " ".join((verdict.mistake or "").split()) == own


@each_exercise
def test_messages_differ_and_say_something(exercise: Exercise) -> None:
    messages = [mistake.__doc__ or "" for mistake in exercise.mistakes]
    assert len(set(messages)) == len(messages) >= 3
    for mistake, message in zip(exercise.mistakes, messages, strict=True):
        first, _, advice = message.partition("\n\n")
        assert len(" ".join(first.split())) >= 20
        if not exercise.is_prediction:
            assert advice.strip(), f"{mistake.__name__} says nothing to act on"


@each_mistake
def test_mistake_is_an_answer_of_its_own_kind(
    exercise: Exercise, mistake: Function
) -> None:
    """A mistake that always raises would be told from nothing."""
    outcomes = expected_outcomes(mistake, exercise)
    assert any(outcome.value is not None for outcome in outcomes)
    assert not any(outcome.changed for outcome in outcomes)


# Other wrong answers


def wrong_values(value: Plain) -> Iterator[object]:
    """Yield values that are near the right one, but not it."""
    if isinstance(value, str):
        yield from ("z", "", value + value, 1)
        return
    for position in {0, value.size // 2, value.size - 1}:
        changed = value.astype(float)
        changed.flat[position] += 0.01
        yield changed
    yield value + 1
    yield -value - 1
    yield np.zeros_like(value) - 17
    yield value[None]
    yield np.full_like(value, np.nan, dtype=float)
    if value.ndim:
        yield value[:-1]
        yield np.concatenate([value, value])
        yield value.ravel()[:1]


@each_exercise
def test_wrong_values_are_rejected_on_any_input(exercise: Exercise) -> None:
    right = expected_outcomes(exercise.solution, exercise)
    for position, outcome in enumerate(right):
        assert outcome.value is not None
        for value in wrong_values(outcome.value):
            given = list(right)
            given[position] = Outcome(value=plain(value))
            verdict = judge(exercise, given)
            assert not verdict.correct
            assert verdict.position == position


@each_exercise
def test_axes_in_another_order_are_rejected(exercise: Exercise) -> None:
    right = expected_outcomes(exercise.solution, exercise)
    axes = max(np.ndim(o.value) for o in right)
    for first in range(axes - 1):
        swapped = [
            Outcome(value=np.swapaxes(o.value, first, first + 1))
            if isinstance(o.value, np.ndarray) and o.value.ndim == axes
            else o
            for o in right
        ]
        symmetric = all(
            equal(s.value, o.value) for s, o in zip(swapped, right, strict=True)
        )
        assert judge(exercise, swapped).correct == symmetric


# In the notebooks


def cells(chapter: int) -> list[nbformat.NotebookNode]:
    (path,) = NOTEBOOKS.glob(f"{chapter:02}_*.ipynb")
    return nbformat.read(path, as_version=4).cells


def test_every_written_chapter_has_exercises() -> None:
    chapters = {int(path.name[:2]) for path in NOTEBOOKS.glob("*.ipynb")}
    assert sorted(chapters - set(CHAPTERS)) == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapter_has_four_to_six_exercises(chapter: int) -> None:
    assert 4 <= sum(exercise.chapter == chapter for exercise in EXERCISES) <= 6


@pytest.mark.parametrize("chapter", WRITTEN)
def test_cells_and_exercises_match(chapter: int) -> None:
    checked = []
    for cell in cells(chapter):
        checked += re.findall(r'^exercises\.check\("([\d.]+)", ', cell.source, re.M)
    assert checked == [e.name for e in EXERCISES if e.chapter == chapter]


@pytest.mark.parametrize(
    "exercise", [e for e in EXERCISES if e.chapter in WRITTEN], ids=lambda e: e.name
)
def test_notebook_shows_task_stub_and_effort(exercise: Exercise) -> None:
    notebook = cells(exercise.chapter)
    position = next(
        i
        for i, cell in enumerate(notebook)
        if f'exercises.check("{exercise.name}"' in cell.source
    )
    assert notebook[position - 1].source.endswith(exercise.text)
    assert notebook[position].source == exercise.cell
    assert "not attempted" in str(notebook[position].outputs)


@pytest.mark.parametrize("chapter", WRITTEN)
def test_chapter_ends_with_a_summary(chapter: int) -> None:
    calls = [c.source for c in cells(chapter) if "exercises.summary(" in c.source]
    assert calls == [f"exercises.summary({chapter})"]


# Through the front door


@each_exercise
def test_untouched_cell_is_not_attempted(exercise: Exercise) -> None:
    *placeholder, call = exercise.cell.splitlines()
    namespace: dict[str, object] = {"exercises": exercises}
    exec("\n".join(placeholder), namespace)
    assert eval(call, namespace).tone == "not attempted"


@each_exercise
def test_correct_answer_passes_the_check(exercise: Exercise) -> None:
    answer = exercise.solution() if exercise.is_prediction else exercise.solution
    assert check(exercise.name, answer).tone == "correct"
