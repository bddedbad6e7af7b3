"""What one step of a layer shows: grids of numbers, outlines, and words.

A `Walk` is one layer with its numbers, told step by step. It computes with the
references of the course and knows nothing of pixels, browsers or widgets.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from course_lib._validation import Array
from course_lib.figures._checks import Rectangle
from course_lib.figures._numbers import format_numbers

DECIMALS = 2
MOST_TERMS = 9
MOST_TOLD = 49
"""Cells of a grid that its description lists."""
PENDING, GAP = "pending", "gap"
"""Roles of a cell that has no number yet, and of one that is not drawn at all."""


@dataclass(frozen=True)
class Panel:
    """One grid of cells.

    Args:
        title: Text above it.
        values: Numbers of shape (height, width); NaN where a cell stays empty.
        roles: Name of each cell's role, of the same shape.
        operator: What stands between the panel before and this one, as "×".
        outlines: Windows that this step is about, (row, column, height, width).
        kept: The window that is left after cropping, if one is cropped.
    """

    title: str
    values: Array
    roles: npt.NDArray[Any]
    operator: str = ""
    outlines: tuple[Rectangle, ...] = ()
    kept: Rectangle | None = None

    @cached_property
    def labels(self) -> list[list[str]]:
        """The numbers as the cells show them."""
        written = format_numbers(self.values, DECIMALS)
        return [["" if text == "nan" else text for text in row] for row in written]

    def told(self) -> str:
        """The panel in words, with its numbers unless they are many."""
        height, width = self.values.shape
        told = f"{self.title}, {height} by {width}"
        if self.values.size > MOST_TOLD:
            return told
        rows = (" ".join(text or "–" for text in row) for row in self.labels)
        return f"{told}: {', '.join(rows)}"


@dataclass(frozen=True)
class Layer:
    """What stays the same in every step: the layer, and the size of its output.

    Args:
        name: What the layer is called.
        sizes: The formula of the output size with the values in it, by axis.
        keras: The line of Keras that makes the layer.
        pytorch: The lines of PyTorch, where the course can translate it.
    """

    name: str
    sizes: Mapping[str, str]
    keras: str
    pytorch: str | None = None


@dataclass(frozen=True)
class Scene:
    """One step: what is drawn, and what is said.

    Args:
        layer: The layer that is shown.
        step: How many steps are done.
        last: How many there are.
        panels: The grids, from left to right.
        words: What happens in this step.
        key: What the roles mean here.
    """

    layer: Layer
    step: int
    last: int
    panels: tuple[Panel, ...]
    words: str
    key: Mapping[str, str] = field(default_factory=dict)

    @property
    def alt(self) -> str:
        """The picture in words."""
        panels = ". ".join(panel.told() for panel in self.panels)
        return f"{self.layer.name}, step {self.step} of {self.last}. {panels}."


class Walk(ABC):
    """A layer and its numbers, step by step.

    Attributes:
        layer: Its name, sizes and code.
        output: What the layer computes, of shape (height, width).
        key: What the roles mean.
    """

    layer: Layer
    output: Array
    key: Mapping[str, str]

    @property
    @abstractmethod
    def last(self) -> int:
        """Number of steps."""

    @abstractmethod
    def panels(self, step: int) -> tuple[Panel, ...]:
        """What is drawn when so many steps are done."""

    @abstractmethod
    def words(self, step: int) -> str:
        """What happened in that step."""

    def scene(self, step: int) -> Scene:
        """Everything about one step.

        Args:
            step: How many steps are done, from 0 to `last`.
        """
        if not 0 <= step <= self.last:
            raise ValueError(f"step must be from 0 to {self.last}; got {step}")
        return Scene(
            self.layer, step, self.last, self.panels(step), self.words(step), self.key
        )


class PixelByPixel(Walk):
    """A walk that computes one output pixel in each step, in reading order."""

    @property
    def last(self) -> int:
        return self.output.size

    def place(self, step: int) -> tuple[int, int] | None:
        """Row and column of the pixel that a step computes; none in step 0."""
        if step == 0:
            return None
        row, column = divmod(step - 1, self.output.shape[1])
        return row, column

    def so_far(
        self, step: int, title: str = "output so far", operator: str = "="
    ) -> Panel:
        """The output, as far as it is computed."""
        done = np.arange(self.output.size).reshape(self.output.shape) < step
        place = self.place(step)
        return Panel(
            title,
            np.where(done, self.output, np.nan),
            np.where(done, "output", PENDING),
            operator,
            () if place is None else ((*place, 1, 1),),
        )

    def words(self, step: int) -> str:
        place = self.place(step)
        if place is None:
            height, width = self.output.shape
            return (
                f"Nothing is computed yet. The output will have {height} × {width} "
                "pixels."
            )
        row, column = place
        return (
            f"Pixel {step} of {self.last}, at [{row}, {column}]: "
            f"{self.reason(row, column)}"
        )

    @abstractmethod
    def reason(self, row: int, column: int) -> str:
        """Why an output pixel is what it is."""


def filled(values: Array, role: str) -> npt.NDArray[Any]:
    """The same role for every cell, in the shape of the values."""
    return np.full(values.shape, role, object)


def written(value: float) -> str:
    """One number as the cells show it."""
    return format_numbers(np.array([[value]], float), DECIMALS)[0][0]


def equals(total: float, *parts: npt.ArrayLike) -> str:
    """Writes "= 23", or "≈ 0.33" where what is written is rounded."""
    numbers = np.concatenate([np.ravel(part) for part in (total, *parts)])
    read = [float(written(value).replace("−", "-")) for value in numbers]
    exact = np.allclose(numbers, read, rtol=1e-12, atol=1e-12)
    return f"{'=' if exact else '≈'} {written(total)}"


def sum_of_products(ones: npt.ArrayLike, others: npt.ArrayLike, total: float) -> str:
    """Writes "1·9 + 2·7 = 23"; the total is not computed here."""
    pairs = zip(np.ravel(ones), np.ravel(others), strict=True)
    terms = [f"{written(one)}·{written(other)}" for one, other in pairs]
    if len(terms) > MOST_TERMS:
        terms = [*terms[:4], "…", terms[-1] + f" ({len(terms)} products)"]
    return f"{' + '.join(terms) or '0'} {equals(total, ones, others)}"


def size_formulas(axes: Mapping[str, tuple[str, str, int]]) -> dict[str, str]:
    """Writes the formulas of both axes, or of one where they agree.

    Args:
        axes: For "height" and "width": the rule, the rule with the values in it, and
            the size.
    """
    lines = {
        name: f"{rule} = {values} = {size}"
        for name, (rule, values, size) in axes.items()
    }
    if len(set(lines.values())) == 1:
        return {"height and width": lines["height"]}
    return lines


def call(name: str, *positional: object, **named: object) -> str:
    """Writes a call, without the arguments that are None."""
    arguments = [repr(value) for value in positional]
    arguments += [
        f"{key}={value!r}" for key, value in named.items() if value is not None
    ]
    return f"{name}({', '.join(arguments)})".replace("'", '"')
