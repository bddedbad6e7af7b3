"""Words it: a card for JupyterLab or a terminal, and what is said of an answer."""

from __future__ import annotations

import html
import linecache
import re
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from course_lib.exercises._judging import Verdict, close, equal
from course_lib.exercises._running import Outcome, Plain, outcome_of
from course_lib.exercises.exercise import Array, Exercise, Function, all_exercises

MOST_SHOWN = 12

# Cards

TONES = {
    "correct": ("✓", "--jp-success-color1", "#2e7d32"),
    "not yet": ("✗", "--jp-warn-color1", "#b26a00"),
    "not attempted": ("○", "--jp-border-color1", "#8d979f"),
    "note": ("·", "--jp-info-color1", "#0277bd"),
}
"""Of each tone: its symbol, JupyterLab's colour, and one for other places."""

PLAIN = str.maketrans(
    {"✓": "+", "✗": "x", "○": "o", "●": "*", "·": "*", "×": "x", "−": "-", "–": "-"}
    | {"…": "...", "→": "->", "√": "root of ", "₂": "2", "ᵀ": ".T"}
)
"""For where an output's encoding lacks them."""

CODE_FONT = (
    "font-family:var(--jp-code-font-family,monospace);font-size:0.92em;"
    "background:var(--jp-layout-color2,rgba(128,128,128,0.15));color:inherit;"
)
STYLES = {
    "box": "border:1px solid var(--jp-border-color2,#c3cad1);"
    "border-left:5px solid var({variable},{colour});border-radius:3px;"
    "padding:6px 12px;max-width:48em;overflow-x:auto;line-height:1.5;"
    "color:var(--jp-content-font-color1,inherit);"
    "background:var(--jp-layout-color1,transparent);"
    "font-family:var(--jp-content-font-family,sans-serif)",
    "p": "margin:4px 0",
    "code": CODE_FONT + "padding:1px 4px;border-radius:2px",
    "pre": CODE_FONT + "padding:6px 10px;margin:6px 0;white-space:pre;overflow-x:auto",
    "table": "margin:4px 0;border-collapse:collapse;color:inherit",
    "tr": "background:none",
    "td": "text-align:left;padding:2px 16px 2px 0;white-space:nowrap;background:none",
}


@dataclass(frozen=True, eq=False, repr=False)
class Card:
    """What the functions of this package return, ready to be displayed."""

    title: str
    tone: str = "note"
    """One of `TONES`; for an answer, what the check came to."""
    paragraphs: Sequence[str] = ()
    """Sentences; backticks mark code."""
    code: str = ""
    table: Sequence[Sequence[str]] = ()
    """Rows, the first of them the header."""
    arguments: tuple[Any, ...] | None = field(default=None)
    """The input for which an answer differs, to try it out."""

    def __str__(self) -> str:
        parts = [f"{TONES[self.tone][0]} {self.title}", *self.paragraphs]
        if self.code:
            parts += ["", self.code.rstrip()]
        widths = [max(map(len, column)) for column in zip(*self.table, strict=True)]
        for row in self.table:
            cells = [cell.ljust(w) for cell, w in zip(row, widths, strict=True)]
            parts.append("  ".join(cells).rstrip())
        return printable("\n".join(parts))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        symbol, variable, colour = TONES[self.tone]
        title = f"<strong>{symbol} {html.escape(self.title)}</strong>"
        inside = "".join(
            _tag("p", text) for text in [title, *map(_marked, self.paragraphs)]
        )
        if self.code:
            inside += _tag("pre", html.escape(self.code.rstrip()))
        if self.table:
            inside += _html_table(self.table)
        box = STYLES["box"].format(variable=variable, colour=colour)
        return f'<div style="{box}">{inside}</div>'


