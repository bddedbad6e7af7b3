"""Images and their differences: alone, side by side, and as sheets."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from course_lib._arguments import whole_number
from course_lib.figures import _checks as check
from course_lib.figures import _layout as layout
from course_lib.figures import palette

SIDE = 280 / palette.RENDER_DPI
"""Inches of a picture: 280 pixels, a multiple of 5, 7, 10, 14, 20 and 28."""
LARGE = 1.5 * SIDE
"""Inches of a picture on its own."""
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
        image: Finite array of shape (height, width[, 1 or 3 channels]).
        ax: Axes to draw on; by default those of a new figure that fits.
        title: Text above.
        caption: Text below; by default the size, height first; "" for none.
        limits: The values drawn black and white; what lies beyond them is clipped.
            By default 0 and 255 for uint8, and -1 and 1 for other numbers, which
            are refused if they look like another scale: with none below 0, or more
            than half of them beyond. Booleans are black and white.

    Returns:
        The axes drawn on.

    Example:
        >>> ax = draw_image(np.zeros((10, 10, 1)), title="a digit")
        >>> ax.images[0].get_clim()
        (-1.0, 1.0)
    """
    array = check.numbers(image, "image", channels=COLOURS)
    low, high = _scales([array], limits, "image")[0]
    if array.ndim == 3:
        array = np.clip((array.astype(float) - low) / (high - low), 0, 1)
    look: dict[str, Any] = {"cmap": "gray", "vmin": low, "vmax": high}
    axes = draw_pixels(array, ax, LARGE, title, caption, **look).axes
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
        limit: The colours span -limit to limit; by default the largest difference.

    Returns:
        The axes drawn on. The colour bar stands at their right.

    Example:
        >>> ax = draw_difference([[0.5, -0.25]], title="lost")
        >>> ax.images[0].get_clim()
        (-0.5, 0.5)
    """
    array = check.numbers(difference, "difference")
    end = bound(array, limit)
    look: dict[str, Any] = {"cmap": palette.DIFFERENCES, "vmin": -end, "vmax": end}
    image = draw_pixels(array, ax, LARGE, title, caption, **look)
    axes = image.axes
    beside = axes.inset_axes((1.06, 0.0, 0.055, 1.0))
    axes.figure.colorbar(image, cax=beside, ticks=[-end, 0, end])
    beside.set_yticklabels([f"{palette.MINUS}{end:.2g}", "0", f"+{end:.2g}"])
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
        pictures: Images like those of `draw_image` by title; differences are grey.
        differences: Titles of those to draw as differences, with a colour bar.
        to_scale: Whether all pixels are the same size; by default all images are.
        captions: Texts below, by title; by default the sizes.
        between: Operators in the gaps, such as "→".
        limits: The values drawn black and white; see `draw_image`.

    Returns:
        A new figure.

    Example:
        >>> digit = np.zeros((20, 20, 1))
        >>> figure = images({"digit": digit, "pooled": digit[::2, ::2]}, between="→")
        >>> [ax.get_title() for ax in figure.axes]
        ['digit', 'pooled']
    """
    checked = check.panels(pictures, "pictures", channels=COLOURS)
    check.by_title(dict.fromkeys(differences), "differences", checked)
    seen = {t: x for t, x in checked.items() if t not in differences}
    ends = dict(zip(seen, _scales(seen.values(), limits, "pictures"), strict=True))
    longest = max(max(x.shape[:2]) for x in checked.values())
    texts = check.by_title(captions, "captions", checked)
    page, row = Figure((1, 1)), []
    for title, array in checked.items():
        side = SIDE * (max(array.shape[:2]) / longest if to_scale else 1)
        ax = layout.new_axes(*layout.picture_size(array.shape, side), page)
        look: dict[str, Any] = {"ax": ax, "title": title, "caption": texts.get(title)}
        if title in ends:
            row.append(draw_image(array, limits=ends[title], **look))
        else:
            row.append(draw_difference(array, **look))
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
        batch: Up to 100 images, of shape (batch, height, width[, 1 or 3 channels]).
        columns: Images to a row, 1 or more.
        titles: Text or number above each image; by default none.
        limits: The values drawn black and white; see `draw_image`.

    Returns:
        A new figure.

    Raises:
        ValueError: Also if there are not as many titles as images.

    Example:
        >>> figure = image_sheet(np.zeros((6, 10, 10, 1)), columns=3)
        >>> len(figure.axes)
        6
    """
    axes = ("batch", "height", "width")
    checked = check.numbers(batch, "batch", axes, channels=COLOURS)
    check.at_most(len(checked), MOST_IMAGES, "batch", "images", "use a slice")
    texts = [None] * len(checked) if titles is None else titles
    if len(texts) != len(checked):
        raise ValueError(
            f"titles must be {len(checked)}, one for each image; got {len(texts)}"
        )
    ends = _scales([checked], limits, "batch")[0]
    columns = whole_number(columns, "columns")
    side = SIDE / 2 if min(columns, len(checked)) > WIDE_SHEET else SIDE
    size, page = layout.picture_size(checked.shape[1:], side), Figure((1, 1))
    look: dict[str, Any] = {"caption": "", "limits": ends}
    cells = [
        draw_image(array, ax=layout.new_axes(*size, page), title=text, **look)
        for array, text in zip(checked, texts, strict=True)
    ]
    table = [cells[at : at + columns] for at in range(0, len(cells), columns)]
    return layout.arrange(table, gap=SHEET_GAP, even=True)


def bound(array: npt.NDArray[Any], limit: float | None) -> float:
    """A limit above 0; by default the size of the largest entry, or 1."""
    if limit is None:
        return float(np.abs(array.astype(float)).max()) or 1.0
    if not 0 < limit < np.inf:
        raise ValueError(f"limit must be a finite number above 0; got {limit!r}")
    return limit


def draw_pixels(
    values: npt.NDArray[Any],
    ax: Axes | None,
    side: float,
    title: object,
    caption: object,
    **look: Any,
) -> AxesImage:
    """Draws numbers or colours as framed pixels; the size is the default caption."""
    height, width = values.shape[:2]
    below = f"{height} {palette.TIMES} {width}" if caption is None else caption
    axes = layout.panel(ax, layout.picture_size(values.shape, side), title, below)
    axes.spines[:].set(visible=True, color=palette.FRAME, linewidth=0.8)
    shrunk = width > axes.get_window_extent().width + 0.5
    smooth = "antialiased" if shrunk else "nearest"
    return axes.imshow(values, interpolation=smooth, **look)


def _scales(
    pictures: Collection[npt.NDArray[Any]],
    limits: tuple[float, float] | None,
    name: str,
) -> list[tuple[float, float]]:
    """The values drawn black and white in each of the pictures of one argument."""
    own: dict[Any, tuple[float, float]] = {np.dtype(bool): (0, 1)}
    if limits is None:
        own[np.dtype(np.uint8)] = (0, 255)
        found = [x.ravel() for x in pictures if x.dtype not in own]
        values = np.concatenate(found or [np.zeros(1)])
        low, high = values.min(), values.max()
        if 0 <= low < high or np.mean(np.abs(values) > 1) > 0.5:
            raise ValueError(
                f"{name} must hold numbers from -1 (black) to 1 (white), as far as "
                f"limits doesn't say otherwise; got {low:g} to {high:g}; say what is "
                f"black and white, as in limits=(0, {1 if high <= 1 else 255})"
            )
    elif not limits[0] < limits[1]:
        raise ValueError(f"limits must be two numbers and rise; got {limits!r}")
    return [own.get(x.dtype, limits or (-1, 1)) for x in pictures]
