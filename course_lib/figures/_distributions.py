"""Many measurements of several things: every one a dot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from course_lib.figures._checks import (
    at_most,
    digits,
    numbers,
    optional_axes,
    optional_text,
    panels,
    rising,
)
from course_lib.figures._layout import MAX_WIDTH, Panel, block_width, row
from course_lib.figures._palette import (
    CAPTION_SIZE,
    FONT,
    FOOTPRINT,
    FRAME,
    INK,
    MUTED,
    ROLES,
    TITLE_SIZE,
)

ROW = 0.42
BINS = 60
SPREAD = 0.36
MOST_DOTS = 100_000
FEW = 40
"""Dots in a row up to which they are large, and lie over the mark of the median."""


def draw_distributions(
    values: Mapping[str, npt.ArrayLike],
    *,
    ax: Axes | None = None,
    label: str | None = None,
    limits: tuple[float, float] | None = None,
    decimals: int = 2,
) -> Axes:
    """Draws every measurement as a dot, a row for each name, and marks the medians.

    Args:
        values: Numbers of shape (n,) by name, from top to bottom; n may differ.
        ax: Axes to draw on; by default those of a new figure that fits.
        label: What the numbers are, with their unit; written below.
        limits: Ends of the axis, around all numbers; by default what they need.
        decimals: Digits after the point of the medians, 0 to 15.

    Returns:
        The axes drawn on.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If there is nothing to draw, or it is not a row of finite numbers
            within the limits, 100,000 at most in all.

    Example:
        >>> ax = draw_distributions({"coin": [0, 1, 1], "die": [1, 4, 6]}, label="eyes")
        >>> [text.get_text() for text in ax.get_yticklabels()]
        ['coin', 'die']
    """
    rows = {
        name: numbers(row, f"values[{name!r}]", ("numbers",), channels=()).astype(float)
        for name, row in panels(values, "values").items()
    }
    at_most(sum(map(len, rows.values())), MOST_DOTS, "values", "numbers", "draw fewer")
    optional_axes(ax)
    optional_text(label, "label")
    places = digits(decimals)
    low, high = _limits(rows, limits)
    if ax is None:
        ax = _axes(rows)
    few = max(map(len, rows.values())) <= FEW
    look: dict[str, Any] = (
        {"s": 34, "alpha": 0.8, "zorder": 3} if few else {"s": 11, "alpha": 0.45}
    )
    for height, dots in enumerate(rows.values()):
        ax.scatter(
            dots,
            height + _swarm(dots, low, high, 0.2 if few else 0.09),
            color=ROLES["overlap"].fill,
            linewidths=0,
            clip_on=False,
            **look,
        )
        median = float(np.median(dots))
        ax.plot([median] * 2, [height - 0.4, height + 0.4], color=FOOTPRINT, lw=2.4)
        _beside(ax, f"{median:.{places}f}", height, va="center", weight="bold")
    _beside(ax, "median", -0.62, va="bottom")
    _dress(ax, list(rows), label, (low, high))
    return ax


def _limits(
    rows: Mapping[str, npt.NDArray[np.float64]], limits: tuple[float, float] | None
) -> tuple[float, float]:
    every = np.concatenate(list(rows.values()))
    lowest, highest = float(every.min()), float(every.max())
    if limits is None:
        margin = 0.03 * (highest - lowest) or 0.5
        return rising((lowest - margin, highest + margin))
    low, high = rising(limits)
    if lowest < low or high < highest:
        raise ValueError(
            f"limits must include all values, {lowest:g} to {highest:g}; "
            f"got {low:g} to {high:g}"
        )
    return low, high


def _beside(ax: Axes, text: str, height: float, **look: Any) -> None:
    ax.annotate(
        text,
        (1, height),
        xycoords=("axes fraction", "data"),
        xytext=(9, 0),
        textcoords="offset points",
        color=FOOTPRINT,
        fontsize=CAPTION_SIZE,
        family=FONT,
        **look,
    )


def _axes(rows: Mapping[str, Any]) -> Axes:
    names = max(block_width(name, TITLE_SIZE) for name in rows) + 0.25
    width = min(MAX_WIDTH - 0.9, 7.6) - names
    # The title and caption of a panel keep the room for ticks and label free.
    panel = Panel(width, ROW * len(rows) + 0.1, " ", " \n ", right=0.75)
    figure, (ax,) = row([panel])
    box = ax.get_position()
    whole = figure.get_figwidth()
    figure.set_figwidth(whole + names)
    ax.set_position(
        (
            (box.x0 * whole + names) / (whole + names),
            box.y0,
            box.width * whole / (whole + names),
            box.height,
        )
    )
    return ax


def _swarm(
    numbers: npt.NDArray[np.float64], low: float, high: float, most: float
) -> npt.NDArray[np.float64]:
    """Offsets from -SPREAD to SPREAD, at `most` apart, for dots of nearly one value."""
    bins = np.floor((numbers - low) / (high - low) * BINS)
    offsets = np.zeros(len(numbers))
    counts = [int((bins == one).sum()) for one in np.unique(bins)]
    step = min(most, 2 * SPREAD / max(max(counts) - 1, 1))
    for one in np.unique(bins):
        places = np.flatnonzero(bins == one)
        ranks = np.arange(len(places)) - (len(places) - 1) / 2
        offsets[places] = ranks * step
    return offsets


def _dress(
    ax: Axes, names: list[str], label: str | None, limits: tuple[float, float]
) -> None:
    ax.set(xlim=limits, ylim=(len(names) - 0.45, -0.55), yticks=range(len(names)))
    ax.set_yticks(range(len(names)), labels=names)
    ax.patch.set_visible(False)
    ax.spines[["top", "left", "right"]].set_visible(False)
    ax.spines["bottom"].set(color=FRAME, linewidth=0.8)
    ax.grid(axis="x", color=FRAME, linewidth=0.6)
    ax.set_axisbelow(True)
    ax.tick_params(length=0, pad=6)
    for text in ax.get_yticklabels():
        text.set(family=FONT, fontsize=TITLE_SIZE, color=INK)
    for text in ax.get_xticklabels():
        text.set(family=FONT, fontsize=CAPTION_SIZE, color=MUTED)
    if label is not None:
        ax.set_xlabel(
            label, fontsize=CAPTION_SIZE, color=MUTED, family=FONT, labelpad=4
        )
