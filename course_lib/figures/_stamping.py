"""The arithmetic of a filmstrip: the output after each stamp.

By plain stamping, and on purpose without the references of the course: a picture
that agrees with them is one more witness.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from course_lib.figures._checks import MOST_CELLS, Rectangle, at_most
from course_lib.figures._numbers import format_numbers
from course_lib.figures._palette import TIMES


@dataclass(frozen=True)
class Stamp:
    """The output after one more stamp, and where the stamp fell."""

    position: tuple[int, int]
    label: str
    footprint: Rectangle
    canvas: npt.NDArray[Any]
    counts: npt.NDArray[np.int_]


def stamp_all(
    image: npt.NDArray[Any],
    kernel: npt.NDArray[Any],
    strides: tuple[int, int],
    padding: str,
    decimals: int,
) -> tuple[Rectangle, list[Stamp]]:
    """Stamps a kernel once for every pixel of an image, in reading order.

    Args:
        image: Array of shape (height, width).
        kernel: Array of shape (kernel height, kernel width).
        strides: Cells from stamp to stamp, (down, across).
        padding: "valid" or "same".
        decimals: Digits after the point in the labels.

    Returns:
        What is kept of the whole output, (row, column, height, width), and the
        stamps. With "same" padding, half of what is cut off, rounded down, lies
        before it.

    Raises:
        ValueError: If the outputs have too many cells or are not finite.
    """
    shape, begin, size = [], [], []
    for n, k, s in zip(image.shape, kernel.shape, strides, strict=True):
        total = max(k - s, 0) if padding == "same" else 0
        shape.append((n - 1) * s + max(k, s))
        begin.append(total // 2)
        size.append(shape[-1] - total)
    at_most(
        shape[0] * shape[1] * (image.size + 1),
        2 * MOST_CELLS,
        "x with this kernel and strides",
        "cells in all panels",
        "use smaller ones",
    )
    canvas = np.zeros(shape, object)  # Python's numbers, which do not wrap around
    counts = np.zeros(shape, int)
    high, wide = kernel.shape
    weights = kernel.astype(object)
    stamps = []
    labels = format_numbers(image, decimals)
    for (row, column), value in np.ndenumerate(image.astype(object)):
        top, left = row * strides[0], column * strides[1]
        window = np.s_[top : top + high, left : left + wide]
        with np.errstate(over="ignore", invalid="ignore"):
            canvas[window] += value * weights
        drawn = canvas.astype(float)
        if not np.isfinite(drawn).all():
            raise ValueError("x and kernel must have products that a float can hold")
        counts[window] += 1
        stamps.append(
            Stamp(
                position=(row, column),
                label=f"{labels[row][column]} {TIMES} kernel",
                footprint=(top, left, high, wide),
                canvas=drawn,
                counts=counts.copy(),
            )
        )
    return (begin[0], begin[1], size[0], size[1]), stamps
