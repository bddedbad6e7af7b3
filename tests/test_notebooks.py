"""What keeps the notebooks honest, and what shows that it would notice."""

import ast
import copy
import html.parser
import itertools
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from nbconvert.exporters import ScriptExporter
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import run_notebooks

PROJECT = Path(__file__).parent.parent
EXPECTED = {
    "01_pooling",
    "02_upsampling2d",
    "03_generator_with_upsampling",
    "04_transposed_convolution",
    "05_generator_with_transposed_convolution",
    "06_one_family",
    "07_checkerboards",
    "08_training",
    "09_which_is_better",
    "10_your_own_generator",
    "A_sizes_and_frameworks",
    "B1_layers",
    "B2_sizes_and_frameworks",
    "B3_training",
    "B4_data_saving_and_elsewhere",
}
PRESENT = {path.stem for path in PROJECT.glob("notebooks/*.ipynb")}
TAGS = {"nbval-ignore-output", "raises-exception", "readme"}
LONGEST_CELL = 15
SHORTEST_ALT = 20


# Parts of a notebook


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def markdown(notebook: NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def tags(cell: NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def outputs(notebook: NotebookNode) -> Iterator[tuple[NotebookNode, NotebookNode]]:
    for cell in code_cells(notebook):
        for output in cell.outputs:
            yield cell, output


def syntax(cell: NotebookNode) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(TransformerManager().transform_cell(cell.source)))


def alt_texts(markup: str) -> list[str]:
    """Return the alt text of each image in HTML, "" where there is none."""
    found: list[str] = []

    class Images(html.parser.HTMLParser):
        def handle_starttag(
            self, tag: str, attributes: list[tuple[str, str | None]]
        ) -> None:
            if tag == "img":
                found.append((dict(attributes).get("alt") or "").strip())

    Images().feed(markup)
    return found


# The checks: each takes a notebook and returns what is wrong with it


def not_run_in_order(notebook: NotebookNode) -> list[str]:
    counts = [cell.execution_count for cell in code_cells(notebook)]
    expected = list(range(1, len(counts) + 1))
    return [] if counts == expected else [f"execution counts are {counts}"]


def errors(notebook: NotebookNode) -> list[str]:
    problems = []
    for cell in code_cells(notebook):
        failed = any(output.output_type == "error" for output in cell.outputs)
        if failed != ("raises-exception" in tags(cell)):
            problems.append(f"{cell.id}: an error and its tag belong together")
    return problems


def stderr(notebook: NotebookNode) -> list[str]:
    return [
        f"{cell.id} writes to stderr: {output.text}"
        for cell, output in outputs(notebook)
        if output.get("name") == "stderr"
    ]


def pictures_without_alt_text(notebook: NotebookNode) -> list[str]:
    problems = []
    for cell, output in outputs(notebook):
        data = output.get("data", {})
        texts = alt_texts(data.get("text/html", ""))
        if any(kind.startswith("image/") for kind in data) and not texts:
            problems.append(f"{cell.id}: a picture that is not shown as an <img alt>")
        for text in texts:
            if len(text) < SHORTEST_ALT:
                problems.append(f"{cell.id}: the alt text {text!r} says too little")
    for source in markdown(notebook):
        if re.search(r"!\[\s*\]\(", source) or "" in alt_texts(source):
            problems.append(f"an image in the text has no alt text: {source}")
    return problems


def ignored_outputs_without_assert(notebook: NotebookNode) -> list[str]:
    return [
        f"{cell.id} has no assert, and its output is not compared"
        for cell in code_cells(notebook)
        if "nbval-ignore-output" in tags(cell)
        and not any(map(is_assertion, syntax(cell)))
    ]


def is_assertion(node: ast.AST) -> bool:
    """Tell an assert statement, or a call of something named assert…"""
    if isinstance(node, ast.Assert):
        return not isinstance(node.test, ast.Constant)
    if not isinstance(node, ast.Call):
        return False
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    return name.startswith("assert")


def ways_around_the_comparison(notebook: NotebookNode) -> list[str]:
    problems = []
    for cell in notebook.cells:
        if strange := set(tags(cell)) - TAGS:
            problems.append(f"{cell.id} has the tags {strange}")
        if cell.cell_type == "code" and re.search(r"#.*\bNBVAL_", cell.source):
            problems.append(f"{cell.id}: markers are tags here, not comments")
    return problems


def long_cells(notebook: NotebookNode) -> list[str]:
    problems = []
    for cell in code_cells(notebook):
        lines = [line for line in cell.source.splitlines() if line.strip()]
        if len(lines) > LONGEST_CELL:
            problems.append(f"{cell.id} has {len(lines)} lines")
    return problems


def installs(notebook: NotebookNode) -> list[str]:
    return [
        f"{cell.id} changes the environment"
        for cell in code_cells(notebook)
        if re.search(r"sys\.path|[!%]\s*(pip|conda|uv)\b", cell.source)
    ]


def files_beside_it(notebook: NotebookNode) -> list[str]:
    """Notebooks are started from any folder: what they read comes by the package."""
    return [
        f"{cell.id} names a file by where the notebook is started"
        for cell in code_cells(notebook)
        if re.search(r"""["']\.{1,2}/|\bgetcwd\(|\bcwd\(""", cell.source)
    ]


def first_cell_without_imports(notebook: NotebookNode) -> list[str]:
    imports = (ast.Import, ast.ImportFrom)
    first = code_cells(notebook)[:1]
    if first and any(isinstance(node, imports) for node in syntax(first[0])):
        return []
    return ["the first code cell imports nothing"]


def not_normalised(notebook: NotebookNode) -> list[str]:
    normalised = copy.deepcopy(notebook)
    run_notebooks.normalise(normalised)
    return [] if notebook == normalised else ["`make notebooks` would change metadata"]


def traces_of_one_machine(notebook: NotebookNode) -> list[str]:
    problems = []
    for cell, output in outputs(notebook):
        shown = re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "", str(output))
        for what, pattern in (
            (
                "a path",
                rf"{re.escape(str(PROJECT))}|/home/|/Users/|/tmp/|site-packages",
            ),
            ("a memory address", r"\b0x[0-9a-fA-F]{6,}"),
            ("a date", r"\b20\d\d-\d\d-\d\d\b"),
        ):
            if re.search(pattern, shown):
                problems.append(f"{cell.id} shows {what}")
    return problems


