"""The explorers of the four layers: their arguments and their controls."""

from __future__ import annotations

import numpy.typing as npt

from course_lib._arguments import padding_name, pair
from course_lib.explorer._controls import choice, open_layer, slider
from course_lib.explorer._transposed import VIEWS, transposed_convolution
from course_lib.explorer._widget import Explorer
from course_lib.explorer._windows import convolution, pooling, upsampling
from course_lib.shapes import Size

PADDINGS, NUMBERS = ("valid", "same"), ("counting", "ones")


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
    arrays = {
        "image": (image, "input_size", input_size, 5),
        "kernel": (kernel, "kernel_size", kernel_size, 5),
    }
    controls = {
        "strides": slider("strides", strides, 1, 4),
        "padding": choice("padding", padding_name(padding), PADDINGS),
        "output_padding": choice("output_padding", output_padding, (None, 0, 1, 2, 3)),
        "view": choice("view", view, tuple(VIEWS)),
        "numbers": choice("numbers", numbers, NUMBERS),
    }
    return open_layer(transposed_convolution, arrays, controls, step)


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
        >>> explorer.scene.layer.sizes
        {'height and width': '⌊(n − k) / s⌋ + 1 = ⌊(5 − 3) / 1⌋ + 1 = 3'}
    """
    arrays = {
        "image": (image, "input_size", input_size, 6),
        "kernel": (kernel, "kernel_size", kernel_size, 5),
    }
    controls = {
        "strides": slider("strides", strides, 1, 4),
        "padding": choice("padding", padding_name(padding), PADDINGS),
        "numbers": choice("numbers", numbers, NUMBERS),
    }
    return open_layer(convolution, arrays, controls, step)


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
    arrays = {"image": (image, "input_size", input_size, 6)}
    controls = {
        "pool_size": slider("pool_size", pool_size, 1, 4),
        "strides": choice("strides", strides, (None, 1, 2, 3, 4)),
        "padding": choice("padding", padding_name(padding), PADDINGS),
        "kind": choice("kind", kind, ("max", "average")),
    }
    return open_layer(pooling, arrays, controls, step, "disorder")


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
        >>> explore_upsampling(size=(2, 3)).scene.layer.keras
        'keras.layers.UpSampling2D(size=(2, 3), interpolation="nearest")'
    """
    arrays = {"image": (image, "input_size", input_size, 4)}
    rows, columns = pair(size, "size")
    methods = ("nearest", "bilinear")
    controls = {
        "rows": slider("size[0]", rows, 1, 4),
        "columns": slider("size[1]", columns, 1, 4),
        "interpolation": choice("interpolation", interpolation, methods),
    }
    return open_layer(upsampling, arrays, controls, step)
