"""How large a figure gets: panels have sizes, Matplotlib says what texts take.

Sizes are inches. Panels stand on whole pixels of the rendered picture, so that cell
borders and image pixels stay sharp.
"""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.legend import Legend
from matplotlib.patches import Patch
from matplotlib.text import Text
from matplotlib.textpath import text_to_path

from course_lib.figures import _checks as check
from course_lib.figures import palette

MAX_WIDTH = 9.6
"""Inches (922 CSS pixels): what a notebook shows without shrinking it."""
PAD = 0.125
ROOM = MAX_WIDTH - 2 * PAD
GAP = 0.34
KEY_GAP = 0.16
OPERATOR_SIZE = 17.0
SHORTEST_LINE = 1.5

CELL_SIZES = (0.27, 0.44)
"""Inches of a cell's side in a large grid and in a small one."""
NUMBER_SIZES = (5.0, 15.0)
FILL = (0.46, 0.84)
"""Share of a cell that a number takes at most: its size, and its width if bold."""

Labels = Sequence[Sequence[str]]
"""The numbers of a grid as its cells show them."""

in_course_style = matplotlib.style.context(["default", palette.STYLE])
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


def picture_size(shape: tuple[int, ...], side: float) -> tuple[float, float]:
    """Inches (width, height) of a picture, with pixels of one size if it has room.

    Each takes a whole number of rendered pixels, so that none is wider than another.
    """
    height, width = shape[:2]
    exact = side * palette.RENDER_DPI / max(height, width)
    pixel = (int(exact + 1e-9) or exact) / palette.RENDER_DPI
    return width * pixel, height * pixel


def panel(
    ax: Axes | None, size: tuple[float, float], title: object, caption: object
) -> Axes:
    """Axes without ticks and spines, given or new, with texts."""
    axes = ax or new_axes(new_page(), *size)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    axes.patch.set_visible(False)
    if title is not None:
        axes.set_title(str(title))
    if caption is not None:
        look: dict[str, Any] = {"color": palette.MUTED}
        axes.set_xlabel(str(caption), fontsize=palette.CAPTION_SIZE, **look)
    return axes


def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Inches that a line of text takes."""
    font = FontProperties(family=palette.FONT, size=size, weight=weight)
    return text_to_path.get_text_width_height_descent(text, font, False)[0] / 72


def cell_size(labels: Labels) -> float:
    """Inches of a cell's side: smaller for more, larger for longer numbers."""
    small, large = CELL_SIZES
    fitting = 3.6 / max(len(labels), len(labels[0]))
    return max(min(max(fitting, small), large), needed_cell(labels))


def needed_cell(labels: Labels, points: float = 8.0) -> float:
    """The smallest side, in inches, with room for numbers of a size in points."""
    return _widest(labels) * points / 72 / FILL[1]


def fitting_size(labels: Labels, side: float) -> float:
    """The size of numbers, in points, that suits cells of a given side in inches."""
    smallest, largest = NUMBER_SIZES
    fitting = min(FILL[0], FILL[1] / _widest(labels)) * side * 72
    return max(smallest, min(largest, fitting))


def _widest(labels: Labels) -> float:
    """Inches that the widest of the labels, in bold, takes at a size of one inch."""
    words = {word for line in labels for word in line}
    return max(text_width(word, 72.0, "bold") for word in words)


def fitted(ax: Axes) -> Axes:
    """Fits the new figure of one panel around it."""
    arrange([[ax]])
    return ax


def arrange(
    table: Sequence[Sequence[Axes | None]],
    between: str | Sequence[str] = "",
    *,
    gap: float = GAP,
    even: bool = False,
    key: Mapping[str, str] | Collection[str] = (),
) -> Figure:
    """Puts drawn panels of one page in a table, and fits the page around them.

    Each gets the middle of its place, `gap` from the next with its texts; operators
    stand `between` the columns, a `key` of roles, or of texts by role, below.
    """
    places = {
        ax: (r, c) for r, line in enumerate(table) for c, ax in enumerate(line) if ax
    }
    sides = np.zeros((4, len(table), max(map(len, table))))
    for ax, place in places.items():
        for text in (ax.title, ax.xaxis.label):
            _wrap(text, ax.get_position().width)
        box = ax.get_window_extent()
        whole = ax.get_tightbbox() or box
        x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
        sides[:, *place] = x - whole.x0, whole.x1 - x, whole.y1 - y, y - whole.y0
    sides /= palette.RENDER_DPI
    left, right = sides[:2].max(axis=1)
    above, below = sides[2:].max(axis=2)
    if even:
        left[:], right[:] = left.max(), right.max()
    signs = [between] * (len(left) - 1) if isinstance(between, str) else between
    signs = check.one_for_each(signs, "between", len(left) - 1, "gap")
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
        look: dict[str, Any] = {"ha": "center", "va": "center_baseline"}
        page.text(x, y, sign, size=OPERATOR_SIZE, color=palette.MUTED, **look)
    return page


def _wrap(text: Text, width: float) -> None:
    """Breaks a text between words, but not in a size, into lines that fit a width."""
    room, size = max(width, SHORTEST_LINE), float(text.get_fontsize())
    size_sign, lines = f" {palette.TIMES} ", []
    glued = text.get_text().replace(size_sign, size_sign.replace(" ", "\xa0"))
    for line in glued.splitlines():
        fitting = max(8, int(len(line) * room / text_width(line or " ", size)))
        lines += textwrap.wrap(line, fitting, break_long_words=False) or [""]
    text.set_text("\n".join(lines).replace("\xa0", " "))


def _add_key(page: Figure, key: Mapping[str, str] | Collection[str]) -> Legend:
    """Explains roles in one line at the bottom; "footprint" is an outlined window."""
    swatches = []
    for role in key:
        check.known_role(role, "key", "footprint")
        if role == "footprint":
            swatch = Patch(fc="none", ec=palette.FOOTPRINT, lw=2, label="window")
        else:
            style = palette.ROLES[role]
            look: dict[str, Any] = {"hatch": "//"} if style.hatched else {}
            look |= {"fc": style.fill, "ec": palette.EDGE, "lw": 0.6}
            swatch = Patch(label=style.meaning, **look)
        if isinstance(key, Mapping):
            swatch.set_label(key[role])
        swatches.append(swatch)
    return page.legend(
        handles=swatches,
        ncols=len(swatches),
        loc="lower center",
        borderaxespad=PAD * 72 / palette.CAPTION_SIZE,
    )
