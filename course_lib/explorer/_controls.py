"""The controls of an explorer, and the numbers that they choose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
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


def array(value: npt.ArrayLike | None, name: str) -> Array | None:
    """A given image or kernel, small enough to be read; `None` stays `None`."""
    if value is None:
        return None
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


def counting(side: int) -> Array:
    """1, 2, 3 and so on; after 9 it begins again, to keep the numbers short."""
    return (np.arange(float(side * side)) % 9 + 1).reshape(side, side)


def disorder(side: int) -> Array:
    """Every digit once before any comes twice, so that the largest may lie anywhere."""
    return (np.arange(float(side * side)) * 7 % 10).reshape(side, side)


Controls = dict[str, Any]
Build = Callable[..., Walk]
"""Makes a walk of the values of the controls."""


def with_image(
    walk: Build,
    image: npt.ArrayLike | None,
    input_size: int,
    largest: int,
    new: Callable[[int], Array],
) -> tuple[Controls, Build]:
    """The control for an image that is not given, and the walk without its image."""
    pixels = array(image, "image")
    if pixels is not None:
        return {}, partial(walk, pixels)

    def build(input_size: int, **arguments: Any) -> Walk:
        return walk(new(input_size), **arguments)

    return {"input_size": slider("input_size", input_size, 1, largest)}, build


def with_image_and_kernel(
    walk: Build,
    image: npt.ArrayLike | None,
    kernel: npt.ArrayLike | None,
    input_size: int,
    largest: int,
    kernel_size: int,
    numbers: str,
) -> tuple[Controls, Controls, Build]:
    """The same for an image and a kernel: controls that come first, and last."""
    pixels, weights = array(image, "image"), array(kernel, "kernel")
    fill = choice("numbers", numbers, ("counting", "ones"))
    sides: Controls = {}
    if pixels is None:
        sides["input_size"] = slider("input_size", input_size, 1, largest)
    if weights is None:
        sides["kernel_size"] = slider("kernel_size", kernel_size, 1, 5)

    def build(
        input_size: int = 0,
        kernel_size: int = 0,
        numbers: str = "counting",
        **arguments: Any,
    ) -> Walk:
        new = counting if numbers == "counting" else lambda side: np.ones((side, side))
        return walk(
            new(input_size) if pixels is None else pixels,
            new(kernel_size) if weights is None else weights,
            **arguments,
        )

    return sides, {"numbers": fill} if sides else {}, build
