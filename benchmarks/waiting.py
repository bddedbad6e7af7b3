"""What people wait for: imports, a moved control, a figure, the set-up's check."""

import io
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
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


def rows() -> Iterator[Row]:
    """Each beside the least that it could be, or beside what one would do instead."""
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
