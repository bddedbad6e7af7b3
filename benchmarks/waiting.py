"""What people wait for: the set-up, imports, a moved control, a figure, a page."""

import io
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from nbconvert import HTMLExporter
from turns import Call, Row, beside

from course_lib import explorer, figures

PROJECT = Path(__file__).parent.parent
REFERENCES = "shapes", "pooling", "convolution", "upsampling", "transposed_convolution"
VIEWS = "stamp", "insert zeros", "matrix", "gradient"


def started(*command: str) -> Call:
    """Make a call that runs a command in the project's folder."""
    options = {"cwd": PROJECT, "check": True, "capture_output": True}
    return partial(subprocess.run, command, **options)


def python(code: str) -> Call:
    """Make a call that starts Python for some code."""
    return started(sys.executable, "-c", code)


def set_up() -> Row:
    """Install the course in a new folder, and the same packages by pip alone."""
    with tempfile.TemporaryDirectory() as folder:
        started("git", "clone", "--quiet", str(PROJECT), f"{folder}/ours")()
        make = started("make", "-C", f"{folder}/ours", ".venv/learn")
        venv, pip = f"{sys.executable} -m venv", f"{folder}/theirs/bin/pip install"
        both = f"{venv} {folder}/theirs && {pip} -r requirements.txt"
        peer, theirs = "pip install of its requirements.txt", started("sh", "-c", both)
        row = beside("", make, peer, theirs, rounds=1, warm_up=0)
        files = Path(folder, "ours", ".venv").rglob("*")
        size = sum(file.lstat().st_size for file in files)
    what = f"make lab from nothing, before JupyterLab ({size / 1e9:.1f} GB)"
    return row._replace(what=what)


def page() -> Row:
    """Weigh a page of the site, with its scripts, styles and pictures."""
    name = "04_transposed_convolution"
    built = PROJECT / "build/site/notebooks" / f"{name}.html"
    parts = set(re.findall(r'(?:src|href)="([^":#?]+\.\w+)', built.read_text()))
    files = [built, *(built.parent / part for part in parts if "html" not in part)]
    size = sum(file.stat().st_size for file in files if file.is_file())
    html, _ = HTMLExporter().from_filename(PROJECT / "notebooks" / f"{name}.ipynb")
    what = f"bytes of chapter 4 on the site ({size / 1e6:.1f} MB)"
    return Row(what, "nbconvert", len(html.encode()) / size)


def moving(view: str) -> Call:
    """Make a call that moves a control of the largest explorer, and back next time."""
    shown = explorer.explore_transposed_convolution(
        input_size=5, kernel_size=5, view=view
    )
    strides = shown.controls["strides"]
    return lambda: strides.set_trait("value", 5 - strides.value)


def matplotlib(array: np.ndarray) -> bytes:
    """Draw a grid of numbers and render it, as without the course's figures."""
    figure = Figure(figsize=(4, 4))
    axes = figure.subplots()
    axes.matshow(array)
    for (row, column), value in np.ndenumerate(array):
        axes.text(column, row, f"{value:g}", ha="center", va="center")
    file = io.BytesIO()
    figure.savefig(file, format="png", bbox_inches="tight", dpi=144)
    return file.getvalue()


def rows() -> Iterator[Row]:
    """Each beside the least that it could be, or beside what one would do instead."""
    yield set_up()
    yield page()
    alone = "Python with NumPy", python("import numpy")
    for names in ("", *REFERENCES):
        code = f"import numpy, course_lib{names and '.'}{names}"
        yield beside(code, python(code), *alone)
    check = started("make", "--silent", ".venv/learn")
    yield beside("make lab again, before JupyterLab", check, *alone)
    array = np.arange(81.0).reshape(9, 9)
    drawn = partial(matplotlib, array)
    for view in VIEWS:
        what = f"a moved control of the explorer, 5 × 5, {view}"
        yield beside(what, moving(view), "a grid drawn by Matplotlib", drawn)

    def show() -> bytes:
        return figures.show(figures.draw_grid(array), "A grid of 9 × 9 numbers.").png

    yield beside("figures.draw_grid and show, 9 × 9", show, "Matplotlib", drawn)
