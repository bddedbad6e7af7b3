"""The explorers of the four layers: their arguments and their controls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ipywidgets as widgets
import numpy as np
import numpy.typing as npt

from course_lib.explorer._scene import Walk
from course_lib.explorer._transposed import VIEWS
from course_lib.explorer._upsampling import Upsampling
from course_lib.explorer._widget import Explorer
from course_lib.explorer._windows import Convolution, Pooling
from course_lib.figures._checks import numbers as checked_numbers
from course_lib.shapes import Size, padding_name, pair, whole_number
from course_lib.validation import Array

LARGEST_SIDE = 6
PADDINGS = ("valid", "same")


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
        >>> explorer.scene.layer.sizes
        {'height and width': 'n · s = 2 · 2 = 4'}
    """
    controls = {
        **_sizes(image, kernel, input_size, kernel_size, 5),
        "strides": _slider("strides", strides, 1, 4),
        "padding": _choice("padding", padding_name(padding), PADDINGS),
        "output_padding": _choice("output_padding", output_padding, (None, 0, 1, 2, 3)),
        "view": _choice("view", view, tuple(VIEWS)),
        **_numbers(image is not None and kernel is not None, numbers),
    }
    make = _maker(image, kernel)

    def build(
        strides: int,
        padding: str,
        output_padding: int | None,
        view: str,
        **sizes: Any,
    ) -> Walk:
        return VIEWS[view](*make(**sizes), strides, padding, output_padding)

    return Explorer(build, controls, step)


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
    """Opens a convolution to be changed and followed step by step.

    Args:
        image: Array of shape (height, width), at most 6 × 6. Without it, `input_size`
            and `numbers` make one.
        kernel: Array of shape (kernel height, kernel width), at most 6 × 6. Without
            it, `kernel_size` and `numbers` make one.
        input_size: Side of the image in pixels, from 1 to 6.
        kernel_size: Side of the kernel in weights, from 1 to 5.
        strides: Step of the window in pixels, from 1 to 4.
        padding: `"valid"` or `"same"`.
        numbers: `"counting"` for 1, 2, 3 and so on, or `"ones"`.
        step: How many steps are done at the beginning; `None` for all.

    Returns:
        The `Explorer`, which a notebook shows as a widget.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If an argument is out of its range.

    Example:
        >>> explorer = explore_convolution(input_size=5, kernel_size=3)
        >>> explorer.scene.layer.sizes
        {'height and width': '⌊(n − k) / s⌋ + 1 = ⌊(5 − 3) / 1⌋ + 1 = 3'}
    """
    controls = {
        **_sizes(image, kernel, input_size, kernel_size, 6),
        "strides": _slider("strides", strides, 1, 4),
        "padding": _choice("padding", padding_name(padding), PADDINGS),
        **_numbers(image is not None and kernel is not None, numbers),
    }
    make = _maker(image, kernel)

    def build(strides: int, padding: str, **sizes: Any) -> Walk:
        return Convolution(*make(**sizes), strides, padding)

    return Explorer(build, controls, step)


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
    """Opens a pooling layer to be changed and followed step by step.

    Args:
        image: Array of shape (height, width), at most 6 × 6. Without it, `input_size`
            digits in disorder make one.
        input_size: Side of the image in pixels, from 1 to 6.
        pool_size: Side of the window in pixels, from 1 to 4.
        strides: Step of the window in pixels, from 1 to 4; `None` means `pool_size`.
        padding: `"valid"` or `"same"`.
        kind: `"max"` or `"average"`.
        step: How many steps are done at the beginning; `None` for all.

    Returns:
        The `Explorer`, which a notebook shows as a widget.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If an argument is out of its range.

    Example:
        >>> explore_pooling([[1, 2], [3, 4]], kind="average").scene.words
        'Pixel 1 of 1, at [0, 0]: the mean of the window, (1 + 2 + 3 + 4) / 4 = 2.5.'
    """
    given = _array(image, "image")
    controls: dict[str, Any] = {}
    if given is None:
        controls["input_size"] = _slider("input_size", input_size, 1, 6)
    controls |= {
        "pool_size": _slider("pool_size", pool_size, 1, 4),
        "strides": _choice("strides", strides, (None, 1, 2, 3, 4)),
        "padding": _choice("padding", padding_name(padding), PADDINGS),
        "kind": _choice("kind", kind, ("max", "average")),
    }

    def build(
        kind: str,
        pool_size: int,
        strides: int | None,
        padding: str,
        input_size: int = 0,
    ) -> Walk:
        pixels = given if given is not None else _disorder(input_size)
        return Pooling(pixels, pool_size, strides, padding, kind)

    return Explorer(build, controls, step)


