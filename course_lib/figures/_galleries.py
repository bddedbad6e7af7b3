"""Grey images side by side, and sheets of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from course_lib.figures._checks import known_titles, operators, panels, picture
from course_lib.figures._layout import (
    PAD,
    Panel,
    block_height,
    block_width,
    new_page,
    place,
    row,
    wrap,
)
from course_lib.figures._palette import CAPTION_SIZE, TITLE_SIZE
from course_lib.figures._pictures import (
    BAR,
    SIDE,
    draw_difference,
    draw_image,
    picture_size,
    size_text,
)
from course_lib.shapes import whole_number

SHEET_GAP = 0.1
WIDE_SHEET = 6
"""Images to a row above which a sheet shows them at half the side."""


def images(
    pictures: Mapping[str, npt.ArrayLike],
    *,
    differences: Collection[str] = (),
    to_scale: bool = False,
    captions: Mapping[str, str] | None = None,
    between: str | Sequence[str] = "",
    limits: tuple[float, float] = (-1.0, 1.0),
) -> Figure:
    """Draws grey images side by side.

    Args:
        pictures: Images of shape (height, width) or (height, width, 1) by title,
            from left to right.
        differences: Titles of those to draw as differences, with a colour bar.
        to_scale: Whether all pixels are the same size, so that a smaller image
            looks smaller; by default all images are the same size.
        captions: Texts below, by title; by default the sizes.
        between: Operators in the gaps, such as "→".
        limits: The values drawn black and white.

    Returns:
        A new figure.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If an array is not one grey image, or an option speaks of a
            panel there is not.

    Example:
        >>> digit = np.zeros((20, 20, 1))
        >>> figure = images({"digit": digit, "pooled": digit[::2, ::2]}, between="→")
        >>> [ax.get_title() for ax in figure.axes]
        ['digit', 'pooled']
    """
    given = panels(pictures, "pictures")
    checked = {t: picture(x, f"pictures[{t!r}]") for t, x in given.items()}
    texts = captions or {}
    known_titles(texts, "captions", given)
    if isinstance(differences, str):
        raise TypeError(f"differences must be a list of titles; got {differences!r}")
    known_titles(dict.fromkeys(differences), "differences", given)
    largest = max(max(x.shape) for x in checked.values())
    rooms = []
    for title, array in checked.items():
        side = SIDE * (max(array.shape) / largest if to_scale else 1)
        width, height = picture_size(array.shape, side)
        bar = BAR if title in differences else 0.0
        text = wrap(texts.get(title, size_text(array.shape)), SIDE, CAPTION_SIZE)
        rooms.append(Panel(width, height, wrap(title, SIDE), text, right=bar))
    figure, axes = row(rooms, operators(between, len(rooms)))
    for (title, array), room, ax in zip(checked.items(), rooms, axes, strict=True):
        text = room.caption or ""
        if title in differences:
            draw_difference(array, ax=ax, title=room.title, caption=text)
        else:
            draw_image(array, ax=ax, title=room.title, caption=text, limits=limits)
    return figure


def image_sheet(
    batch: npt.ArrayLike,
    columns: int = 10,
    titles: Sequence[str] | None = None,
    *,
    limits: tuple[float, float] = (-1.0, 1.0),
) -> Figure:
    """Draws a batch of grey images as a sheet, row by row.

    Args:
        batch: Images of shape (batch, height, width) or (batch, height, width, 1).
        columns: Images to a row, 1 or more.
        titles: Text above each image; by default none.
        limits: The values drawn black and white.

    Returns:
        A new figure.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If the batch is empty or of another shape, or the titles are not
            as many as the images.

    Example:
        >>> figure = image_sheet(np.zeros((6, 10, 10, 1)), columns=3)
        >>> len(figure.axes)
        6
    """
    try:
        entries = list(np.asarray(batch))
    except (TypeError, ValueError):
        entries = []
    if not entries:
        raise ValueError(
            "batch must be an array of shape (batch, height, width, 1) with one image "
            "or more; got none, or images of different shapes"
        )
    checked = [picture(entry, f"batch[{n}]") for n, entry in enumerate(entries)]
    columns = min(whole_number(columns, "columns"), len(checked))
    if titles is not None and len(titles) != len(checked):
        raise ValueError(
            f"titles must be as many as the images, {len(checked)}; got {len(titles)}"
        )
    small = columns > WIDE_SHEET
    width, height = picture_size(checked[0].shape, SIDE / 2 if small else SIDE)
    texts = [wrap(title, width) for title in titles] if titles is not None else []
    above = max((block_height(text, TITLE_SIZE) for text in texts), default=0.0)
    across = max([width, *(block_width(text, TITLE_SIZE) for text in texts)])
    step = (across + SHEET_GAP, above + height + SHEET_GAP)
    rows = -(-len(checked) // columns)
    figure = new_page(
        2 * PAD + columns * step[0] - SHEET_GAP, 2 * PAD + rows * step[1] - SHEET_GAP
    )
    for number, array in enumerate(checked):
        row_number, column = divmod(number, columns)
        left = PAD + column * step[0] + (across - width) / 2
        ax = place(figure, left, PAD + row_number * step[1] + above, width, height)
        title = texts[number] if texts else None
        draw_image(array, ax=ax, title=title, caption="", limits=limits)
    return figure
