"""Arrays as cells with the number in each: grids and matrices, alone and in rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from course_lib.figures import _checks as check
from course_lib.figures import _layout as layout
from course_lib.figures import palette
from course_lib.figures._images import bound, draw_pixels

Roles = Mapping[str, npt.ArrayLike] | Sequence[Sequence[str]] | npt.NDArray[np.str_]
"""Roles of cells: masks by role, or an array of names; one name is that of all."""

MOST_CELLS = 1_600
"""Cells with numbers in one figure; they take about two seconds."""
MOST_NUMBERS = 900
"""Entries of a matrix up to which its numbers are written."""
LONG = 1e7
"""Numbers beyond it get two digits and an exponent, such as 1.2e07."""
BEHIND: dict[str, Any] = {"clip_on": False, "zorder": 2}
"""How lines lie: over the cells, under the numbers."""


def format_numbers(array: npt.NDArray[Any], decimals: int = 2) -> list[list[str]]:
    """Writes numbers as the cells show them.

    Args:
        array: Array of shape (height, width).
        decimals: Digits after the point at most; zeros at the end are dropped. Above
            ten million, two digits and an exponent are written.

    Returns:
        The texts, row by row, with a true minus sign.

    Example:
        >>> import numpy as np
        >>> format_numbers(np.array([[1.0, 1.25, 0.333, np.inf]]))
        [['1', '1.25', '0.33', '∞']]
    """
    return [[_number(value, decimals) for value in line] for line in array.tolist()]


def _number(value: float, decimals: int) -> str:
    if LONG < abs(value) < float("inf"):
        text = f"{value:.2g}".replace("e+", "e")
    else:  # z: no minus before 0; #: a point always, so that the 0 of 10 stays
        text = f"{value:z#.{decimals}f}".rstrip("0").rstrip(".").replace("inf", "∞")
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
        image: Array of shape (height, width) or (height, width, 1), of up to 1,600
            cells; without NaN.
        ax: Axes to draw on; by default those of a new figure that fits.
        role: Role of all cells, one of `ROLES`, such as "input".
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
def grids(
    arrays: Mapping[str, npt.ArrayLike],
    *,
    roles: str | Mapping[str, str | Roles] = "output",
    highlight: Mapping[str, check.Rectangle | Iterable[check.Rectangle]] | None = None,
    captions: Mapping[str, str] | None = None,
    between: str | Sequence[str] = "",
    key: Mapping[str, str] | Collection[str] = (),
    decimals: int = 2,
) -> Figure:
    """Draws arrays side by side as grids with cells of one size.

    Args:
        arrays: Arrays like those of `draw_grid` by title, from left to right, of up to
            1,600 cells together.
        roles: One role for all, or by title a role, or roles as in `draw_grid`.
        highlight: Windows to outline, by title.
        captions: Texts below, by title.
        between: Operators in the gaps, such as "→" or ["→", "="].
        key: Roles to explain below, or texts by role; "footprint" is a window.
        decimals: Digits after the point at most.

    Returns:
        A new figure.

    Example:
        >>> figure = grids({"input": [[1, 2]], "twice": [[2, 4]]}, between="→")
        >>> [ax.get_title() for ax in figure.axes]
        ['input', 'twice']
    """
    checked = check.panels(arrays, "arrays", infinite=True)
    named = dict.fromkeys(checked, roles) if isinstance(roles, str) else roles
    named = check.by_title(named, "roles", checked)
    outlined = check.by_title(highlight, "highlight", checked)
    texts = check.by_title(captions, "captions", checked)
    axes, size = _axes_of_one_size(checked, max, decimals)
    look: dict[str, Any] = {"decimals": decimals, "number_size": size}
    for t, x in checked.items():
        look |= {"ax": axes[t], "title": t, "caption": texts.get(t)}
        draw_grid(x, roles=named.get(t), highlight=outlined.get(t), **look)
    return layout.arrange([[*axes.values()]], between, key=key)


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
        matrix: Array of shape (rows, columns), finite.
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

    Example:
        >>> ax = draw_matrix([[1, 0, 2], [0, 0.5, 0]], title="matrix")
        >>> [text.get_text() for text in ax.texts]
        ['1', '0', '2', '0', '0.5', '0']
    """
    array = check.numbers(matrix, "matrix", ("rows", "columns"), channels=())
    rows, columns = array.shape
    shares = np.clip(array.astype(float) / bound(array, limit), -1, 1)
    colours = palette.VALUES(0.5 + 0.5 * shares)[..., :3]
    colours[shares == 0] = to_rgb(palette.ROLES["zero"].fill)
    if array.size <= MOST_NUMBERS:
        styles = [[_style(colour) for colour in line] for line in colours]
        axes = _draw_cells(array, styles, ax, title, caption, decimals, number_size)
    else:
        below, extent = caption or "", (0, columns, rows, 0)
        axes = draw_pixels(colours, ax, layout.ROOM, title, below, extent=extent).axes
    if blocks:
        look: dict[str, Any] = {"color": palette.INK, "linewidth": 1.2, **BEHIND}
        axes.hlines(range(0, rows + 1, blocks[0]), 0, columns, **look)
        axes.vlines(range(0, columns + 1, blocks[1]), 0, rows, **look)
    return axes if ax else layout.fitted(axes)


