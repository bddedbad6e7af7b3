"""Sliders for the numbers that a function takes, above the picture that it draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as widgets
import numpy as np
import numpy.typing as npt

from course_lib.explorer._widget import Live
from course_lib.figures import ShownFigure

Numbers = npt.NDArray[np.float64]


class Sliders(Live):
    """Numbers that can be moved, and the picture that follows them.

    In a notebook it is a widget; where no kernel runs it is the picture.

    Attributes:
        sliders: The widget of each number.
        shown: The present picture.
    """

    def __init__(
        self, draw: Callable[[Numbers], ShownFigure], sliders: Sequence[Any]
    ) -> None:
        """Shows what `draw` makes of the sliders' values, now and when one moves."""
        self._draw, self.sliders = draw, list(sliders)
        self._picture = widgets.HTML(tooltip="")
        super().__init__(self.sliders, self._picture)

    def __repr__(self) -> str:
        """The picture in words, for terminals and for comparing outputs."""
        return f"Sliders: {self.shown.alt}"

    def _change(self, change: object = None) -> None:
        self.shown = self._draw(np.array([slider.value for slider in self.sliders]))
        self._picture.value = self.shown._repr_html_()

    def _static(self) -> str:
        return f"{self.shown._repr_html_()}<p>Run the cell to move the numbers.</p>"


def explore_numbers(
    draw: Callable[[Numbers], ShownFigure],
    start: npt.ArrayLike,
    *,
    names: Sequence[str] | None = None,
    low: float = -3.0,
    high: float = 3.0,
) -> Sliders:
    """Opens a function of some numbers: a slider for each, and the picture it draws.

    Args:
        draw: From the numbers, an array of shape `(n,)`, to a picture that
            `figures.show` made.
        start: The numbers to begin with, from 1 to 12 of them.
        names: What to write beside the sliders; by default 1, 2, 3, …
        low: Where each slider begins.
        high: Where each slider ends.

    Raises:
        ValueError: If `start` holds no number, more than 12, or one that is not from
            `low` to `high`; or `names` are not as many.

    Example:
        >>> from course_lib import figures
        >>> def draw(numbers):
        ...     grid = figures.draw_grid(numbers.reshape(2, 2))
        ...     return figures.show(grid, alt=f"A grid with the numbers {numbers}.")
        >>> explore_numbers(draw, [1, 0, 0, 1])
        Sliders: A grid with the numbers [1. 0. 0. 1.].
    """
    numbers = np.asarray(start, dtype=np.float64).ravel()
    if not 1 <= numbers.size <= 12 or not np.all((low <= numbers) & (numbers <= high)):
        raise ValueError(
            f"start must be 1 to 12 numbers from {low:g} to {high:g}; got {start!r}"
        )
    texts = [str(n + 1) for n in range(numbers.size)] if names is None else list(names)
    if len(texts) != numbers.size:
        raise ValueError(f"names must be {numbers.size} texts; got {names!r}")
    ends = {"min": low, "max": high, "step": 0.1}
    sliders = [
        widgets.FloatSlider(number, description=text, tooltip=text, **ends)
        for number, text in zip(numbers.tolist(), texts, strict=True)
    ]
    return Sliders(draw, sliders)
