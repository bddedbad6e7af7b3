"""Arrays as grids of cells with the number in each: alone and side by side."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle as Patch
from matplotlib.patheffects import withStroke

from course_lib.figures import _checks as check
from course_lib.figures import _layout as layout
from course_lib.figures import palette

Roles = Mapping[str, npt.ArrayLike] | Sequence[Sequence[str]] | npt.NDArray[np.str_]
"""Roles of single cells: masks by role, or an array of names."""

MOST_CELLS = 1_600
"""Cells with numbers in one figure; they take about two seconds."""
LONG = 1e7
"""Numbers beyond it are written as powers of ten."""
BEHIND: dict[str, Any] = {"clip_on": False, "zorder": 2}
"""How lines lie: over the cells, under the numbers."""


def format_numbers(array: npt.NDArray[Any], decimals: int = 2) -> list[list[str]]:
    """Writes numbers as the cells show them.

    Args:
        array: Array of shape (height, width).
        decimals: Digits after the point at most; zeros at the end are dropped.

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
    else:
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

    Raises:
        ValueError: If the array is another, a role is unknown, or a window does not
            lie on the grid.

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
    axes = draw_cells(array, styles, ax, title, caption, decimals, number_size)
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
        arrays: Arrays as in `draw_grid` by title, from left to right.
        roles: One role for all, or by title a role, or roles as in `draw_grid`.
        highlight: Windows to outline, by title.
        captions: Texts below, by title.
        between: Operators in the gaps, such as "→" or ["→", "="].
        key: Roles to explain below, or texts by role; "footprint" is a window.
        decimals: Digits after the point at most.

    Returns:
        A new figure.

    Raises:
        ValueError: If an array is not like that of `draw_grid`, they have more than
            1,600 cells together, or an option names a panel or role there is not.

    Example:
        >>> figure = grids({"input": [[1, 2]], "twice": [[2, 4]]}, between="→")
        >>> [ax.get_title() for ax in figure.axes]
        ['input', 'twice']
    """
    checked = check.panels(arrays, "arrays", infinite=True)
    named = dict.fromkeys(checked, roles) if isinstance(roles, str) else roles
    named = check.by_title(named, "roles", checked)
    outlined = check.by_title(highlight, "highlight", checked)
    drawings = {
        t: partial(draw_grid, x, roles=named.get(t), highlight=outlined.get(t))
        for t, x in checked.items()
    }
    sized = of_one_size(checked, drawings, max, decimals)
    return layout.side_by_side(sized, captions, between, key)


def of_one_size(
    arrays: Mapping[str, npt.NDArray[Any]],
    drawings: Mapping[str, Callable[..., Axes]],
    suit: Callable[[Iterable[float]], float],
    decimals: int,
) -> layout.Drawings:
    """Gives the drawings of arrays cells of one size, and numbers of one size."""
    cells = sum(array.size for array in arrays.values())
    advice = "use images, draw_matrix or slices"
    check.at_most(cells, MOST_CELLS, "arrays", "cells together", advice)
    labels = [format_numbers(array, decimals) for array in arrays.values()]
    room = layout.ROOM - 0.5 * (len(arrays) - 1)
    columns = sum(array.shape[1] for array in arrays.values())
    cell = min(suit(map(layout.cell_size, labels)), max(room / columns, 0.16))
    size = min(layout.fitting_size(panel, cell) for panel in labels)
    return {
        title: (
            (array.shape[1] * cell, array.shape[0] * cell),
            partial(drawings[title], decimals=decimals, number_size=size),
        )
        for title, array in arrays.items()
    }


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


def draw_cells(
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
