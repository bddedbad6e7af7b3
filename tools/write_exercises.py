"""Write the cells of a chapter's exercises into its notebook.

The definitions in `course_lib/exercises/chapters` are the source. A cell that is
there already is brought up to date where it stands; a new one goes to the end of
the section "Exercises", before the summary. Run it with `make exercises N=04`.
"""

import re
import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from course_lib.exercises import all_exercises
from course_lib.exercises.exercise import Exercise

SECTION = "## Exercises"
HOW = (
    "Put your answer in the place of `...` and run the cell: it tells you whether it "
    "is right, and if not, where it differs and which mistake it looks like. "
    '`exercises.hint("{name}")` gives hints one by one, `exercises.solution("{name}")` '
    "shows a solution."
)
DONE = (
    "What is done, and what is left, in this chapter (`exercises.progress()` shows the "
    "whole course):"
)


def position(cells: list[NotebookNode], start: str) -> int | None:
    """Return where the first cell is in which a line begins like this."""
    line = re.compile("^" + re.escape(start), re.M)
    return next((i for i, cell in enumerate(cells) if line.search(cell.source)), None)


def write(notebook: NotebookNode, exercises: list[Exercise]) -> None:
    """Write all the exercises of a chapter, and its summary at the end.

    Raises:
        ValueError: if the notebook has no section "Exercises".
    """
    cells = notebook.cells
    summary = f"exercises.summary({exercises[0].chapter})"
    if position(cells, summary) is None:
        section = position(cells, SECTION)
        if section is None:
            raise ValueError(f"the notebook needs a section {SECTION!r}")
        how = HOW.format(name=exercises[0].name)
        cells[section].source = f"{SECTION}\n\n{how}"
        done = new_markdown_cell(DONE)
        cells[section + 1 : section + 1] = [done, new_code_cell(summary)]
    for exercise in exercises:
        found = position(cells, f'exercises.check("{exercise.name}"')
        if found is None:
            end = position(cells, summary) or 0
            cells[end - 1 : end - 1] = [new_markdown_cell(), new_code_cell()]
            found = end
        head = cells[found - 1].source.partition(f"**Exercise {exercise.name}. ")[0]
        cells[found - 1].source = head + exercise.text
        cells[found].source = exercise.cell


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        notebook = nbformat.read(path, as_version=4)
        number = path.name.partition("_")[0]  # a letter's notebook has no exercises
        exercises = [one for one in all_exercises() if f"{one.chapter:02}" == number]
        if exercises:
            write(notebook, exercises)
            nbformat.write(notebook, path)