def printable(text: str) -> str:
    """Text in the characters that the output's encoding has."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = unicodedata.normalize("NFKD", text.translate(PLAIN))
        text = text.encode(encoding, "replace").decode(encoding)
    return text


def _tag(name: str, inside: str, style: str = "", more: str = "") -> str:
    return f'<{name}{more} style="{STYLES[style or name]}">{inside}</{name}>'


def _marked(text: str) -> str:
    """HTML of a sentence: `code` and *emphasis* are marked up, all else is text."""
    parts = html.escape(text, quote=False).split("`")
    for i, part in enumerate(parts):
        if i % 2 and i < len(parts) - 1:
            parts[i] = _tag("code", part)
        else:
            parts[i] = re.sub(
                r"\*(\w[^*]*(?<=\w))\*", r"<em>\1</em>", "`" * (i % 2) + part
            )
    return "".join(parts)


def _html_table(table: Sequence[Sequence[str]]) -> str:
    header, *rows = [[html.escape(cell) for cell in row] for row in table]
    head = "".join(_tag("th", cell, "td", ' scope="col"') for cell in header)
    body = "".join(
        _tag("tr", "".join(_tag("td", cell) for cell in row)) for row in rows
    )
    inside = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return _tag("table", inside)


# What is said of an answer


def unknown(name: object) -> Card:
    """Says which exercises someone may have meant by a name that is none."""
    wanted = str(name).strip()[:40]
    chapter = wanted.partition(".")[0]
    meant = [
        f"{each.name} ({each.title})"
        for each in all_exercises()
        if chapter == str(each.chapter) or wanted == each.solution.__name__
    ]
    advice = f"Did you mean {', '.join(meant)}?"
    return Card(
        f"There is no exercise {wanted!r}",
        paragraphs=[advice if meant else "all_exercises() lists them."],
    )


def wrong_kind(exercise: Exercise, noun: str) -> str:
    """Says what a prediction should be, and what was given instead."""
    wanted = _kind(outcome_of(exercise.solution, ()).value)
    wanted = f"made of {wanted}" if wanted[0].isdigit() else wanted
    return f"The answer is {wanted}; yours is {noun}."


def _kind(value: Plain | None) -> str:
    if not isinstance(value, np.ndarray):
        return "a word"
    if value.dtype == bool:
        return "True or False"
    if value.ndim < 2:
        return f"{value.size} numbers" if value.ndim else "a number"
    return "an array of " + " × ".join(map(str, value.shape)) + " numbers"


def of_value(exercise: Exercise, value: Plain, verdict: Verdict) -> list[str]:
    """Says what is wrong with a predicted value, without giving it away."""
    if verdict.mistake:
        return verdict.mistake.split("\n")
    right = outcome_of(exercise.solution, ()).value
    if _kind(value) != _kind(right):
        return [wrong_kind(exercise, _kind(value))]
    if isinstance(right, np.ndarray) and equal(_in_order(value), _in_order(right)):
        return ["These are the numbers, in another order."]
    return [f'That is not it. A hint: `exercises.hint("{exercise.name}")`.']


def _in_order(value: Any) -> Array:
    return np.sort(value, axis=None)


def of_function(
    exercise: Exercise,
    function: Function,
    outcomes: Sequence[Outcome],
    verdict: Verdict,
) -> list[str]:
    """Says what is wrong with a learner's function, the most useful first."""
    arguments, outcome = exercise.inputs[verdict.position], outcomes[verdict.position]
    pairs = zip(exercise.parameters, arguments, strict=True)
    parts = [_argument(name, value) for name, value in pairs]
    given = "For " + ", ".join(parts[:-1]) + " and " * (len(parts) > 1) + parts[-1]
    code = getattr(function, "__code__", None)
    if outcome.problem and not verdict.mistake:
        said = f"{given}, {outcome.problem}"
        if code and outcome.line:
            line = linecache.getline(code.co_filename, outcome.line).strip()
            said += f" That was in line {outcome.line}{line and f': `{line}`'}."
        elif code and "raised TypeError" in outcome.problem:
            said += f" It is called as `{exercise.call}`."
        return [said]
    said = f"{given}, {_difference(exercise, arguments, outcome)}"
    arrays = [value for value in arguments if isinstance(value, np.ndarray)]
    advice = "To try it out, `_.arguments` in the next cell is this input."
    return [
        *(verdict.mistake.split("\n") if verdict.mistake else []),
        said,
        *[advice] * (not all(map(_is_small, arrays))),
    ]


def _difference(
    exercise: Exercise, arguments: tuple[Any, ...], outcome: Outcome
) -> str:
    got, right = outcome.value, outcome_of(exercise.solution, arguments).value
    if equal(got, right) and outcome.changed:
        name = exercise.parameters[outcome.changed[0]]
        return (
            f"the result is right, but the function changes `{name}`, which belongs to "
            "whoever calls it. Work on a copy."
        )
    if not isinstance(got, np.ndarray) or not isinstance(right, np.ndarray):
        return f"it returned {_short(got)}; expected is {_short(right)}."
    if got.shape != right.shape:
        likely = _likely_shape(got, right)
        return f"the result has {_shape(got)}; expected is {_shape(right)}.{likely}"
    if got.ndim == 0:
        differs = f"it returned {_number(got)}; expected is {_number(right)}."
    else:
        differs = _first_difference(got, right)
    return differs + _likely_cause(got, right)


def _first_difference(got: Array, right: Array) -> str:
    differs = ~close(got, right)
    if (got.dtype == bool) != (right.dtype == bool):
        differs[...] = True
    place = tuple(int(i) for i in np.argwhere(differs)[0])
    index = ", ".join(map(str, place))
    return (
        f"{np.sum(differs)} of {got.size} numbers differ, the first at [{index}]: "
        f"got {_number(got[place])}, expected {_number(right[place])}."
    )


def _likely_cause(got: Array, right: Array) -> str:
    if np.isnan(got.astype(float)).any():
        return " It holds NaN, which is not a number: something was divided by zero?"
    if got.dtype.kind in "iu" and np.array_equal(got, np.trunc(right)):
        return (
            " The decimals are cut off: the result was put into an array of whole "
            "numbers. `np.zeros(shape)` makes one of floats."
        )
    for axis, direction in ((-2, "upside down"), (-1, "back to front")):
        if got.ndim >= -axis and equal(np.flip(got, axis), right):
            return f" It is {direction}."
    return ""


def _likely_shape(got: Array, right: Array) -> str:
    if got.size == right.size and equal(got.ravel(), right.ravel()):
        return " The numbers are right, in order; only their shape is not."
    for first in range(got.ndim - 1):
        if equal(np.swapaxes(got, first, first + 1), right):
            return f" The axes {first} and {first + 1} are swapped."
    return ""


def _argument(name: str, value: Any) -> str:
    if callable(value):
        return f"a `{name}`"
    if not isinstance(value, np.ndarray):
        return f"`{name} = {value!r}`"
    if _is_small(value):
        return f"`{name} = {_nested(value)}`"
    return f"`{name}` of shape {value.shape}"


def _is_small(value: Array) -> bool:
    return value.size <= MOST_SHOWN and value.ndim <= 2


def _shape(value: Array) -> str:
    return f"shape {value.shape}" if value.ndim else "no axes (it is a single number)"


def _short(value: Plain | None) -> str:
    if not isinstance(value, np.ndarray):
        return repr(value[:40]) if value else "nothing"
    return _nested(value) if _is_small(value) else f"an array of shape {value.shape}"


def _nested(value: Array) -> str:
    if value.ndim == 0:
        return _number(value)
    return "[" + ", ".join(_nested(part) for part in value) + "]"


def _number(value: Any) -> str:
    return str(value) if np.asarray(value).dtype == bool else f"{float(value):.6g}"
