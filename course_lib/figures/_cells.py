"""Arrays as grids of cells with the number in each cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle as Patch
from matplotlib.patheffects import withStroke

from course_lib._arguments import pair
from course_lib.figures import _checks as check
from course_lib.figures import _layout as layout
from course_lib.figures import palette
from course_lib.figures._numbers import (
    CELL_SIZES,
    Labels,
    cell_size,
    fitting_size,
    format_numbers,
)

Roles = Mapping[str, npt.ArrayLike] | Sequence[Sequence[str]] | npt.NDArray[np.str_]
"""Roles of single cells: masks by role, or an array of names."""

MOST_CELLS = 1_600
"""Cells with numbers in one figure; they take about two seconds."""
MOST_NUMBERS = 900
"""Entries of a matrix up to which its numbers are written."""
MOST_ROWS = 1_792
"""Rows or columns of a matrix, of which each gets a pixel at least."""


@layout.in_course_style
def draw_grid(
    image: npt.ArrayLike,
    *,
    ax: Axes | None = None,
    role: str = "output",
    roles: Roles | None = None,
    highlight: check.Rectangle | Iterable[check.Rectangle] | None = None,
    title: str | None = None,
    caption: str | None = None,
    decimals: int = 2,
    number_size: float | None = None,
) -> Axes:
    """Draws an array as a grid of square cells with its numbers.

    Args:
        image: Array of shape (height, width) or (height, width, 1), infinity
            allowed; up to 1,600 cells.
        ax: Axes to draw on; by default those of a new figure that fits.
        role: Role of all cells: "input", "kernel", "zero", "output", "overlap" or
            "cropped".
        roles: Roles of single cells, over `role`: masks of shape (height, width)
            by role, such as `{"zero": image == 0}`, or an array of names.
        highlight: A window to outline, (row, column, height, width) in cells, or a
            list of them.
        title: Text above.
        caption: Text below.
        decimals: Digits after the point at most.
        number_size: Size of the numbers in points; by default what fits the cells.

    Returns:
        The axes drawn on. A new figure is their `.figure`.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If the array is not 2-D, too large or holds NaN, a role is
            unknown, or a window does not lie on the grid.

    Example:
        >>> ax = draw_grid([[1, 2], [3, 4]], role="input", title="input")
        >>> [text.get_text() for text in ax.texts]
        ['1', '2', '3', '4']
    """
    array = check.numbers(image, "image", infinite=True)
    check.at_most(array.size, MOST_CELLS, "image", "cells", "use draw_image or a slice")
    check.known_role(role, "role")
    names = check.cell_roles(array.shape, roles, role=role)
    outlined = check.windows(highlight, array.shape, "highlight")
    labels = format_numbers(array, decimals)
    size = check.positive(number_size, "number_size")
    axes = _axes(ax, array.shape, cell_size(labels), title, caption)
    styles = [[palette.ROLES[name] for name in line] for line in names]
    _fill_cells(axes, [[to_rgb(style.fill) for style in line] for line in styles])
    inks = [[(style.ink, style.weight) for style in line] for line in styles]
    _write_numbers(axes, labels, inks, size)
    hatched = [[style.hatched for style in line] for line in styles]
    strokes = [
        ((column + start, row + end), (column + end, row + start))
        for row, column in np.argwhere(hatched)
        for start, end in ((0, 0.5), (0.5, 1))  # the number stays free
    ]
    _draw_lines(axes, strokes, color=palette.FRAME, linewidth=0.8)
    for window in outlined:
        outline(axes, window, inset=0.07 if len(outlined) > 1 else 0)
    return axes if ax else layout.fitted(axes)


@layout.in_course_style
def draw_matrix(
    matrix: npt.ArrayLike,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    caption: str | None = None,
    blocks: tuple[int, int] | None = None,
    decimals: int = 2,
    limit: float | None = None,
    number_size: float | None = None,
) -> Axes:
    """Draws a matrix: zeros pale, entries coloured by value, with numbers if small.

    Positive entries are orange and negative ones purple, the darker the larger. With
    more than 900 entries, each becomes a few pixels without line and number.

    Args:
        matrix: Array of shape (rows, columns), finite; up to 1,792 of each.
        ax: Axes to draw on; by default those of a new figure that fits.
        title: Text above.
        caption: Text below.
        blocks: Rows and columns to a block, marked by heavier lines: the widths of
            the two images whose rows the matrix flattens.
        decimals: Digits after the point at most.
        limit: Size of the entries drawn darkest, above 0; by default the largest.
        number_size: Size of the numbers in points; by default what fits the cells.

    Returns:
        The axes drawn on.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If the array is not 2-D, too large or not finite, or `blocks` or
            `limit` is not positive.

    Example:
        >>> ax = draw_matrix([[1, 0, 2], [0, 0.5, 0]], title="matrix")
        >>> [text.get_text() for text in ax.texts]
        ['1', '0', '2', '0', '0.5', '0']
    """
    array = check.numbers(matrix, "matrix", ("rows", "columns"), channels=())
    check.at_most(
        max(array.shape), MOST_ROWS, "matrix", "rows or columns", "use a slice"
    )
    bound = check.positive(limit, "limit") or largest_size(array)
    size = check.positive(number_size, "number_size")
    block = None if blocks is None else pair(list(blocks), "blocks")
    rows, columns = array.shape
    colours, inks = _tints(array, bound)
    if array.size <= MOST_NUMBERS:
        labels = format_numbers(array, decimals)
        axes = _axes(ax, array.shape, cell_size(labels), title, caption)
        _fill_cells(axes, colours)
        _write_numbers(axes, labels, inks, size)
    else:
        pixels = int(
            (layout.MAX_WIDTH - 2 * layout.PAD)
            * palette.RENDER_DPI
            / max(rows, columns)
        )
        side = min(CELL_SIZES[0], pixels / palette.RENDER_DPI)
        axes = _axes(ax, array.shape, side, title, caption)
        draw_pixels(axes, colours, extent=(0, columns, rows, 0))
    if block:
        across = [((0, y), (columns, y)) for y in range(0, rows + 1, block[0])]
        down = [((x, 0), (x, rows)) for x in range(0, columns + 1, block[1])]
        _draw_lines(axes, across + down, color=palette.INK, linewidth=1.2)
    return axes if ax else layout.fitted(axes)


def outline(
    ax: Axes,
    window: check.Rectangle,
    *,
    color: str = palette.FOOTPRINT,
    dashed: bool = False,
    inset: float = 0.0,
) -> None:
    """Outlines a window of cells, `inset` cells inside their border."""
    top, left, height, width = window
    ax.add_patch(
        Patch(
            (left + inset, top + inset),
            width - 2 * inset,
            height - 2 * inset,
            fill=False,
            edgecolor=color,
            linewidth=2.0,
            linestyle=(0, (3, 1.6)) if dashed else "solid",
            joinstyle="round",
            clip_on=False,
            zorder=4,
            path_effects=[withStroke(linewidth=3.4, foreground=palette.PAPER)],
        )
    )


def draw_pixels(ax: Axes, values: npt.NDArray[Any], **look: Any) -> AxesImage:
    """Draws numbers or colours as framed pixels, from the top left."""
    ax.spines[:].set(visible=True, color=palette.FRAME, linewidth=0.8)
    shrunk = values.shape[1] > ax.get_window_extent().width + 0.5
    smooth = "antialiased" if shrunk else "nearest"
    return ax.imshow(values, interpolation=smooth, origin="upper", **look)


def largest_size(array: npt.NDArray[Any]) -> float:
    """The largest entry, whatever its sign; 1 if all are 0."""
    return float(np.abs(array.astype(float)).max()) or 1.0


def _axes(
    ax: Axes | None,
    shape: tuple[int, ...],
    cell: float,
    title: str | None,
    caption: str | None,
) -> Axes:
    rows, columns = shape
    axes = layout.panel(ax, (columns * cell, rows * cell), title, caption)
    axes.set(xlim=(0, columns), ylim=(rows, 0), aspect="equal", anchor="C")
    return axes


def _fill_cells(ax: Axes, colours: npt.ArrayLike) -> None:
    look: dict[str, Any] = {"edgecolors": palette.EDGE, "linewidth": 0.6}
    ax.pcolormesh(np.asarray(colours), clip_on=False, zorder=1, **look)


def _draw_lines(ax: Axes, lines: list[Any], **look: Any) -> None:
    if lines:
        drawn = LineCollection(lines, clip_on=False, zorder=2, **look)
        ax.add_collection(drawn, autolim=False)


def _write_numbers(
    ax: Axes, labels: Labels, inks: list[list[tuple[str, str]]], size: float | None
) -> None:
    """Writes one label per cell, all of one size; by default what fits."""
    if size is None:
        box, figure = ax.get_window_extent(), ax.get_figure(root=True)
        side = min(box.width / len(labels[0]), box.height / len(labels))
        size = fitting_size(labels, side / figure.dpi)  # type: ignore[union-attr]
    look: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": size}
    for row, line in enumerate(labels):
        for column, label in enumerate(line):
            ink, weight = inks[row][column]
            text = ax.text(column + 0.5, row + 0.5, label, color=ink, **look)
            text.set(fontweight=weight, in_layout=False)  # it is in its cell


def _tints(
    array: npt.NDArray[Any], bound: float
) -> tuple[npt.NDArray[np.float64], list[list[tuple[str, str]]]]:
    """Colours of shape (rows, columns, 3), and the inks that can be read on them."""
    with np.errstate(over="ignore"):
        shares = np.clip(array.astype(float) / bound, -1.0, 1.0)
    colours = palette.VALUES(0.5 + 0.5 * shares)[..., :3]
    dark = colours @ (0.299, 0.587, 0.114) < 0.517
    zero = palette.ROLES["zero"]
    colours[shares == 0] = to_rgb(zero.fill)
    inks = np.where(dark, palette.PAPER, palette.INK)
    inks[shares == 0] = zero.ink
    return colours, [[(ink, "normal") for ink in line] for line in inks.tolist()]
