"""A figure as an HTML image with alternative text."""

from __future__ import annotations

import base64
import html
import io
import sys
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from course_lib.figures._layout import in_course_style
from course_lib.figures.palette import CSS_DPI, RENDER_DPI

MOST_ERROR = 1.0
"""Mean squared error of the colours, 0 to 255, up to which 256 of them serve."""


@dataclass(frozen=True, repr=False)
class ShownFigure:
    """A rendered figure with alternative text, as `show` makes it.

    Args:
        png: The picture, rendered at twice the size it is shown at.
        alt: What is to be seen.
        width: CSS pixels.
        height: CSS pixels.
    """

    png: bytes
    alt: str
    width: int
    height: int

    def __repr__(self) -> str:
        return f"Figure: {self.alt}"

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.png).decode("ascii")
        return (
            f'<img alt="{html.escape(self.alt)}" src="data:image/png;base64,{data}" '
            f'width="{self.width}" height="{self.height}" '
            'style="max-width:100%;height:auto">'
        )


@in_course_style
def show(figure: Figure | Axes, alt: str) -> ShownFigure:
    """Renders a figure for a notebook, with alternative text.

    Args:
        figure: A Matplotlib figure, or axes of one.
        alt: What is to be seen, with its numbers: 20 characters or more.

    Returns:
        What becomes an HTML image as the last value of a cell.

    Raises:
        TypeError: If `figure` is neither a figure nor axes, or `alt` not a string.
        ValueError: If `alt` is too short to say anything.

    Example:
        >>> from course_lib.figures import draw_grid
        >>> show(draw_grid([[1, 2]]), alt="A grid of one row with the numbers 1 and 2.")
        Figure: A grid of one row with the numbers 1 and 2.
    """
    whole = figure.get_figure(root=True) if isinstance(figure, Axes) else figure
    if not isinstance(whole, Figure):
        raise TypeError(
            f"figure must be a Matplotlib figure or axes; got {type(figure).__name__}"
        )
    if not isinstance(alt, str):
        raise TypeError(f"alt must be a string; got {alt!r}")
    text = " ".join(alt.split())
    if len(text) < 20:
        raise ValueError(
            f"alt must say what is to be seen, in 20 characters or more; got {alt!r}"
        )
    width, height = (round(float(side) * CSS_DPI) for side in whole.get_size_inches())
    raw, png = io.BytesIO(), io.BytesIO()
    whole.savefig(raw, dpi=RENDER_DPI, pil_kwargs={"compress_level": 1})
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(whole)  # a figure of pyplot's would be shown a second time
    full = Image.open(raw).convert("RGB")
    few = full.quantize(256, dither=Image.Dither.NONE)  # takes half the bytes
    errors = np.asarray(full, float) - np.asarray(few.convert("RGB"))
    picture = few if np.square(errors).mean() < MOST_ERROR else full
    picture.save(png, "PNG", optimize=picture is few)
    return ShownFigure(png.getvalue(), text, width, height)
