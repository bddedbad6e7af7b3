"""The controls of an explorer, and the numbers that they choose."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import ipywidgets as widgets
import numpy as np
import numpy.typing as npt

from course_lib._arguments import whole_number
from course_lib._validation import Array, float_array
from course_lib.explorer._scene import Walk
from course_lib.explorer._widget import Explorer

LARGEST_SIDE = 6
MEANINGS = {
    "input_size": "Rows and columns of the input",
    "kernel_size": "Rows and columns of the kernel",
    "pool_size": "Rows and columns of the window",
    "numbers": "What stands in the input and the kernel",
    "strides": "Pixels from one stamp or window to the next",
    "padding": "What happens at the border",
    "output_padding": "Which of the possible output sizes",
    "view": "How the layer is computed",
    "kind": "What a window leaves",
    "size[0]": "How many times as high",
    "size[1]": "How many times as wide",
    "interpolation": "Repeat the nearest pixel, or mix the neighbours",
}
NUMBERS: Mapping[str, Callable[[int], Array]] = {
    # After 9 it begins again, to keep the numbers short.
    "counting": lambda count: np.arange(count) % 9 + 1.0,
    "ones": np.ones,
    # Every digit once before any comes twice, so that the largest may lie anywhere.
    "disorder": lambda count: np.arange(count) * 7 % 10 + 0.0,
}
"""What stands in an image or a kernel of so many cells."""


def slider(name: str, value: int, smallest: int, largest: int) -> Any:
    """A slider for a whole number."""
    number = whole_number(value, name, smallest)
    if number > largest:
        raise ValueError(f"{name} must be from {smallest} to {largest}; got {number}")
    return widgets.IntSlider(number, smallest, largest, **_look(name))


def choice(name: str, value: object, options: Sequence[object]) -> Any:
    """A menu."""
    if isinstance(value, bool) or value not in options:
        listed = ", ".join(map(repr, options))
        raise ValueError(f"{name} must be one of {listed}; got {value!r}")
    labelled = [(str(option), option) for option in options]
    # By index, because a dropdown takes the value None for "nothing chosen".
    index = options.index(value)
    return widgets.Dropdown(options=labelled, index=index, **_look(name))


def _look(name: str) -> dict[str, Any]:
    return {
        "description": name,
        "tooltip": MEANINGS[name],
        "style": {"description_width": "8.5em"},
        "layout": widgets.Layout(width="auto", margin="2px"),
    }


def _array(value: npt.ArrayLike, name: str) -> Array:
    """A given image or kernel, small enough to be read."""
    with suppress(ValueError):  # what is no array at all is refused below
        value = np.asanyarray(value)
        if value.dtype.kind in "biu":
            value = value.astype(float)
    given = float_array(value, name, ("height", "width"))
    if max(given.shape) > LARGEST_SIDE:
        raise ValueError(
            f"{name} must have at most {LARGEST_SIDE} rows and columns, to be read "
            f"number by number; got shape {given.shape}"
        )
    return given.astype(float)


def open_layer(
    walk: Callable[..., Walk],
    arrays: Mapping[str, tuple[npt.ArrayLike | None, str, int, int]],
    controls: Mapping[str, Any],
    step: int | None,
    numbers: str = "counting",
) -> Explorer:
    """Opens a layer whose arrays are given, or made of a size and `numbers`.

    An array is told by its name: its values, if they are given, and name, value and
    largest value of the slider for its side, which there is if they are not.
    """
    given, sliders = {}, {}
    for name, (value, side, size, largest) in arrays.items():
        if value is None:
            sliders[side] = slider(side, size, 1, largest)
        else:
            given[name] = _array(value, name)
    shown = {k: v for k, v in controls.items() if sliders or k != "numbers"}

    def build(numbers: str = numbers, **arguments: Any) -> Walk:
        made = dict(given)
        for name, (_, side, *_) in arrays.items():
            if side in sliders:
                rows = arguments.pop(side)
                made[name] = NUMBERS[numbers](rows**2).reshape(rows, -1)
        return walk(**made, **arguments)

    return Explorer(build, sliders | shown, step)
