"""Matrices, as cells with numbers or as pixels, alone and side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure

from course_lib.figures import _checks as check
from course_lib.figures import _layout as layout
from course_lib.figures import palette
from course_lib.figures._grids import BEHIND, draw_cells, draw_grid, of_one_size
from course_lib.figures._images import bound, draw_pixels

MOST_NUMBERS = 900
"""Entries of a matrix up to which its numbers are written."""


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

    Raises:
        ValueError: If the array is not 2-D or not finite.

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
        axes = draw_cells(array, styles, ax, title, caption, decimals, number_size)
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
        arrays: Arrays of shape (rows, columns) by title, from left to right.
        roles: By title the role of what is not a matrix but an image flattened.
        blocks: Rows and columns to a block, by title; see `draw_matrix`.
        captions: Texts below, by title.
        between: Operators in the gaps, such as "→" or ["→", "="].
        decimals: Digits after the point at most.

    Returns:
        A new figure.

    Raises:
        ValueError: If an array is not 2-D and finite, they have more than 1,600
            entries together, or an option names a panel there is not.

    Example:
        >>> figure = matrices({"matrix": [[1, 0]], "transpose": [[1], [0]]})
        >>> len(figure.axes)
        2
    """
    checked = check.panels(arrays, "arrays")
    vectors = check.by_title(roles, "roles", checked)
    groups = check.by_title(blocks, "blocks", checked)
    sizes = [bound(x, None) for t, x in checked.items() if t not in vectors]
    drawings = {
        t: partial(draw_grid, x, roles=vectors[t])
        if t in vectors
        else partial(draw_matrix, x, blocks=groups.get(t), limit=max(sizes))
        for t, x in checked.items()
    }
    sized = of_one_size(checked, drawings, min, decimals)
    return layout.side_by_side(sized, captions, between)


def _style(colour: npt.NDArray[np.float64]) -> palette.Role:
    """A colour with the ink that can be read on it."""
    fill, zero = to_hex(tuple(colour)), palette.ROLES["zero"]
    dark = colour @ (0.299, 0.587, 0.114) < 0.517
    ink = palette.PAPER if dark else palette.INK
    return zero if fill == zero.fill else palette.Role(fill, ink, "an entry")
