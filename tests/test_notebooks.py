"""What keeps the notebooks honest, and what shows that it would notice.

A check takes a notebook and yields what is wrong with it. Above it stand changes of a
good notebook, each of which it must notice; no check is without. (Dead links and
levels of headings that are skipped, Sphinx notices: `make site`.)
"""

import ast
import copy
import itertools
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from nbconvert.exporters import ScriptExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import run_notebooks

PROJECT = Path(__file__).parent.parent
NOTEBOOKS = sorted(PROJECT.glob("notebooks/*.ipynb"))
TAGS = {"nbval-ignore-output", "raises-exception", "readme"}
LONGEST_CELL = 15
SHORTEST_ALT = 20
CHECKS = {}


def notices(*changes):
    """Make a check of a function; the changes are those that it must notice."""

    def register(check):
        CHECKS[check] = changes
        return check

    return register


# A good notebook, and a change of it: where, and what is put there


def picture(alt):
    markup = f'<img src="data:image/png;base64,AAAA0xABCDEF" alt="{alt}">'
    data = {"text/html": markup, "text/plain": "<IPython.core.display.HTML object>"}
    return new_output("display_data", data)


def printed(text):
    return new_output("stream", text=text)


def ran(source, *outputs, tag=None):
    return new_code_cell(
        source,
        outputs=list(outputs),
        metadata={"tags": [tag]} if tag else {},
        execution_count=1,
    )


def good_notebook():
    error = new_output("error", ename="ZeroDivisionError", traceback=["…"])
    trains = "loss = train()\nassert loss < 1"
    cells = [
        new_markdown_cell(
            "# 1. Test a notebook\n**You will be able to** test  \n"
            "**You need** nothing  \n"
            "**Time** about 0 minutes to read and run, 5 for the exercises\n## Run"
        ),
        ran("import numpy as np", picture("A grid of 2 by 2 cells: 1, 2, 3, 4")),
        ran(trains, printed("0.3\n"), tag="nbval-ignore-output"),
        ran("1 / 0", error, tag="raises-exception"),
        new_markdown_cell("### Predict: how much is 6 · 7?"),
        ran("6 * 7"),
        new_markdown_cell("Six sevens are 42."),
        new_markdown_cell(
            "## What to remember\n## Exercises\n**Exercise 1.1. Test** ●○○ easy · 5 min"
            "\n## Further reading"
        ),
    ]
    notebook = new_notebook(cells=cells)
    for count, cell in enumerate(code_cells(notebook), start=1):
        cell.execution_count = count
    run_notebooks.normalise(notebook)
    return notebook


def changed(where, value):
    notebook = place = good_notebook()
    *steps, last = (int(s) if s.isdigit() else s for s in where.split("."))
    for step in steps:
        place = place[step]
    place[last] = value
    return notebook


SOURCE = "cells.1.source"
IGNORED = "cells.2.source"
PRINTED = "cells.2.outputs.0.text"
ENDING = "cells.7.source"
PNG = {"image/png": "AAAA", "text/plain": "<Figure size 640x480 with 1 Axes>"}


# Parts of a notebook


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def markdown(cells):
    return [cell.source for cell in cells if cell.cell_type == "markdown"]


def headings(cells):
    return re.findall(r"^#+ .+$", "\n".join(markdown(cells)), re.M)


def lines_of_code(cell):
    return len([line for line in cell.source.splitlines() if line.strip()])


def tags(cell):
    return cell.metadata.get("tags", [])


def outputs(notebook):
    return [(cell, each) for cell in code_cells(notebook) for each in cell.outputs]


def syntax(cell):
    return ast.walk(ast.parse(TransformerManager().transform_cell(cell.source)))


def alt_texts(markup):
    """Return the alt text of each image in HTML, "" where there is none."""
    images = re.findall("<img[^>]*>", markup)
    return ["".join(re.findall(r'\balt="\s*([^"]*)"', image)) for image in images]


# The checks


@notices(
    ("cells.2.execution_count", None),
    ("cells.2.execution_count", 3),
    ("metadata.kernelspec.name", "my-kernel"),
    ("cells.1.metadata.collapsed", True),
    ("cells.4.metadata", {}),
    ("cells.1.outputs.0.data", {run_notebooks.WIDGET: {}}),
    ("cells.1.id", "cell 1"),
)
def not_from_make_notebooks(notebook):
    counts = [cell.execution_count for cell in code_cells(notebook)]
    if counts != list(range(1, len(counts) + 1)):
        yield f"execution counts are {counts}"
    again = copy.deepcopy(notebook)
    run_notebooks.normalise(again)
    if again != notebook:
        yield "`make notebooks` would change metadata"
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        yield str(error)


