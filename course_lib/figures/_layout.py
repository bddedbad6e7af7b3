"""How large a figure gets: panels have sizes, Matplotlib says what texts take.

Sizes are inches. Panels stand on whole pixels of the rendered picture, so that cell
borders and image pixels stay sharp.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.legend import Legend
from matplotlib.patches import Patch
from matplotlib.textpath import text_to_path

from course_lib.figures import _checks as check
from course_lib.figures import palette

MAX_WIDTH = 9.6
"""Inches (922 CSS pixels): what a notebook shows without shrinking it."""
PAD = 0.125
GAP = 0.34
KEY_GAP = 0.16
OPERATOR_SIZE = 17.0
SHORTEST_LINE = 1.5

in_course_style = matplotlib.rc_context(palette.STYLE)
"""Decorates what draws: the notebook's settings neither matter nor change."""


def new_page() -> Figure:
    """A figure of one inch: places on it are inches, until `arrange` fits it."""
    return Figure((1, 1))


def new_axes(page: Figure, width: float, height: float) -> Axes:
    """Axes of a size, somewhere on a page."""
    return page.add_axes((0, 0, snap(width), snap(height)))


def snap(inches: float) -> float:
    """Rounds a length to whole pixels of the rendered picture."""
    return round(inches * palette.RENDER_DPI) / palette.RENDER_DPI


def panel(
    ax: Axes | None, size: tuple[float, float], title: str | None, caption: str | None
) -> Axes:
    """Axes without ticks and spines: those given, or new ones with wrapped texts."""
    axes = ax or new_axes(new_page(), *size)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    axes.patch.set_visible(False)
    width = math.inf if ax else size[0]
    if title is not None:
        axes.set_title(wrap(title, width))
    if caption is not None:
        below = wrap(caption, width, palette.CAPTION_SIZE)
        axes.set_xlabel(below, fontsize=palette.CAPTION_SIZE, color=palette.MUTED)
    return axes


def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Inches that a line of text takes."""
    font = FontProperties(family=palette.FONT, size=size, weight=weight)
    return text_to_path.get_text_width_height_descent(text, font, False)[0] / 72


def wrap(text: object, width: float, size: float = palette.TITLE_SIZE) -> str:
    """Breaks a text between words, but not in a size, into lines that fit a width."""
    lines: list[str] = []
    room, size_sign = max(width, SHORTEST_LINE), f" {palette.TIMES} "
    for line in (
        str(text).replace(size_sign, size_sign.replace(" ", "\xa0")).split("\n")
    ):
        pieces, characters = [line], len(line)
        while characters > 8 and max(text_width(p, size) for p in pieces) > room:
            characters -= 1
            pieces = textwrap.wrap(line, characters, break_long_words=False)
        lines += pieces
    return "\n".join(lines).replace("\xa0", " ")


def operators(between: str | Sequence[str], count: int) -> list[str]:
    """Checks the operators in the gaps between `count` panels."""
    signs = [between] * (count - 1) if isinstance(between, str) else between
    if len(check.entries(signs, "between")) != count - 1:
        raise ValueError(
            f"between must be one string or {count - 1} of them for {count} panels; "
            f"got {between!r}"
        )
    return list(signs)


def fitted(ax: Axes) -> Axes:
    """Fits the new figure of one panel around it."""
    arrange([[ax]])
    return ax


def arrange(
    table: Sequence[Sequence[Axes | None]],
    signs: Sequence[str] = (),
    *,
    gap: float = GAP,
    even: bool = False,
    key: Mapping[str, str] | None = None,
) -> Figure:
    """Puts drawn panels of one page in a table, and fits the page around them.

    Each gets the middle of its place, `gap` from the next with its texts; `signs`
    stand between the columns, a `key` of texts by role below.
    """
    places = {
        ax: (r, c) for r, line in enumerate(table) for c, ax in enumerate(line) if ax
    }
    sides = np.zeros((4, len(table), max(map(len, table))))
    for ax, (row, column) in places.items():
        box = ax.get_window_extent()
        whole = ax.get_tightbbox() or box
        x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        around = (x - whole.x0, whole.x1 - x, whole.y1 - y, y - whole.y0)
        sides[:, row, column] = np.array(around) / palette.RENDER_DPI
    left, right = sides[:2].max(axis=1)
    above, below = sides[2:].max(axis=2)
    if even:
        left[:], right[:] = left.max(), right.max()
    signs = signs or [""] * (len(left) - 1)
    gaps = gap + np.array([text_width(sign, OPERATOR_SIZE) for sign in signs])
    middles = PAD + np.cumsum(left + np.append(0, right[:-1] + gaps))
    lines = PAD + np.cumsum(above + np.append(0, below[:-1] + gap))
    width, height = middles[-1] + right[-1] + PAD, lines[-1] + below[-1] + PAD
    page = next(iter(places)).get_figure(root=True)
    assert page is not None
    if key:
        box = _add_key(page, key).get_window_extent()
        height += KEY_GAP + box.height / palette.RENDER_DPI
        more = max(0, 2 * PAD + box.width / palette.RENDER_DPI - width)
        width, middles = width + more, middles + more / 2

    sizes = {ax: ax.get_position().size for ax in places}
    width, height = snap(width), snap(height)
    page.set_size_inches(width, height)
    for ax, (row, column) in places.items():
        wide, high = sizes[ax]
        start, top = snap(middles[column] - wide / 2), snap(lines[row] - high / 2)
        ax.set_position(
            (start / width, 1 - (top + high) / height, wide / width, high / height)
        )
    for sign, end, space in zip(signs, middles + right, gaps, strict=False):
        x, y = (end + space / 2) / width, 1 - lines[0] / height
        text = page.text(x, y, sign, fontsize=OPERATOR_SIZE, color=palette.MUTED)
        text.set(ha="center", va="center_baseline")
    return page


def _add_key(page: Figure, key: Mapping[str, str]) -> Legend:
    """Explains roles in one line at the bottom; "footprint" is an outlined window."""
    swatches = [
        Patch(
            facecolor=palette.ROLES[role].fill,
            edgecolor=palette.EDGE,
            linewidth=0.6,
            hatch="//" if palette.ROLES[role].hatched else None,
        )
        if role in palette.ROLES
        else Patch(facecolor="none", edgecolor=palette.FOOTPRINT, linewidth=2)
        for role in key
    ]
    below = PAD * 72 / palette.CAPTION_SIZE
    return page.legend(
        swatches,
        list(key.values()),
        ncols=len(key),
        loc="lower center",
        borderaxespad=below,
    )
