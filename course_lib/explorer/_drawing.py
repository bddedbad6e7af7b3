"""How a step is drawn: its panels as SVG for browsers, a sheet with all for files.

Both show the same marks. Lengths are pixels of the page, places on a panel are cells.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import matplotlib.style
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.transforms import Affine2D

from course_lib.explorer._scene import GAP, Panel, Scene, Window
from course_lib.figures import ROLES, Role, palette

SIDES, NUMBER_SIZES = (2.0, 36.0), (6.5, 16.0)
"""Least and largest side of a cell; least and largest size of its number."""
SMALLEST_WITH_EDGES, SMALLEST_WITH_NUMBERS = 6.0, 11.0
ROW_WIDTH, SIGN_WIDTH, MARGIN = 880.0, 34.0, 3.0
BORDER, TITLE, KEY_HEIGHT, LINE = 12.0, 26.0, 28.0, 19.0
LETTERS, TOLD_WIDTH = 70, 520.0
"""Of a line of words."""
POINT = 72 / palette.CSS_DPI
"""Points, Matplotlib's unit of lines and letters, in a pixel of the page."""
SETTINGS = {"font.family": "sans-serif", "svg.fonttype": "none"}
in_style = matplotlib.style.context(["default", palette.STYLE, SETTINGS])


@dataclass(frozen=True)
class Mark:
    """Shapes of one look, each told by its corners (x, y); or labels of a role."""

    shapes: list[list[tuple[float, float]]]
    fill: str = "none"
    stroke: str = "none"
    thickness: float = 0.75
    labels: tuple[tuple[float, float, str], ...] = ()
    role: Role = ROLES["output"]
    size: float = 0.0


def cell_side(panels: tuple[Panel, ...]) -> float:
    """The side of a cell with which the panels fit into one row."""
    columns = sum(panel.values.shape[1] for panel in panels)
    side = (ROW_WIDTH - SIGN_WIDTH * (len(panels) - 1)) / columns
    return float(np.clip(side if side < 4 else np.floor(side), *SIDES))


def marks(panel: Panel, side: float) -> Iterator[Mark]:
    """The cells of a panel, role by role, and the windows."""
    for role in dict.fromkeys(panel.roles.ravel()):
        if role != GAP:
            yield from _cells(panel, role, side)
    thick = max(1.25, min(2.75, side / 4))
    for window in panel.outlines:
        box = [_box(*window)]
        yield Mark(box, stroke=palette.PAPER, thickness=thick + 1.75)  # sets it off
        yield Mark(box, stroke=palette.FOOTPRINT, thickness=thick)


def _cells(panel: Panel, role: str, side: float) -> Iterator[Mark]:
    """The cells of one role, with their numbers where these can be read."""
    style, here = ROLES.get(role), panel.roles == role
    fill = style.fill if style else "none"
    if side < SMALLEST_WITH_EDGES:
        yield Mark([_box(*run) for run in _runs(here)], fill)
        return
    cells = np.argwhere(here).tolist()
    yield Mark([_box(y, x, 1, 1) for y, x in cells], fill, palette.EDGE)
    if style and style.hatched:
        ends = [(x + at, y + at) for y, x in cells for at in (0.5, 1)]
        lines = [[(x, y - 0.5), (x - 0.5, y)] for x, y in ends]
        yield Mark(lines, stroke=palette.FRAME, thickness=1)
    if style and side >= SMALLEST_WITH_NUMBERS:
        labels = ((x + 0.5, y + 0.5, panel.labels[y][x]) for y, x in cells)
        longest = max(len(label) for row in panel.labels for label in row)
        fitting = 0.86 / (0.7 * max(longest, 1))  # a digit is at most 0.7 wide
        size = float(np.clip(min(0.46, fitting) * side, *NUMBER_SIZES))
        yield Mark([], labels=tuple(labels), role=style, size=size)


def _runs(here: Any) -> Iterator[Window]:
    """Cells that touch in a row, as one: without lines between them it is the same."""
    for row, line in enumerate(here):
        ends = np.flatnonzero(np.diff(line, prepend=False, append=False))
        for first, end in ends.reshape(-1, 2).tolist():
            yield row, first, 1, end - first


def _box(row: int, column: int, height: int, width: int) -> list[tuple[float, float]]:
    right, bottom = column + width, row + height
    return [(column, row), (right, row), (right, bottom), (column, bottom)]


