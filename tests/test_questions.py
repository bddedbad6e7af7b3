"""The register of questions and the cells that answer them are in step."""

import csv
import functools
from pathlib import Path

import nbformat
import pytest

import index_symptoms

PROJECT = Path(__file__).parent.parent
REGISTER = PROJECT / "docs" / "questions.csv"
ROWS = list(csv.DictReader(REGISTER.read_text("utf-8").splitlines()))
ANSWERS = sorted(path.name for path in PROJECT.glob("notebooks/B*.ipynb"))
LONGEST_ANSWER = 10


@functools.cache
def cells(name):
    return nbformat.read(PROJECT / "notebooks" / name, as_version=4).cells


def test_each_question_is_there_once():
    for column in ("id", "question"):
        values = [row[column] for row in ROWS]
        assert len(set(values)) == len(values)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_a_row_has_its_sources_and_an_executed_answer(row):
    sources = row["sources"].split()
    assert sources
    assert all(source.startswith("https://") for source in sources)
    assert int(row["seen"]) >= len(sources)
    assert row["theme"]
    assert row["question"].endswith("?")
    found = cells(row["notebook"])
    place = [cell.id for cell in found].index(row["id"])
    before, answer, after = found[place - 1 : place + 2]
    assert answer.cell_type == "code"
    assert answer.outputs
    if row["notebook"] in ANSWERS:
        assert before.source == f"### {row['question']}"
        assert len(answer.source.splitlines()) <= LONGEST_ANSWER
        assert after.cell_type == "markdown"
        assert not after.source.startswith("#")


@pytest.mark.parametrize("name", ANSWERS)
def test_each_question_of_a_notebook_has_its_row(name):
    text = "\n".join(cell.source for cell in cells(name) if "outputs" not in cell)
    asked = [line[4:] for line in text.splitlines() if line.startswith("### ")]
    assert asked == [row["question"] for row in ROWS if row["notebook"] == name]


def test_the_readme_has_the_index_of_symptoms():
    readme = index_symptoms.README.read_text("utf-8")
    assert readme.count("](notebooks/B") > 40
    assert index_symptoms.written(readme) == readme, "make symptoms"
