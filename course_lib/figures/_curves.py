"""Curves over time: what happened in each epoch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy.typing as npt
from matplotlib.axes import Axes

from course_lib.figures._checks import (
    number,
    numbers,
    optional_axes,
    optional_text,
    panels,
)
from course_lib.figures._layout import Panel, block_width, row
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

WIDTH, HEIGHT = 4.6, 2.5
LOOKS: tuple[dict[str, Any], ...] = (  # apart in grey print too
    {"color": ROLES["overlap"].fill, "linestyle": "-"},
    {"color": FOOTPRINT, "linestyle": "--"},
    {"color": "#3f2a72", "linestyle": ":"},
    {"color": MUTED, "linestyle": "-."},
)


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
        curves: Numbers of shape (n,) by name; the first belongs to 1 on the axis.
        ax: Axes to draw on; by default those of a new figure that fits.
        title: Text above.
        label: What the numbers are, written at the left.
        across: What is counted from left to right.
        level: A value to mark by a thin line.

    Returns:
        The axes drawn on.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If there is no curve or more than four, or one is not a row of
            finite numbers.

    Example:
        >>> ax = draw_curves({"d_loss": [0.7, 0.6], "g_loss": [0.7, 0.9]}, level=0.69)
        >>> ax.get_xlabel()
        'epoch'
    """
    given = {
        name: numbers(values, f"curves[{name!r}]", ("numbers",), channels=()).astype(
            float
        )
        for name, values in panels(curves, "curves").items()
    }
    if len(given) > len(LOOKS):
        raise ValueError(f"curves must be at most {len(LOOKS)}; got {len(given)}")
    optional_axes(ax)
    for text, name in ((title, "title"), (label, "label"), (across, "across")):
        optional_text(text, name)
    if ax is None:
        names = max(block_width(name, CAPTION_SIZE) for name in given)
        panel = Panel(WIDTH, HEIGHT, title or " ", " \n \n ", right=names + 0.3)
        _, (ax,) = row([panel])
        box = ax.get_position()
        ax.set_position((box.x0 + 0.09, box.y0, box.width - 0.09, box.height))
    if level is not None:
        ax.axhline(number(level, "level"), color=FRAME, linewidth=1.2)
    for values, look in zip(given.values(), LOOKS, strict=False):
        ax.plot(range(1, len(values) + 1), values, linewidth=1.8, **look)
    _name_ends(ax, given)
    _dress(ax, title, label, across)
    return ax


def _name_ends(ax: Axes, curves: Mapping[str, npt.NDArray[Any]]) -> None:
    """Writes each name beside the end of its curve, apart from the others."""
    low, high = ax.get_ylim()
    least = 0.085 * (high - low)
    below = -float("inf")
    places = sorted((values[-1], name) for name, values in curves.items())
    for end, name in places:
        height = max(end, below + least)
        below = height
        look = dict(zip(curves, LOOKS, strict=False))[name]
        ax.annotate(
            name,
            (1, height),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=look["color"],
            fontsize=CAPTION_SIZE,
            family=FONT,
        )


def _dress(ax: Axes, title: str | None, label: str | None, across: str) -> None:
    ax.patch.set_visible(False)
    ax.spines[["top", "right"]].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set(color=FRAME, linewidth=0.8)
    ax.grid(axis="y", color=FRAME, linewidth=0.5)
    ax.set_axisbelow(True)
    ax.tick_params(length=0, pad=5)
    for text in (*ax.get_xticklabels(), *ax.get_yticklabels()):
        text.set(family=FONT, fontsize=CAPTION_SIZE, color=MUTED)
    look: dict[str, Any] = {
        "family": FONT,
        "fontsize": CAPTION_SIZE,
        "color": MUTED,
    }
    ax.set_xlabel(across, **look)
    if label is not None:
        ax.set_ylabel(label, **look)
    if title is not None:
        ax.set_title(title, fontsize=TITLE_SIZE, color=INK, family=FONT, loc="left")
