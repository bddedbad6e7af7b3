"""Arrays as grids of cells with the number in each cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from course_lib.figures._checks import Rectangle, plane, positive, rectangles
from course_lib.figures._marks import (
    block_lines,
    fill_cells,
    grid_axes,
    hatch_cells,
    outline,
    write_numbers,
)
from course_lib.figures._numbers import cell_size, format_numbers
from course_lib.figures._palette import (
    ROLES,
    VALUES,
    ink_on,
    role_style,
)

Roles = Mapping[str, npt.ArrayLike] | Sequence[Sequence[str]] | npt.NDArray[np.str_]
"""Roles of single cells: masks by role, or an array of names."""

MOST_NUMBERS = 900
"""Entries of a matrix up to which its numbers are written."""


def draw_grid(
    image: npt.ArrayLike,
    *,
    ax: Axes | None = None,
    role: str = "output",
    roles: Roles | None = None,
    highlight: Rectangle | Iterable[Rectangle] | None = None,
    title: str | None = None,
    caption: str | None = None,
    decimals: int = 2,
    number_size: float | None = None,
) -> Axes:
    """Draws an array as a grid of square cells with its numbers.

    Args:
        image: Array of shape (height, width), integers or floats, infinity allowed.
        ax: Axes to draw on; by default those of a new figure that fits.
        role: Role of all cells: "input", "kernel", "zero", "output", "overlap" or
            "cropped".
        roles: Roles of single cells, over `role`: masks of shape (height, width)
            by role, such as `{"zero": image == 0}`, or an array of names.
        highlight: A window to outline, (row, column, height, width) in cells, or a
            list of them.
        title: Text above.
        caption: Text below.
        decimals: Digits after the point at most, 0 or more.
        number_size: Size of the numbers in points; by default what fits the cells.

    Returns:
        The axes drawn on. A new figure is their `.figure`.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If the array is not 2-D or holds NaN, a role is unknown, or a
            window does not lie on the grid.

    Example:
        >>> ax = draw_grid([[1, 2], [3, 4]], role="input", title="input")
        >>> [text.get_text() for text in ax.texts]
        ['1', '2', '3', '4']
    """
    array = plane(image, "image", infinite=True)
    names = cell_roles(array.shape, role, roles)
    windows = rectangles(highlight, array.shape)
    labels = format_numbers(array, decimals)
    axes = grid_axes(ax, array.shape, title, caption, cell_size(labels))
    styles = [[ROLES[name] for name in line] for line in names]
    fill_cells(axes, [[style.fill for style in line] for line in styles])
    hatch_cells(axes, [[style.hatched for style in line] for line in styles])
    write_numbers(
        axes,
        labels,
        [[style.ink for style in line] for line in styles],
        [[style.weight for style in line] for line in styles],
        size=number_size,
    )
    for window in windows:
        outline(axes, window, inset=0.07 if len(windows) > 1 else 0.0)
    return axes


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

    Positive entries are orange and negative ones purple, the darker the larger.

    Args:
        matrix: Array of shape (rows, columns), finite.
        ax: Axes to draw on; by default those of a new figure that fits.
        title: Text above.
        caption: Text below.
        blocks: Rows and columns to a block, marked by heavier lines: the widths of
            the two images whose rows the matrix flattens.
        decimals: Digits after the point at most, 0 or more.
        limit: Size of the entries drawn darkest, above 0; by default the largest.
        number_size: Size of the numbers in points; by default what fits the cells.

    Returns:
        The axes drawn on.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If the array is not 2-D or not finite, or `blocks` or `limit`
            is not positive.

    Example:
        >>> ax = draw_matrix([[1, 0, 2], [0, 0.5, 0]], title="matrix")
        >>> [text.get_text() for text in ax.texts]
        ['1', '0', '2', '0', '0.5', '0']
    """
    array = plane(matrix, "matrix")
    bound = positive_limit(limit, array)
    labels = format_numbers(array, decimals)
    axes = grid_axes(ax, array.shape, title, caption, cell_size(labels))
    fills = [[_tint(value / bound) for value in line] for line in array.tolist()]
    fill_cells(axes, fills)
    if array.size <= MOST_NUMBERS:
        pale = ROLES["zero"]
        inks = [
            [pale.ink if fill == pale.fill else ink_on(fill) for fill in line]
            for line in fills
        ]
        write_numbers(axes, labels, inks, size=number_size)
    if blocks is not None:
        block_lines(axes, array.shape, blocks)
    return axes


def cell_roles(
    shape: tuple[int, ...], role: str, roles: Roles | None
) -> list[list[str]]:
    """Works out the role of every cell.

    Args:
        shape: Height and width of the grid.
        role: Role of the cells of which `roles` does not speak.
        roles: Masks by role, or an array of names.

    Returns:
        The names, row by row.

    Raises:
        TypeError: If a role is not a string or a mask not boolean.
        ValueError: If a role is unknown or a shape differs from the grid's.

    Example:
        >>> cell_roles((1, 2), "input", {"zero": [[False, True]]})
        [['input', 'zero']]
    """
    role_style(role)
    names = np.full(shape, role, dtype=object)
    if roles is None:
        return names.tolist()
    layers = roles.items() if isinstance(roles, Mapping) else [("", roles)]
    for name, cells in layers:
        array = np.asarray(cells)
        argument = f"roles[{name!r}]" if name else "roles"
        if array.shape != tuple(shape):
            raise ValueError(
                f"{argument} must have the shape of the grid, {tuple(shape)}; "
                f"got shape {array.shape}"
            )
        if not isinstance(roles, Mapping):
            names = array.astype(object)
        elif array.dtype != bool:
            raise TypeError(f"{argument} must be a mask of bool; got {array.dtype}")
        else:
            role_style(name, "roles")
            names[array] = name
    for name in set(names.flat):
        role_style(name, "roles")
    return names.tolist()


def positive_limit(limit: float | None, array: npt.NDArray[Any]) -> float:
    """The largest size in an array, or the limit given instead."""
    if limit is None:
        return float(np.abs(array.astype(float)).max()) or 1.0
    return positive(limit, "limit")


def _tint(share: float) -> str:
    if share == 0:
        return ROLES["zero"].fill
    return to_hex(VALUES(0.5 + 0.5 * max(-1.0, min(share, 1.0))))
