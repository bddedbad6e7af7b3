"""The filmstrip of a transposed convolution, one stamp after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from course_lib._arguments import padding_name, pair
from course_lib.figures._cells import draw_grid
from course_lib.figures._checks import Rectangle, at_most, numbers
from course_lib.figures._key import KEY_HEIGHT, draw_key, key_width
from course_lib.figures._layout import (
    MAX_WIDTH,
    PAD,
    block_width,
    new_page,
    place,
    write,
)
from course_lib.figures._marks import outline
from course_lib.figures._numbers import (
    cell_size,
    fitting_size,
    format_numbers,
    needed_cell,
)
from course_lib.figures._palette import CAPTION_SIZE, INK, TIMES
from course_lib.figures._stamping import Stamp, stamp_all
from course_lib.shapes import Size

NOTE_GAP = 0.09
NOTE_SIZE = 9.5
MINI = 0.2
STRIP_GAP = 0.3
SMALLEST = 0.25
NOTE_LINE = 0.18
HEADER_GAP = 0.12
ROW_GAP = 0.3
MOST_STAMPS = 36


def filmstrip(
    x: npt.ArrayLike,
    kernel: npt.ArrayLike,
    strides: Size = 1,
    padding: str = "valid",
    *,
    decimals: int = 2,
) -> Figure:
    """Draws a transposed convolution being stamped, one panel per input pixel.

    Each panel shows the input with the pixel whose turn it is, and the output so
    far with the footprint of its stamp; the last one shows the sum. With "same"
    padding the cells that will be cut off are hatched.

    Args:
        x: Input of shape (height, width), finite.
        kernel: Array of shape (kernel height, kernel width), finite.
        strides: Cells from stamp to stamp, 1 or more; an int or (height, width).
        padding: "valid" or "same".
        decimals: Digits after the point at most.

    Returns:
        A new figure.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If an array is not 2-D or not finite, `x` has more than 36
            pixels, the outputs have more than 3,200 cells together, `strides` is
            below 1 or `padding` unknown.

    Example:
        >>> figure = filmstrip([[1, 2]], [[1, 1, 1]], strides=(1, 2))
        >>> panel = [ax for ax in figure.axes if ax.get_label() == "output"][-1]
        >>> [text.get_text() for text in panel.texts]
        ['1', '1', '3', '2', '2']
    """
    image, weights = numbers(x, "x"), numbers(kernel, "kernel")
    at_most(image.size, MOST_STAMPS, "x", "pixels, one panel each", "use a slice")
    steps = pair(strides, "strides")
    kept, stamps = stamp_all(image, weights, steps, padding_name(padding), decimals)
    plan = _plan(image, weights, stamps, kept, decimals)
    figure = new_page(plan.width, plan.height)
    top = plan.canvas_top(0) + (plan.canvas[0] - weights.shape[0]) * plan.cell / 2
    size = [side * plan.cell for side in weights.shape]
    ax = place(figure, PAD, top, size[1], size[0])
    draw_grid(
        weights,
        ax=ax,
        role="kernel",
        title="kernel",
        decimals=decimals,
        number_size=plan.number_size,
    )
    for number, stamp in enumerate([*stamps, None]):
        _draw_panel(figure, plan, number, stamp, image, decimals)
    draw_key(figure, plan.key)
    return figure


@dataclass(frozen=True)
class _Plan:
    """Where everything stands, in inches; canvas and kept in cells."""

    cell: float
    mini: float
    number_size: float
    canvas: tuple[int, int]
    kept: Rectangle
    last: Stamp
    count: int
    indent: float
    panel: float
    header: float
    per_row: int
    key: dict[str, str]

    @property
    def rows(self) -> int:
        return -(-(self.count + 1) // self.per_row)

    @property
    def row_height(self) -> float:
        return self.header + HEADER_GAP + self.canvas[0] * self.cell

    @property
    def width(self) -> float:
        content = self.indent + self.per_row * (self.panel + STRIP_GAP) - STRIP_GAP
        return max(content, key_width(self.key)) + 2 * PAD

    @property
    def height(self) -> float:
        content = self.rows * (self.row_height + ROW_GAP) - ROW_GAP
        return content + KEY_HEIGHT + 2 * PAD

    def corner(self, number: int) -> tuple[float, float]:
        row, column = divmod(number, self.per_row)
        left = PAD + self.indent + column * (self.panel + STRIP_GAP)
        return left, PAD + row * (self.row_height + ROW_GAP)

    def canvas_top(self, number: int) -> float:
        return self.corner(number)[1] + self.header + HEADER_GAP


def _plan(
    image: npt.NDArray[Any],
    kernel: npt.NDArray[Any],
    stamps: list[Stamp],
    kept: Rectangle,
    decimals: int,
) -> _Plan:
    high, wide = stamps[0].canvas.shape
    labels = [line for s in stamps for line in format_numbers(s.canvas, decimals)]
    labels += format_numbers(kernel, decimals)
    large = cell_size(format_numbers(stamps[-1].canvas, decimals))
    small = min(large, max(SMALLEST, needed_cell(labels)))
    mini = max(MINI, needed_cell(format_numbers(image, decimals), 6.5))
    note = max(block_width(stamp.label, NOTE_SIZE, "bold") for stamp in stamps)
    note = max(note, block_width(f"stamp {len(stamps)} of {len(stamps)}", CAPTION_SIZE))
    header = max(image.shape[0] * mini, 2 * NOTE_LINE)

    def panel(cell: float) -> float:
        return float(max(wide * cell, image.shape[1] * mini + NOTE_GAP + note))

    def per_row(cell: float) -> int:
        room = MAX_WIDTH - 2 * PAD - kernel.shape[1] * cell
        return max(1, int(room / (panel(cell) + STRIP_GAP) + 1e-9))

    count = len(stamps)
    rows = -(-(count + 1) // per_row(small))
    columns = -(-(count + 1) // rows)
    cell = max(
        (c for c in np.linspace(small, large, 30) if per_row(c) >= columns),
        default=small,
    )
    key = {"footprint": "this stamp", "output": "stamped once"}
    if stamps[-1].counts.max() > 1:
        key["overlap"] = "stamps overlap: added"
    key["zero"] = "no stamp: 0"
    if kept[2:] != (high, wide):
        key["cropped"] = 'cut off by "same"'
    return _Plan(
        cell=float(cell),
        mini=mini,
        number_size=fitting_size(labels, float(cell)),
        canvas=(high, wide),
        kept=kept,
        last=stamps[-1],
        count=count,
        indent=kernel.shape[1] * float(cell) + STRIP_GAP,
        panel=panel(float(cell)),
        header=header,
        per_row=columns,
        key=key,
    )


def _draw_panel(
    figure: Figure,
    plan: _Plan,
    number: int,
    stamp: Stamp | None,
    image: npt.NDArray[Any],
    decimals: int,
) -> None:
    left, top = plan.corner(number)
    middle = top + plan.header - max(image.shape[0] * plan.mini, 2 * NOTE_LINE) / 2
    row, column, kept_high, kept_wide = plan.kept
    kept = np.zeros(plan.canvas, bool)
    kept[row : row + kept_high, column : column + kept_wide] = True
    if stamp is None:
        first = f"sum of {plan.count}" + ("" if kept.all() else ", cropped")
        second = f"{kept_high} {TIMES} {kept_wide} output"
        text_left = left
    else:
        first, second = f"stamp {number + 1} of {plan.count}", stamp.label
        high, wide = (side * plan.mini for side in image.shape)
        ax = place(figure, left, top + plan.header - high, wide, high)
        draw_grid(image, ax=ax, role="input", decimals=decimals)
        outline(ax, (*stamp.position, 1, 1))
        text_left = left + wide + NOTE_GAP
    write(figure, text_left, middle - NOTE_LINE / 2, first, size=CAPTION_SIZE)
    write(
        figure,
        text_left,
        middle + NOTE_LINE / 2,
        second,
        size=NOTE_SIZE,
        color=INK,
        weight="bold",
    )
    state = stamp or plan.last
    high, wide = plan.canvas
    ax = place(
        figure, left, plan.canvas_top(number), wide * plan.cell, high * plan.cell
    )
    roles = {
        "zero": state.counts == 0,
        "overlap": state.counts > 1,
        "cropped": ~kept,
    }
    ax.set_label("output")
    draw_grid(
        state.canvas,
        ax=ax,
        roles=roles,
        decimals=decimals,
        number_size=plan.number_size,
    )
    if not kept.all():
        outline(ax, plan.kept, color=INK, dashed=stamp is not None, inset=-0.08)
    if stamp is not None:
        outline(ax, stamp.footprint, inset=0.0 if kept.all() else 0.05)
