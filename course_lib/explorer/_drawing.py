"""A scene as a drawing: boxes, lines and texts at places, as SVG and as pixels.

The widget, the exported page and the animation all show this one drawing. Its unit is
the pixel of a web page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import numpy.typing as npt
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

Box = tuple[float, float, float, float]
"""x, y, width and height."""


@dataclass(frozen=True)
class Boxes:
    """Boxes of one look; or the lines that cross them, from corner to corner."""

    items: tuple[Box, ...]
    fill: str | None = None
    edge: str | None = None
    thick: float = 0.75
    lines: bool = False


@dataclass(frozen=True)
class Texts:
    """Texts of one look: x, the middle of the line, and the text."""

    items: tuple[tuple[float, float, str], ...]
    size: float
    colour: str
    bold: bool = False
    anchor: str = "middle"


Mark = Boxes | Texts


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
    if isinstance(mark, Texts):
        texts = "".join(
            f'<text x="{_number(x)}" y="{_number(y + 0.36 * mark.size)}">'
            f"{escape(text)}</text>"
            for x, y, text in mark.items
        )
        weight = ' font-weight="bold"' if mark.bold else ""
        return (
            f'<g font-family="{FONTS}" font-size="{_number(mark.size)}" '
            f'fill="{mark.colour}" text-anchor="{mark.anchor}"{weight}>{texts}</g>'
        )
    shape = "l{2} {3}" if mark.lines else "h{2}v{3}h-{2}z"
    path = "".join(
        f"M{{0}} {{1}}{shape}".format(*map(_number, item)) for item in mark.items
    )
    return (
        f'<path fill="{mark.fill or "none"}" stroke="{mark.edge or "none"}" '
        f'stroke-width="{mark.thick}" d="{path}"/>'
    )


def _draw(pen: ImageDraw.ImageDraw, mark: Mark) -> None:
    if isinstance(mark, Texts):
        face = _font(mark.size * SCALE, mark.bold)
        anchor = "ls" if mark.anchor == "start" else "ms"
        for x, y, text in mark.items:
            place = x * SCALE, (y + 0.36 * mark.size) * SCALE
            pen.text(place, text, on_paper(mark.colour), face, anchor)
        return
    thick = int(mark.thick * SCALE)
    half = thick // 2
    for x, y, width, height in mark.items:
        ends = [side * SCALE for side in (x, y, x + width, y + height)]
        if mark.lines:
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
    width = max(width, NARROWEST if told else 0)
    marks: list[Mark] = []
    top = BORDER
    for row in rows:
        height = max(drawing.height for drawing in row)
        left = BORDER
        for drawing in row:
            down = top + (height - drawing.height) / 2
            marks += [_shifted(mark, left, down) for mark in drawing.marks]
            left += drawing.width + BETWEEN
        top += height + BETWEEN
    if told:
        items = []
        for line in _lines(scene.words, width):
            items.append((BORDER, top + LINE / 2, line))
            top += LINE
        marks.append(Texts(tuple(items), WORD_SIZE, FOREGROUND, anchor="start"))
        top += BETWEEN
    return Drawing(width + 2 * BORDER, top + BORDER - BETWEEN, tuple(marks))


def _shifted(mark: Mark, right: float, down: float) -> Mark:
    either: Any = mark
    items = ((x + right, y + down, *rest) for x, y, *rest in either.items)
    return replace(either, items=tuple(items))


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
    title = (middle, TITLE_HEIGHT / 2 - 2, panel.title)
    marks: list[Mark] = [Texts((title,), TITLE_SIZE, FOREGROUND)]
    if panel.operator:
        place = (sign / 2, height / 2, panel.operator)
        marks.append(Texts((place,), OPERATOR_SIZE, QUIET))
    corner = middle - columns * side / 2, TITLE_HEIGHT
    marks += [_shifted(mark, *corner) for mark in _grid(panel, side)]
    return Drawing(start + width, height, tuple(marks))


def _grid(panel: Panel, side: float) -> Iterator[Mark]:
    for role in dict.fromkeys(panel.roles.ravel()):
        if role != GAP:
            yield from _cells(panel, role, side)
    thick = max(1.25, min(2.75, side / 4))
    if panel.kept:
        yield from _outline(_box(panel.kept, side), thick, dashed=True)
    for window in panel.outlines:
        yield from _outline(_box(window, side), thick)


def _box(window: Window, side: float) -> Box:
    row, column, height, width = window
    return column * side, row * side, width * side, height * side


def _cells(panel: Panel, role: str, side: float) -> Iterator[Mark]:
    """The cells of one role, with their numbers where these can be read."""
    style, here = ROLES.get(role), panel.roles == role
    fill = style.fill if style else None
    if side < SMALLEST_WITH_EDGES:
        yield Boxes(tuple(_box(run, side) for run in _runs(here)), fill)
        return
    cells = np.argwhere(here).tolist()
    boxes = tuple(_box((row, column, 1, 1), side) for row, column in cells)
    yield Boxes(boxes, fill, EDGE)
    if style and style.hatched:
        yield _hatching(boxes)
    if style and side >= SMALLEST_WITH_NUMBERS:
        texts = tuple(
            ((column + 0.5) * side, (row + 0.5) * side, panel.labels[row][column])
            for row, column in cells
            if panel.labels[row][column]
        )
        bold = style.weight == "bold"
        yield Texts(texts, _number_size(panel, side), style.ink, bold)


def _runs(here: npt.NDArray[np.bool_]) -> Iterator[Window]:
    """The cells from left to right without a gap, as windows: far fewer than cells."""
    for row, line in enumerate(here):
        changes = np.flatnonzero(np.diff(np.pad(line.astype(int), 1)))
        for first, end in changes.reshape(-1, 2).tolist():
            yield row, first, 1, end - first


def _number_size(panel: Panel, side: float) -> float:
    longest = max((label for row in panel.labels for label in row), key=len)
    fitting = 0.86 * side / max(_text_width(longest, 1.0, bold=True), 0.1)
    return float(np.clip(min(0.46 * side, fitting), *NUMBER_SIZES))


def _hatching(boxes: Sequence[Box]) -> Boxes:
    lines = []
    for x, y, side, _ in boxes:
        half = side / 2
        lines += [(x + half, y, -half, half), (x + side, y + half, -half, half)]
    return Boxes(tuple(lines), edge=FRAME, thick=1, lines=True)


def _outline(box: Box, thick: float = 2.75, dashed: bool = False) -> list[Mark]:
    """A window, with white around it that sets it off from any colour."""
    white = Boxes((box,), edge=PAPER, thick=thick + 1.75)
    if not dashed:
        return [white, Boxes((box,), edge=FOOTPRINT, thick=thick)]
    x, y, width, height = box
    across, down = (range(0, int(length), DASH) for length in (width, height))
    dashes = [(x + at, side, 5, 0) for at in across for side in (y, y + height)]
    dashes += [(side, y + at, 0, 5) for at in down for side in (x, x + width)]
    return [white, Boxes(tuple(dashes), edge=INK, thick=thick, lines=True)]


def _key_entry(role: str, meaning: str) -> Drawing:
    box = (MARGIN, MARGIN, SWATCH, SWATCH)
    marks: list[Mark] = []
    if role == "footprint":
        marks += _outline(box)
    else:
        marks.append(Boxes((box,), ROLES[role].fill, EDGE))
        if ROLES[role].hatched:
            marks.append(_hatching([box]))
    start = SWATCH + 3 * MARGIN
    text = (start, MARGIN + SWATCH / 2, meaning)
    marks.append(Texts((text,), KEY_SIZE, QUIET, anchor="start"))
    width = start + _text_width(meaning, KEY_SIZE) + MARGIN
    return Drawing(width, SWATCH + 2 * MARGIN, tuple(marks))
