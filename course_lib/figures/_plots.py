"""Measurements: every one a dot, and curves over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from course_lib.figures import _checks as check
from course_lib.figures import _layout as layout
from course_lib.figures import palette

ROW = 0.42
"""Inches of a row of dots."""
BINS = 60
SPREAD = 0.36
FEW = 40
"""Dots in a row up to which they are large, and lie over the mark of the median."""

CURVES: tuple[dict[str, Any], ...] = (  # apart in grey print too
    {"color": palette.ROLES["overlap"].fill, "linestyle": "-"},
    {"color": palette.FOOTPRINT, "linestyle": "--"},
    {"color": "#3f2a72", "linestyle": ":"},
    {"color": palette.MUTED, "linestyle": "-."},
)


@layout.in_course_style
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
        values: Finite numbers of shape (n,) by name, from top to bottom; n may differ.
        ax: Axes to draw on; by default those of a new figure that fits.
        label: What the numbers are, with their unit; written below.
        limits: Ends of the axis, around all numbers; by default what they need.
        decimals: Digits after the point of the medians.

    Returns:
        The axes drawn on.

    Example:
        >>> ax = draw_distributions({"coin": [0, 1, 1], "die": [1, 4, 6]}, label="eyes")
        >>> [text.get_text() for text in ax.get_yticklabels()]
        ['coin', 'die']
    """
    rows = check.panels(values, "values", axes=("numbers",), channels=())
    dots = np.concatenate(list(rows.values())).astype(float)
    margin = 0.03 * np.ptp(dots) or 0.5
    low, high = limits or (dots.min() - margin, dots.max() + margin)
    names = max(layout.text_width(name, palette.TITLE_SIZE) for name in rows)
    axes = ax or layout.new_axes(7.35 - names, ROW * len(rows) + 0.1)
    mark: dict[str, Any] = {"color": palette.FOOTPRINT}
    few = max(map(len, rows.values())) <= FEW
    size, alpha, order, apart = (34, 0.8, 3, 0.2) if few else (11, 0.45, 1, 0.09)
    look: dict[str, Any] = {"s": size, "alpha": alpha, "zorder": order}
    look |= {"color": palette.ROLES["overlap"].fill, "linewidths": 0, "clip_on": False}
    for height, dots in enumerate(rows.values()):
        bins = np.floor((dots - low) / (high - low) * BINS)
        axes.scatter(dots, height + _swarm(bins, apart), **look)
        median = float(np.median(dots))
        axes.plot([median] * 2, [height - 0.4, height + 0.4], **mark, lw=2.4)
        text = f"{median:.{decimals}f}".replace("-", palette.MINUS)
        _beside(axes, text, height, va="center", weight="bold", **mark)
    _beside(axes, "median", -0.62, va="bottom", **mark)
    _dress(axes, "x")
    axes.spines["left"].set_visible(False)
    axes.set(xlim=(low, high), ylim=(len(rows) - 0.45, -0.55), xlabel=label)
    axes.set_yticks(range(len(rows)), list(rows))
    axes.tick_params(axis="y", labelsize=palette.TITLE_SIZE, labelcolor=palette.INK)
    return axes if ax else layout.fitted(axes)


@layout.in_course_style
def draw_curves(
    curves: Mapping[str, npt.ArrayLike],
    *,
    ax: Axes | None = None,
    title: str | None = None,
    label: str | None = None,
    across: str = "epoch",
    level: float | None = None,
) -> Axes:
    """Draws up to four curves, each named at its right end.

    Args:
        curves: Finite numbers of shape (n,) by name; the first is at 1 on the axis.
        ax: Axes to draw on; by default those of a new figure that fits.
        title: Text above.
        label: What the numbers are, written at the left.
        across: What is counted from left to right.
        level: A value to mark by a thin line.

    Returns:
        The axes drawn on.

    Example:
        >>> ax = draw_curves({"d_loss": [0.7, 0.6], "g_loss": [0.7, 0.9]}, level=0.69)
        >>> ax.get_xlabel()
        'epoch'
    """
    rows = check.panels(curves, "curves", axes=("numbers",), channels=())
    check.at_most(len(rows), len(CURVES), "curves", "names", "draw the others apart")
    axes = ax or layout.new_axes(4.5, 2.5)
    if level is not None:
        axes.axhline(level, color=palette.FRAME, linewidth=1.2)
    looks = dict(zip(rows, CURVES, strict=False))
    for name, values in rows.items():
        axes.plot(range(1, len(values) + 1), values, linewidth=1.8, **looks[name])
    bottom, top = axes.get_ylim()
    height = -np.inf
    for end, name in sorted((values[-1], name) for name, values in rows.items()):
        height = max(end, height + 0.085 * (top - bottom))  # names stay apart
        _beside(axes, name, height, va="center", color=looks[name]["color"])
    _dress(axes, "y")
    axes.set(xlabel=across, ylabel=label)
    axes.xaxis.set_major_locator(MaxNLocator("auto", integer=True))
    axes.set_title(title or "", loc="left")
    return axes if ax else layout.fitted(axes)


def _swarm(bins: npt.NDArray[Any], most: float) -> npt.NDArray[np.float64]:
    """Offsets from -SPREAD to SPREAD, at `most` apart, for dots of the same bin."""
    filled, counts = np.unique(bins, return_counts=True)
    step = min(most, 2 * SPREAD / max(counts.max() - 1, 1))
    offsets = np.zeros(len(bins))
    for one, count in zip(filled, counts, strict=True):
        offsets[bins == one] = (np.arange(count) - (count - 1) / 2) * step
    return offsets


def _beside(ax: Axes, text: str, height: float, **look: Any) -> None:
    """Writes at the right of the axes, at a height of the data."""
    where = ax.get_yaxis_text2_transform(8)[0]
    ax.text(1, height, text, transform=where, fontsize=palette.CAPTION_SIZE, **look)


def _dress(ax: Axes, lines: str) -> None:
    ax.patch.set_visible(False)
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis=lines, color=palette.FRAME, linewidth=0.6)  # type: ignore[arg-type]
    ax.set_axisbelow(True)
    ax.tick_params(length=0)
