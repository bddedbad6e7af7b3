"""Grids and matrices side by side."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy.typing as npt
from matplotlib.figure import Figure

from course_lib.figures._cells import (
    Roles,
    cell_roles,
    draw_grid,
    draw_matrix,
    largest_size,
)
from course_lib.figures._checks import (
    MOST_CELLS,
    Rectangle,
    at_most,
    by_title,
    numbers,
    operators,
    optional_text,
    panels,
    rectangles,
)
from course_lib.figures._key import KEY_HEIGHT, draw_key, key_texts
from course_lib.figures._layout import (
    MAX_WIDTH,
    PAD,
    Panel,
    row,
    wrap,
)
from course_lib.figures._numbers import cell_size, fitting_size, format_numbers
from course_lib.figures._palette import CAPTION_SIZE, role_style

PerPanel = Mapping[str, "str | Roles"]


def grids(
    arrays: Mapping[str, npt.ArrayLike],
    *,
    roles: str | PerPanel = "output",
    highlight: Mapping[str, Rectangle | Iterable[Rectangle]] | None = None,
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
        key: Roles to explain below, or texts by role.
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
    checked = _planes(arrays, "use images or slices", infinite=True)
    if roles is None:
        raise TypeError("roles must be a role or a mapping by title; got None")
    per_panel = dict.fromkeys(checked, roles) if isinstance(roles, str) else roles
    names = {
        title: cell_roles(checked[title].shape, "output", cells, f"roles[{title!r}]")
        for title, cells in by_title(per_panel, "roles", checked).items()
    }
    windows = {
        title: rectangles(window, checked[title].shape, f"highlight[{title!r}]")
        for title, window in by_title(highlight, "highlight", checked).items()
    }
    meanings = key_texts(key)
    footer = KEY_HEIGHT if meanings else 0.0
    figure, looks = _row(checked, captions, between, decimals, max, footer)
    for title, look in looks.items():
        window = windows.get(title)
        draw_grid(checked[title], roles=names.get(title), highlight=window, **look)
    if meanings:
        draw_key(figure, meanings)
    return figure


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
    checked = _planes(arrays, "use draw_matrix or slices")
    vectors = by_title(roles, "roles", checked, role_style)
    groups = by_title(blocks, "blocks", checked)
    coloured = [x for t, x in checked.items() if t not in vectors]
    limit = max(map(largest_size, coloured), default=1.0)
    figure, looks = _row(checked, captions, between, decimals, min)
    for title, look in looks.items():
        if title in vectors:
            draw_grid(checked[title], role=vectors[title], **look)
        else:
            group = groups.get(title)
            draw_matrix(checked[title], blocks=group, limit=limit, **look)
    return figure


def _planes(
    arrays: Mapping[str, npt.ArrayLike], advice: str, *, infinite: bool = False
) -> dict[str, npt.NDArray[Any]]:
    checked = {
        title: numbers(array, f"arrays[{title!r}]", infinite=infinite)
        for title, array in panels(arrays, "arrays").items()
    }
    cells = sum(array.size for array in checked.values())
    at_most(cells, MOST_CELLS, "arrays", "cells together", advice)
    return checked


def _row(
    arrays: Mapping[str, npt.NDArray[Any]],
    captions: Mapping[str, str] | None,
    between: str | Sequence[str],
    decimals: int,
    suit: Callable[[Iterable[float]], float],
    footer: float = 0.0,
) -> tuple[Figure, dict[str, dict[str, Any]]]:
    """A figure, and by title what all its panels are drawn with."""
    texts = by_title(captions, "captions", arrays, optional_text)
    labels = [format_numbers(array, decimals) for array in arrays.values()]
    inches = MAX_WIDTH - 2 * PAD - 0.5 * (len(arrays) - 1)
    columns = sum(array.shape[1] for array in arrays.values())
    cell = min(suit(map(cell_size, labels)), max(inches / columns, 0.16))
    size = min(fitting_size(panel, cell) for panel in labels)
    rooms = [
        Panel(
            wide * cell,
            high * cell,
            wrap(title, wide * cell) or None,
            wrap(texts.get(title), wide * cell, CAPTION_SIZE),
        )
        for title, (high, wide) in ((t, array.shape) for t, array in arrays.items())
    ]
    figure, axes = row(rooms, operators(between, len(rooms)), footer)
    return figure, {
        title: {
            "ax": ax,
            "title": room.title,
            "caption": room.caption,
            "decimals": decimals,
            "number_size": size,
        }
        for title, room, ax in zip(arrays, rooms, axes, strict=True)
    }
