"""The explorers of the four layers: their arguments, as controls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

import ipywidgets as widgets
import numpy as np
import numpy.typing as npt

from course_lib._arguments import padding_name, pair, whole_number
from course_lib._validation import Array, float_array
from course_lib.explorer._scene import Walk
from course_lib.explorer._transposed import VIEWS
from course_lib.explorer._widget import Explorer
from course_lib.explorer._windows import Convolution, Pooling, Upsampling
from course_lib.shapes import Size

LARGEST_SIDE = 6
PADDINGS = ("valid", "same")
SIDES = {"image": "input_size", "kernel": "kernel_size"}
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


def _control(name: str, value: Any, options: Sequence[Any]) -> Any:
    """A slider for a range of whole numbers, a menu for other options."""
    look = {
        "description": name,
        "tooltip": MEANINGS[name],
        "style": {"description_width": "8.5em"},
        "layout": widgets.Layout(width="auto", margin="2px"),
    }
    if isinstance(options, range):
        smallest, largest = options[0], options[-1]
        if whole_number(value, name, smallest) > largest:
            raise ValueError(
                f"{name} must be from {smallest} to {largest}; got {value}"
            )
        return widgets.IntSlider(value, smallest, largest, **look)
    if isinstance(value, bool) or value not in options:
        listed = ", ".join(map(repr, options))
        raise ValueError(f"{name} must be one of {listed}; got {value!r}")
    labelled = [(str(option), option) for option in options]
    # By index, because a dropdown takes the value None for "nothing chosen".
    return widgets.Dropdown(options=labelled, index=options.index(value), **look)


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


def _open(
    walk: Callable[..., Walk],
    step: int | None,
    arrays: Mapping[str, npt.ArrayLike | None],
    controls: Mapping[str, Any],
    numbers: str = "counting",
) -> Explorer:
    """Opens a layer whose arrays are given, or made of a side and `numbers`."""
    given = {k: _array(v, k) for k, v in arrays.items() if v is not None}
    needless = {SIDES[name] for name in given}
    if len(given) == len(arrays):
        needless.add("numbers")

    def build(numbers: str = numbers, **chosen: Any) -> Walk:
        for name in arrays.keys() - given.keys():
            side = chosen.pop(SIDES[name])
            chosen[name] = NUMBERS[numbers](side**2).reshape(side, side)
        return walk(**given, **chosen)

    shown = {k: control for k, control in controls.items() if k not in needless}
    return Explorer(build, shown, step)


def explore_transposed_convolution(
    image: npt.ArrayLike | None = None,
    kernel: npt.ArrayLike | None = None,
    *,
    input_size: int = 2,
    kernel_size: int = 3,
    strides: int = 2,
    padding: str = "valid",
    output_padding: int | None = None,
    view: str = "stamp",
    numbers: str = "counting",
    step: int | None = None,
) -> Explorer:
    """Opens a transposed convolution to be changed and followed step by step.

    Args:
        image: Array of shape (height, width), at most 6 × 6. Without it, `input_size`
            and `numbers` make one.
        kernel: Array of shape (kernel height, kernel width), at most 6 × 6. Without
            it, `kernel_size` and `numbers` make one.
        input_size: Side of the image in pixels, from 1 to 5.
        kernel_size: Side of the kernel in weights, from 1 to 5.
        strides: Distance between the stamps on the output in pixels, from 1 to 4.
        padding: `"valid"` or `"same"`.
        output_padding: `None`, or from 0 to 3.
        view: `"stamp"`, `"insert zeros"`, `"matrix"` or `"gradient"`.
        numbers: `"counting"` for 1, 2, 3 and so on, or `"ones"`.
        step: How many steps are done at the beginning; `None` for all.

    Returns:
        The `Explorer`, which a notebook shows as a widget.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If an argument is out of its range.

    Example:
        >>> explorer = explore_transposed_convolution(strides=2, padding="same")
        >>> explorer.walk.sizes
        {'height and width': 'n · s = 2 · 2 = 4'}
    """
    controls = {
        "input_size": _control("input_size", input_size, range(1, 6)),
        "kernel_size": _control("kernel_size", kernel_size, range(1, 6)),
        "strides": _control("strides", strides, range(1, 5)),
        "padding": _control("padding", padding_name(padding), PADDINGS),
        "output_padding": _control(
            "output_padding", output_padding, (None, 0, 1, 2, 3)
        ),
        "view": _control("view", view, tuple(VIEWS)),
        "numbers": _control("numbers", numbers, ("counting", "ones")),
    }

    def walk(view: str, **arguments: Any) -> Walk:
        return VIEWS[view](**arguments)

    return _open(walk, step, {"image": image, "kernel": kernel}, controls)


def explore_convolution(
    image: npt.ArrayLike | None = None,
    kernel: npt.ArrayLike | None = None,
    *,
    input_size: int = 5,
    kernel_size: int = 3,
    strides: int = 1,
    padding: str = "valid",
    numbers: str = "counting",
    step: int | None = None,
) -> Explorer:
    """Opens a convolution, as `explore_transposed_convolution` does its layer.

    Args:
        image: Array of shape (height, width), as in `explore_transposed_convolution`.
        kernel: Array of shape (kernel height, kernel width), likewise.
        input_size: Side of the image in pixels, from 1 to 6.
        kernel_size: Side of the kernel in weights, from 1 to 5.
        strides: Step of the window in pixels, from 1 to 4.
        padding: `"valid"` or `"same"`.
        numbers: `"counting"` for 1, 2, 3 and so on, or `"ones"`.
        step: How many steps are done at the beginning; `None` for all.

    Example:
        >>> explorer = explore_convolution(input_size=5, kernel_size=3)
        >>> explorer.walk.sizes
        {'height and width': '⌊(n − k) / s⌋ + 1 = ⌊(5 − 3) / 1⌋ + 1 = 3'}
    """
    controls = {
        "input_size": _control("input_size", input_size, range(1, 7)),
        "kernel_size": _control("kernel_size", kernel_size, range(1, 6)),
        "strides": _control("strides", strides, range(1, 5)),
        "padding": _control("padding", padding_name(padding), PADDINGS),
        "numbers": _control("numbers", numbers, ("counting", "ones")),
    }
    return _open(Convolution, step, {"image": image, "kernel": kernel}, controls)


def explore_pooling(
    image: npt.ArrayLike | None = None,
    *,
    input_size: int = 4,
    pool_size: int = 2,
    strides: int | None = None,
    padding: str = "valid",
    kind: str = "max",
    step: int | None = None,
) -> Explorer:
    """Opens a pooling layer, as `explore_transposed_convolution` does its layer.

    Args:
        image: Array of shape (height, width), at most 6 × 6. Without it, `input_size`
            digits in disorder make one.
        input_size: Side of the image in pixels, from 1 to 6.
        pool_size: Side of the window in pixels, from 1 to 4.
        strides: Step of the window in pixels, from 1 to 4; `None` means `pool_size`.
        padding: `"valid"` or `"same"`.
        kind: `"max"` or `"average"`.
        step: How many steps are done at the beginning; `None` for all.

    Example:
        >>> explore_pooling([[1, 2], [3, 4]], kind="average").scene.words
        'Pixel 1 of 1, at [0, 0]: the mean of the window, (1 + 2 + 3 + 4) / 4 = 2.5.'
    """
    controls = {
        "input_size": _control("input_size", input_size, range(1, 7)),
        "pool_size": _control("pool_size", pool_size, range(1, 5)),
        "strides": _control("strides", strides, (None, 1, 2, 3, 4)),
        "padding": _control("padding", padding_name(padding), PADDINGS),
        "kind": _control("kind", kind, ("max", "average")),
    }
    return _open(Pooling, step, {"image": image}, controls, "disorder")


def explore_upsampling(
    image: npt.ArrayLike | None = None,
    *,
    input_size: int = 2,
    size: Size = 2,
    interpolation: str = "nearest",
    step: int | None = None,
) -> Explorer:
    """Opens an upsampling layer, as `explore_transposed_convolution` does its layer.

    Args:
        image: Array of shape (height, width), at most 6 × 6. Without it, `input_size`
            makes one that counts 1, 2, 3 and so on.
        input_size: Side of the image in pixels, from 1 to 4.
        size: Factor for rows and columns, an int or (height, width), from 1 to 4.
        interpolation: `"nearest"` or `"bilinear"`.
        step: How many steps are done at the beginning; `None` for all.

    Example:
        >>> explore_upsampling(size=(2, 3)).walk.keras
        'keras.layers.UpSampling2D(size=(2, 3), interpolation="nearest")'
    """
    rows, columns = pair(size, "size")
    methods = ("nearest", "bilinear")
    controls = {
        "input_size": _control("input_size", input_size, range(1, 5)),
        "rows": _control("size[0]", rows, range(1, 5)),
        "columns": _control("size[1]", columns, range(1, 5)),
        "interpolation": _control("interpolation", interpolation, methods),
    }
    return _open(Upsampling, step, {"image": image}, controls)
