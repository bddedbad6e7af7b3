"""What the course adds to Sphinx: mathematics, folded answers, explorers that play."""

import ast
import json
import pkgutil
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxTranslator

import course_lib
from course_lib import explorer
from course_lib.explorer import Explorer

PROJECT = Path(__file__).parents[2]
PUBLIC = [
    module.name
    for module in pkgutil.iter_modules(course_lib.__path__)
    if not module.name.startswith("_")
]
sys.path.insert(0, str(PROJECT / "tools"))

from index_symptoms import entries  # noqa: E402
from run_notebooks import ANSWER_FOLLOWS  # noqa: E402


def slug(title: str) -> str:
    """The anchor of a heading, as JupyterLab makes it."""
    return title.replace(" ", "-")


# Mathematics, without a script of another host


def inline_math(translator: SphinxTranslator, node: nodes.math) -> None:
    """Writes a formula in a line."""
    _mathml(translator, node, as_block=False)


def block_math(translator: SphinxTranslator, node: nodes.math_block) -> None:
    """Writes a formula on a line of its own."""
    _mathml(translator, node, as_block=True)


def _mathml(
    translator: SphinxTranslator, node: nodes.math | nodes.math_block, as_block: bool
) -> None:
    translator.body.append(tex2mathml(node.astext(), as_block=as_block))
    raise nodes.SkipNode


# Answers stay out of view until they are asked for


class FoldAnswers(SphinxPostTransform):
    """Puts what follows a question's cell into a part that the reader opens."""

    default_priority = 1

    def run(self, **kwargs: Any) -> None:
        """Changes each section that asks for a prediction, or holds an answer."""
        for section in self.document.findall(nodes.section):
            title = section.next_node(nodes.title)
            if not ANSWER_FOLLOWS.match(f"### {title.astext()}"):
                continue
            is_cell = ["cell" in child.get("classes", ()) for child in section]
            first = is_cell.index(True)
            opening = '<details class="answer"><summary>Show the answer</summary>'
            section.insert(first, nodes.raw("", opening, format="html"))
            section.append(nodes.raw("", "</details>", format="html"))


# Explorers play on the page


def play_explorers(app: Sphinx, docname: str, source: list[str]) -> None:
    """Puts the page that an explorer saves in the place of its picture."""
    if not docname.startswith("notebooks/"):
        return
    notebook = json.loads(source[0])
    code = ["".join(c["source"]) for c in notebook["cells"] if c["cell_type"] == "code"]
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] != "code" or not text.startswith("explorer.explore_"):
            continue
        shown = evaluate(text, code[: code.index(text)])
        if not isinstance(shown, Explorer):
            continue
        name = f"{Path(docname).name}-{cell['id']}.html"
        folder = Path(app.outdir) / "explorers"
        folder.mkdir(parents=True, exist_ok=True)
        shown.save_html(folder / name, overwrite=True)
        frame = f'<iframe class="explorer" src="../explorers/{name}" title="Explorer">'
        data = {"text/html": frame + "</iframe>"}
        cell["outputs"] = [
            {"output_type": "display_data", "data": data, "metadata": {}}
        ]
    source[0] = json.dumps(notebook)


def evaluate(expression: str, cells: list[str]) -> Any:
    """The value of an expression; of the cells before, only what it names is run."""
    known: dict[str, Any] = {"explorer": explorer, "np": np}
    names = {n.id for n in ast.walk(ast.parse(expression)) if isinstance(n, ast.Name)}
    for statement in ast.parse("\n".join(filter(_is_python, cells))).body:
        targets = getattr(statement, "targets", [])
        if any(isinstance(t, ast.Name) and t.id in names for t in targets):
            exec(ast.unparse(statement), known)
    return eval(expression, known)


def _is_python(cell: str) -> bool:
    return not re.search(r"^[%!]", cell, re.MULTILINE)


# Pages that are written here


def write_pages(app: Sphinx) -> None:
    """Writes the index of symptoms, and a page for each public module."""
    source = Path(app.srcdir)
    lines = ["# Find an answer by its symptom", ""]
    for symptom, question, notebook in entries():
        section = f"#{slug(question)}" if notebook.startswith("B") else ""
        lines.append(f"- {symptom}: [{question}](<notebooks/{notebook}{section}>)")
    (source / "symptoms.md").write_text("\n".join(lines) + "\n", "utf-8")
    (source / "api").mkdir(exist_ok=True)
    for module in PUBLIC:
        page = (
            f"# {module}\n\n```{{eval-rst}}\n.. automodule:: course_lib.{module}\n```\n"
        )
        (source / "api" / f"{module}.md").write_text(page, "utf-8")


# What is wider than the screen can be moved with the keyboard


def reach_by_keyboard(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Lets the keyboard reach code, tables and formulas, which may scroll."""
    wide = 'table-wrapper|overflow-x:auto|display="block"'
    scrolls = rf"<(pre|(?:div|math)(?= [^>]*(?:{wide})))"
    context["body"] = re.sub(scrolls, r'<\1 tabindex="0"', context.get("body", ""))


def setup(app: Sphinx) -> None:
    """Tells Sphinx of all this."""
    app.add_html_math_renderer("mathml", (inline_math, None), (block_math, None))
    app.add_post_transform(FoldAnswers)
    app.connect("builder-inited", write_pages)
    app.connect("source-read", play_explorers)
    app.connect("html-page-context", reach_by_keyboard)
