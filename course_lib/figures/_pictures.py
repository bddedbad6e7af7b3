"""Images and their differences: alone, side by side, and as sheets."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_lib._arguments import whole_number
from course_lib.figures import _checks as check
from course_lib.figures import _layout as layout
from course_lib.figures import palette
from course_lib.figures._cells import draw_pixels

SIDE = 280 / palette.RENDER_DPI
"""Inches of a picture: 280 pixels, a multiple of 5, 7, 10, 14, 20 and 28."""
SHEET_GAP = 0.1
MOST_IMAGES = 100
WIDE_SHEET = 6
"""Images to a row above which a sheet shows them at half the side."""

COLOURS = (1, 3)
"""Channels of an image: grey, or red, green and blue."""


@layout.in_course_style
def draw_image(
    image: npt.ArrayLike,
    *,
    ax: Axes | None = None,
    title: str | float | None = None,
    caption: str | None = None,
    limits: tuple[float, float] | None = None,
) -> Axes:
    """Draws a grey or colour image, pixel by pixel, on a fixed scale.

    Args:
        image: Array of shape (height, width), or with an axis of 1 or 3 channels
            (grey, or red, green and blue) behind; finite.
        ax: Axes to draw on; by default those of a new figure that fits.
        title: Text above.
        caption: Text below; by default the size, height first; "" for none.
        limits: The values drawn black and white; what lies beyond them is clipped.
            By default 0 and 255 for uint8, and -1 and 1 for other numbers, which
            are refused if they look like another scale: with none below 0, or more
            than half of them beyond. Booleans are black and white.

    Returns:
        The axes drawn on.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If the array is not one image, holds NaN or infinity, is of
            another scale, or `limits` does not rise.

    Example:
        >>> ax = draw_image(np.zeros((10, 10, 1)), title="a digit")
        >>> ax.images[0].get_clim()
        (-1.0, 1.0)
    """
    array = check.numbers(image, "image", channels=COLOURS)
    low, high = _scales([array], limits, "image")[0]
    axes = _axes(ax, array.shape, title, caption)
    if array.ndim == 3:
        array = np.clip((array.astype(float) - low) / (high - low), 0, 1)
    draw_pixels(axes, array, cmap="gray", vmin=low, vmax=high)
    return axes if ax else layout.fitted(axes)


@layout.in_course_style
def draw_difference(
    difference: npt.ArrayLike,
    *,
    ax: Axes | None = None,
    title: str | None = None,
    caption: str | None = None,
    limit: float | None = None,
) -> Axes:
    """Draws a difference of two images: orange above 0, purple below, white at 0.

    Args:
        difference: Array of shape (height, width) or (height, width, 1), finite.
        ax: Axes to draw on; by default those of a new figure that fits.
        title: Text above.
        caption: Text below; by default the size, height first; "" for none.
        limit: The colours span -limit to limit, above 0; by default the largest
            difference.

    Returns:
        The axes drawn on. The colour bar stands at their right.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If the array is not one grey image or not finite, or `limit` is
            not positive.

    Example:
        >>> ax = draw_difference([[0.5, -0.25]], title="lost")
        >>> ax.images[0].get_clim()
        (-0.5, 0.5)
    """
    array = check.numbers(difference, "difference")
    bound = check.bound(array, limit)
    axes = _axes(ax, array.shape, title, caption)
    image = draw_pixels(axes, array, cmap=palette.DIFFERENCES, vmin=-bound, vmax=bound)
    beside = axes.inset_axes((1.06, 0.0, 0.055, 1.0))
    figure = axes.get_figure(root=True)
    bar = figure.colorbar(image, cax=beside)  # type: ignore[union-attr]
    labels = [f"{palette.MINUS}{bound:.2g}", "0", f"+{bound:.2g}"]
    bar.set_ticks([-bound, 0, bound], labels=labels)
    bar.outline.set(edgecolor=palette.FRAME, linewidth=0.8)
    beside.tick_params(length=0, pad=3, labelsize=8.5, labelcolor=palette.MUTED)
    return axes if ax else layout.fitted(axes)


@layout.in_course_style
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
        ValueError: If an array is not one image, or of another scale, or an option
            speaks of a panel there is not.

    Example:
        >>> digit = np.zeros((20, 20, 1))
        >>> figure = images({"digit": digit, "pooled": digit[::2, ::2]}, between="→")
        >>> [ax.get_title() for ax in figure.axes]
        ['digit', 'pooled']
    """
    checked = check.panels(pictures, "pictures", channels=COLOURS)
    texts = check.by_title(captions, "captions", checked)
    for title in check.by_title(dict.fromkeys(differences), "differences", checked):
        check.numbers(checked[title], f"pictures[{title!r}]")  # of one channel
    seen = {t: x for t, x in checked.items() if t not in differences}
    ends = dict(zip(seen, _scales(seen.values(), limits, "pictures"), strict=True))
    largest = max(max(x.shape[:2]) for x in checked.values())
    page, row = layout.new_page(), []
    for title, array in checked.items():
        side = SIDE * (max(array.shape[:2]) / largest if to_scale else 1)
        ax = layout.new_axes(page, *layout.picture_size(array.shape, side))
        look: dict[str, Any] = {"title": title, "caption": texts.get(title)}
        if title in ends:
            row.append(draw_image(array, ax=ax, limits=ends[title], **look))
        else:
            row.append(draw_difference(array, ax=ax, **look))
    return layout.arrange([row], between)


