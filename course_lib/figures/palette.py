"""The roles a cell can play, the colours of every chapter, and Matplotlib's settings.

The fills form a ladder of lightness, so that the roles stay apart in grey print and
for every kind of colour vision; hue only adds to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from matplotlib.colors import LinearSegmentedColormap

PAPER = "#ffffff"
INK = "#1b2530"
MUTED = "#56616c"
FRAME = "#c3cad1"
EDGE = "#8d979f"
FOOTPRINT = "#a34700"
"""The outline of a window."""

MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"

TITLE_SIZE = 10.5
CAPTION_SIZE = 9.0

CSS_DPI = 96
"""Pixels of the page to the inch; pictures are rendered at twice that."""
RENDER_DPI = 2 * CSS_DPI

VALUES = LinearSegmentedColormap.from_list(
    "course values",
    [(0, "#8467bd"), (0.5, "#efeaf8"), (0.5, "#fdf0d0"), (1, "#eba42a")],
)
"""Entries of a matrix: purple below 0, orange above, visible however small."""
DIFFERENCES = LinearSegmentedColormap.from_list(
    "course differences", ["#3f2a72", "#8a73bd", "#f7f7f8", "#e9a23b", "#7c3d00"]
)
"""Purple below the middle, orange above it, of equal lightness at equal distance."""

STYLE: Any = {
    "axes.edgecolor": FRAME,
    "axes.labelcolor": MUTED,
    "axes.labelpad": 5,
    "axes.titlecolor": INK,
    "axes.titlesize": TITLE_SIZE,
    "figure.dpi": RENDER_DPI,
    "font.size": CAPTION_SIZE,
    "legend.borderpad": 0,
    "legend.columnspacing": 1.6,
    "legend.frameon": False,
    "legend.handleheight": 1.4,
    "legend.handlelength": 1.4,
    "legend.handletextpad": 0.6,
    "legend.labelcolor": MUTED,
    "text.parse_math": False,
    "xtick.color": MUTED,
    "xtick.major.pad": 6,
    "ytick.color": MUTED,
    "ytick.major.pad": 6,
}
"""Settings under which everything is drawn, over Matplotlib's own."""


@dataclass(frozen=True)
class Role:
    """How the cells of one role are drawn.

    Args:
        fill: Colour of the cell.
        ink: Colour of the number in it.
        meaning: What the role stands for, as a key would say it.
        weight: Weight of the number, "normal" or "bold".
        hatched: Whether diagonal lines cross the cell.
    """

    fill: str
    ink: str
    meaning: str
    weight: str = "normal"
    hatched: bool = False


ROLES: Mapping[str, Role] = MappingProxyType(
    {
        "input": Role("#79aee0", INK, "input"),
        "kernel": Role("#f2bc4b", INK, "kernel"),
        "zero": Role("#f3f4f6", "#626c76", "inserted zero"),
        "output": Role("#c3e5d3", INK, "output"),
        "overlap": Role("#11685c", PAPER, "stamps overlap", weight="bold"),
        "cropped": Role("#ffffff", "#626c76", "cut off", hatched=True),
    }
)
