"""Convolution, pooling and upsampling: a window, or a pixel, moves over the input."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from course_lib import shapes
from course_lib._validation import Array
from course_lib._windows import sliding_windows
from course_lib.convolution import conv2d
from course_lib.explorer._scene import (
    PENDING,
    Layer,
    Panel,
    Panels,
    Walk,
    equals,
    keras_line,
    pixel_by_pixel,
    place,
    single,
    size_formulas,
    so_far,
    sum_of_products,
    window,
    written,
)
from course_lib.pooling import average_pool2d, max_pool2d
from course_lib.upsampling import upsample2d


def _padded(
    image: Array, shape: tuple[int, ...], strides: int, padding: str, fill: float
) -> tuple[Array, npt.NDArray[Any]]:
    """The image with what padding adds around it, and the roles of its cells."""
    around = [
        shapes.padding_amounts(n, k, strides, padding)
        for n, k in zip(image.shape, shape, strict=True)
    ]
    roles = np.pad(np.full(image.shape, "input"), around, constant_values="zero")
    return np.pad(image, around, constant_values=fill), roles


def _size(
    output_size: Callable[..., int], letter: str, s: int, padding: str, n: int, k: int
) -> tuple[str, str, int]:
    size = output_size(n, k, s, padding)
    if padding == "same":
        return "⌈n / s⌉", f"⌈{n} / {s}⌉", size
    return f"⌊(n − {letter}) / s⌋ + 1", f"⌊({n} − {k}) / {s}⌋ + 1", size


def convolution(image: Array, kernel: Array, strides: int, padding: str) -> Walk:
    """A kernel slides over the image."""
    output = single(conv2d, image, kernel, strides, padding)
    sliding = kernel.shape, strides, padding
    pixels, roles = _padded(image, *sliding, fill=0)
    windows = single(sliding_windows, image, *sliding)
    real = single(sliding_windows, np.ones_like(image), *sliding)
    formula = partial(_size, shapes.conv_output_size, "k", strides, padding)
    layer = Layer(
        "Convolution",
        size_formulas(formula, image.shape, kernel.shape),
        keras_line("Conv2D", kernel, strides, padding),
    )

    def panels(step: int) -> Panels:
        here = window(output, step, kernel.shape, strides)
        return (
            Panel("input", pixels, roles, outlines=here),
            Panel("kernel", kernel, "kernel", "∗"),
            so_far(output, step),
        )

    def reason(*pixel: int) -> str:
        products = sum_of_products(windows[pixel], kernel, output[pixel])
        beyond = np.count_nonzero(real[pixel] == 0)
        verb = "is" if beyond == 1 else "are"
        ending = f" {beyond} of its cells {verb} padding." if beyond else ""
        return f"the window times the kernel, {products}.{ending}"

    key = {
        "footprint": "this window",
        "input": "input",
        **({"zero": "padding: 0"} if "zero" in roles else {}),
        "kernel": "kernel",
        "output": "output",
    }
    return pixel_by_pixel(layer, output, key, panels, reason)


def pooling(
    image: Array, pool_size: int, strides: int | None, padding: str, kind: str
) -> Walk:
    """Each window leaves one number: its largest, or its mean."""
    pool, fill, meaning = {
        "max": (max_pool2d, -np.inf, "padding: −∞, never the largest"),
        "average": (average_pool2d, np.nan, "padding: not counted"),
    }[kind]
    output = single(pool, image, pool_size, strides, padding)
    shape = pool_size, pool_size
    sliding = shape, strides or pool_size, padding
    pixels, roles = _padded(image, *sliding, fill)
    windows = single(sliding_windows, image, *sliding)
    real = single(sliding_windows, np.ones_like(image), *sliding)
    formula = partial(_size, shapes.pool_output_size, "p", *sliding[1:])
    name = kind.capitalize()
    given = "" if strides is None else f"strides={strides}, "
    layer = Layer(
        f"{name} pooling",
        size_formulas(formula, image.shape, shape),
        f"keras.layers.{name}Pooling2D(pool_size={pool_size}, {given}"
        f'padding="{padding}")',
    )

    def panels(step: int) -> Panels:
        here = window(output, step, *sliding[:2])
        input_panel = Panel("input", pixels, roles, outlines=here)
        return input_panel, so_far(output, step, operator="→")

    def reason(*pixel: int) -> str:
        counted, result = windows[pixel][real[pixel] > 0], output[pixel]
        listed = [written(value) for value in counted]
        # Never one alone: a corner of a square is cut at both sides, or at none.
        beyond = pool_size**2 - counted.size
        ending = f" {beyond} cells of padding do not count." if beyond else ""
        if kind == "max":
            return f"the largest of {', '.join(listed)} is {written(result)}.{ending}"
        total = f"({' + '.join(listed)}) / {counted.size} {equals(result, counted)}"
        return f"the mean of the window, {total}.{ending}"

    key = {
        "footprint": "this window",
        "input": "input",
        **({"zero": meaning} if "zero" in roles else {}),
        "output": "output",
    }
    return pixel_by_pixel(layer, output, key, panels, reason)


def upsampling(image: Array, rows: int, columns: int, interpolation: str) -> Walk:
    """Each output pixel is a weighted sum of input pixels; the weights are fixed."""
    size = rows, columns
    output = single(upsample2d, image, size, interpolation)
    # The layer is linear: what it makes of one pixel are that pixel's weights.
    units = np.eye(image.size).reshape(-1, *image.shape, 1)
    answers = upsample2d(units, size, interpolation)[..., 0]
    layer = Layer(
        "Upsampling",
        size_formulas(
            lambda n, by, axis: (f"n · size[{axis}]", f"{n} · {by}", n * by),
            *(image.shape, size, (0, 1)),
        ),
        f'keras.layers.UpSampling2D(size={size}, interpolation="{interpolation}")',
    )

    def weights(row: int, column: int) -> Array:
        return answers[:, row, column].reshape(image.shape)

    def panels(step: int) -> Panels:
        shares = np.full(image.shape, np.nan)
        roles: Any = PENDING
        source: tuple[Any, ...] = ()
        if step:
            shares = weights(*place(output, step))
            roles = np.where(shares > 0, "kernel", "zero")
            used = np.argwhere(shares)
            source = ((*used.min(0).tolist(), *(np.ptp(used, 0) + 1).tolist()),)
        return (
            Panel("input", image, "input", outlines=source),
            Panel("weights", shares, roles, "×", source),
            so_far(output, step),
        )

    def reason(row: int, column: int) -> str:
        shares, result = weights(row, column), output[row, column]
        used = shares > 0
        if used.sum() == 1:
            ((source_row, source_column),) = np.argwhere(used)
            source = f"[{source_row}, {source_column}]"
            return f"it repeats the input pixel at {source}, {written(result)}."
        products = sum_of_products(shares[used], image[used], result)
        return f"the input pixels around it, weighed by their distance, {products}."

    key = {
        "footprint": "this pixel, and where it comes from",
        "input": "input",
        "kernel": "weight",
        "zero": "weight 0",
        "output": "output",
    }
    return pixel_by_pixel(layer, output, key, panels, reason)
