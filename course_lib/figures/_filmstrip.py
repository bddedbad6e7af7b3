"""The filmstrip of a transposed convolution, one stamp after the other."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_lib._transposed_geometry import axes
from course_lib.figures import _checks as check
from course_lib.figures import _layout as layout
from course_lib.figures import palette
from course_lib.figures._grids import MOST_CELLS, draw_grid, format_numbers, outline
from course_lib.shapes import Size
from course_lib.transposed_convolution import conv2d_transpose

NOTE_SIZE = 9.5
NOTE_LINE = 0.18
NOTE_GAP = 0.09
HEADER_GAP = 0.12
STRIP_GAP = 0.3
OUTLINES = 0.025
"""Inches that outlines stand out at a panel, once it is snapped to pixels."""
MINI, SMALLEST = 0.2, 0.25
"""Inches of a cell of the small input, and of one of the outputs, at the least."""


@layout.in_course_style
def filmstrip(
    x: npt.ArrayLike,
    kernel: npt.ArrayLike,
    strides: Size = 1,
    padding: str = "valid",
    *,
    decimals: int = 2,
) -> Figure:
    """Draws a transposed convolution being stamped, one panel per input pixel.

    Each panel shows the input with the pixel whose turn it is, and the output so
    far with the footprint of its stamp; the last one shows the sum. With "same"
    padding the cells that will be cut off are hatched.

    Args:
        x: Input of shape (height, width), finite; the panels of its outputs may have
            3,200 cells together.
        kernel: Array of shape (kernel height, kernel width), finite.
        strides: Cells from stamp to stamp, 1 or more; an int or (height, width).
        padding: "valid" or "same".
        decimals: Digits after the point at most.

    Returns:
        A new figure.

    Example:
        >>> figure = filmstrip([[1, 2]], [[1, 1, 1]], strides=(1, 2))
        >>> panel = [ax for ax in figure.axes if ax.get_label() == "output"][-1]
        >>> [text.get_text() for text in panel.texts]
        ['1', '1', '3', '2', '2']
    """
    image = check.numbers(x, "x").astype(float)
    weights = check.numbers(kernel, "kernel").astype(float)
    down, across = axes(image.shape, weights.shape, strides, padding, None, 1)
    high, wide = down.canvas, across.canvas
    cells, name = high * wide * (image.size + 1), "x with kernel and strides"
    check.at_most(cells, 2 * MOST_CELLS, name, "cells in all panels", "use less")
    kept = down.padding[0], across.padding[0], down.output, across.output
    cropped = np.ones((high, wide), bool)
    cropped[down.kept, across.kept] = False
    cuts = bool(cropped.any())

    turns = np.tril(np.ones((image.size, image.size))).reshape(-1, *image.shape)
    stamp, ones = weights[..., None, None], np.ones((*weights.shape, 1, 1))
    canvases = conv2d_transpose((turns * image)[..., None], stamp, strides)[..., 0]
    counts = conv2d_transpose(turns[..., None], ones, strides)[..., 0]
    numbers = [format_numbers(array, decimals) for array in (image, weights, *canvases)]
    notes = [
        (f"stamp {number} of {image.size}", f"{label} {palette.TIMES} kernel")
        for number, label in enumerate(np.ravel(numbers[0]), 1)
    ]
    mini, cell, columns = _plan(*numbers, notes=notes)
    whole = f"sum of {image.size}" + (", cropped" if cuts else "")
    notes.append((whole, f"{down.output} {palette.TIMES} {across.output} output"))
    size = min(layout.fitting_size(labels, cell) for labels in numbers[1:])
    look: dict[str, Any] = {"decimals": decimals, "number_size": size}
    page = Figure((1, 1))
    ax = layout.new_axes(weights.shape[1] * cell, weights.shape[0] * cell, page)
    panels = [draw_grid(weights, ax=ax, role="kernel", title="kernel", **look)]
    for turn, place in enumerate([*np.ndindex(*image.shape), ()]):
        canvas, count = canvases[: turn + 1][-1], counts[: turn + 1][-1]
        roles = {"zero": count == 0, "overlap": count > 1, "cropped": cropped}
        ax = layout.new_axes(wide * cell, high * cell, page)
        ax.set_label("output")
        panels.append(draw_grid(canvas, ax=ax, roles=roles, **look))
        if cuts:
            dashes = (0, (3, 1.6)) if place else "solid"
            outline(ax, kept, inset=-0.08, edgecolor=palette.INK, linestyle=dashes)
        if place:
            corner = place[0] * down.strides, place[1] * across.strides
            outline(ax, (*corner, *weights.shape), inset=0.05 if cuts else 0)
        _draw_head(ax, image, place, notes[turn], mini, decimals)

    key = {"footprint": "this stamp", "output": "stamped once"}
    if counts.max() > 1:
        key["overlap"] = "stamps overlap: added"
    key["zero"] = "no stamp: 0"
    if cuts:
        key["cropped"] = 'cut off by "same"'
    rows = range(1, len(panels), columns)
    table = [[None, *panels[start : start + columns]] for start in rows]
    table[0][0] = panels[0]
    return layout.arrange(table, gap=STRIP_GAP, key=key)


def _plan(
    image: layout.Labels,
    kernel: layout.Labels,
    *outputs: layout.Labels,
    notes: list[tuple[str, str]],
) -> tuple[float, float, int]:
    """Sides of the image's cells and of the others, and panels to a row.

    The fewest rows that fit a notebook, and then the largest cells.
    """
    mini = max(MINI, layout.needed_cell(image, 6.5))
    counts = [layout.text_width(above, palette.CAPTION_SIZE) for above, _ in notes]
    widths = [layout.text_width(below, NOTE_SIZE, "bold") for _, below in notes]
    head = len(image[0]) * mini + NOTE_GAP + max(*counts, *widths)
    first, wide = len(kernel[0]), len(outputs[0][0])
    small = max(SMALLEST, *map(layout.needed_cell, (kernel, *outputs)))
    large = max(small, layout.cell_size(outputs[-1]))
    panels = len(notes) + 1
    for rows in range(1, panels + 1):
        columns = -(-panels // rows)
        room = layout.ROOM - columns * (STRIP_GAP + OUTLINES)
        share = min(room / (first + columns * wide), (room - columns * head) / first)
        if share >= small:
            break
    return mini, max(small, min(share, large)), columns


def _draw_head(
    ax: Axes,
    image: npt.NDArray[Any],
    place: tuple[int, int] | tuple[()],
    lines: tuple[str, str],
    mini: float,
    decimals: int,
) -> None:
    """Draws above a panel the input with the pixel whose turn it is, and two lines."""
    box = ax.get_position()  # inches
    wide, high = mini * np.array(image.shape[::-1]) / box.size
    head = ax.inset_axes((0, 1 + HEADER_GAP / box.height, wide, high))
    if place:
        draw_grid(image, ax=head, role="input", decimals=decimals)
        outline(head, (*place, 1, 1))
    else:
        head.set_axis_off()
    start, right = ((1, 0), 72 * NOTE_GAP) if place else ((0, 0), 0.0)
    middle, apart = 36 * max(image.shape[0] * mini, 2 * NOTE_LINE), 36 * NOTE_LINE
    look: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points"}
    above = head.annotate(lines[0], start, (right, middle + apart), **look)
    below = head.annotate(lines[1], start, (right, middle - apart), **look)
    above.set(va="center_baseline", color=palette.MUTED)
    below.set(va="center_baseline", color=palette.INK, size=NOTE_SIZE, weight="bold")
