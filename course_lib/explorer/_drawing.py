"""A scene as a drawing: boxes, lines and texts at places, as SVG and as pixels.

The widget, the exported page and the animation all show this one drawing. Its unit is
the pixel of a web page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Literal

import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from course_lib.explorer._scene import GAP, Panel, Scene, Window
from course_lib.figures.palette import EDGE, FOOTPRINT, FRAME, INK, MUTED, PAPER, ROLES

FOREGROUND, QUIET = (f"var(--jp-content-font-color1, {ink})" for ink in (INK, MUTED))
"""Colours that follow the theme of JupyterLab; on paper, what stands behind them."""
FONTS = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif"
TITLE_SIZE, KEY_SIZE, OPERATOR_SIZE, WORD_SIZE = 13.0, 12.0, 20.0, 13.0
NUMBER_SIZES = (6.5, 16.0)
CELLS = (2.0, 36.0)
SMALLEST_WITH_EDGES, SMALLEST_WITH_NUMBERS = 6.0, 11.0
ROW_WIDTH, NARROWEST = 880.0, 420.0
MARGIN, TITLE_HEIGHT, GAP_WIDTH, SWATCH = 3.0, 24.0, 34.0, 16.0
BORDER, BETWEEN, LINE = 12.0, 10.0, 20.0
DASH = 8
SCALE = 2
"""Pixels of an image to a pixel of the page."""


@dataclass(frozen=True)
class Mark:
    """Things of one look.

    The items are x, y, width and height of boxes, or of the boxes that lines cross from
    corner to corner; or x, the middle of the line and the text of texts.
    """

    kind: Literal["box", "line", "text"]
    items: tuple[tuple[Any, ...], ...]
    fill: str | None = None
    edge: str | None = None
    size: float = 0.75
    """Thickness of the lines, or size of the font."""
    bold: bool = False
    anchor: Literal["start", "middle"] = "middle"

    def at(self, right: float, down: float) -> Mark:
        """The same at another place."""
        items = ((x + right, y + down, *rest) for x, y, *rest in self.items)
        return replace(self, items=tuple(items))


@dataclass(frozen=True)
class Drawing:
    """Marks on a sheet of a width and height."""

    width: float
    height: float
    marks: tuple[Mark, ...]

    def svg(self, attributes: str = 'aria-hidden="true"', inside: str = "") -> str:
        """Writes it as an SVG element."""
        width, height = _number(self.width), _number(self.height)
        return (
            f'<svg {attributes} viewBox="0 0 {width} {height}" width="{width}" '
            f'height="{height}">{inside}{"".join(map(_svg, self.marks))}</svg>'
        )

    def pixels(self) -> Image.Image:
        """Draws it on white."""
        size = round(self.width * SCALE), round(self.height * SCALE)
        image = Image.new("RGB", size, PAPER)
        pen = ImageDraw.Draw(image)
        for mark in self.marks:
            _draw(pen, mark)
        return image


def on_paper(markup: str) -> str:
    """The same with colours for paper in place of those of a theme."""
    return re.sub(r"var\([^,]*, (#\w+)\)", r"\1", markup)


def _svg(mark: Mark) -> str:
    if mark.kind == "text":
        texts = "".join(
            f'<text x="{_number(x)}" y="{_number(y + 0.36 * mark.size)}">'
            f"{escape(text)}</text>"
            for x, y, text in mark.items
        )
        weight = ' font-weight="bold"' if mark.bold else ""
        return (
            f'<g font-family="{FONTS}" font-size="{_number(mark.size)}" '
            f'fill="{mark.fill}" text-anchor="{mark.anchor}"{weight}>{texts}</g>'
        )
    shape = "M{} {}l{} {}" if mark.kind == "line" else "M{0} {1}h{2}v{3}h-{2}z"
    path = "".join(shape.format(*map(_number, item)) for item in mark.items)
    return (
        f'<path fill="{mark.fill or "none"}" stroke="{mark.edge or "none"}" '
        f'stroke-width="{mark.size}" d="{path}"/>'
    )


def _draw(pen: ImageDraw.ImageDraw, mark: Mark) -> None:
    if mark.kind == "text":
        face = _font(mark.size * SCALE, mark.bold)
        anchor = "ls" if mark.anchor == "start" else "ms"
        for x, y, text in mark.items:
            place = x * SCALE, (y + 0.36 * mark.size) * SCALE
            pen.text(place, text, on_paper(str(mark.fill)), face, anchor)
        return
    thick = int(mark.size * SCALE)
    half = thick // 2
    for x, y, width, height in mark.items:
        ends = [side * SCALE for side in (x, y, x + width, y + height)]
        if mark.kind == "line":
            pen.line(ends, mark.edge, thick)
        else:
            left, top, right, bottom = map(round, ends)
            box = left - half, top - half, right + half, bottom + half
            pen.rectangle(box, mark.fill, mark.edge, thick)


@cache
def _number(value: float) -> str:
    """A coordinate, as short as it may be written."""
    return f"{round(value, 2):g}"


@cache
def _font(size: float, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The font of the figures, which Matplotlib brings along."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name
    return ImageFont.truetype(str(path), size)


@cache
def _text_width(text: str, size: float, bold: bool = False) -> float:
    return _font(100, bold).getlength(text) * size / 100


def draw_panels(scene: Scene) -> list[Drawing]:
    """Draws the panels of a scene, each with the sign that stands before it."""
    columns = sum(panel.values.shape[1] for panel in scene.panels)
    room = ROW_WIDTH - GAP_WIDTH * (len(scene.panels) - 1)
    side = float(np.clip(room / columns, *CELLS))
    side = float(np.floor(side)) if side > 4 else side
    return [_panel(panel, side) for panel in scene.panels]


def draw_key(scene: Scene) -> list[Drawing]:
    """Draws the entries of the key: how a role looks, and what it means."""
    return [_key_entry(role, meaning) for role, meaning in scene.key.items()]


def sheet(scene: Scene, *, told: bool = True) -> Drawing:
    """Draws a scene on one sheet: panels, the key, and the words if they are told."""
    rows = draw_panels(scene), draw_key(scene)
    width = max(sum(one.width + BETWEEN for one in row) - BETWEEN for row in rows)
    marks: list[Mark] = []
    top = BORDER
    for row in rows:
        height = max(drawing.height for drawing in row)
        left = BORDER
        for drawing in row:
            down = top + (height - drawing.height) / 2
            marks += [mark.at(left, down) for mark in drawing.marks]
            left += drawing.width + BETWEEN
        top += height + BETWEEN
    if told:
        width = max(width, NARROWEST)
        lines = _lines(scene.words, width)
        texts = tuple(
            (BORDER, top + LINE * (n + 0.5), line) for n, line in enumerate(lines)
        )
        marks.append(Mark("text", texts, FOREGROUND, size=WORD_SIZE, anchor="start"))
        top += LINE * len(lines) + BETWEEN
    return Drawing(width + 2 * BORDER, top + BORDER - BETWEEN, tuple(marks))


def _lines(words: str, width: float) -> list[str]:
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _text_width(longer, WORD_SIZE) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _panel(panel: Panel, side: float) -> Drawing:
    rows, columns = panel.values.shape
    height = TITLE_HEIGHT + rows * side + MARGIN
    width = max(columns * side, _text_width(panel.title, TITLE_SIZE)) + 2 * MARGIN
    sign = _text_width(panel.operator, OPERATOR_SIZE) + 2 * MARGIN
    start = sign + BETWEEN if panel.operator else 0.0
    middle = start + width / 2
    title = middle, TITLE_HEIGHT / 2 - 2, panel.title
    marks = [Mark("text", (title,), FOREGROUND, size=TITLE_SIZE)]
    if panel.operator:
        operator = sign / 2, height / 2, panel.operator
        marks.append(Mark("text", (operator,), QUIET, size=OPERATOR_SIZE))
    left = middle - columns * side / 2
    marks += [mark.at(left, TITLE_HEIGHT) for mark in _grid(panel, side)]
    return Drawing(start + width, height, tuple(marks))


def _key_entry(role: str, meaning: str) -> Drawing:
    """A grid of one empty cell with its role, or with an outline, and what it means."""
    cell = Panel("", np.full((1, 1), np.nan), role)
    if role == "footprint":
        cell = Panel("", cell.values, GAP, outlines=((0, 0, 1, 1),))
    start = SWATCH + 3 * MARGIN
    marks = [mark.at(MARGIN, MARGIN) for mark in _grid(cell, SWATCH)]
    text = start, MARGIN + SWATCH / 2, meaning
    marks.append(Mark("text", (text,), QUIET, size=KEY_SIZE, anchor="start"))
    width = start + _text_width(meaning, KEY_SIZE) + MARGIN
    return Drawing(width, SWATCH + 2 * MARGIN, tuple(marks))


def _grid(panel: Panel, side: float) -> Iterator[Mark]:
    """The cells, role by role, and the windows, in white that sets them off."""
    for role in dict.fromkeys(panel.roles.ravel()):
        if role != GAP:
            yield from _cells(panel, role, side)
    thick = max(1.25, min(2.75, side / 4))
    if panel.kept:
        x, y, width, height = box = _box(panel.kept, side)
        across, down = (range(0, int(length), DASH) for length in (width, height))
        dashes = [(x + at, edge, 5, 0) for at in across for edge in (y, y + height)]
        dashes += [(edge, y + at, 0, 5) for at in down for edge in (x, x + width)]
        yield Mark("box", (box,), edge=PAPER, size=thick + 1.75)
        yield Mark("line", tuple(dashes), edge=INK, size=thick)
    for window in panel.outlines:
        box = _box(window, side)
        yield Mark("box", (box,), edge=PAPER, size=thick + 1.75)
        yield Mark("box", (box,), edge=FOOTPRINT, size=thick)


def _box(window: Window, side: float) -> tuple[float, float, float, float]:
    row, column, height, width = window
    return column * side, row * side, width * side, height * side


def _cells(panel: Panel, role: str, side: float) -> Iterator[Mark]:
    """The cells of one role, with their numbers where these can be read."""
    style, here = ROLES.get(role), panel.roles == role
    fill = style.fill if style else None
    if side < SMALLEST_WITH_EDGES:
        runs: list[Window] = []  # without a gap: far fewer than cells
        for row, line in enumerate(here):
            changes = np.flatnonzero(np.diff(np.pad(line.astype(int), 1)))
            pairs = changes.reshape(-1, 2).tolist()
            runs += [(row, first, 1, end - first) for first, end in pairs]
        yield Mark("box", tuple(_box(run, side) for run in runs), fill)
        return
    cells = np.argwhere(here).tolist()
    corners = [(column * side, row * side) for row, column in cells]
    yield Mark("box", tuple((*corner, side, side) for corner in corners), fill, EDGE)
    half = side / 2
    if style and style.hatched:
        lines = []
        for x, y in corners:
            lines += [(x + half, y, -half, half), (x + side, y + half, -half, half)]
        yield Mark("line", tuple(lines), edge=FRAME, size=1)
    if style and side >= SMALLEST_WITH_NUMBERS:
        texts = tuple(
            (x + half, y + half, panel.labels[row][column])
            for (row, column), (x, y) in zip(cells, corners, strict=True)
            if panel.labels[row][column]
        )
        longest = max((label for row in panel.labels for label in row), key=len)
        fitting = 0.86 * side / max(_text_width(longest, 1.0, bold=True), 0.1)
        size = float(np.clip(min(0.46 * side, fitting), *NUMBER_SIZES))
        yield Mark("text", texts, style.ink, None, size, style.weight == "bold")
