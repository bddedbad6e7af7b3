"""A figure as an HTML image with alternative text."""

from __future__ import annotations

import base64
import html
import io
import sys
from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from course_lib.figures._checks import at_most
from course_lib.figures.palette import CSS_DPI, RENDER_DPI

SHORTEST_ALT = 20
MOST_PIXELS = 6_000_000
"""Pixels of the page that a figure may take."""
MOST_COLOURS, MOST_ERROR = 4096, 4.0
"""Colours, and their mean squared error, up to which a palette serves."""


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
        """The alternative text, for terminals and for comparing outputs."""
        return f"Figure: {self.alt}"

    def _repr_html_(self) -> str:
        data = base64.b64encode(self.png).decode("ascii")
        return (
            f'<img alt="{html.escape(self.alt)}" src="data:image/png;base64,{data}" '
            f'width="{self.width}" height="{self.height}" '
            'style="max-width:100%;height:auto">'
        )


def show(figure: Figure | Axes, alt: str) -> ShownFigure:
    """Renders a figure for a notebook, with alternative text.

    Args:
        figure: A Matplotlib figure, or axes of one.
        alt: What is to be seen, with its numbers: 20 characters or more.

    Returns:
        A `ShownFigure`. As the last value of a cell it becomes an HTML image; its
        text is the alternative text.

    Raises:
        TypeError: If `figure` is neither a figure nor axes, or `alt` not a string.
        ValueError: If `alt` is too short to say anything, or the figure takes more
            than 6,000,000 pixels of the page.

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
    if len(text) < SHORTEST_ALT:
        raise ValueError(
            f"alt must say what is to be seen, in {SHORTEST_ALT} characters or more; "
            f"got {alt!r}"
        )
    width, height = (round(float(side) * CSS_DPI) for side in whole.get_size_inches())
    at_most(width * height, MOST_PIXELS, "figure", "pixels", "draw less in it")

    raw, png = io.BytesIO(), io.BytesIO()
    ground, fast = whole.get_facecolor(), {"compress_level": 1}
    with matplotlib.rc_context({"savefig.bbox": "standard"}):
        whole.savefig(raw, dpi=RENDER_DPI, facecolor=ground, pil_kwargs=fast)
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(whole)  # a figure of pyplot's would be shown a second time
    picture = _with_palette(Image.open(raw).convert("RGB"))
    picture.save(png, "PNG", optimize=picture.mode == "P")
    return ShownFigure(png.getvalue(), text, width, height)


def _with_palette(image: Image.Image) -> Image.Image:
    """The image in its 256 most frequent colours, half the bytes, if none is missed."""
    found = image.getcolors(MOST_COLOURS)
    if found is None:
        return image
    found.sort(key=lambda entry: (-entry[0], entry[1]))
    counts, colours = (np.array(column) for column in zip(*found, strict=True))
    kept = colours[:256]
    distances = np.square(colours[:, None] - kept).sum(axis=2)
    if np.average(distances.min(axis=1), weights=counts) > MOST_ERROR:
        return image
    code = np.array([1 << 16, 1 << 8, 1])
    indices = np.zeros(1 << 24, np.uint8)
    indices[colours @ code] = distances.argmin(axis=1)
    flat = Image.fromarray(indices[np.asarray(image) @ code])
    flat.putpalette(kept.astype(np.uint8).tobytes())
    return flat
