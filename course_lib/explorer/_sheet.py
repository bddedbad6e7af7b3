"""A scene as one drawing: panels in a row, the key, and the words below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from course_lib.explorer._drawing import (
    FOREGROUND,
    MUTED,
    Boxes,
    Drawing,
    Lines,
    Mark,
    Outline,
    Texts,
    draw_key,
    draw_panels,
    text_width,
)
from course_lib.explorer._scene import Scene

BORDER, GAP, LINE = 12.0, 10.0, 20.0
WORD_SIZE = 13.0
NARROWEST = 420.0
LINES = 3
"""Lines kept free for the words, so that the frames of a walk are alike."""


def sheet(scene: Scene, *, told: bool = True) -> Drawing:
    """Draws a scene on one sheet.

    Args:
        scene: What to draw.
        told: Whether the words stand below the picture.
    """
    panels = [drawing for pair in draw_panels(scene) for drawing in pair]
    key = draw_key(scene)
    content = max(_row_width(panels), _row_width(key), NARROWEST if told else 0)
    marks: list[Mark] = []
    top = BORDER
    for row in (panels, key):
        height = max(drawing.height for drawing in row)
        left = BORDER
        for drawing in row:
            dy = top + (height - drawing.height) / 2
            marks += [shifted(mark, left, dy) for mark in drawing.marks]
            left += drawing.width + GAP
        top += height + GAP
    if told:
        for number, line in enumerate(_lines(scene.words, content)):
            middle = top + LINE * (number + 0.5)
            colour = FOREGROUND if number < LINES else MUTED
            items = ((BORDER, middle, line),)
            marks.append(Texts(items, WORD_SIZE, colour, anchor="start"))
        top += LINE * LINES
    return Drawing(content + 2 * BORDER, top + BORDER - GAP, tuple(marks))


def shifted(mark: Mark, dx: float, dy: float) -> Mark:
    """The same mark at another place."""
    if isinstance(mark, Boxes):
        places = tuple((x + dx, y + dy, w, h) for x, y, w, h in mark.places)
        return replace(mark, places=places)
    if isinstance(mark, Lines):
        ends = tuple((a + dx, b + dy, c + dx, d + dy) for a, b, c, d in mark.ends)
        return replace(mark, ends=ends)
    if isinstance(mark, Outline):
        return replace(mark, x=mark.x + dx, y=mark.y + dy)
    return replace(mark, items=tuple((x + dx, y + dy, t) for x, y, t in mark.items))


def _row_width(drawings: Sequence[Drawing]) -> float:
    return sum(drawing.width + GAP for drawing in drawings) - GAP


def _lines(words: str, width: float) -> Iterator[str]:
    line = ""
    for word in words.split():
        longer = f"{line} {word}".strip()
        if line and text_width(longer, WORD_SIZE) > width:
            yield line
            longer = word
        line = longer
    yield line
