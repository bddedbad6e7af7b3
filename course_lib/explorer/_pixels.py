"""Marks as pixels, for animated pictures and for pages that show no SVG."""

from __future__ import annotations

from PIL import Image, ImageDraw

from course_lib.explorer._drawing import Boxes, Drawing, Lines, Outline, Texts, font
from course_lib.explorer._svg import ON_PAPER
from course_lib.figures._palette import PAPER


def pixels(drawing: Drawing, scale: int = 2) -> Image.Image:
    """One drawing as an image on white.

    Args:
        drawing: What to draw.
        scale: Pixels of the image to a CSS pixel.
    """
    size = round(drawing.width * scale), round(drawing.height * scale)
    image = Image.new("RGB", size, PAPER)
    pen = ImageDraw.Draw(image)
    for mark in drawing.marks:
        if isinstance(mark, Boxes):
            _boxes(pen, mark, scale)
        elif isinstance(mark, Lines):
            for ends in mark.ends:
                pen.line([side * scale for side in ends], mark.colour, scale)
        elif isinstance(mark, Outline):
            _outline(pen, mark, scale)
        else:
            _texts(pen, mark, scale)
    return image


def _boxes(pen: ImageDraw.ImageDraw, mark: Boxes, scale: int) -> None:
    for place in mark.places:
        x, y, width, height = (side * scale for side in place)
        box = [round(x), round(y), round(x + width), round(y + height)]
        pen.rectangle(box, mark.fill, mark.edge, width=max(1, scale // 2))


def _outline(pen: ImageDraw.ImageDraw, mark: Outline, scale: int) -> None:
    x, y = mark.x * scale, mark.y * scale
    right, bottom = x + mark.width * scale, y + mark.height * scale
    ink = ON_PAPER.get(mark.colour, mark.colour)
    for colour, thick in ((PAPER, mark.thick + 1.75), (ink, mark.thick)):
        half = thick * scale / 2
        box = [
            round(x - half),
            round(y - half),
            round(right + half),
            round(bottom + half),
        ]
        if mark.dashed and colour != PAPER:
            _dashes(pen, box, colour, round(thick * scale), scale)
        else:
            pen.rectangle(box, None, colour, width=round(thick * scale))


def _dashes(
    pen: ImageDraw.ImageDraw, box: list[int], colour: str, thick: int, scale: int
) -> None:
    left, top, right, bottom = box
    for x in range(left, right, 8 * scale):
        end = min(x + 5 * scale, right)
        pen.rectangle([x, top, end, top + thick - 1], colour)
        pen.rectangle([x, bottom - thick + 1, end, bottom], colour)
    for y in range(top, bottom, 8 * scale):
        end = min(y + 5 * scale, bottom)
        pen.rectangle([left, y, left + thick - 1, end], colour)
        pen.rectangle([right - thick + 1, y, right, end], colour)


def _texts(pen: ImageDraw.ImageDraw, mark: Texts, scale: int) -> None:
    face = font(mark.size * scale, mark.bold)
    colour = ON_PAPER.get(mark.colour, mark.colour)
    anchor = "ls" if mark.anchor == "start" else "ms"
    for x, y, text in mark.items:
        place = (x * scale, (y + 0.36 * mark.size) * scale)
        pen.text(place, text, colour, face, anchor)
