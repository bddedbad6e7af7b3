"""From a scene to marks: boxes, lines and texts at places, in CSS pixels.

Every renderer draws the same marks, so that the widget, the exported page and the
animated picture look alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import matplotlib
import numpy as np
import numpy.typing as npt
from PIL import ImageFont

from course_lib.explorer._scene import GAP, PENDING, Panel, Scene
from course_lib.figures import ROLES
from course_lib.figures._palette import EDGE, FOOTPRINT, FRAME, INK, PAPER

FOREGROUND, MUTED = "foreground", "muted"
"""Colours of what stands on the page itself; each renderer has its own for them."""
TITLE_SIZE, KEY_SIZE, OPERATOR_SIZE = 13.0, 12.0, 20.0
NUMBER_SIZES = (6.5, 16.0)
CELLS = (2.0, 36.0)
SMALLEST_WITH_EDGES, SMALLEST_WITH_NUMBERS = 6.0, 11.0
ROW_WIDTH = 880.0
MARGIN = 3.0
TITLE_HEIGHT = 24.0
GAP_WIDTH = 34.0
SWATCH = 16.0


@dataclass(frozen=True)
class Boxes:
    """Boxes of one look, each (x, y, width, height)."""

    places: tuple[tuple[float, float, float, float], ...]
    fill: str | None
    edge: str | None = EDGE


@dataclass(frozen=True)
class Lines:
    """Thin lines, each from (x, y) to (x, y)."""

    ends: tuple[tuple[float, float, float, float], ...]
    colour: str = FRAME


@dataclass(frozen=True)
class Outline:
    """A rectangle around a window: x, y, width, height."""

    x: float
    y: float
    width: float
    height: float
    colour: str = FOOTPRINT
    dashed: bool = False
    thick: float = 2.75


@dataclass(frozen=True)
class Texts:
    """Texts of one look, each with its place: x, y of its middle."""

    items: tuple[tuple[float, float, str], ...]
    size: float
    colour: str
    bold: bool = False
    anchor: str = "middle"


Mark = Boxes | Lines | Outline | Texts


@dataclass(frozen=True)
class Drawing:
    """Marks on a sheet of a width and height."""

    width: float
    height: float
    marks: tuple[Mark, ...]


@cache
def font(size: float, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The font of the figures, which Matplotlib brings along."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name
    return ImageFont.truetype(str(path), size)


@cache
def text_width(text: str, size: float, bold: bool = False) -> float:
    """Pixels that a text takes."""
    return font(100, bold).getlength(text) * size / 100


def cell_side(panels: Sequence[Panel]) -> float:
    """The side of the cells with which the panels fit side by side."""
    columns = sum(panel.values.shape[1] for panel in panels)
    room = ROW_WIDTH - GAP_WIDTH * (len(panels) - 1)
    small, large = CELLS
    side = min(large, max(small, room / columns))
    return float(np.floor(side)) if side > 4 else side


def draw_panel(panel: Panel, side: float) -> Drawing:
    """Draws one panel.

    Args:
        panel: What to draw.
        side: Side of a cell.
    """
    height, width = panel.values.shape
    title_width = text_width(panel.title, TITLE_SIZE)
    total = max(width * side, title_width) + 2 * MARGIN
    left, top = (total - width * side) / 2, TITLE_HEIGHT
    marks = (
        Texts(
            ((total / 2, TITLE_HEIGHT / 2 - 2, panel.title),), TITLE_SIZE, FOREGROUND
        ),
        *_cells(panel, left, top, side),
        *_outlines(panel, left, top, side),
    )
    return Drawing(total, top + height * side + MARGIN, marks)


def _cells(panel: Panel, left: float, top: float, side: float) -> Iterator[Mark]:
    number_size = _number_size(panel, side)
    for role in dict.fromkeys(panel.roles.ravel()):
        if role == GAP:
            continue
        style = ROLES.get(role)
        here = panel.roles == role
        fill = style.fill if style else None
        if side < SMALLEST_WITH_EDGES:
            runs = _runs(here)
            yield Boxes(
                tuple(
                    (left + c * side, top + r * side, long * side, side)
                    for r, c, long in runs
                ),
                fill,
                None,
            )
            continue
        cells = [(int(r), int(c)) for r, c in zip(*np.nonzero(here), strict=True)]
        boxes = tuple((left + c * side, top + r * side, side, side) for r, c in cells)
        yield Boxes(boxes, fill)
        if style and style.hatched:
            yield Lines(tuple(_hatching(boxes)))
        if style is None or side < SMALLEST_WITH_NUMBERS:
            continue
        texts = tuple(
            (left + (c + 0.5) * side, top + (r + 0.5) * side, panel.labels[r][c])
            for r, c in cells
            if panel.labels[r][c]
        )
        if texts:
            yield Texts(texts, number_size, style.ink, style.weight == "bold")


def _runs(here: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int, int]]:
    """Row, first column and length of the runs of cells: far fewer than cells."""
    for row, line in enumerate(here):
        changes = np.flatnonzero(np.diff(np.pad(line.astype(int), 1)))
        for first, end in changes.reshape(-1, 2):
            yield row, int(first), int(end - first)


def _hatching(
    boxes: tuple[tuple[float, float, float, float], ...],
) -> Iterator[tuple[float, float, float, float]]:
    for x, y, side, _ in boxes:
        half = side / 2
        yield x + half, y, x, y + half
        yield x + side, y + half, x + half, y + side


def _number_size(panel: Panel, side: float) -> float:
    longest = max((label for row in panel.labels for label in row), key=len)
    small, large = NUMBER_SIZES
    fitting = 0.86 * side / max(text_width(longest, 1.0, bold=True), 0.1)
    return max(small, min(large, 0.46 * side, fitting))


def _outlines(panel: Panel, left: float, top: float, side: float) -> Iterator[Outline]:
    def around(window: tuple[int, int, int, int], colour: str, dashed: bool) -> Outline:
        row, column, height, width = window
        return Outline(
            left + column * side,
            top + row * side,
            width * side,
            height * side,
            colour,
            dashed,
            max(1.25, min(2.75, side / 4)),
        )

    if panel.kept:
        yield around(panel.kept, INK, dashed=True)
    for window in panel.outlines:
        yield around(window, FOOTPRINT, dashed=False)


def draw_operator(sign: str) -> Drawing:
    """Draws what stands between two panels."""
    width = text_width(sign, OPERATOR_SIZE) + 2 * MARGIN
    return Drawing(
        width,
        OPERATOR_SIZE + TITLE_HEIGHT,
        (
            Texts(
                ((width / 2, TITLE_HEIGHT / 2 + OPERATOR_SIZE / 2, sign),),
                OPERATOR_SIZE,
                MUTED,
            ),
        ),
    )


def draw_key_entry(role: str, meaning: str) -> Drawing:
    """Draws one entry of the key: how a role looks, and what it means."""
    box = (MARGIN, MARGIN, SWATCH, SWATCH)
    style = ROLES.get(role)
    marks: list[Mark] = []
    if role == "footprint":
        marks.append(Outline(*box))
    elif style:
        marks.append(Boxes((box,), style.fill))
        if style.hatched:
            marks.append(Lines(tuple(_hatching((box,)))))
    start = SWATCH + 3 * MARGIN
    middle = MARGIN + SWATCH / 2
    marks.append(Texts(((start, middle, meaning),), KEY_SIZE, MUTED, anchor="start"))
    width = start + text_width(meaning, KEY_SIZE) + MARGIN
    return Drawing(width, SWATCH + 2 * MARGIN, tuple(marks))


def draw_panels(scene: Scene) -> list[list[Drawing]]:
    """Draws the panels of a scene, each with the sign that stands before it."""
    side = cell_side(scene.panels)
    return [
        ([draw_operator(panel.operator)] if panel.operator else [])
        + [draw_panel(panel, side)]
        for panel in scene.panels
    ]


def draw_key(scene: Scene) -> list[Drawing]:
    """Draws the entries of the key, from left to right."""
    return [draw_key_entry(*entry) for entry in scene.key.items()]


__all__ = ["PAPER", "PENDING", "Drawing", "draw_key", "draw_panels"]