def not_predictable(notebook: NotebookNode) -> list[str]:
    """An answer is hidden under its question, with a sentence why at the end."""
    problems, cells = [], notebook.cells
    for i, cell in enumerate(cells):
        if cell.cell_type != "markdown":
            continue
        if "**Predict" in cell.source:
            problems.append(f"{cell.id}: the answer would be in view")
        if not run_notebooks.ANSWER_FOLLOWS.search(cell.source):
            continue
        if len(headings([cell])) != 1:
            problems.append(f"{cell.id}: another heading would end what is hidden")
        after = list(itertools.takewhile(lambda c: not headings([c]), cells[i + 1 :]))
        if not after or after[0].cell_type != "code":
            problems.append(f"{cell.id}: no cell answers")
        elif cell.source.startswith("### Predict") and after[-1].cell_type == "code":
            problems.append(f"{cell.id}: nothing says why")
        elif i + 1 + len(after) == len(cells):
            problems.append(f"{cell.id}: the rest of the chapter would be hidden")
    return problems


def skipped_levels(notebook: NotebookNode) -> list[str]:
    """A screen reader's list of headings has no gaps."""
    found = headings(notebook.cells)
    levels = [len(heading.partition(" ")[0]) for heading in found]
    return [
        f"{heading!r} skips a level"
        for heading, level, before in zip(found, levels, [0, *levels], strict=False)
        if level > before + 1
    ]


def headings(cells: list[NotebookNode]) -> list[str]:
    texts = (cell.source for cell in cells if cell.cell_type == "markdown")
    return re.findall(r"^#+ .+$", "\n".join(texts), flags=re.MULTILINE)


