"""Images side by side, and sheets of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from numbers import Real

import numpy.typing as npt
from matplotlib.figure import Figure

from course_lib._arguments import whole_number
from course_lib.figures._checks import (
    MOST_PANELS,
    at_most,
    by_title,
    entries,
    known_titles,
    numbers,
    operators,
    optional_text,
    panels,
    text,
)
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
    scales,
    size_text,
)

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
    limits: tuple[float, float] | None = None,
) -> Figure:
    """Draws images side by side.

    Args:
        pictures: Images by title, from left to right, of shapes as in `draw_image`;
            differences are grey.
        differences: Titles of those to draw as differences, with a colour bar.
        to_scale: Whether all pixels are the same size, so that a smaller image
            looks smaller; by default all images are the same size.
        captions: Texts below, by title; by default the sizes.
        between: Operators in the gaps, such as "→".
        limits: The values drawn black and white; see `draw_image`.

    Returns:
        A new figure.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If an array is not one image of up to 4,000,000 numbers, or of
            another scale, there are more than 100, or an option speaks of a panel
            there is not.

    Example:
        >>> import numpy as np
        >>> digit = np.zeros((20, 20, 1))
        >>> figure = images({"digit": digit, "pooled": digit[::2, ::2]}, between="→")
        >>> [ax.get_title() for ax in figure.axes]
        ['digit', 'pooled']
    """
    given = panels(pictures, "pictures")
    texts = by_title(captions, "captions", given, optional_text)
    lost = entries(differences, "differences", "titles")
    known_titles(lost, "differences", given)
    checked = {
        t: numbers(x, f"pictures[{t!r}]", channels=(1,) if t in lost else (1, 3))
        for t, x in given.items()
    }
    seen = {t: x for t, x in checked.items() if t not in lost}
    ends = dict(zip(seen, scales(list(seen.values()), limits, "pictures"), strict=True))
    largest = max(max(x.shape[:2]) for x in checked.values())
    rooms = []
    for title, array in checked.items():
        side = SIDE * (max(array.shape[:2]) / largest if to_scale else 1)
        width, height = picture_size(array.shape, side)
        bar = BAR if title in lost else 0.0
        below = wrap(texts.get(title, size_text(array.shape)), SIDE, CAPTION_SIZE)
        rooms.append(Panel(width, height, wrap(title, SIDE), below, right=bar))
    figure, axes = row(rooms, operators(between, len(rooms)))
    for (title, array), room, ax in zip(checked.items(), rooms, axes, strict=True):
        below = room.caption or ""
        if title in lost:
            draw_difference(array, ax=ax, title=room.title, caption=below)
        else:
            draw_image(
                array, ax=ax, title=room.title, caption=below, limits=ends[title]
            )
    return figure


def image_sheet(
    batch: npt.ArrayLike,
    columns: int = 10,
    titles: Sequence[str | float] | None = None,
    *,
    limits: tuple[float, float] | None = None,
) -> Figure:
    """Draws a batch of images as a sheet, row by row.

    Args:
        batch: Up to 100 images, of shape (batch, height, width), or with an axis of
            1 or 3 channels behind.
        columns: Images to a row, 1 or more.
        titles: Text or number above each image; by default none.
        limits: The values drawn black and white; see `draw_image`.

    Returns:
        A new figure.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If the batch is empty, too large or of another shape or scale,
            or the titles are not as many as the images.

    Example:
        >>> import numpy as np
        >>> figure = image_sheet(np.zeros((6, 10, 10, 1)), columns=3)
        >>> len(figure.axes)
        6
    """
    checked = numbers(batch, "batch", ("batch", "height", "width"), channels=(1, 3))
    at_most(len(checked), MOST_PANELS, "batch", "images", "use a slice")
    columns = min(whole_number(columns, "columns"), len(checked))
    above_each = [] if titles is None else entries(titles, "titles", "texts or numbers")
    if titles is not None and len(above_each) != len(checked):
        raise ValueError(
            f"titles must be as many as the images, {len(checked)}; "
            f"got {len(above_each)}"
        )
    small = columns > WIDE_SHEET
    width, height = picture_size(checked[0].shape, SIDE / 2 if small else SIDE)
    texts = [
        wrap(text(str(one) if isinstance(one, Real) else one, f"titles[{n}]"), width)
        for n, one in enumerate(above_each)
    ]
    ends = scales([checked], limits, "batch")[0]
    above = max((block_height(title, TITLE_SIZE) for title in texts), default=0.0)
    across = max([width, *(block_width(title, TITLE_SIZE) for title in texts)])
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
        draw_image(array, ax=ax, title=title, caption="", limits=ends)
    return figure
