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


def with_arrays(
    walk: Callable[..., Walk],
    numbers: str,
    *arrays: tuple[str, npt.ArrayLike | None, str, int, int],
) -> tuple[dict[str, Any], Callable[..., Walk]]:
    """The walk of a layer whose arrays are given, or made of a size and numbers.

    Args:
        walk: Makes a walk of the arrays and of the values of the other controls.
        numbers: A name in `NUMBERS`, unless a control tells another.
        arrays: Name, array if one is given, and name, value and largest value of the
            slider for its side if none is.

    Returns:
        The sliders, and the walk without the arrays.
    """
    given = {
        side: None if value is None else _array(value, name)
        for name, value, side, *_ in arrays
    }
    sliders = {
        side: slider(side, value, 1, largest)
        for _, _, side, value, largest in arrays
        if given[side] is None
    }

    def build(numbers: str = numbers, **arguments: Any) -> Walk:
        sides = {side: arguments.pop(side) for side in sliders}
        made = (
            NUMBERS[numbers](sides[side] ** 2).reshape(sides[side], -1)
            if array is None
            else array
            for side, array in given.items()
        )
        return walk(*made, **arguments)

    return sliders, build
