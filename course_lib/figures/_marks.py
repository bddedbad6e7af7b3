"""What a grid is made of: cells, hatching, numbers, outlines, lines and titles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.image import AxesImage
from matplotlib.patches import Rectangle as Patch

from course_lib._arguments import whole_number
from course_lib.figures._checks import (
    Rectangle,
    optional_axes,
    optional_text,
)
from course_lib.figures._layout import Panel, row, wrap
from course_lib.figures._numbers import fitting_size
from course_lib.figures._palette import (
    CAPTION_SIZE,
    EDGE,
    FONT,
    FOOTPRINT,
    FRAME,
    INK,
    MUTED,
    PAPER,
    TITLE_SIZE,
)


def outline(
    ax: Axes,
    window: Rectangle,
    *,
    color: str = FOOTPRINT,
    dashed: bool = False,
    inset: float = 0.0,
) -> None:
    """Outlines a window of cells, `inset` cells inside their border."""
    top, left, height, width = window
    style = (0, (3, 1.6)) if dashed else "solid"
    for colour, line in ((PAPER, 3.4), (color, 2.0)):
        ax.add_patch(
            Patch(
                (left + inset, top + inset),
                width - 2 * inset,
                height - 2 * inset,
                fill=False,
                edgecolor=colour,
                linewidth=line,
                linestyle=style if colour == color else "solid",
                joinstyle="round",
                clip_on=False,
                zorder=4,
            )
        )


def frame_text(ax: Axes, title: str | None, caption: str | None) -> None:
    """Writes the title above and the caption below a panel; hides ticks and spines."""
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    ax.patch.set_visible(False)
    font: dict[str, Any] = {"family": FONT, "parse_math": False, "linespacing": 1.2}
    if title is not None:
        ax.set_title(
            title, fontsize=TITLE_SIZE, color=INK, pad=6, weight="normal", **font
        )
    if caption is not None:
        ax.set_xlabel(
            caption,
            fontsize=CAPTION_SIZE,
            color=MUTED,
            labelpad=5,
            weight="normal",
            **font,
        )


def draw_pixels(ax: Axes, values: npt.NDArray[Any], **look: Any) -> AxesImage:
    """Draws numbers or colours as framed pixels, from the top left."""
    ax.spines[:].set(visible=True, color=FRAME, linewidth=0.8)
    shrunk = values.shape[1] > ax.get_window_extent().width + 0.5
    smooth = "antialiased" if shrunk else "nearest"
    return ax.imshow(values, interpolation=smooth, origin="upper", **look)


def panel_axes(
    ax: Axes | None,
    size: tuple[float, float],
    title: str | None,
    caption: str | None,
    right: float = 0.0,
) -> Axes:
    """The axes given, or those of a new figure of a width and height, with texts."""
    optional_axes(ax)
    optional_text(title, "title")
    optional_text(caption, "caption")
    if ax is None:
        title = wrap(title, size[0])
        caption = wrap(caption, size[0], CAPTION_SIZE)
        _, (ax,) = row([Panel(*size, title, caption, right)])
    frame_text(ax, title, caption)
    return ax


def grid_axes(
    ax: Axes | None,
    shape: tuple[int, ...],
    title: str | None,
    caption: str | None,
    cell: float,
) -> Axes:
    """The axes given, or those of a new figure, ready for a grid of `shape`."""
    rows, columns = shape
    ax = panel_axes(ax, (columns * cell, rows * cell), title, caption)
    ax.set(xlim=(0, columns), ylim=(rows, 0), aspect="equal", anchor="C")
    return ax


def fill_cells(ax: Axes, fills: Sequence[Sequence[str]]) -> None:
    """Draws one square per colour, row by row."""
    squares = [
        ((c, r), (c + 1, r), (c + 1, r + 1), (c, r + 1))
        for r, line in enumerate(fills)
        for c in range(len(line))
    ]
    ax.add_collection(
        PolyCollection(
            squares,
            facecolors=[fill for line in fills for fill in line],
            edgecolors=EDGE,
            linewidths=0.6,
            clip_on=False,
            zorder=1,
        ),
        autolim=False,
    )


def hatch_cells(ax: Axes, hatched: Sequence[Sequence[bool]]) -> None:
    """Draws diagonal lines that leave the middle of each cell free."""
    lines = []
    for r, line in enumerate(hatched):
        for c, here in enumerate(line):
            if here:
                lines += [
                    (
                        (c + max(0, t - 1), r + min(t, 1)),
                        (c + min(t, 1), r + max(0, t - 1)),
                    )
                    for t in (0.5, 1.5)
                ]
    if lines:
        ax.add_collection(
            LineCollection(
                lines, colors=FRAME, linewidths=0.8, clip_on=False, zorder=2
            ),
            autolim=False,
        )


def write_numbers(
    ax: Axes,
    labels: Sequence[Sequence[str]],
    inks: Sequence[Sequence[str]],
    weights: Sequence[Sequence[str]] | None = None,
    *,
    size: float | None,
) -> None:
    """Writes one label per cell, all of one size; by default what fits."""
    if size is None:
        box, figure = ax.get_window_extent(), ax.get_figure(root=True)
        side = min(box.width / len(labels[0]), box.height / len(labels))
        size = fitting_size(labels, side / figure.dpi)  # type: ignore[union-attr]
    for r, line in enumerate(labels):
        for c, label in enumerate(line):
            ax.text(
                c + 0.5,
                r + 0.5,
                label,
                family=FONT,
                fontsize=size,
                fontweight=weights[r][c] if weights else "normal",
                color=inks[r][c],
                ha="center",
                va="center_baseline",
                parse_math=False,
                zorder=3,
            )


def block_lines(ax: Axes, shape: tuple[int, ...], blocks: tuple[int, int]) -> None:
    """Draws a heavier line after every block of rows and columns."""
    try:
        high, wide = blocks
    except (TypeError, ValueError):
        raise ValueError(f"blocks must be (rows, columns); got {blocks!r}") from None
    high = whole_number(high, "blocks[0] (rows)")
    wide = whole_number(wide, "blocks[1] (columns)")
    rows, columns = shape
    across = [((0, y), (columns, y)) for y in range(0, rows + 1, high)]
    down = [((x, 0), (x, rows)) for x in range(0, columns + 1, wide)]
    ax.add_collection(
        LineCollection(
            across + down, colors=INK, linewidths=1.2, clip_on=False, zorder=2
        ),
        autolim=False,
    )
