"""Arrays as grids of cells with the number in each cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb

from course_lib.figures._checks import (
    MOST_CELLS,
    Rectangle,
    at_most,
    digits,
    numbers,
    plain_array,
    positive,
    rectangles,
)
from course_lib.figures._marks import (
    block_lines,
    draw_pixels,
    fill_cells,
    grid_axes,
    hatch_cells,
    outline,
    write_numbers,
)
from course_lib.figures._numbers import cell_size, format_numbers, pixel_cell
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
MOST_ROWS = 1_792
"""Rows or columns of a matrix, of which each gets a pixel at least."""


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
        decimals: Digits after the point at most, 0 to 15.
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
    array = numbers(image, "image", infinite=True)
    advice = "use draw_image or a slice"
    at_most(array.size, MOST_CELLS, "image", "cells to be read", advice)
    size = positive(number_size, "number_size", 100)
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
        size=size,
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

    Positive entries are orange and negative ones purple, the darker the larger. With
    more than 900 entries, each becomes a few pixels without line and number.

    Args:
        matrix: Array of shape (rows, columns), finite; up to 1,792 of each.
        ax: Axes to draw on; by default those of a new figure that fits.
        title: Text above.
        caption: Text below.
        blocks: Rows and columns to a block, marked by heavier lines: the widths of
            the two images whose rows the matrix flattens.
        decimals: Digits after the point at most, 0 to 15.
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
    array = numbers(matrix, "matrix", ("rows", "columns"), channels=())
    at_most(max(array.shape), MOST_ROWS, "matrix", "rows or columns", "use a slice")
    size = positive(number_size, "number_size", 100)
    colours = _tints(array, positive(limit, "limit") or largest_size(array))
    if array.size <= MOST_NUMBERS:
        labels = format_numbers(array, decimals)
        axes = grid_axes(ax, array.shape, title, caption, cell_size(labels))
        fills = [[to_hex(colour) for colour in line] for line in colours]
        fill_cells(axes, fills)
        pale = ROLES["zero"]
        inks = [
            [pale.ink if fill == pale.fill else ink_on(fill) for fill in line]
            for line in fills
        ]
        write_numbers(axes, labels, inks, size=size)
    else:
        digits(decimals)
        axes = grid_axes(ax, array.shape, title, caption, pixel_cell(array.shape))
        draw_pixels(axes, colours, extent=(0, array.shape[1], array.shape[0], 0))
    if blocks is not None:
        block_lines(axes, array.shape, blocks)
    return axes


def cell_roles(
    shape: tuple[int, ...],
    role: str,
    roles: str | Roles | None,
    argument: str = "roles",
) -> list[list[str]]:
    """Works out the role of every cell.

    Args:
        shape: Height and width of the grid.
        role: Role of the cells of which `roles` does not speak.
        roles: Masks by role, an array of names, or one name.
        argument: Name of `roles`, for the messages.

    Returns:
        The names, row by row.

    Raises:
        TypeError: If a role is not a string or a mask not boolean.
        ValueError: If a role is unknown or a shape differs from the grid's.

    Example:
        >>> cell_roles((1, 2), "input", {"zero": [[False, True]]})
        [['input', 'zero']]
    """

    def checked(value: npt.ArrayLike, entry: str) -> npt.NDArray[Any]:
        array = plain_array(value, entry)
        if array.shape != tuple(shape):
            raise ValueError(
                f"{entry} must have the shape of the grid, {tuple(shape)}; "
                f"got shape {array.shape}"
            )
        return array

    role_style(role)
    names = np.full(shape, roles if isinstance(roles, str) else role, dtype=object)
    if isinstance(roles, Mapping):
        for name, cells in roles.items():
            mask = checked(cells, f"{argument}[{name!r}]")
            if mask.dtype != bool:
                raise TypeError(
                    f"{argument}[{name!r}] must be a mask of bool; got {mask.dtype}"
                )
            role_style(name, argument)
            names[mask] = name
    elif roles is not None and not isinstance(roles, str):
        names = checked(roles, argument).astype(object)
    for name in set(names.flat):
        role_style(name, argument)
    return names.tolist()


def largest_size(array: npt.NDArray[Any]) -> float:
    """The largest entry, whatever its sign; 1 if all are 0."""
    return float(np.abs(array.astype(float)).max()) or 1.0


def _tints(array: npt.NDArray[Any], bound: float) -> npt.NDArray[np.float64]:
    """Colours of shape (rows, columns, 3)."""
    with np.errstate(over="ignore"):
        shares = np.clip(array.astype(float) / bound, -1.0, 1.0)
    colours = VALUES(0.5 + 0.5 * shares)[..., :3]
    colours[shares == 0] = to_rgb(ROLES["zero"].fill)
    return colours