def svg(panel: Panel, side: float) -> str:
    """The panel as an SVG element."""
    height, width = (side * n + 2 * MARGIN for n in panel.values.shape)
    parts = []
    for mark in marks(panel, side):
        shape = "".join(
            f"M{' '.join(f'{x * side:g} {y * side:g}' for x, y in corners)}z"
            for corners in mark.shapes
        )
        texts = "".join(
            f'<text x="{x * side:g}" y="{y * side + 0.36 * mark.size:g}">{text}</text>'
            for x, y, text in mark.labels
            if text
        )
        parts.append(
            f'<path d="{shape}" fill="{mark.fill}" stroke="{mark.stroke}" '
            f'stroke-width="{mark.thickness:g}"/>'
            if shape
            else f'<g font-size="{mark.size:g}" font-weight="{mark.role.weight}" '
            f'fill="{mark.role.ink}">{texts}</g>'
        )
    return (
        f'<svg viewBox="{-MARGIN:g} {-MARGIN:g} {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" text-anchor="middle" '
        f'font-family="DejaVu Sans, Verdana, sans-serif">{"".join(parts)}</svg>'
    )


@in_style
def sheet(scene: Scene, *, told: bool = False) -> Figure:
    """Draws the panels, their key, and the words if they are told."""
    figure, side = Figure(), cell_side(scene.panels)
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set_axis_off()
    pixel, right = palette.CSS_DPI / figure.dpi, BORDER
    highest = max(len(panel.values) for panel in scene.panels) * side
    for panel in scene.panels:
        middle = BORDER + TITLE + highest / 2
        if panel.operator:
            place = right + SIGN_WIDTH / 2, middle
            _write(ax, *place, panel.operator, 20, color=palette.MUTED)
            right += SIGN_WIDTH
        rows, columns = panel.values.shape
        top = middle - rows * side / 2
        title = _write(ax, 0, top - TITLE / 2, panel.title, 13)
        width = max(columns * side, title.get_window_extent().width * pixel)
        title.set_x(right + width / 2)
        _draw(ax, right + (width - columns * side) / 2, top, panel, side)
        right += width
    bottom = BORDER + TITLE + highest + BORDER
    key = scene.layer.key
    legend = ax.legend(
        handles=[_swatch(role, meaning) for role, meaning in key.items()],
        ncols=len(key),
        loc="upper left",
        bbox_to_anchor=(BORDER, bottom),
        bbox_transform=ax.transData,
        borderaxespad=0,
        fontsize=12 * POINT,
    )
    right = max(right, BORDER + legend.get_window_extent().width * pixel)
    bottom += KEY_HEIGHT
    if told:
        for line in textwrap.wrap(scene.words, LETTERS):
            _write(ax, BORDER, bottom + LINE / 2, line, 13, ha="left")
            bottom += LINE
        right = max(right, BORDER + TOLD_WIDTH)
    resize(figure, (right + BORDER) / palette.CSS_DPI, bottom / palette.CSS_DPI)
    return figure


def resize(figure: Figure, width: float, height: float) -> None:
    """Gives a sheet another size, in inches; what is on it stays at the top left."""
    figure.set_size_inches(width, height)
    right, bottom = width * palette.CSS_DPI, height * palette.CSS_DPI
    figure.axes[0].set(xlim=(0, right), ylim=(bottom, 0))


@in_style
def save_svg(scene: Scene, path: Path) -> None:
    """Saves a sheet as an SVG file that says what it shows."""
    titled = {"Title": scene.words, "Date": None}
    sheet(scene, told=True).savefig(path, metadata=titled)
    described = f"</title><desc>{escape(scene.alt)}</desc>"
    saved = path.read_text(encoding="utf-8").replace("</title>", described, 1)
    path.write_text(saved, encoding="utf-8")


def _draw(ax: Axes, left: float, top: float, panel: Panel, side: float) -> None:
    place = Affine2D().scale(side).translate(left, top) + ax.transData
    for mark in marks(panel, side):
        look: Any = {"fc": mark.fill, "ec": mark.stroke, "lw": mark.thickness * POINT}
        ax.add_collection(PolyCollection(mark.shapes, transform=place, **look))
        look = {"color": mark.role.ink, "weight": mark.role.weight}
        for x, y, text in mark.labels:
            where = left + x * side, top + y * side
            _write(ax, *where, text, mark.size, **look)


def _write(ax: Axes, x: float, y: float, text: str, size: float, **look: Any) -> Any:
    look = {"ha": "center", "va": "center_baseline", "color": palette.INK, **look}
    return ax.text(x, y, text, fontsize=size * POINT, **look)


def _swatch(role: str, meaning: str) -> Patch:
    """One entry of the key."""
    if role == "footprint":
        return Patch(fill=False, ec=palette.FOOTPRINT, lw=2, label=meaning)
    style = ROLES[role]
    hatch = "//" if style.hatched else None
    return Patch(fc=style.fill, ec=palette.EDGE, lw=0.6, hatch=hatch, label=meaning)
