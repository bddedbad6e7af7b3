"""What a learner reads: a card for JupyterLab or a terminal, and what it says."""

from __future__ import annotations

import html
import linecache
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib.exercises._judging import Verdict, close, equal, kind
from course_lib.exercises._running import Outcome, noun, outcome_of
from course_lib.exercises.exercise import Array, Exercise, Made, all_exercises

MOST_SHOWN = 12

# Cards

TONES = {
    "correct": ("✓", "--jp-success-color1", "#2e7d32"),
    "not yet": ("✗", "--jp-warn-color1", "#b26a00"),
    "not attempted": ("○", "--jp-border-color1", "#8d979f"),
    "note": ("·", "--jp-info-color1", "#0277bd"),
}
"""Of each tone: its symbol, JupyterLab's colour, and one for other places."""

CODE_FONT = (
    "font-family:var(--jp-code-font-family,monospace);font-size:0.92em;"
    "background:var(--jp-layout-color2,rgba(128,128,128,0.15));color:inherit;"
)
CELL = "text-align:left;padding:2px 16px 2px 0;white-space:nowrap;background:none"
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
    "th": CELL,
    "td": CELL,
}


@dataclass(frozen=True, eq=False, repr=False)
class Card:
    """What the functions of this package return, ready to be displayed."""

    title: str
    tone: str = "note"
    """One of `TONES`; for an answer, what the check came to."""
    paragraphs: Sequence[str] = ()
    """Sentences; `code` and *emphasis* are marked up."""
    code: str = ""
    table: Sequence[Sequence[str]] = ()
    """Rows, the first of them the header."""
    arguments: tuple[Any, ...] | None = None
    """The input for which an answer differs, to try it out."""

    def __str__(self) -> str:
        parts = [f"{TONES[self.tone][0]} {self.title}", *self.paragraphs]
        if self.code:
            parts += ["", self.code.rstrip()]
        widths = [max(map(len, column)) for column in zip(*self.table, strict=True)]
        for row in self.table:
            parts.append("  ".join(map(str.ljust, row, widths)).rstrip())
        return "\n".join(parts)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        symbol, variable, colour = TONES[self.tone]
        title = f"<strong>{symbol} {html.escape(self.title)}</strong>"
        parts = [_tag("p", text) for text in [title, *map(_marked, self.paragraphs)]]
        if self.code:
            parts.append(_tag("pre", html.escape(self.code.rstrip())))
        if self.table:
            header, *rows = [[html.escape(cell) for cell in row] for row in self.table]
            head = "".join(_tag("th", cell, ' scope="col"') for cell in header)
            lines = ["".join(_tag("td", cell) for cell in row) for row in rows]
            body = "".join(_tag("tr", line) for line in lines)
            inside = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
            parts.append(_tag("table", inside))
        box = STYLES["box"].format(variable=variable, colour=colour)
        return f'<div style="{box}">{"".join(parts)}</div>'


def _tag(name: str, inside: str, more: str = "") -> str:
    return f'<{name}{more} style="{STYLES[name]}">{inside}</{name}>'


def _marked(text: str) -> str:
    """HTML of a sentence: `code` and *emphasis* are marked up, all else is text."""
    parts = re.split("`([^`]+)`", html.escape(text, quote=False))
    parts[::2] = [re.sub(r"\*\b([^*]+)\b\*", r"<em>\1</em>", p) for p in parts[::2]]
    parts[1::2] = [_tag("code", part) for part in parts[1::2]]
    return "".join(parts)


# What is said of an answer


def unknown(name: object) -> Card:
    """Says which exercises someone may have meant by a name that is none."""
    wanted = str(name).strip()[:40]
    meant = [
        f"{each.name} ({each.title})"
        for each in all_exercises()
        if wanted.partition(".")[0] == str(each.chapter)
        or wanted == each.solution.__name__
    ]
    advice = f"Did you mean {', '.join(meant)}?"
    said = advice if meant else "all_exercises() lists them."
    return Card(f"There is no exercise {wanted!r}", paragraphs=[said])