@layout.in_course_style
def matrices(
    arrays: Mapping[str, npt.ArrayLike],
    *,
    roles: Mapping[str, str] | None = None,
    blocks: Mapping[str, tuple[int, int]] | None = None,
    captions: Mapping[str, str] | None = None,
    between: str | Sequence[str] = "",
    decimals: int = 2,
) -> Figure:
    """Draws matrices side by side, with cells of one size and one scale of colours.

    Args:
        arrays: Arrays of shape (rows, columns) by title, from left to right, finite
            and of up to 1,600 entries together.
        roles: By title the role of what is not a matrix but an image flattened.
        blocks: Rows and columns to a block as in `draw_matrix`, by title.
        captions: Texts below, by title.
        between: Operators in the gaps, such as "→" or ["→", "="].
        decimals: Digits after the point at most.

    Returns:
        A new figure.

    Example:
        >>> figure = matrices({"matrix": [[1, 0]], "transpose": [[1], [0]]})
        >>> len(figure.axes)
        2
    """
    checked = check.panels(arrays, "arrays")
    vectors = check.by_title(roles, "roles", checked)
    groups = check.by_title(blocks, "blocks", checked)
    sizes = [bound(x, None) for t, x in checked.items() if t not in vectors]
    texts = check.by_title(captions, "captions", checked)
    axes, size = _axes_of_one_size(checked, min, decimals)
    look: dict[str, Any] = {"decimals": decimals, "number_size": size}
    for t, x in checked.items():
        look |= {"ax": axes[t], "title": t, "caption": texts.get(t)}
        if t in vectors:
            draw_grid(x, role=vectors[t], **look)
        else:
            draw_matrix(x, blocks=groups.get(t), limit=max(sizes), **look)
    return layout.arrange([[*axes.values()]], between)


def _axes_of_one_size(
    arrays: Mapping[str, npt.NDArray[Any]],
    suit: Callable[[Iterable[float]], float],
    decimals: int,
) -> tuple[dict[str, Axes], float]:
    """New axes for arrays, with cells of one size, and the points of their numbers.

    Each array alone would have cells of its own size; `suit` takes one of these, the
    `max` if numbers need room, the `min` if the figure does.
    """
    cells = sum(array.size for array in arrays.values())
    advice = "use images, draw_matrix or slices"
    check.at_most(cells, MOST_CELLS, "arrays", "cells together", advice)
    labels = [format_numbers(array, decimals) for array in arrays.values()]
    room = layout.ROOM - 0.5 * (len(arrays) - 1)
    columns = sum(array.shape[1] for array in arrays.values())
    cell = min(suit(map(layout.cell_size, labels)), max(room / columns, 0.16))
    page = Figure((1, 1))
    axes = {
        title: layout.new_axes(array.shape[1] * cell, array.shape[0] * cell, page)
        for title, array in arrays.items()
    }
    return axes, min(layout.fitting_size(panel, cell) for panel in labels)


def outline(
    ax: Axes, window: check.Rectangle, *, inset: float = 0.0, **look: Any
) -> None:
    """Outlines a window of cells, `inset` cells inside their border."""
    top, left, height, width = window
    look = {"edgecolor": palette.FOOTPRINT, "linewidth": 2.0, **look}
    look |= {"fill": False, "joinstyle": "round", "clip_on": False, "zorder": 4}
    look["path_effects"] = [withStroke(linewidth=3.4, foreground=palette.PAPER)]
    corner = left + inset, top + inset
    ax.add_patch(Rectangle(corner, width - 2 * inset, height - 2 * inset, **look))


def _draw_cells(
    array: npt.NDArray[Any],
    styles: Sequence[Sequence[palette.Role]],
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
    axes.pcolormesh(colours, edgecolors=palette.EDGE, lw=0.6, clip_on=False, zorder=1)
    box = axes.get_window_extent()
    side = min(box.width / columns, box.height / rows) / axes.figure.dpi
    size = size or layout.fitting_size(labels, side)
    for (row, column), label in np.ndenumerate(labels):
        style = styles[row][column]
        text = axes.text(column + 0.5, row + 0.5, label, color=style.ink, size=size)
        text.set(weight=style.weight, ha="center", va="center_baseline")
        text.set_in_layout(False)  # it is in its cell
    return axes


def _style(colour: npt.NDArray[np.float64]) -> palette.Role:
    """A colour with the ink that can be read on it."""
    fill, zero = to_hex(tuple(colour)), palette.ROLES["zero"]
    dark = colour @ (0.299, 0.587, 0.114) < 0.517
    ink = palette.PAPER if dark else palette.INK
    return zero if fill == zero.fill else palette.Role(fill, ink, "an entry")
