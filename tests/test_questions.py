"""The register of questions and the cells that answer them are in step."""

import csv
import re
from pathlib import Path

import nbformat
import pytest

import index_symptoms

PROJECT = Path(__file__).parent.parent
REGISTER = PROJECT / "docs" / "questions.csv"
ROWS = list(csv.DictReader(REGISTER.read_text("utf-8").splitlines()))
ANSWERS = sorted(PROJECT.glob("notebooks/B*.ipynb"))
LONGEST_ANSWER = 10


def cells(name):
    path = PROJECT / "notebooks" / name
    return nbformat.read(path, as_version=4).cells


def answer(row):
    """The cell before the answer, the answer, and the one after it."""
    found = cells(row["notebook"])
    place = [cell.id for cell in found].index(row["id"])
    return found[place - 1 : place + 2]


def test_each_question_is_there_once():
    ids = [row["id"] for row in ROWS]
    questions = [row["question"] for row in ROWS]
    assert len(set(ids)) == len(ids)
    assert len(set(questions)) == len(questions)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_a_row_has_its_sources_and_an_executed_answer(row):
    sources = row["sources"].split()
    assert sources
    assert all(source.startswith("https://") for source in sources)
    assert int(row["seen"]) >= len(sources)
    assert row["theme"]
    assert row["question"].endswith("?")
    before, code, after = answer(row)
    assert code.cell_type == "code"
    assert code.outputs
    if row["notebook"].startswith("B"):
        assert before.source == f"### {row['question']}"
        assert len(code.source.splitlines()) <= LONGEST_ANSWER
        assert after.cell_type == "markdown"
        assert not after.source.startswith("#")


@pytest.mark.parametrize("path", ANSWERS, ids=lambda path: path.stem)
def test_each_question_of_a_notebook_has_its_row(path):
    texts = [cell.source for cell in cells(path.name) if cell.cell_type == "markdown"]
    asked = re.findall(r"^### (.+)$", "\n".join(texts), flags=re.MULTILINE)
    assert asked == [r["question"] for r in ROWS if r["notebook"] == path.name]


def test_the_readme_has_the_index_of_symptoms():
    readme = index_symptoms.README.read_text("utf-8")
    assert readme.count("](notebooks/B") > 40
    assert index_symptoms.written(readme) == readme, "make symptoms"
