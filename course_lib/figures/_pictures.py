"""Grey images and their differences."""

from __future__ import annotations

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
    limits: tuple[float, float] = (-1.0, 1.0),
) -> Axes:
    """Draws a grey image, pixel by pixel, on a fixed scale from black to white.

    Args:
        image: Array of shape (height, width) or (height, width, 1), finite.
        ax: Axes to draw on; by default those of a new figure that fits.
        title: Text above.
        caption: Text below; by default the size, height first; "" for none.
        limits: The values drawn black and white.

    Returns:
        The axes drawn on.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If the array is not one grey image, holds NaN or infinity, or
            `limits` does not rise.

    Example:
        >>> import numpy as np
        >>> ax = draw_image(np.zeros((10, 10, 1)), title="a digit")
        >>> ax.images[0].get_clim()
        (-1.0, 1.0)
    """
    array = numbers(image, "image", channel=True)
    low, high = rising(limits)
    axes = _axes(ax, array.shape, title, caption)
    draw_pixels(axes, array, cmap="gray", vmin=low, vmax=high)
    return axes


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
    array = numbers(difference, "difference", channel=True)
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
    """Inches (width, height) of a picture whose longer side is given."""
    height, width = shape
    longer = max(height, width)
    return side * width / longer, side * height / longer


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
