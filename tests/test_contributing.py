"""The example of CONTRIBUTING.md does what its text says."""

import re
import sys
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import course_lib.exercises
import write_exercises
from course_lib.exercises import all_exercises, chapters, check, hint, solution, summary
from course_lib.exercises._judging import judge, known_mistakes
from course_lib.exercises._running import outcome_of
from course_lib.exercises.exercise import find

TEXT = (Path(__file__).parent.parent / "CONTRIBUTING.md").read_text()
(DEFINITION,) = re.findall(r"^```python\n(.*?)^```$", TEXT, re.M | re.S)


@pytest.fixture
def example(tmp_path, monkeypatch):
    """Add the example to the course, as an instructor does."""
    (tmp_path / "chapter_99.py").write_text(DEFINITION)
    monkeypatch.setattr(chapters, "__path__", [*chapters.__path__, str(tmp_path)])
    all_exercises.cache_clear()
    exercise = find("99.1")
    assert exercise is not None
    yield exercise
    del sys.modules["course_lib.exercises.chapters.chapter_99"]
    all_exercises.cache_clear()


def test_one_definition_is_enough(example):
    assert check("99.1", ...).tone == "not attempted"
    notebook = {"__name__": "__main__"}
    exec(example.source, notebook)
    assert check("99.1", notebook["brighten"]).tone == "correct"
    assert "hint 1 of 2" in str(hint("99.1"))
    assert "return np.minimum(image + amount, 9)" in str(solution("99.1"))
    assert summary(99).title == "Chapter 99: 1 of 1 solved"
    singles = list(known_mistakes(example))[: len(example.mistakes)]
    for says, mistaken in singles:
        found = [outcome_of(mistaken, arguments) for arguments in example.inputs]
        assert judge(example, found).mistake == says


def test_cells_are_written_once_and_not_attempted(example):
    notebook = new_notebook(cells=[new_markdown_cell("Text\n\n## Exercises")])
    write_exercises.write(notebook, [example])
    sources = [cell.source for cell in notebook.cells]
    assert sources[0].startswith("## Exercises\n\nPut your answer")
    assert sources[1].startswith(
        "**Exercise 99.1. Brighten an image** ●○○ easy · 3 min"
    )
    assert sources[1].endswith(example.task)
    assert sources[4] == "exercises.summary(99)"
    write_exercises.write(notebook, [example])
    assert [cell.source for cell in notebook.cells] == sources

    stub, _, call = sources[2].partition("\n\n\n")
    namespace = {"exercises": course_lib.exercises}
    exec(stub, namespace)
    assert eval(call, namespace).tone == "not attempted"


def test_cell_is_brought_up_to_date_where_it_stands(example):
    old = new_markdown_cell("Before.\n\n**Exercise 99.1. Old** title")
    stub = new_code_cell('x = 1\nexercises.check("99.1", x)')
    section = new_markdown_cell("## Exercises")
    notebook = new_notebook(cells=[old, stub, section])
    write_exercises.write(notebook, [example])
    assert notebook.cells[0].source == "Before.\n\n" + example.text
    assert notebook.cells[1].source == example.cell
    assert len(notebook.cells) == 5


def test_notebook_without_a_section_is_refused(example):
    with pytest.raises(ValueError, match="needs a section '## Exercises'"):
        write_exercises.write(new_notebook(), [example])
