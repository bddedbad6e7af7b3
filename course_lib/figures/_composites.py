"""Grids and matrices side by side."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import numpy.typing as npt
from matplotlib.figure import Figure

from course_lib.figures._cells import (
    Roles,
    draw_grid,
    draw_matrix,
    positive_limit,
)
from course_lib.figures._checks import (
    Rectangle,
    known_titles,
    operators,
    panels,
    plane,
)
from course_lib.figures._key import KEY_HEIGHT, draw_key
from course_lib.figures._layout import (
    MAX_WIDTH,
    PAD,
    Panel,
    row,
    wrap,
)
from course_lib.figures._numbers import cell_size, fitting_size, format_numbers
from course_lib.figures._palette import CAPTION_SIZE

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
        arrays: Arrays of shape (height, width) by title, from left to right.
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
        ValueError: If an array is not 2-D or holds NaN, or an option speaks of a
            panel or role there is not.

    Example:
        >>> figure = grids({"input": [[1, 2]], "twice": [[2, 4]]}, between="→")
        >>> [ax.get_title() for ax in figure.axes]
        ['input', 'twice']
    """
    given = panels(arrays, "arrays")
    checked = {t: plane(x, f"arrays[{t!r}]", infinite=True) for t, x in given.items()}
    by_title = dict.fromkeys(given, roles) if isinstance(roles, str) else roles
    windows, texts = highlight or {}, captions or {}
    known_titles(by_title, "roles", given)
    known_titles(windows, "highlight", given)
    known_titles(texts, "captions", given)
    labels = [format_numbers(x, decimals) for x in checked.values()]
    cell = _fit(max(map(cell_size, labels)), [x.shape[1] for x in checked.values()])
    size = min(fitting_size(panel, cell) for panel in labels)
    rooms = _rooms({t: x.shape for t, x in checked.items()}, cell, texts)
    figure, axes = row(
        rooms, operators(between, len(rooms)), KEY_HEIGHT if key else 0.0
    )
    for (title, array), room, ax in zip(checked.items(), rooms, axes, strict=True):
        cells = by_title.get(title, "output")
        draw_grid(
            array,
            ax=ax,
            role=cells if isinstance(cells, str) else "output",
            roles=None if isinstance(cells, str) else cells,
            highlight=windows.get(title),
            title=room.title,
            caption=room.caption,
            decimals=decimals,
            number_size=size,
        )
    if key:
        draw_key(figure, key)
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
        ValueError: If an array is not 2-D or not finite, or an option speaks of a
            panel there is not.

    Example:
        >>> figure = matrices({"matrix": [[1, 0]], "transpose": [[1], [0]]})
        >>> len(figure.axes)
        2
    """
    given = panels(arrays, "arrays")
    checked = {t: plane(x, f"arrays[{t!r}]") for t, x in given.items()}
    vectors, groups, texts = roles or {}, blocks or {}, captions or {}
    known_titles(vectors, "roles", given)
    known_titles(groups, "blocks", given)
    known_titles(texts, "captions", given)
    labels = [format_numbers(x, decimals) for x in checked.values()]
    cell = _fit(min(map(cell_size, labels)), [x.shape[1] for x in checked.values()])
    size = min(fitting_size(panel, cell) for panel in labels)
    rooms = _rooms({t: x.shape for t, x in checked.items()}, cell, texts)
    coloured = [x for t, x in checked.items() if t not in vectors]
    limit = max((positive_limit(None, x) for x in coloured), default=1.0)
    figure, axes = row(rooms, operators(between, len(rooms)))
    for (title, array), room, ax in zip(checked.items(), rooms, axes, strict=True):
        look: dict[str, Any] = {
            "ax": ax,
            "title": room.title,
            "caption": room.caption,
            "decimals": decimals,
            "number_size": size,
        }
        if title in vectors:
            draw_grid(array, role=vectors[title], **look)
        else:
            draw_matrix(array, blocks=groups.get(title), limit=limit, **look)
    return figure


def _fit(cell: float, columns: Sequence[int]) -> float:
    room = MAX_WIDTH - 2 * PAD - 0.5 * (len(columns) - 1)
    return min(cell, max(room / sum(columns), 0.16))


def _rooms(
    shapes: Mapping[str, tuple[int, ...]], cell: float, captions: Mapping[str, str]
) -> list[Panel]:
    return [
        Panel(
            columns * cell,
            rows * cell,
            wrap(title, columns * cell) or None,
            wrap(captions.get(title), columns * cell, CAPTION_SIZE),
        )
        for title, (rows, columns) in shapes.items()
    ]