@notices(
    ("cells.1.metadata.tags", ["nbval-skip"]),
    ("cells.3.metadata.tags", []),
    ("cells.3.outputs", []),
    (IGNORED, "loss = train()"),
    (IGNORED, "assert True"),
    (IGNORED, "# assert a"),
)
def tags_that_hide(notebook):
    for cell in notebook.cells:
        if strange := set(tags(cell)) - TAGS:
            yield f"{cell.id} has the tags {strange}"
    for cell in code_cells(notebook):
        failed = any(output.output_type == "error" for output in cell.outputs)
        if failed != ("raises-exception" in tags(cell)):
            yield f"{cell.id}: an error and its tag belong together"
        compared = "nbval-ignore-output" not in tags(cell)
        if not compared and not any(map(is_assertion, syntax(cell))):
            yield f"{cell.id} has no assert, and its output is not compared"


def is_assertion(node):
    """Tell an assert statement, or a call of something named assert…"""
    if isinstance(node, ast.Assert):
        return not isinstance(node.test, ast.Constant)
    called = getattr(node, "func", None)
    name = getattr(called, "attr", getattr(called, "id", ""))
    return name.startswith("assert")


@notices(
    (SOURCE, "import a\n" * (LONGEST_CELL + 1)),
    (SOURCE, "x = 1"),
    (SOURCE, "import sys\nsys.path.append('..')"),
    (SOURCE, "import a\n%pip install numpy"),
    (SOURCE, "import a\n!pip install numpy"),
    (SOURCE, "import a\na.read('../data/a.csv')"),
    (SOURCE, 'import a\nopen("./a.csv")'),
    (SOURCE, "import a  # NBVAL_SKIP"),
)
def unwanted_code(notebook):
    first, *_ = cells = code_cells(notebook)
    if not any(isinstance(node, ast.Import | ast.ImportFrom) for node in syntax(first)):
        yield "the first code cell imports nothing"
    for cell in cells:
        if lines_of_code(cell) > LONGEST_CELL:
            yield f"{cell.id} has {lines_of_code(cell)} lines"
        for pattern, why in (
            (r"sys\.path|[!%]\s*(pip|conda|uv)\b", "changes the environment"),
            (r"""["']\.{1,2}/|\b(get)?cwd\(""", "names a file by where it is started"),
            (r"#.*\bNBVAL_", "has a comment that should be a tag"),
        ):
            if re.search(pattern, cell.source):
                yield f"{cell.id} {why}"


@notices(
    ("cells.2.outputs.0.name", "stderr"),
    (PRINTED, "/home/me/x.py"),
    (PRINTED, str(PROJECT)),
    (PRINTED, "site-packages/a.py"),
    (PRINTED, "<f at 0x7f12ab9c>"),
    (PRINTED, "2026-11-05"),
)
def traces_of_one_machine(notebook):
    paths = rf"{re.escape(str(PROJECT))}|/home/|/Users/|/tmp/|site-packages"
    patterns = {
        "stderr": "'name': 'stderr'",
        "a path": paths,
        "a memory address": r"\b0x[0-9a-fA-F]{6,}",
        "a date": r"\b20\d\d-\d\d-\d\d\b",
    }
    for cell, output in outputs(notebook):
        shown = re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "", str(output))
        for what, pattern in patterns.items():
            if re.search(pattern, shown):
                yield f"{cell.id} shows {what}"


@notices(
    ("cells.1.outputs.0.data", PNG),
    ("cells.1.outputs", [picture("")]),
    ("cells.1.outputs", [picture("A figure")]),
    (ENDING, "![](a.png)"),
    (ENDING, "<img src=a.png>"),
)
def pictures_without_alt_text(notebook):
    for cell, output in outputs(notebook):
        data = output.get("data", {})
        texts = alt_texts(data.get("text/html", ""))
        if any(kind.startswith("image/") for kind in data) and not texts:
            yield f"{cell.id}: a picture that is not shown as an <img alt>"
        for text in texts:
            if len(text) < SHORTEST_ALT:
                yield f"{cell.id}: the alt text {text!r} says too little"
    for source in markdown(notebook.cells):
        if re.search(r"!\[\s*\]\(", source) or "" in alt_texts(source):
            yield f"an image in the text has no alt text: {source}"


@notices(
    ("cells.0.source", "**Predict.** How large?"),
    ("cells.4.source", "## Sizes\n### Predict: how large?"),
    ("cells.5.cell_type", "markdown"),
    ("cells.6.cell_type", "code"),
    (ENDING, "Go on."),
)
def not_predictable(notebook):
    """An answer is hidden under its question, with a sentence why at the end."""
    cells = notebook.cells
    for i, cell in enumerate(cells):
        if cell.cell_type == "code":
            continue
        if "**Predict" in cell.source:
            yield f"{cell.id}: the answer would be in view"
        if not run_notebooks.ANSWER_FOLLOWS.search(cell.source):
            continue
        if len(headings([cell])) != 1:
            yield f"{cell.id}: another heading would end what is hidden"
        after = list(itertools.takewhile(lambda c: not headings([c]), cells[i + 1 :]))
        if not after or after[0].cell_type != "code":
            yield f"{cell.id}: no cell answers"
        elif cell.source.startswith("### Predict") and after[-1].cell_type == "code":
            yield f"{cell.id}: nothing says why"
        elif i + 1 + len(after) == len(cells):
            yield f"{cell.id}: the rest of the chapter would be hidden"


