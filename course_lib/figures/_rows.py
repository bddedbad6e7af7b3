"""Grids and matrices side by side."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_lib.figures import _checks as check
from course_lib.figures import _layout as layout
from course_lib.figures._cells import (
    MOST_CELLS,
    Roles,
    draw_grid,
    draw_matrix,
    format_numbers,
)


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
        arrays: Arrays of shape (height, width) or (height, width, 1) by title, from
            left to right.
        roles: One role for all, or by title a role, masks by role such as
            `{"zero": x == 0}`, or an array of names; see `draw_grid`.
        highlight: Windows to outline, by title.
        captions: Texts below, by title.
        between: Operators in the gaps, such as "→" or ["→", "="].
        key: Roles to explain below, or texts by role; "footprint" is a window.
        decimals: Digits after the point at most.

    Returns:
        A new figure.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If an array is not 2-D or holds NaN, they have more than 1,600
            cells together, or an option speaks of a panel or role there is not.

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
        t: partial(draw_grid, roles=named.get(t), highlight=outlined.get(t))
        for t in checked
    }
    row = _draw_row(checked, drawings, max, captions, decimals)
    return layout.arrange([row], between, key=key)


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
        roles: By title the role of what is not a matrix but an image flattened,
            such as "input"; its cells get the colour of the role.
        blocks: Rows and columns to a block, by title; see `draw_matrix`.
        captions: Texts below, by title.
        between: Operators in the gaps, such as "→" or ["→", "="].
        decimals: Digits after the point at most.

    Returns:
        A new figure.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If an array is not 2-D or not finite, they have more than 1,600
            entries together, or an option speaks of a panel there is not.

    Example:
        >>> figure = matrices({"matrix": [[1, 0]], "transpose": [[1], [0]]})
        >>> len(figure.axes)
        2
    """
    checked = check.panels(arrays, "arrays")
    vectors = check.by_title(roles, "roles", checked)
    groups = check.by_title(blocks, "blocks", checked)
    sizes = [check.bound(x) for t, x in checked.items() if t not in vectors]
    drawings = {
        t: partial(draw_grid, roles=vectors[t])
        if t in vectors
        else partial(draw_matrix, blocks=groups.get(t), limit=max(sizes))
        for t in checked
    }
    row = _draw_row(checked, drawings, min, captions, decimals)
    return layout.arrange([row], between)


def _draw_row(
    arrays: Mapping[str, npt.NDArray[Any]],
    drawings: Mapping[str, Callable[..., Axes]],
    suit: Callable[[Iterable[float]], float],
    captions: Mapping[str, str] | None,
    decimals: int,
) -> list[Axes]:
    """Draws arrays, each in its way, on axes of a new page with cells of one size."""
    cells = sum(array.size for array in arrays.values())
    advice = "use images, draw_matrix or slices"
    check.at_most(cells, MOST_CELLS, "arrays", "cells together", advice)
    texts = check.by_title(captions, "captions", arrays)
    labels = [format_numbers(array, decimals) for array in arrays.values()]
    room = layout.ROOM - 0.5 * (len(arrays) - 1)
    columns = sum(array.shape[1] for array in arrays.values())
    cell = min(suit(map(layout.cell_size, labels)), max(room / columns, 0.16))
    size = min(layout.fitting_size(panel, cell) for panel in labels)
    page, row = layout.new_page(), []
    look: dict[str, Any] = {"decimals": decimals, "number_size": size}
    for title, array in arrays.items():
        ax = layout.new_axes(page, array.shape[1] * cell, array.shape[0] * cell)
        look |= {"ax": ax, "title": title, "caption": texts.get(title)}
        row.append(drawings[title](array, **look))
    return row