def time_needed(notebook: NotebookNode) -> str:
    """Say how long a chapter takes, as its first cell must.

    150 words a minute, 5 seconds a line of code, a minute a prediction; and the
    exercises' own minutes, their texts and stubs not counted twice.
    """
    words = lines = predictions = exercise_minutes = 0
    for before, cell in itertools.pairwise([new_markdown_cell(""), *notebook.cells]):
        exercise = re.search(r"^\*\*Exercise .* (\d+) min$", cell.source, re.M)
        if cell.cell_type == "markdown":
            text = cell.source[: exercise.start()] if exercise else cell.source
            words += len(text.split())
            predictions += text.startswith("### Predict")
            exercise_minutes += int(exercise[1]) if exercise else 0
        elif "**Exercise " not in before.source:
            lines += len([line for line in cell.source.splitlines() if line.strip()])
    reading = words / 150 + lines * 5 / 60 + predictions
    time = f"**Time** about {5 * round(reading / 5)} minutes to read and run"
    if not exercise_minutes:
        return time
    return f"{time}, {5 * round(exercise_minutes / 5)} for the exercises"


def other_time(notebook: NotebookNode) -> list[str]:
    expected = time_needed(notebook)
    said = re.search(re.escape(expected) + "(?!,)", markdown(notebook)[0])
    return [] if said else [f"say: {expected}"]


def no_frame(notebook: NotebookNode) -> list[str]:
    """Check what a chapter opens and closes with; a letter's is there to look up."""
    texts = markdown(notebook) or [""]
    problems = [
        f"the first cell lacks {pattern}"
        for pattern in (
            r"\A# (\d+|[A-Z]\d?)\. \w+",
            r"^\*\*You will be able to\*\*",
            r"^\*\*You need\*\*",
        )
        if not re.search(pattern, texts[0], flags=re.MULTILINE)
    ]
    sections = re.findall(r"^## (.+)$", "\n".join(texts), flags=re.MULTILINE)
    ending = ["What to remember", "Exercises", "Further reading"]
    if re.match(r"# [A-Z]", texts[0]):
        ending = ending[-1:]
    if sections[-len(ending) :] != ending:
        problems.append(f"the last sections are not {ending}: {sections}")
    return problems


def dead_links(notebook: NotebookNode) -> list[str]:
    """Find links to sections, here or in another notebook, that there are not."""
    problems = []
    for name, section in re.findall(
        r"\]\(([^)#:]*)(?:#([^)]*))?\)", "\n".join(markdown(notebook))
    ):
        path = PROJECT / "notebooks" / name
        if not path.exists():
            problems.append(f"there is no {name}")
        elif section:
            there = nbformat.read(path, as_version=4) if name else notebook
            titles = [line.lstrip("# ") for line in headings(there.cells)]
            if section not in [title.replace(" ", "-") for title in titles]:
                problems.append(f"{name or 'it'} has no section {section}")
    return problems


CHECKS = [
    not_run_in_order,
    errors,
    stderr,
    pictures_without_alt_text,
    ignored_outputs_without_assert,
    ways_around_the_comparison,
    long_cells,
    installs,
    files_beside_it,
    first_cell_without_imports,
    not_normalised,
    traces_of_one_machine,
    not_predictable,
    skipped_levels,
    other_time,
    no_frame,
    dead_links,
]
Check = Callable[[NotebookNode], list[str]]


def test_every_chapter_is_there() -> None:
    assert sorted(EXPECTED - PRESENT) == []


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("name", sorted(PRESENT))
def test_notebook(name: str, check: Check) -> None:
    notebook = nbformat.read(PROJECT / "notebooks" / f"{name}.ipynb", as_version=4)
    assert check(notebook) == []


def test_a_notebook_becomes_a_python_script() -> None:
    script, resources = ScriptExporter().from_notebook_node(good_notebook())
    assert resources["output_extension"] == ".py"
    assert "import numpy as np" in script


# The checks notice


def picture(alt: str) -> NotebookNode:
    markup = f'<img src="data:image/png;base64,AAAA0xABCDEF" alt="{alt}">'
    return new_output("display_data", {"text/html": markup})