@notices(
    ("cells.6.source", "word " * 750),
    (ENDING, "Exercise 1.1, without its minutes"),
)
def other_time(notebook):
    """The first cell says how long a chapter takes.

    150 words a minute, 5 seconds a line of code, a minute a prediction; and the
    exercises' own minutes, their texts and stubs not counted twice.
    """
    prose = [source.partition("**Exercise ")[0] for source in markdown(notebook.cells)]
    words = len(" ".join(prose).split())
    predictions = sum(source.startswith("### Predict") for source in prose)
    lines = sum(
        lines_of_code(cell)
        for before, cell in itertools.pairwise(notebook.cells)
        if cell.cell_type == "code" and "**Exercise " not in before.source
    )
    everything = "\n".join(markdown(notebook.cells))
    exercises = re.findall(r"^\*\*Exercise .* (\d+) min$", everything, re.M)
    minutes = sum(map(int, exercises))
    reading = 5 * round((words / 150 + lines * 5 / 60 + predictions) / 5)
    expected = f"**Time** about {reading} minutes to read and run"
    if minutes:
        expected += f", {5 * round(minutes / 5)} for the exercises"
    if not re.search(re.escape(expected) + "(?!,)", notebook.cells[0].source):
        yield f"say: {expected}"


@notices(("cells.0.source", "# A notebook"), (ENDING, "## What to remember"))
def no_frame(notebook):
    """What a chapter opens and closes with; a letter's is there to look up."""
    first = notebook.cells[0].source
    for pattern in (
        r"\A# (\d+|[A-Z]\d?)\. \w+",
        r"^\*\*You will be able to\*\*",
        r"^\*\*You need\*\*",
    ):
        if not re.search(pattern, first, re.M):
            yield f"the first cell lacks {pattern}"
    ending = ["## What to remember", "## Exercises", "## Further reading"]
    if re.match(r"# [A-Z]", first):
        ending = ending[-1:]
    sections = [each for each in headings(notebook.cells) if each.startswith("## ")]
    if sections[-len(ending) :] != ending:
        yield f"the last sections are not {ending}: {sections}"


def problems(notebook, checks=CHECKS):
    return [f"{check.__name__}: {p}" for check in checks for p in check(notebook)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook(path):
    assert problems(nbformat.read(path, as_version=4)) == []


@pytest.mark.parametrize(
    ("check", "where", "value"),
    [(check, *change) for check, changes in CHECKS.items() for change in changes],
)
def test_check_notices(check, where, value):
    assert problems(changed(where, value), [check]) != []


@pytest.mark.parametrize(
    "source", ["assert loss < 1", "np.testing.assert_allclose(a, b)", "assert_equal(a)"]
)
def test_good_notebook_passes_every_check(source):
    assert problems(changed(IGNORED, source)) == []


def test_a_letter_has_neither_exercises_nor_what_to_remember():
    notebook = changed(ENDING, "## Further reading")
    first = notebook.cells[0].source.replace("1.", "A.")
    notebook.cells[0].source = first.replace(", 5 for the exercises", "")
    assert problems(notebook) == []


def test_a_notebook_becomes_a_python_script():
    _, resources = ScriptExporter().from_notebook_node(good_notebook())
    assert resources["output_extension"] == ".py"


# nbval is strict


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "expected"),
    [([], ["1", "3"]), (["-p", "tests.run_twice"], ["1", "3", "4", "5"])],
)
def test_nbval_compares_numbers_and_alt_texts_but_not_pixels(
    tmp_path, options, expected
):
    pixels = '<img src="data:image/png;base64,CCCC" alt="A ramp: 1, 2, 3">'
    show = f"from IPython.display import HTML\ndisplay(HTML('{pixels}'))"
    count = "runs = globals().get('runs', 0) + 1\nprint(runs)"
    trains = f"{count}\nassert runs < 4"
    transport = "from ipykernel import get_connection_info as connection\n"
    transport += "print(connection(unpack=True)['transport'])"
    cells = [
        ran("print(6 * 7)", printed("42\n")),
        ran("print(6 * 7)", printed("43\n")),
        ran(show, picture("A ramp: 1, 2, 3")),
        ran(show, picture("A ramp: 1, 2, 4")),
        ran(count, printed("1\n")),
        ran(trains, printed("not compared"), tag="nbval-ignore-output"),
        ran(transport, printed("ipc\n")),
    ]
    path = tmp_path / "lesson.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata=run_notebooks.METADATA), path)
    command = [sys.executable, "-m", "pytest", "-c", "tests/nbval.ini", "-n0", "-rf"]
    output = subprocess.run(
        [*command, *options, str(path)],
        cwd=PROJECT,
        env={k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert re.findall(r"^FAILED .*::Cell (\d)", output, re.M) == expected, output