def explore_upsampling(
    image: npt.ArrayLike | None = None,
    *,
    input_size: int = 2,
    size: Size = 2,
    interpolation: str = "nearest",
    step: int | None = None,
) -> Explorer:
    """Opens an upsampling layer to be changed and followed step by step.

    Args:
        image: Array of shape (height, width), at most 6 × 6. Without it, `input_size`
            makes one that counts 1, 2, 3 and so on.
        input_size: Side of the image in pixels, from 1 to 4.
        size: Factor for rows and columns, an int or (height, width), from 1 to 4.
        interpolation: `"nearest"` or `"bilinear"`.
        step: How many steps are done at the beginning; `None` for all.

    Returns:
        The `Explorer`, which a notebook shows as a widget.

    Raises:
        TypeError: If an argument is of the wrong type.
        ValueError: If an argument is out of its range.

    Example:
        >>> explore_upsampling(size=(2, 3)).scene.layer.keras
        'keras.layers.UpSampling2D(size=(2, 3), interpolation="nearest")'
    """
    given = _array(image, "image")
    rows, columns = pair(size, "size")
    controls: dict[str, Any] = {}
    if given is None:
        controls["input_size"] = _slider("input_size", input_size, 1, 4)
    controls |= {
        "rows": _slider("size[0]", rows, 1, 4),
        "columns": _slider("size[1]", columns, 1, 4),
        "interpolation": _choice(
            "interpolation", interpolation, ("nearest", "bilinear")
        ),
    }

    def build(rows: int, columns: int, interpolation: str, input_size: int = 0) -> Walk:
        pixels = given if given is not None else _counting(input_size)
        return Upsampling(pixels, (rows, columns), interpolation)

    return Explorer(build, controls, step)


# Numbers


def _counting(side: int) -> Array:
    """1, 2, 3 and so on; after 9 it begins again, to keep the numbers short."""
    return (np.arange(float(side * side)) % 9 + 1).reshape(side, side)


def _disorder(side: int) -> Array:
    """Every digit once before any comes twice, so that the largest may lie anywhere."""
    return (np.arange(float(side * side)) * 7 % 10).reshape(side, side)


def _maker(
    image: npt.ArrayLike | None, kernel: npt.ArrayLike | None
) -> Callable[..., tuple[Array, Array]]:
    """What makes the image and the kernel from the values of the controls."""
    pixels, weights = _array(image, "image"), _array(kernel, "kernel")

    def make(
        input_size: int = 0, kernel_size: int = 0, numbers: str = "counting"
    ) -> tuple[Array, Array]:
        new = _counting if numbers == "counting" else lambda side: np.ones((side, side))
        return (
            pixels if pixels is not None else new(input_size),
            weights if weights is not None else new(kernel_size),
        )

    return make


def _array(value: npt.ArrayLike | None, name: str) -> Array | None:
    if value is None:
        return None
    array = np.asarray(checked_numbers(value, name), float)
    if max(array.shape) > LARGEST_SIDE:
        raise ValueError(
            f"{name} must have at most {LARGEST_SIDE} rows and columns, to be read "
            f"number by number; got shape {array.shape}"
        )
    return array


# Controls

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


def _sizes(
    image: object,
    kernel: object,
    input_size: int,
    kernel_size: int,
    largest: int,
) -> Mapping[str, Any]:
    """Controls for what is not given."""
    controls = {}
    if image is None:
        controls["input_size"] = _slider("input_size", input_size, 1, largest)
    if kernel is None:
        controls["kernel_size"] = _slider("kernel_size", kernel_size, 1, 5)
    return controls


def _numbers(given: bool, numbers: str) -> Mapping[str, Any]:
    """The control for what stands in the cells, unless that is given."""
    choice = _choice("numbers", numbers, ("counting", "ones"))
    return {} if given else {"numbers": choice}


def _slider(name: str, value: int, smallest: int, largest: int) -> Any:
    number = whole_number(value, name, smallest)
    if number > largest:
        raise ValueError(f"{name} must be from {smallest} to {largest}; got {number}")
    return widgets.IntSlider(number, smallest, largest, **_look(name))


def _choice(name: str, value: object, options: Sequence[object]) -> Any:
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
        "style": {"description_width": "7.5em"},
        "layout": widgets.Layout(width="auto", margin="2px"),
    }
