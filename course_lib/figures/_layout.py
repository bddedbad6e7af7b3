"""How large a figure gets: panels have sizes, Matplotlib says what texts take.

Sizes are inches. Panels stand on whole pixels of the rendered picture, so that cell
borders and image pixels stay sharp.
"""

import textwrap
from collections.abc import Collection, Mapping, Sequence

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

Size = tuple[float, float]
"""Width and height."""
Labels = Sequence[Sequence[str]]
"""The numbers of a grid as its cells show them."""

in_course_style = matplotlib.style.context(["default", palette.STYLE])
"""Decorates what draws: the notebook's settings neither matter nor change."""


def new_axes(width: float, height: float, page: Figure | None = None) -> Axes:
    """Axes of a size, on a page of one inch until `arrange` fits it around them."""
    return (page or Figure((1, 1))).add_axes((0, 0, snap(width), snap(height)))


def snap(inches: float) -> float:
    """Rounds a length to whole pixels of the rendered picture."""
    return round(inches * palette.RENDER_DPI) / palette.RENDER_DPI


def picture_size(shape: tuple[int, ...], side: float) -> Size:
    """The size of a picture whose longer side has some room.

    Each of its pixels takes a whole number of rendered ones, if that is 1 or more.
    """
    exact = side * palette.RENDER_DPI / max(shape[:2])
    pixel = (int(exact + 1e-9) or exact) / palette.RENDER_DPI
    return shape[1] * pixel, shape[0] * pixel


def panel(ax: Axes | None, size: Size, title: object, caption: object) -> Axes:
    """Axes without ticks and spines, given or new, with texts."""
    axes = ax or new_axes(*size)
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_visible(False)
    axes.patch.set_visible(False)
    if title is not None:
        axes.set_title(str(title))
    if caption is not None:
        axes.set_xlabel(str(caption), color=palette.MUTED, size=palette.CAPTION_SIZE)
    return axes


def text_width(text: str, size: float, weight: str = "normal") -> float:
    """Inches that a line of text takes."""
    font = FontProperties(size=size, weight=weight)
    return text_to_path.get_text_width_height_descent(text, font, False)[0] / 72


def cell_size(labels: Labels) -> float:
    """Inches of a cell's side: smaller for more, larger for longer numbers."""
    fitting = 3.6 / max(len(labels), len(labels[0]))
    return max(float(np.clip(fitting, *CELL_SIZES)), needed_cell(labels))


def needed_cell(labels: Labels, points: float = 8.0) -> float:
    """The smallest side, in inches, with room for numbers of a size in points."""
    return _widest(labels) * points / 72 / FILL[1]


def fitting_size(labels: Labels, side: float) -> float:
    """The size of numbers, in points, that suits cells of a given side in inches."""
    fitting = min(FILL[0], FILL[1] / _widest(labels)) * side * 72
    return float(np.clip(fitting, *NUMBER_SIZES))


def _widest(labels: Labels) -> float:
    """Inches that the widest of the labels, in bold, takes at a size of one inch."""
    return max(text_width(word, 72.0, "bold") for word in {*np.ravel(labels)})


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
    key: Collection[str] = (),
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
        whole, middle = ax.get_tightbbox() or box, (box.p0 + box.p1) / 2
        sides[:, *place] = *(middle - whole.p0), *(whole.p1 - middle)
    sides /= palette.RENDER_DPI
    left, right = sides[[0, 2]].max(axis=1)
    above, below = sides[[3, 1]].max(axis=2)
    if even:
        left[:], right[:] = left.max(), right.max()
    signs = [between] * (len(left) - 1) if isinstance(between, str) else between
    if len(signs) != len(left) - 1:
        raise ValueError(
            f"between must be one text, or {len(left) - 1}, one for each gap; "
            f"got {len(signs)}"
        )
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

    width, height = snap(width), snap(height)
    for ax, (row, column) in places.items():
        wide, high = ax.get_position().size  # inches, still
        start, top = snap(middles[column] - wide / 2), snap(lines[row] - high / 2)
        ax.set_position(
            (start / width, 1 - (top + high) / height, wide / width, high / height)
        )
    page.set_size_inches(width, height)
    for sign, end, space in zip(signs, middles + right, gaps, strict=False):
        operator = page.text((end + space / 2) / width, 1 - lines[0] / height, sign)
        operator.set(size=OPERATOR_SIZE, color=palette.MUTED)
        operator.set(ha="center", va="center_baseline")
    return page


def _wrap(text: Text, width: float) -> None:
    """Breaks a text between words, but not in a size, into lines that fit a width."""
    room, size = max(width, SHORTEST_LINE), float(text.get_fontsize())
    glued = f"\xa0{palette.TIMES}\xa0"
    lines = []
    for line in text.get_text().replace(f" {palette.TIMES} ", glued).splitlines():
        fitting = max(8, int(len(line) * room / text_width(line or " ", size)))
        lines.append(textwrap.fill(line, fitting, break_long_words=False))
    text.set_text("\n".join(lines).replace("\xa0", " "))


def _add_key(page: Figure, key: Collection[str]) -> Legend:
    """Explains roles in one line at the bottom; "footprint" is an outlined window."""
    check.known_roles(key, "key", "footprint")
    told = key if isinstance(key, Mapping) else {}
    swatches = []
    for name in key:
        swatch = Patch(fc="none", ec=palette.FOOTPRINT, lw=2, label="window")
        if role := palette.ROLES.get(name):
            swatch.set(fc=role.fill, ec=palette.EDGE, lw=0.6, label=role.meaning)
            swatch.set_hatch("//" if role.hatched else "")
        swatch.set_label(told.get(name, swatch.get_label()))
        swatches.append(swatch)
    return page.legend(
        handles=swatches,
        ncols=len(key),
        loc="lower center",
        borderaxespad=PAD * 72 / palette.CAPTION_SIZE,
    )