@layout.in_course_style
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
        >>> figure = image_sheet(np.zeros((6, 10, 10, 1)), columns=3)
        >>> len(figure.axes)
        6
    """
    axes = ("batch", "height", "width")
    checked = check.numbers(batch, "batch", axes, channels=COLOURS)
    check.at_most(len(checked), MOST_IMAGES, "batch", "images", "use a slice")
    columns = min(whole_number(columns, "columns"), len(checked))
    given = [None] * len(checked) if titles is None else titles
    texts = check.one_for_each(given, "titles", len(checked), "image")
    ends = _scales([checked], limits, "batch")[0]
    side = SIDE / 2 if columns > WIDE_SHEET else SIDE
    size = layout.picture_size(checked.shape[1:], side)
    page = layout.new_page()
    cells: list[Axes | None] = []
    for array, text in zip(checked, texts, strict=True):
        ax = layout.new_axes(page, *size)
        cells.append(draw_image(array, ax=ax, title=text, caption="", limits=ends))
    table = [cells[at : at + columns] for at in range(0, len(cells), columns)]
    return layout.arrange(table, gap=SHEET_GAP, even=True)


def _axes(
    ax: Axes | None, shape: tuple[int, ...], title: object, caption: object
) -> Axes:
    """Axes with the size, height first, below."""
    below = f"{shape[0]} {palette.TIMES} {shape[1]}" if caption is None else caption
    return layout.panel(ax, layout.picture_size(shape, 1.5 * SIDE), title, below)


def _scales(
    pictures: Collection[npt.NDArray[Any]],
    limits: tuple[float, float] | None,
    name: str,
) -> list[tuple[float, float]]:
    """The values drawn black and white in each of the pictures of one argument."""
    own: dict[Any, tuple[float, float]] = {np.dtype(bool): (0, 1)}
    if limits is not None:
        others = check.rising(limits)
        return [own.get(x.dtype, others) for x in pictures]
    own[np.dtype(np.uint8)] = (0, 255)
    found = [x.ravel() for x in pictures if x.dtype not in own]
    values = np.concatenate(found or [np.zeros(1)])
    low, high = values.min(), values.max()
    if 0 <= low < high or np.mean(np.abs(values) > 1) > 0.5:
        raise ValueError(
            f"{name} must hold numbers from -1 (black) to 1 (white), as far as limits "
            f"doesn't say otherwise; got {low:g} to {high:g}; say what is black and "
            f"white, as in limits=(0, {1 if high <= 1 else 255})"
        )
    return [own.get(x.dtype, (-1, 1)) for x in pictures]