def good_notebook() -> NotebookNode:
    cells = [
        new_markdown_cell(
            "# 1. Test a notebook\n**You will be able to** test  \n"
            "**You need** nothing  \n"
            "**Time** about 0 minutes to read and run, 5 for the exercises\n## Run"
        ),
        new_code_cell(
            "import numpy as np",
            outputs=[picture("A grid of 2 by 2 cells: 1, 2, 3, 4")],
        ),
        new_code_cell(
            "loss = train()\nassert loss < 1",
            metadata={"tags": ["nbval-ignore-output"]},
            outputs=[new_output("stream", text="0.3\n")],
        ),
        new_code_cell(
            "1 / 0",
            metadata={"tags": ["raises-exception"]},
            outputs=[new_output("error", ename="ZeroDivisionError", traceback=["…"])],
        ),
        new_markdown_cell("### Predict: how much is 6 · 7?"),
        new_code_cell("6 * 7"),
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


def put(where: str, key: str, value: object) -> Callable[[NotebookNode], None]:
    """Return what changes one thing: put("cells.1", "source", "…")."""

    def change(notebook: NotebookNode) -> None:
        place = notebook
        for step in where.split(".") if where else []:
            place = place[int(step)] if step.isdigit() else place[step]
        place[key] = value

    return change


def test_good_notebook_passes_every_check() -> None:
    assert [problem for check in CHECKS for problem in check(good_notebook())] == []


IGNORED = "cells.2"
PNG = {"image/png": "AAAA", "text/plain": "<Figure size 640x480 with 1 Axes>"}


@pytest.mark.parametrize(
    ("check", "break_it"),
    [
        (not_run_in_order, put("cells.2", "execution_count", None)),
        (not_run_in_order, put("cells.2", "execution_count", 3)),
        (errors, put("cells.3.metadata", "tags", [])),
        (errors, put("cells.3", "outputs", [])),
        (stderr, put("cells.2.outputs.0", "name", "stderr")),
        (pictures_without_alt_text, put("cells.1.outputs.0", "data", PNG)),
        (pictures_without_alt_text, put("cells.1", "outputs", [picture("")])),
        (pictures_without_alt_text, put("cells.1", "outputs", [picture("A figure")])),
        (pictures_without_alt_text, put("cells.7", "source", "![](a.png)")),
        (pictures_without_alt_text, put("cells.7", "source", "<img src=a.png>")),
        (ignored_outputs_without_assert, put(IGNORED, "source", "loss = train()")),
        (ignored_outputs_without_assert, put(IGNORED, "source", "assert True")),
        (ignored_outputs_without_assert, put(IGNORED, "source", "# assert loss < 1")),
        (ways_around_the_comparison, put("cells.1.metadata", "tags", ["nbval-skip"])),
        (ways_around_the_comparison, put("cells.1", "source", "# NBVAL_SKIP")),
        (long_cells, put("cells.1", "source", "x = 1\n" * 16)),
        (installs, put("cells.1", "source", "import sys\nsys.path.append('..')")),
        (installs, put("cells.1", "source", "%pip install numpy")),
        (installs, put("cells.1", "source", "!pip install numpy")),
        (files_beside_it, put("cells.1", "source", "study.read('../data/a.csv')")),
        (files_beside_it, put("cells.1", "source", 'open("./a.csv")')),
        (first_cell_without_imports, put("cells.1", "source", "x = 1")),
        (not_normalised, put("metadata.kernelspec", "name", "my-kernel")),
        (not_normalised, put("cells.1.metadata", "collapsed", True)),
        (not_normalised, put("cells.1", "id", "cell 1")),
        (not_normalised, put("cells.1.outputs.0.data", run_notebooks.WIDGET, {})),
        (traces_of_one_machine, put("cells.2.outputs.0", "text", "/home/me/x.py")),
        (traces_of_one_machine, put("cells.2.outputs.0", "text", "<f at 0x7f12ab9c>")),
        (traces_of_one_machine, put("cells.2.outputs.0", "text", "2026-11-05")),
        (traces_of_one_machine, put("cells.2.outputs.0", "text", str(PROJECT))),
        (traces_of_one_machine, put("cells.2.outputs.0", "text", "site-packages/a.py")),
        (not_predictable, put("cells.0", "source", "**Predict.** How large?")),
        (
            not_predictable,
            put("cells.4", "source", "## Sizes\n### Predict: how large?"),
        ),
        (not_predictable, put("cells.5", "cell_type", "markdown")),
        (not_predictable, put("cells.6", "cell_type", "code")),
        (not_predictable, put("cells.7", "source", "Go on.")),
        (skipped_levels, put("cells.7", "source", "##### Deep")),
        (other_time, put("cells.6", "source", "word " * 750)),
        (other_time, put("cells.7", "source", "Exercise 1.1, without its minutes")),
        (not_normalised, put("cells.4.metadata", run_notebooks.COLLAPSED, False)),
        (no_frame, put("cells.0", "source", "# A notebook")),
        (no_frame, put("cells.7", "source", "## What to remember")),
        (dead_links, put("cells.6", "source", "[A](A_sizes.ipynb)")),
        (dead_links, put("cells.6", "source", "[there](#Sizes)")),
        (dead_links, put("cells.6", "source", "[1](01_pooling.ipynb#Size)")),
    ],
)
def test_check_notices(check: Check, break_it: Callable[[NotebookNode], None]) -> None:
    notebook = good_notebook()
    break_it(notebook)
    assert check(notebook) != []


def test_a_letter_is_there_to_look_up() -> None:
    notebook = good_notebook()
    first = notebook.cells[0].source.replace("1.", "A.").split(", 5 for")[0]
    put("cells.0", "source", first)(notebook)
    put("cells.7", "source", "[6 · 7](#Further-reading)\n## Further reading")(notebook)
    assert no_frame(notebook) + dead_links(notebook) == []
    assert other_time(notebook) == []


@pytest.mark.parametrize(
    "source", ["np.testing.assert_allclose(a, b)", "assert_equal(a, b)", "assert a"]
)
def test_each_kind_of_assertion_counts(source: str) -> None:
    notebook = good_notebook()
    put(IGNORED, "source", source)(notebook)
    assert ignored_outputs_without_assert(notebook) == []


# nbval is strict


def nbval(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run what `make nbval` runs, on another folder."""
    command = [sys.executable, "-m", "pytest", "-c", "tests/nbval.ini", "-n0", *options]
    return subprocess.run(
        [*command, str(folder)],
        cwd=PROJECT,
        env={k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_nbval_compares_numbers_and_alt_texts_but_not_pixels(tmp_path: Path) -> None:
    source = 'HTML(\'<img src="data:image/png;base64,AAAA" alt="A ramp: 1, 2, 3">\')'
    cells = [
        new_code_cell("from IPython.display import HTML\nprint(6 * 7)"),
        new_code_cell(source),
        new_code_cell("runs = globals().get('runs', 0) + 1\nprint(runs)"),
    ]
    original = tmp_path / "original.ipynb"
    nbformat.write(new_notebook(cells=cells), original)
    run_notebooks.refresh(original)

    def variant(folder: str, name: str, old: str, new: str) -> None:
        """Write the notebook with one stored output changed."""
        notebook = nbformat.read(original, as_version=4)
        for _, output in outputs(notebook):
            if "text" in output:
                output.text = output.text.replace(old, new)
            elif "text/html" in output.data:
                shown = output.data["text/html"]
                output.data["text/html"] = shown.replace(old, new)
        assert notebook != nbformat.read(original, as_version=4) or old == new
        (tmp_path / folder).mkdir(exist_ok=True)
        nbformat.write(notebook, tmp_path / folder / f"{name}.ipynb")

    variant("same", "unchanged", "", "")
    variant("same", "other_pixels", "AAAA", "BBBB")
    variant("different", "other_number", "42", "43")
    variant("different", "other_alt_text", "1, 2, 3", "1, 2, 4")

    same = nbval(tmp_path / "same")
    assert same.returncode == 0, same.stdout
    different = nbval(tmp_path / "different")
    assert different.returncode == 1, different.stdout
    assert "2 failed, 4 passed" in different.stdout
    twice = nbval(tmp_path / "same", "-p", "tests.run_twice")
    assert "2 failed, 4 passed" in twice.stdout, twice.stdout
