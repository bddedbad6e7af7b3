"""Arrays as grids of cells with the number in each cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle as Patch
from matplotlib.patheffects import withStroke

from course_lib._arguments import pair, whole_number
from course_lib.figures import _checks as check
from course_lib.figures import _layout as layout
from course_lib.figures import palette

Roles = Mapping[str, npt.ArrayLike] | Sequence[Sequence[str]] | npt.NDArray[np.str_]
"""Roles of single cells: masks by role, or an array of names."""

MOST_CELLS = 1_600
"""Cells with numbers in one figure; they take about two seconds."""
MOST_NUMBERS = 900
"""Entries of a matrix up to which its numbers are written."""
LONG = 1e7
"""Numbers beyond it are written as powers of ten."""
MOST_ROWS = 1_792
"""Rows or columns of a matrix, of which each gets a pixel at least."""
BEHIND: dict[str, Any] = {"clip_on": False, "zorder": 2}
"""How lines lie: over the cells, under the numbers."""


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
    names = check.cell_roles(roles, array.shape, role)
    outlined = check.windows(highlight, array.shape)
    styles = [[palette.ROLES[name] for name in line] for line in names]
    axes = _draw_cells(array, styles, ax, title, caption, decimals, number_size)
    strokes = [
        ((column + start, row + end), (column + end, row + start))
        for row, column in np.argwhere([[s.hatched for s in line] for line in styles])
        for start, end in ((0, 0.5), (0.5, 1))  # the number stays free
    ]
    hatching = LineCollection(strokes, color=palette.FRAME, linewidth=0.8, **BEHIND)
    axes.add_collection(hatching, autolim=False)
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
    rows, columns = array.shape
    longest, things = max(rows, columns), "rows or columns"
    check.at_most(longest, MOST_ROWS, "matrix", things, "use a slice")
    bound = check.bound(array, limit)
    block = None if blocks is None else pair(list(blocks), "blocks")
    shares = np.clip(array.astype(float) / bound, -1, 1)
    colours = palette.VALUES(0.5 + 0.5 * shares)[..., :3]
    colours[shares == 0] = to_rgb(palette.ROLES["zero"].fill)
    if array.size <= MOST_NUMBERS:
        styles = [[_style(colour) for colour in line] for line in colours]
        axes = _draw_cells(array, styles, ax, title, caption, decimals, number_size)
    else:
        size = layout.picture_size(array.shape, layout.ROOM)
        axes = layout.panel(ax, size, title, caption)
        draw_pixels(axes, colours, extent=(0, columns, rows, 0))
    if block:
        look: dict[str, Any] = {"color": palette.INK, "linewidth": 1.2, **BEHIND}
        axes.hlines(range(0, rows + 1, block[0]), 0, columns, **look)
        axes.vlines(range(0, columns + 1, block[1]), 0, rows, **look)
    return axes if ax else layout.fitted(axes)


def outline(
    ax: Axes, window: check.Rectangle, *, inset: float = 0.0, **look: Any
) -> None:
    """Outlines a window of cells, `inset` cells inside their border."""
    top, left, height, width = window
    look = {"edgecolor": palette.FOOTPRINT, "linewidth": 2.0, **look}
    look |= {"fill": False, "joinstyle": "round", "clip_on": False, "zorder": 4}
    look["path_effects"] = [withStroke(linewidth=3.4, foreground=palette.PAPER)]
    corner = left + inset, top + inset
    ax.add_patch(Patch(corner, width - 2 * inset, height - 2 * inset, **look))


def draw_pixels(ax: Axes, values: npt.NDArray[Any], **look: Any) -> AxesImage:
    """Draws numbers or colours as framed pixels, from the top left."""
    ax.spines[:].set(visible=True, color=palette.FRAME, linewidth=0.8)
    shrunk = values.shape[1] > ax.get_window_extent().width + 0.5
    smooth = "antialiased" if shrunk else "nearest"
    return ax.imshow(values, interpolation=smooth, origin="upper", **look)


def _draw_cells(
    array: npt.NDArray[Any],
    styles: list[list[palette.Role]],
    ax: Axes | None,
    title: str | None,
    caption: str | None,
    decimals: int,
    size: float | None,
) -> Axes:
    """Fills cells and writes a number in each, by default as large as fits all."""
    labels, (rows, columns) = format_numbers(array, decimals), array.shape
    cell = layout.cell_size(labels)
    axes = layout.panel(ax, (columns * cell, rows * cell), title, caption)
    axes.set(xlim=(0, columns), ylim=(rows, 0), aspect="equal", anchor="C")
    colours = np.array([[to_rgb(style.fill) for style in line] for line in styles])
    edges: dict[str, Any] = {"edgecolors": palette.EDGE, "linewidth": 0.6}
    axes.pcolormesh(colours, clip_on=False, zorder=1, **edges)
    if size is None:
        box, figure = axes.get_window_extent(), axes.get_figure(root=True)
        side = min(box.width / columns, box.height / rows)
        size = layout.fitting_size(labels, side / figure.dpi)  # type: ignore[union-attr]
    look: dict[str, Any] = {"ha": "center", "va": "center_baseline", "fontsize": size}
    for (row, column), label in np.ndenumerate(labels):
        style = styles[row][column]
        look |= {"color": style.ink, "fontweight": style.weight}
        text = axes.text(column + 0.5, row + 0.5, str(label), **look)
        text.set_in_layout(False)  # it is in its cell
    return axes


def _style(colour: npt.NDArray[np.float64]) -> palette.Role:
    """A colour with the ink that can be read on it."""
    fill, zero = to_hex(tuple(colour)), palette.ROLES["zero"]
    dark = colour @ (0.299, 0.587, 0.114) < 0.517
    ink = palette.PAPER if dark else palette.INK
    return zero if fill == zero.fill else palette.Role(fill, ink, "an entry")
