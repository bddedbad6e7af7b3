"""Many measurements of several things: every one a dot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from course_lib.figures._checks import optional_axes, optional_text
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
        limits: Ends of the axis; by default what the numbers need.
        decimals: Digits after the point of the medians.

    Returns:
        The axes drawn on.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If there is nothing to draw, or it is not a row of finite numbers.

    Example:
        >>> ax = draw_distributions({"coin": [0, 1, 1], "die": [1, 4, 6]}, label="eyes")
        >>> [text.get_text() for text in ax.get_yticklabels()]
        ['coin', 'die']
    """
    rows = {name: _numbers(name, numbers) for name, numbers in _items(values)}
    optional_axes(ax)
    optional_text(label, "label")
    low, high = limits if limits is not None else _limits(rows)
    if ax is None:
        ax = _axes(rows)
    for height, numbers in enumerate(rows.values()):
        ax.scatter(
            numbers,
            height + _swarm(numbers, low, high),
            s=11,
            color=ROLES["overlap"].fill,
            alpha=0.45,
            linewidths=0,
            clip_on=False,
        )
        median = float(np.median(numbers))
        ax.plot([median] * 2, [height - 0.4, height + 0.4], color=FOOTPRINT, lw=2.4)
        ax.annotate(
            f"{median:.{decimals}f}",
            (1, height),
            xycoords=("axes fraction", "data"),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            color=FOOTPRINT,
            fontsize=CAPTION_SIZE,
            family=FONT,
            weight="bold",
        )
    ax.annotate(
        "median",
        (1, -0.62),
        xycoords=("axes fraction", "data"),
        xytext=(9, 0),
        textcoords="offset points",
        va="bottom",
        color=FOOTPRINT,
        fontsize=CAPTION_SIZE,
        family=FONT,
    )
    _dress(ax, list(rows), label, (low, high))
    return ax


def _items(values: Mapping[str, npt.ArrayLike]) -> list[tuple[str, npt.ArrayLike]]:
    if not isinstance(values, Mapping):
        raise TypeError(f"values must be numbers by name; got {values!r}")
    if not values:
        raise ValueError("values must name at least one row of numbers; got none")
    return list(values.items())


def _numbers(name: str, numbers: npt.ArrayLike) -> npt.NDArray[np.float64]:
    try:
        array = np.asarray(numbers, dtype=np.float64)
    except (TypeError, ValueError):
        raise TypeError(f"values[{name!r}] must be numbers; got {numbers!r}") from None
    if array.ndim != 1 or array.size == 0 or not np.isfinite(array).all():
        raise ValueError(
            f"values[{name!r}] must be one row of finite numbers, at least one; got "
            f"shape {array.shape}"
        )
    return array


def _limits(rows: Mapping[str, npt.NDArray[np.float64]]) -> tuple[float, float]:
    every = np.concatenate(list(rows.values()))
    margin = 0.03 * float(np.ptp(every)) or 0.5
    return float(every.min()) - margin, float(every.max()) + margin


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
    numbers: npt.NDArray[np.float64], low: float, high: float
) -> npt.NDArray[np.float64]:
    """Offsets from -SPREAD to SPREAD that spread dots of nearly one value."""
    bins = np.floor((numbers - low) / (high - low) * BINS)
    offsets = np.zeros(len(numbers))
    counts = [int((bins == one).sum()) for one in np.unique(bins)]
    step = min(0.09, 2 * SPREAD / max(max(counts) - 1, 1))
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
