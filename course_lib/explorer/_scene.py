"""What one step of a layer shows: grids of numbers, outlines, and words.

A `Walk` is one layer with its numbers, told step by step. It computes with the
references of the course and knows nothing of pixels, browsers or widgets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from course_lib._validation import Array
from course_lib.figures import format_numbers

Window = tuple[int, int, int, int]
"""Row, column, height and width on a grid, in cells."""
MOST_TERMS = 9
MOST_TOLD = 49
"""Cells of a grid that its description lists."""
PENDING, GAP = "pending", "gap"
"""Roles of a cell that has no number yet, and of one that is not drawn at all."""


@dataclass
class Panel:
    """One grid of cells.

    Args:
        title: Text above it.
        values: Numbers of shape (height, width); NaN where a cell stays empty.
        roles: Name of each cell's role, of the same shape, or one for all.
        operator: What stands between the panel before and this one, as "×".
        outlines: Windows that this step is about.
    """

    title: str
    values: Array
    roles: Any
    operator: str = ""
    outlines: tuple[Window, ...] = ()

    def __post_init__(self) -> None:
        self.roles = np.broadcast_to(self.roles, self.values.shape)

    @cached_property
    def labels(self) -> list[list[str]]:
        """The numbers as the cells show them."""
        rows = format_numbers(self.values)
        return [["" if text == "nan" else text for text in row] for row in rows]

    def told(self) -> str:
        """The panel in words, with its numbers unless they are many."""
        told = "{}, {} by {}".format(self.title, *self.values.shape)
        if self.values.size > MOST_TOLD:
            return told
        rows = (" ".join(text or "–" for text in row) for row in self.labels)
        return f"{told}: {', '.join(rows)}"


Panels = tuple[Panel, ...]


@dataclass(frozen=True)
class Scene:
    """One step of a walk: what is drawn, and what is said."""

    layer: Walk
    step: int
    panels: Panels
    words: str

    @property
    def alt(self) -> str:
        """The picture in words."""
        panels = ". ".join(panel.told() for panel in self.panels)
        return f"{self.layer.name}, step {self.step} of {self.layer.last}. {panels}."


class Walk:
    """A layer and its numbers, step by step.

    Attributes:
        output: What the layer computes, of shape (height, width).
        grid: What the steps go through, cell by cell: mostly the output.
        sizes: The formula of the output's size, by axis.
        keras: The code that makes such a layer.
        pytorch: The same for PyTorch, if it needs to be said.
        key: What the roles mean.
    """

    name: str
    output: Array
    grid: Array
    sizes: Mapping[str, str]
    keras: str
    pytorch = ""
    key: Mapping[str, str]

    def panels(self, step: int) -> Panels:
        """What is drawn when so many steps are done."""
        raise NotImplementedError

    def reason(self, step: int) -> str:
        """Why the pixel of this step is what it is."""
        raise NotImplementedError

    @property
    def last(self) -> int:
        """How many steps there are."""
        return self.grid.size

    def words(self, step: int) -> str:
        """What happened in this step."""
        if step == 0:
            size = "{} × {} pixels".format(*self.output.shape)
            return f"Nothing is computed yet. The output will have {size}."
        place, told = list(self.place(step)), self.reason(step)
        return f"Pixel {step} of {self.last}, at {place}: {told}"

    def scene(self, step: int) -> Scene:
        """Everything about one step, from 0 to `last`."""
        return Scene(self, step, self.panels(step), self.words(step))

    def scenes(self) -> list[Scene]:
        """All steps."""
        return [self.scene(step) for step in range(self.last + 1)]

    def place(self, step: int) -> tuple[int, int]:
        """Row and column of a step, which is not step 0."""
        return divmod(step - 1, self.grid.shape[1])

    def window(
        self, step: int, shape: tuple[int, ...] = (1, 1), strides: int = 1
    ) -> tuple[Window, ...]:
        """The window that moves by `strides` with each step; none in step 0."""
        if step == 0:
            return ()
        row, column = self.place(step)
        return ((row * strides, column * strides, shape[0], shape[1]),)

    def so_far(
        self, step: int, title: str = "output so far", operator: str = "="
    ) -> Panel:
        """The output, as far as it is computed."""
        done = np.arange(self.output.size).reshape(self.output.shape) < step
        values = np.where(done, self.output, np.nan)
        roles = np.where(done, "output", PENDING)
        return Panel(title, values, roles, operator, self.window(step))


def single(reference: Callable[..., Array], image: Array, *arguments: Any) -> Array:
    """What a reference makes of one image, and a kernel, of shape (height, width)."""
    given = (
        value[:, :, None, None] if isinstance(value, np.ndarray) else value
        for value in arguments
    )
    return reference(image[None, :, :, None], *given)[0, :, :, 0]


def written(value: float) -> str:
    """One number as the cells show it."""
    return format_numbers(np.array([[value]], float))[0][0]


def equals(total: float, *parts: npt.ArrayLike) -> str:
    """Writes "= 23", or "≈ 0.33" where what is written is rounded."""
    numbers = np.concatenate([np.ravel(part) for part in (total, *parts)])
    read = [float(written(value).replace("−", "-")) for value in numbers]
    exact = np.allclose(numbers, read, rtol=1e-12, atol=1e-12)
    return f"{'=' if exact else '≈'} {written(total)}"


def sum_of_products(ones: Array, others: Array, total: float) -> str:
    """Writes "1·9 + 2·7 = 23"; the total is not computed here."""
    pairs = zip(*(part.ravel().tolist() for part in (ones, others)), strict=True)
    terms = [f"{written(one)}·{written(other)}" for one, other in pairs]
    if len(terms) > MOST_TERMS:
        terms = [*terms[:4], "…", terms[-1] + f" ({len(terms)} products)"]
    return f"{' + '.join(terms)} {equals(total, ones, others)}"


def size_formulas(
    rule: str, output: Array, letters: Mapping[str, Sequence[int]]
) -> dict[str, str]:
    """Writes "n · s = 2 · 2 = 4" for each axis, or once where they agree.

    The letters of the rule have a number for each axis. They are replaced in their
    order, so one that holds another comes first, as "output_padding" before "n";
    "axis" becomes 0 or 1.
    """
    told = []
    for axis, size in enumerate(output.shape):
        numbers = rule
        for letter, values in letters.items():
            numbers = numbers.replace(letter, str(values[axis]))
        told.append(f"{rule} = {numbers} = {size}".replace("axis", str(axis)))
    height, width = told
    if height == width:
        return {"height and width": height}
    return {"height": height, "width": width}


def keras_line(layer: str, kernel: Array | None = None, **arguments: object) -> str:
    """The line of Keras that makes a layer; what is None is not said."""
    told = [f"{k}={value!r}" for k, value in arguments.items() if value is not None]
    if kernel is not None:
        height, width = kernel.shape
        told[:0] = "1", f"kernel_size={height if height == width else kernel.shape}"
    return f"keras.layers.{layer}({', '.join(told)})".replace("'", '"')
