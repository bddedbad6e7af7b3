"""Where the panels of a figure stand, in inches, without pyplot.

Every position is a whole number of pixels of the rendered picture, so that cell
borders and image pixels stay sharp.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from course_lib.figures._palette import (
    CAPTION_SIZE,
    FONT,
    MUTED,
    PAPER,
    TIMES,
    TITLE_SIZE,
)

CSS_DPI = 96
"""Pixels of the page to the inch; pictures are rendered at twice that."""
RENDER_DPI = 2 * CSS_DPI
MAX_WIDTH = 9.6
"""Inches (922 CSS pixels): what a notebook shows without shrinking it."""

PAD = 0.125
GAP = 0.34
OPERATOR_SIZE = 17.0
TITLE_GAP = 0.08
LINE = 1.25
SHORTEST_LINE = 1.5


@dataclass(frozen=True)
class Panel:
    """The room one panel needs.

    Args:
        width: Inches of its axes.
        height: Inches of its axes.
        title: Text above, possibly in several lines.
        caption: Text below.
        right: Inches kept free on its right, for a colour bar.
    """

    width: float
    height: float
    title: str | None = None
    caption: str | None = None
    right: float = 0.0

    @property
    def above(self) -> float:
        """Inches that the title takes."""
        return block_height(self.title, TITLE_SIZE)

    @property
    def below(self) -> float:
        """Inches that the caption takes."""
        return block_height(self.caption, CAPTION_SIZE)

    @property
    def column(self) -> float:
        """Inches of the panel with its text and what is kept free."""
        return self.inset + self.width + max(self._overhang, self.right)

    @property
    def inset(self) -> float:
        """Inches from the left end of the column to the axes."""
        return self._overhang

    @property
    def _overhang(self) -> float:
        title = block_width(self.title, TITLE_SIZE)
        caption = block_width(self.caption, CAPTION_SIZE)
        return max(0.0, (max(title, caption) - self.width) / 2)


def snap(inches: float) -> float:
    """Rounds a length to whole pixels of the rendered picture."""
    return round(inches * RENDER_DPI) / RENDER_DPI


def block_width(text: str | None, size: float, weight: str = "normal") -> float:
    """Inches that the widest line of a text takes."""
    font = FontProperties(family=FONT, size=size, weight=weight)
    lines = (text or "").splitlines()
    widths = (
        text_to_path.get_text_width_height_descent(line, font, False)[0]
        for line in lines
    )
    return max(widths, default=0.0) / 72


def block_height(text: str | None, size: float) -> float:
    """Inches that a text takes above or below its panel, gap included."""
    lines = len((text or "").splitlines())
    return lines * LINE * size / 72 + TITLE_GAP if lines else 0.0


def wrap(text: str | None, width: float, size: float = TITLE_SIZE) -> str | None:
    """Breaks a text between words so that its lines fit a width where they can."""
    if text is None:
        return None
    width = max(width, SHORTEST_LINE)
    lines: list[str] = []
    for line in text.replace(
        f" {TIMES} ", f"\N{NO-BREAK SPACE}{TIMES}\N{NO-BREAK SPACE}"
    ).splitlines():
        characters = len(line)
        pieces = [line]
        while block_width("\n".join(pieces), size) > width and characters > 8:
            characters -= 1
            pieces = textwrap.wrap(line, characters, break_long_words=False)
        lines += pieces
    return "\n".join(lines).replace("\N{NO-BREAK SPACE}", " ")


def new_page(width: float, height: float) -> Figure:
    """An empty figure with an opaque light ground, in inches."""
    size = (snap(width), snap(height))
    figure = Figure(figsize=size, dpi=RENDER_DPI, facecolor=PAPER, edgecolor="none")
    figure.set_layout_engine("none")  # whatever the settings of the notebook say
    return figure


def place(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Adds axes at a place counted in inches from the top left corner."""
    wide, high = figure.get_size_inches()
    left, top, width, height = map(snap, (left, top, width, height))
    return figure.add_axes(
        (left / wide, (high - top - height) / high, width / wide, height / high)
    )


def write(
    figure: Figure,
    left: float,
    top: float,
    text: str,
    *,
    size: float = CAPTION_SIZE,
    color: str = MUTED,
    weight: str = "normal",
    align: str = "left",
) -> None:
    """Writes one line, vertically centred at a place in inches from the top left."""
    wide, high = figure.get_size_inches()
    figure.text(
        left / wide,
        1 - top / high,
        text,
        family=FONT,
        fontsize=size,
        color=color,
        fontweight=weight,
        ha=align,
        va="center_baseline",
        parse_math=False,
    )


def row(
    panels: Sequence[Panel], between: Sequence[str] = (), footer: float = 0.0
) -> tuple[Figure, list[Axes]]:
    """A figure with panels side by side, centred on one line.

    Args:
        panels: The rooms, from left to right.
        between: Operators to write in the gaps, one fewer than panels; "" for none.
        footer: Inches kept free at the bottom, for a key.

    Returns:
        The figure and the axes, in the order of the panels.
    """
    above = max(panel.above + panel.height / 2 for panel in panels)
    below = max(panel.below + panel.height / 2 for panel in panels)
    signs = list(between) or [""] * (len(panels) - 1)
    gaps = [
        max(GAP, block_width(sign, OPERATOR_SIZE) + GAP) if sign else GAP
        for sign in signs
    ]
    width = 2 * PAD + sum(panel.column for panel in panels) + sum(gaps)
    figure = new_page(width, 2 * PAD + above + below + footer)
    axes = []
    left = PAD
    for number, panel in enumerate(panels):
        top = PAD + above - panel.height / 2
        axes.append(place(figure, left + panel.inset, top, panel.width, panel.height))
        left += panel.column
        if number < len(gaps):
            if signs[number]:
                write(
                    figure,
                    left + gaps[number] / 2,
                    PAD + above,
                    signs[number],
                    size=OPERATOR_SIZE,
                    align="center",
                )
            left += gaps[number]
    return figure, axes