def said_of(exercise: Exercise, answer: Any, verdict: Verdict) -> list[str]:
    """Says why an answer is right, or what is wrong, the most useful first."""
    if verdict.correct:
        right = f"Right on all {len(exercise.inputs)} hidden inputs."
        return [" ".join(exercise.doc.split()) if exercise.is_prediction else right]
    mistake, outcome = verdict.mistake.splitlines(), verdict.outcome
    if exercise.is_prediction:
        return mistake or [_of_value(exercise, outcome)]
    if not callable(answer):
        return [
            f"This asks for a function; yours is {noun(answer)}. Pass the function "
            f'itself, without calling it: `check("{exercise.name}", '
            f"{exercise.solution.__name__})`."
        ]
    given = ", ".join(map(_argument, exercise.parameters, verdict.arguments))
    differs = outcome.problem or _difference(exercise, verdict)
    if outcome.line:
        line = linecache.getline(answer.__code__.co_filename, outcome.line).strip()
        differs += f" That was in line {outcome.line}: `{line}`."
    elif "raised TypeError" in differs:
        differs += f" It is called as `{exercise.call}`."
    said = [*mistake, f"For {given}: {differs}"]
    if any(map(_is_large, verdict.arguments)):
        said.append("To try it out, `_.arguments` in the next cell is this input.")
    return said


def _of_value(exercise: Exercise, outcome: Outcome) -> str:
    """Says what is wrong with a predicted value, without giving it away."""
    value: Any = outcome.value
    right: Any = outcome_of(exercise.solution, ()).value
    wanted = f"{_form(right)}."
    given = outcome.problem.removeprefix("it returned ") or f"{_form(value)}."
    if given != wanted:
        return f"The answer is {_form(right)}; yours is {given}"
    if equal(np.sort(value, None), np.sort(right, None)):
        return "These are the numbers, in another order."
    return f'That is not it. A hint: `exercises.hint("{exercise.name}")`.'


def _form(value: Array) -> str:
    if value.ndim and kind(value) == "a number":
        return f"{' × '.join(map(str, value.shape))} numbers"
    return kind(value)


def _difference(exercise: Exercise, verdict: Verdict) -> str:
    got: Any = verdict.outcome.value
    right: Any = outcome_of(exercise.solution, verdict.arguments).value
    if equal(got, right):
        name = exercise.parameters[verdict.outcome.changed[0]]
        return (
            f"the result is right, but the function changes `{name}`, which belongs to "
            "whoever calls it. Work on a copy."
        )
    differs = f"it returned {_said(got)}; expected is {_said(right)}."
    if kind(got) == "a word":
        return differs
    if got.shape == right.shape != ():
        unlike = ~close(got, right) | (kind(got) != kind(right))
        place = np.argwhere(unlike)[0].tolist()
        differs = (
            f"{np.sum(unlike)} of {got.size} numbers differ, the first at {place}: "
            f"got {_said(got[*place])}, expected {_said(right[*place])}."
        )
    elif got.ndim and right.ndim:
        differs = f"the result has shape {got.shape}; expected is shape {right.shape}."
    return f"{differs} {_likely_cause(got, right)}".rstrip()


def _likely_cause(got: Array, right: Array) -> str:
    if np.isnan(got.astype(float)).any():
        return "It holds NaN, which is not a number: something was divided by zero?"
    if got.dtype.kind in "iu" and np.array_equal(got, np.trunc(right)):
        return (
            "The decimals are cut off: the result was put into an array of whole "
            "numbers. `np.zeros(shape)` makes one of floats."
        )
    if equal(got.ravel(), right.ravel()):
        return "The numbers are right, in order; only their shape is not."
    for axis in range(got.ndim):
        if equal(np.flip(got, axis), right):
            return f"The axis {axis} is back to front."
        if axis and equal(np.swapaxes(got, axis - 1, axis), right):
            return f"The axes {axis - 1} and {axis} are swapped."
    return ""


def _argument(name: str, value: Any) -> str:
    if callable(value) or isinstance(value, Made):
        return f"a `{name}`"
    if _is_large(value):
        return f"`{name}` of shape {value.shape}"
    return f"`{name} = {_said(value)}`"


def _is_large(value: Any) -> bool:
    is_array = isinstance(value, np.ndarray)
    return is_array and (value.size > MOST_SHOWN or value.ndim > 2)


def _said(value: Any) -> str:
    """A value in one line; of a large array only its shape."""
    if _is_large(value):
        return f"an array of shape {value.shape}"
    if not isinstance(value, np.ndarray | np.generic):
        return repr(value)[:60]
    text = np.array2string(
        np.asarray(value),
        separator=", ",
        formatter={"float_kind": "{:.6g}".format, "int_kind": str, "bool": str},
    )
    return " ".join(text.split())
