"""Images and their differences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from course_lib.figures._cells import largest_size
from course_lib.figures._checks import numbers, positive, rising
from course_lib.figures._layout import RENDER_DPI
from course_lib.figures._marks import draw_pixels, panel_axes
from course_lib.figures._palette import (
    CAPTION_SIZE,
    DIVERGING,
    FONT,
    FRAME,
    MINUS,
    MUTED,
    TIMES,
)

SIDE = 280 / RENDER_DPI
"""Inches of a picture: 280 pixels, a multiple of 5, 7, 10, 14, 20 and 28."""
BAR = 0.62
"""Inches that a colour bar and its numbers take."""


def draw_image(
    image: npt.ArrayLike,
    *,
    ax: Axes | None = None,
    title: str | None = None,
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
        >>> import numpy as np
        >>> ax = draw_image(np.zeros((10, 10, 1)), title="a digit")
        >>> ax.images[0].get_clim()
        (-1.0, 1.0)
    """
    array = numbers(image, "image", channels=(1, 3))
    low, high = scales([array], limits, "image")[0]
    axes = _axes(ax, array.shape, title, caption)
    if array.ndim == 3:
        with np.errstate(over="ignore"):
            array = np.clip((array.astype(float) - low) / (high - low), 0, 1)
    draw_pixels(axes, array, cmap="gray", vmin=low, vmax=high)
    return axes


def scales(
    pictures: Sequence[npt.NDArray[Any]],
    limits: tuple[float, float] | None,
    name: str,
) -> list[tuple[float, float]]:
    """The values drawn black and white in each of the pictures of one argument.

    Args:
        pictures: Checked images, whose numbers have a common scale.
        limits: What the caller says; None for what suits the types.
        name: The argument's name, for the message.

    Returns:
        One pair for each picture.

    Raises:
        TypeError: If `limits` is not a pair of numbers.
        ValueError: If it does not rise; or, without it, if the numbers seem to be of
            another scale than from -1 to 1.

    Example:
        >>> scales([np.array([[0, 7]], "uint8"), np.array([[0, -0.5]])], None, "image")
        [(0, 255), (-1, 1)]
    """
    own: dict[Any, tuple[float, float]] = {np.dtype(bool): (0, 1)}
    if limits is not None:
        others = rising(limits)
    else:
        own[np.dtype(np.uint8)] = (0, 255)
        others = (-1, 1)
        _check_scale([x for x in pictures if x.dtype not in own], name)
    return [own.get(x.dtype, others) for x in pictures]


def _check_scale(pictures: Sequence[npt.NDArray[Any]], name: str) -> None:
    if not pictures:
        return
    values = np.concatenate([x.ravel() for x in pictures])
    low, high = values.min(), values.max()
    if 0 <= low < high or np.mean((values < -1) | (values > 1)) > 0.5:
        raise ValueError(
            f"{name} must hold numbers from -1 (black) to 1 (white), as far as limits "
            f"doesn't say otherwise; got {low:g} to {high:g}; say what is black and "
            f"white, as in limits=(0, {1 if high <= 1 else 255})"
        )


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
    array = numbers(difference, "difference")
    bound = positive(limit, "limit") or largest_size(array)
    axes = _axes(ax, array.shape, title, caption, bar=BAR)
    image = draw_pixels(axes, array, cmap=DIVERGING, vmin=-bound, vmax=bound)
    bar_axes = axes.inset_axes((1.06, 0.0, 0.055, 1.0))
    figure = axes.get_figure(root=True)
    bar = figure.colorbar(image, cax=bar_axes)  # type: ignore[union-attr]
    ends = f"{bound:.2g}"
    bar.set_ticks([-bound, 0, bound], labels=[f"{MINUS}{ends}", "0", f"+{ends}"])
    bar.outline.set(edgecolor=FRAME, linewidth=0.8)
    bar_axes.tick_params(length=0, pad=3)
    for label in bar_axes.get_yticklabels():
        label.set(family=FONT, fontsize=CAPTION_SIZE - 0.5, color=MUTED)
    return axes


def picture_size(shape: tuple[int, ...], side: float = SIDE) -> tuple[float, float]:
    """Inches (width, height) of a picture, with pixels of one size if it has room.

    Each takes a whole number of rendered pixels, so that none is wider than another.
    """
    height, width = shape[:2]
    exact = side * RENDER_DPI / max(height, width)
    pixel = (int(exact) or exact) / RENDER_DPI
    return width * pixel, height * pixel


def size_text(shape: tuple[int, ...]) -> str:
    """A size as the course writes it, height first."""
    return f"{shape[0]} {TIMES} {shape[1]}"


def _axes(
    ax: Axes | None,
    shape: tuple[int, ...],
    title: str | None,
    caption: str | None,
    bar: float = 0.0,
) -> Axes:
    below = size_text(shape) if caption is None else caption
    return panel_axes(ax, picture_size(shape, 1.5 * SIDE), title, below, bar)
