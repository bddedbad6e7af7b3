"""Marks as SVG, for pages of a light or dark theme and for files."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from course_lib.explorer._drawing import (
    FOREGROUND,
    MUTED,
    Boxes,
    Drawing,
    Lines,
    Mark,
    Outline,
    Texts,
)
from course_lib.figures._palette import INK, PAPER
from course_lib.figures._palette import MUTED as MUTED_INK

ON_PAGE = {
    FOREGROUND: f"var(--jp-content-font-color1, {INK})",
    MUTED: f"var(--jp-content-font-color1, {MUTED_INK})",
}
"""Colours that follow the theme of JupyterLab."""
ON_PAPER = {FOREGROUND: INK, MUTED: MUTED_INK}
FONTS = "DejaVu Sans, Verdana, Helvetica, Arial, sans-serif"


def svg(drawing: Drawing) -> str:
    """One drawing as an SVG element that hides itself from screen readers."""
    marks = svg_marks(drawing, ON_PAGE)
    width, height = number(drawing.width), number(drawing.height)
    return (
        f'<svg aria-hidden="true" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}">{marks}</svg>'
    )


def svg_marks(drawing: Drawing, colours: Mapping[str, str] = ON_PAPER) -> str:
    """The marks of a drawing, without the element around them."""
    return "".join(svg_mark(mark, colours) for mark in drawing.marks)


def svg_mark(mark: Mark, colours: Mapping[str, str]) -> str:
    """One mark as SVG."""
    if isinstance(mark, Boxes):
        path = "".join(
            f"M{number(x)} {number(y)}h{number(w)}v{number(h)}h-{number(w)}z"
            for x, y, w, h in mark.places
        )
        edge = f' stroke="{mark.edge}" stroke-width=".75"' if mark.edge else ""
        return f'<path fill="{mark.fill or "none"}"{edge} d="{path}"/>'
    if isinstance(mark, Lines):
        path = "".join(
            f"M{number(a)} {number(b)}L{number(c)} {number(d)}"
            for a, b, c, d in mark.ends
        )
        return f'<path stroke="{mark.colour}" d="{path}"/>'
    if isinstance(mark, Outline):
        return _outline(mark, colours)
    return _texts(mark, colours)


def _outline(mark: Outline, colours: Mapping[str, str]) -> str:
    x, y, width, height = map(number, (mark.x, mark.y, mark.width, mark.height))
    shape = f'fill="none" x="{x}" y="{y}" width="{width}" height="{height}"'
    colour = colours.get(mark.colour, mark.colour)
    dashes = ' stroke-dasharray="5 3"' if mark.dashed else ' stroke-linejoin="round"'
    return (
        f'<rect {shape} stroke="{PAPER}" stroke-width="{mark.thick + 1.75}"/>'
        f'<rect {shape} stroke="{colour}" stroke-width="{mark.thick}"{dashes}/>'
    )


def _texts(mark: Texts, colours: Mapping[str, str]) -> str:
    colour = colours.get(mark.colour, mark.colour)
    weight = ' font-weight="bold"' if mark.bold else ""
    base = 0.36 * mark.size
    texts = "".join(
        f'<text x="{number(x)}" y="{number(y + base)}">{escape(text)}</text>'
        for x, y, text in mark.items
    )
    return (
        f'<g font-family="{FONTS}" font-size="{number(mark.size)}" fill="{colour}" '
        f'text-anchor="{mark.anchor}"{weight}>{texts}</g>'
    )


def number(value: float) -> str:
    """A coordinate, as short as it may be written."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
