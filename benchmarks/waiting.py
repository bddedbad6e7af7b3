"""What people wait for: the set-up, imports, a moved control, a figure, a page."""

import io
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from nbconvert import HTMLExporter
from turns import Row, beside

from course_lib import explorer, figures

PROJECT = Path(__file__).parent.parent
REFERENCES = "shapes", "pooling", "convolution", "upsampling", "transposed_convolution"
VIEWS = "stamp", "insert zeros", "matrix", "gradient"


def started(*command: str) -> Callable[[], object]:
    """Make a call that runs a command in the project's folder."""
    options = {"cwd": PROJECT, "check": True, "capture_output": True}
    return lambda: subprocess.run(command, **options).returncode


def python(code: str) -> Callable[[], object]:
    """Make a call that starts Python for some code."""
    return started(sys.executable, "-c", code)


def moving(view: str) -> Callable[[], object]:
    """Make a call that moves a control of the largest explorer, and back next time."""
    shown = explorer.explore_transposed_convolution(
        input_size=5, kernel_size=5, view=view
    )
    strides = shown.controls["strides"]

    def move() -> None:
        strides.value = 5 - strides.value

    return move


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


def set_up() -> Row:
    """Install the course in a new folder, and the same packages by pip alone."""
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = Path(folder, "ours"), Path(folder, "theirs")
        started("git", "clone", "--quiet", str(PROJECT), str(ours))()
        make = started("make", "-C", str(ours), ".venv/learn")
        requirements = str(PROJECT / "requirements.txt")
        pip = str(theirs / "bin" / "pip"), "install", "-r", requirements
        parts = [started(sys.executable, "-m", "venv", str(theirs)), started(*pip)]
        times = [timed(make), sum(map(timed, parts))]
        size = sum(file.lstat().st_size for file in (ours / ".venv").rglob("*"))
    what = f"make lab from nothing, before JupyterLab ({size / 1e9:.1f} GB)"
    return Row(what, "pip install of its requirements.txt", times[1] / times[0])


def timed(call: Callable[[], object]) -> float:
    """Return the seconds of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


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


def rows() -> Iterator[Row]:
    """Each beside the least that it could be, or beside what one would do instead."""
    yield set_up()
    yield page()
    alone = "Python with NumPy"
    for names in ("", *REFERENCES):
        code = f"import numpy, course_lib{names and '.'}{names}"
        yield beside(code, python(code), alone, python("import numpy"))
    check = started("make", "--silent", ".venv/learn")
    yield beside(
        "make lab again, before JupyterLab", check, alone, python("import numpy")
    )
    array = np.arange(81.0).reshape(9, 9)
    drawn = partial(matplotlib, array)
    for view in VIEWS:
        what = f"a moved control of the explorer, 5 × 5, {view}"
        yield beside(what, moving(view), "a grid drawn by Matplotlib", drawn)
    alt = "A grid of nine by nine numbers."
    show = lambda: figures.show(figures.draw_grid(array), alt).png  # noqa: E731
    yield beside("figures.draw_grid and show, 9 × 9", show, "Matplotlib", drawn)
