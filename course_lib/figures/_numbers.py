"""Numbers as the cells show them, and the room they need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy.typing as npt

from course_lib._arguments import whole_number
from course_lib.figures import _layout as layout
from course_lib.figures import palette

CELL_SIZES = (0.27, 0.44)
"""Inches of a cell's side in a large grid and in a small one."""
NUMBER_SIZES = (5.0, 15.0)
FILL = (0.46, 0.84)
"""Share of a cell that a number takes at most: its size, and its width if bold."""
LONG = 1e7

Labels = Sequence[Sequence[str]]


def format_numbers(array: npt.NDArray[Any], decimals: int = 2) -> list[list[str]]:
    """Writes numbers as the cells show them.

    Args:
        array: Array of shape (height, width).
        decimals: Digits after the point at most; zeros at the end are dropped.

    Returns:
        The texts, row by row, with a true minus sign.

    Raises:
        TypeError: If `decimals` is not a whole number.
        ValueError: If it is negative.

    Example:
        >>> import numpy as np
        >>> format_numbers(np.array([[1.0, 1.25, 0.333, np.inf]]))
        [['1', '1.25', '0.33', '∞']]
    """
    places = whole_number(decimals, "decimals", 0)
    return [[_number(value, places) for value in line] for line in array.tolist()]


def _number(value: float, places: int) -> str:
    if LONG < abs(value) < float("inf"):
        return f"{value:.2g}".replace("e+", "e").replace("-", palette.MINUS)
    text = f"{value:.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    text = "0" if text == "-0" else text.replace("inf", "∞")
    return text.replace("-", palette.MINUS)


def cell_size(labels: Labels) -> float:
    """Inches of a cell's side: smaller for more, larger for longer numbers."""
    small, large = CELL_SIZES
    fitting = 3.6 / max(len(labels), len(labels[0]))
    return max(min(max(fitting, small), large), needed_cell(labels))


def needed_cell(labels: Labels, points: float = 8.0) -> float:
    """The smallest side, in inches, with room for numbers of a size in points."""
    return _widest(labels) * points / 72 / FILL[1]


def fitting_size(labels: Labels, side: float) -> float:
    """The size of numbers, in points, that suits cells of a given side in inches."""
    smallest, largest = NUMBER_SIZES
    fitting = min(FILL[0], FILL[1] / _widest(labels)) * side * 72
    return max(smallest, min(largest, fitting))


def _widest(labels: Labels) -> float:
    """Inches that the widest of the labels, in bold, takes at a size of one inch."""
    words = {word for line in labels for word in line}
    return max(layout.text_width(word, 72.0, "bold") for word in words)
