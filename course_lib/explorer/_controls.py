"""The controls of an explorer, and the numbers that they choose."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets
import numpy as np
import numpy.typing as npt

from course_lib._arguments import whole_number
from course_lib._validation import Array
from course_lib.figures._checks import numbers as checked_numbers

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


def sides(
    image: object,
    kernel: object,
    input_size: int,
    kernel_size: int,
    largest: int,
) -> Mapping[str, Any]:
    """Controls for what is not given."""
    controls = {}
    if image is None:
        controls["input_size"] = slider("input_size", input_size, 1, largest)
    if kernel is None:
        controls["kernel_size"] = slider("kernel_size", kernel_size, 1, 5)
    return controls


def cells(given: bool, numbers: str) -> Mapping[str, Any]:
    """The control for what stands in the cells, unless that is given."""
    control = choice("numbers", numbers, ("counting", "ones"))
    return {} if given else {"numbers": control}


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


def counting(side: int) -> Array:
    """1, 2, 3 and so on; after 9 it begins again, to keep the numbers short."""
    return (np.arange(float(side * side)) % 9 + 1).reshape(side, side)


def disorder(side: int) -> Array:
    """Every digit once before any comes twice, so that the largest may lie anywhere."""
    return (np.arange(float(side * side)) * 7 % 10).reshape(side, side)


def maker(
    image: npt.ArrayLike | None, kernel: npt.ArrayLike | None
) -> Callable[..., tuple[Array, Array]]:
    """What makes the image and the kernel from the values of the controls."""
    pixels, weights = array(image, "image"), array(kernel, "kernel")

    def make(
        input_size: int = 0, kernel_size: int = 0, numbers: str = "counting"
    ) -> tuple[Array, Array]:
        new = counting if numbers == "counting" else lambda side: np.ones((side, side))
        return (
            pixels if pixels is not None else new(input_size),
            weights if weights is not None else new(kernel_size),
        )

    return make


def array(value: npt.ArrayLike | None, name: str) -> Array | None:
    """A given image or kernel, small enough to be read; `None` stays `None`."""
    if value is None:
        return None
    given = np.asarray(checked_numbers(value, name), float)
    if max(given.shape) > LARGEST_SIDE:
        raise ValueError(
            f"{name} must have at most {LARGEST_SIDE} rows and columns, to be read "
            f"number by number; got shape {given.shape}"
        )
    return given
