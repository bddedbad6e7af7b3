"""The example of CONTRIBUTING.md does what its text says."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from course_lib.exercises import catalogue, check, hint, solution, summary
from course_lib.exercises.judging import expected_outcomes, judge

TEXT = (Path(__file__).parent.parent / "CONTRIBUTING.md").read_text()
DEFINITION, CELL = re.findall(r"^```python\n(.*?)^```$", TEXT, re.M | re.S)


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Add the example to the course, as an instructor does."""
    (tmp_path / "chapter_99.py").write_text(DEFINITION)
    monkeypatch.setattr(
        catalogue.chapters, "__path__", [*catalogue.chapters.__path__, str(tmp_path)]
    )
    catalogue.all_exercises.cache_clear()
    yield catalogue.import_module("course_lib.exercises.chapters.chapter_99")
    del sys.modules["course_lib.exercises.chapters.chapter_99"]
    catalogue.all_exercises.cache_clear()


def test_one_definition_is_enough(example: ModuleType) -> None:
    exercise = catalogue.find("99.1")
    assert exercise is not None
    assert check("99.1", ...).tone == "not attempted"
    notebook: dict[str, Any] = {"__name__": "__main__"}
    exec(exercise.source, notebook)
    assert check("99.1", notebook["brighten"]).tone == "correct"
    assert "hint 1 of 2" in str(hint("99.1"))
    assert "return np.minimum(image + amount, 9)" in str(solution("99.1"))
    assert summary(99).title == "Chapter 99: 1 of 1 solved"
    for mistake in exercise.mistakes:
        verdict = judge(exercise, expected_outcomes(mistake, exercise))
        first = (mistake.__doc__ or "").split("\n")[0]
        assert (verdict.mistake or "").startswith(first)


def test_cell_of_the_example_is_not_attempted(example: ModuleType) -> None:
    import course_lib.exercises

    stub, _, call = CELL.partition("\n\n\n")
    namespace = {"exercises": course_lib.exercises}
    exec(stub, namespace)
    assert eval(call, namespace).tone == "not attempted"


def test_it_fits_on_a_screen_or_two() -> None:
    assert len(TEXT.splitlines()) < 90
