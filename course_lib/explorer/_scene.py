"""What one step of a layer shows: grids of numbers, outlines, and words.

A `Walk` is one layer with its numbers, told step by step. It computes with the
references of the course and knows nothing of pixels, browsers or widgets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
        kept: The window that is left after cropping, if one is cropped.
    """

    title: str
    values: Array
    roles: Any
    operator: str = ""
    outlines: tuple[Window, ...] = ()
    kept: Window | None = None

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
class Layer:
    """What stays the same in every step: the formula of the size, by axis, and code."""

    name: str
    sizes: Mapping[str, str]
    keras: str
    pytorch: str | None = None


@dataclass(frozen=True)
class Scene:
    """One step of a layer: what is drawn, what is said, and what the roles mean."""

    layer: Layer
    step: int
    last: int
    panels: Panels
    words: str
    key: Mapping[str, str]

    @property
    def alt(self) -> str:
        """The picture in words."""
        panels = ". ".join(panel.told() for panel in self.panels)
        return f"{self.layer.name}, step {self.step} of {self.last}. {panels}."


@dataclass(frozen=True)
class Walk:
    """A layer and its numbers, step by step.

    Args:
        layer: Its name, sizes and code.
        output: What the layer computes, of shape (height, width).
        key: What the roles mean.
        last: Number of steps.
        panels: What is drawn when so many steps are done.
        words: What happened in that step.
    """

    layer: Layer
    output: Array
    key: Mapping[str, str]
    last: int
    panels: Callable[[int], Panels]
    words: Callable[[int], str]

    def scene(self, step: int) -> Scene:
        """Everything about one step, from 0 to `last`."""
        panels, words = self.panels(step), self.words(step)
        return Scene(self.layer, step, self.last, panels, words, self.key)

    def scenes(self) -> list[Scene]:
        """All steps."""
        return [self.scene(step) for step in range(self.last + 1)]


def pixel_by_pixel(
    layer: Layer,
    output: Array,
    key: Mapping[str, str],
    panels: Callable[[int], Panels],
    reason: Callable[[int, int], str],
) -> Walk:
    """A walk whose steps each compute one output pixel, and say the reason for it."""

    def words(step: int) -> str:
        if step == 0:
            size = "{} × {} pixels".format(*output.shape)
            return f"Nothing is computed yet. The output will have {size}."
        row, column = place(output, step)
        told = reason(row, column)
        return f"Pixel {step} of {output.size}, at [{row}, {column}]: {told}"

    return Walk(layer, output, key, output.size, panels, words)


def place(grid: Array, step: int) -> tuple[int, int]:
    """Row and column of the pixel of a step, which is not step 0."""
    return divmod(step - 1, grid.shape[1])


def window(
    grid: Array, step: int, shape: tuple[int, ...] = (1, 1), strides: int = 1
) -> tuple[Window, ...]:
    """The window of a step that goes through a grid; none in step 0."""
    if step == 0:
        return ()
    row, column = place(grid, step)
    return ((row * strides, column * strides, shape[0], shape[1]),)


def so_far(
    output: Array, step: int, title: str = "output so far", operator: str = "="
) -> Panel:
    """The output, as far as it is computed."""
    done = np.arange(output.size).reshape(output.shape) < step
    values, roles = np.where(done, output, np.nan), np.where(done, "output", PENDING)
    return Panel(title, values, roles, operator, window(output, step))


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
    formula: Callable[..., tuple[str, str, int]], *sides: tuple[int, ...]
) -> dict[str, str]:
    """Writes the formulas of both axes, or of one where they agree.

    A formula is the rule, the rule with the sides in it, and the size.
    """
    axes = zip(*sides, strict=True)
    rows, columns = (" = ".join(map(str, formula(*axis))) for axis in axes)
    if rows == columns:
        return {"height and width": rows}
    return {"height": rows, "width": columns}


def keras_line(
    layer: str, kernel: Array, strides: int, padding: str, more: str = ""
) -> str:
    """The line of Keras that makes a layer with this kernel."""
    height, width = kernel.shape
    size = height if height == width else (height, width)
    return (
        f"keras.layers.{layer}(1, kernel_size={size}, strides={strides}, "
        f'padding="{padding}"{more})'
    )
