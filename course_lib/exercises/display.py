"""A small box in JupyterLab, plain text in a terminal."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

TONES = {
    "correct": ("✓", "--jp-success-color1", "#2e7d32"),
    "not yet": ("✗", "--jp-warn-color1", "#b26a00"),
    "not attempted": ("○", "--jp-border-color1", "#8d979f"),
    "note": ("·", "--jp-info-color1", "#0277bd"),
}
"""Of each tone: its symbol, JupyterLab's colour, and one for other places."""

BOX = (
    "border:1px solid var(--jp-border-color2,#c3cad1);"
    "border-left:5px solid var({variable},{colour});border-radius:3px;"
    "padding:6px 12px;max-width:48em;overflow-x:auto;line-height:1.5;"
    "color:var(--jp-content-font-color1,inherit);"
    "background:var(--jp-layout-color1,transparent);"
    "font-family:var(--jp-content-font-family,sans-serif)"
)
PARAGRAPH = "margin:4px 0"
CODE = (
    "font-family:var(--jp-code-font-family,monospace);font-size:0.92em;"
    "background:var(--jp-layout-color2,rgba(128,128,128,0.15));"
    "color:inherit;padding:1px 4px;border-radius:2px"
)
BLOCK = (
    "font-family:var(--jp-code-font-family,monospace);font-size:0.92em;"
    "background:var(--jp-layout-color2,rgba(128,128,128,0.15));"
    "color:inherit;padding:6px 10px;margin:6px 0;white-space:pre;overflow-x:auto"
)
CELL = "text-align:left;padding:2px 16px 2px 0;white-space:nowrap;background:none"


@dataclass(frozen=True, eq=False)
class Card:
    """What the functions of this package return, ready to be displayed.

    Args:
        title: The first line.
        tone: One of `TONES`; for an answer, what the check came to.
        paragraphs: Sentences; backticks mark code.
        code: A block of source or output below them.
        table: Rows of a table, its first the header.
        arguments: The input for which an answer differs, to try it out.
    """

    title: str
    tone: str = "note"
    paragraphs: Sequence[str] = ()
    code: str = ""
    table: Sequence[Sequence[str]] = ()
    arguments: tuple[Any, ...] | None = field(default=None, repr=False)

    def __str__(self) -> str:
        """The same as plain text."""
        parts = [f"{TONES[self.tone][0]} {self.title}"]
        parts += self.paragraphs
        if self.code:
            parts += ["", self.code.rstrip()]
        if self.table:
            parts += _aligned(self.table)
        return "\n".join(parts)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        symbol, variable, colour = TONES[self.tone]
        box = BOX.format(variable=variable, colour=colour)
        title = f"<strong>{symbol} {html.escape(self.title)}</strong>"
        inside = f'<p style="{PARAGRAPH}">{title}</p>'
        for paragraph in self.paragraphs:
            inside += f'<p style="{PARAGRAPH}">{_marked(paragraph)}</p>'
        if self.code:
            inside += f'<pre style="{BLOCK}">{html.escape(self.code.rstrip())}</pre>'
        if self.table:
            inside += _html_table(self.table)
        return f'<div style="{box}">{inside}</div>'


def _marked(text: str) -> str:
    """HTML of a sentence: `code` and *emphasis* are marked up, all else is text."""
    parts = html.escape(text, quote=False).split("`")
    for i, part in enumerate(parts):
        if i % 2 and i < len(parts) - 1:
            parts[i] = f'<code style="{CODE}">{part}</code>'
        else:
            parts[i] = re.sub(
                r"\*(\w[^*]*(?<=\w))\*", r"<em>\1</em>", "`" * (i % 2) + part
            )
    return "".join(parts)


def _aligned(table: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]


def _html_table(table: Sequence[Sequence[str]]) -> str:
    header, *rows = table
    head = "".join(
        f'<th scope="col" style="{CELL}">{html.escape(cell)}</th>' for cell in header
    )
    body = "".join(
        '<tr style="background:none">'
        + "".join(f'<td style="{CELL}">{html.escape(cell)}</td>' for cell in row)
        + "</tr>"
        for row in rows
    )
    return (
        '<table style="margin:4px 0;border-collapse:collapse;color:inherit">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
