"""Convolution, pooling and upsampling: a window, or a pixel, moves over the input."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from course_lib import shapes
from course_lib._validation import Array
from course_lib.convolution import conv2d
from course_lib.explorer._scene import (
    PENDING,
    Layer,
    Panel,
    Walk,
    batch,
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


class _Padded:
    """An image with whatever padding adds around it, and the window that moves."""

    def __init__(
        self, image: Array, shape: tuple[int, ...], strides: int, padding: str
    ) -> None:
        self.shape, self.strides = shape, strides
        # What a layer refuses, the sizes refuse: with a message that says why.
        around = [
            shapes.padding_amounts(n, k, strides, padding)
            for n, k in zip(image.shape, shape, strict=True)
        ]
        self.values = np.pad(image, around)
        self.real = np.pad(np.ones(image.shape, bool), around)

    def key(self, filling: str) -> dict[str, str]:
        """What the roles mean, with the meaning of the padding where there is some."""
        key = {"footprint": "this window", "input": "input"}
        return key if self.real.all() else key | {"zero": filling}

    def cut(self, row: int, column: int) -> tuple[Array, npt.NDArray[np.bool_]]:
        """The window of one output pixel, and which of its cells are no padding."""
        top, left = row * self.strides, column * self.strides
        here = np.s_[top : top + self.shape[0], left : left + self.shape[1]]
        return self.values[here], self.real[here]

    def panel(self, output: Array, step: int) -> Panel:
        """The input with its padding, and the window of this step."""
        roles = np.where(self.real, "input", "zero")
        here = window(output, step, self.shape, self.strides)
        return Panel("input", self.values, roles, outlines=here)


def convolution(image: Array, kernel: Array, strides: int, padding: str) -> Walk:
    """A kernel slides over the image."""
    output = single(conv2d, image, kernel, strides, padding)
    padded = _Padded(image, kernel.shape, strides, padding)
    formula = partial(_size, shapes.conv_output_size, "k", strides, padding)
    layer = Layer(
        "Convolution",
        size_formulas(formula, image.shape, kernel.shape),
        keras_line("Conv2D", kernel.shape, strides, padding),
    )

    def panels(step: int) -> tuple[Panel, ...]:
        middle = Panel("kernel", kernel, "kernel", "∗")
        return padded.panel(output, step), middle, so_far(output, step)

    def reason(row: int, column: int) -> str:
        cells, real = padded.cut(row, column)
        products = sum_of_products(cells, kernel, output[row, column])
        beyond = np.count_nonzero(~real)
        verb = "is" if beyond == 1 else "are"
        ending = f" {beyond} of its cells {verb} padding." if beyond else ""
        return f"the window times the kernel, {products}.{ending}"

    key = padded.key("padding: 0") | {"kernel": "kernel", "output": "output"}
    return pixel_by_pixel(layer, output, key, panels, reason)


def pooling(
    image: Array, pool_size: int, strides: int | None, padding: str, kind: str
) -> Walk:
    """Each window leaves one number: its largest, or its mean."""
    pool, filling, meaning = {
        "max": (max_pool2d, -np.inf, "padding: −∞, never the largest"),
        "average": (average_pool2d, np.nan, "padding: not counted"),
    }[kind]
    output = pool(batch(image), pool_size, strides, padding)[0, :, :, 0]
    shape, step_size = (pool_size, pool_size), strides or pool_size
    padded = _Padded(image, shape, step_size, padding)
    padded.values[~padded.real] = filling
    formula = partial(_size, shapes.pool_output_size, "p", step_size, padding)
    name = kind.capitalize()
    given = "" if strides is None else f"strides={strides}, "
    layer = Layer(
        f"{name} pooling",
        size_formulas(formula, image.shape, shape),
        f"keras.layers.{name}Pooling2D(pool_size={pool_size}, {given}"
        f'padding="{padding}")',
    )

    def panels(step: int) -> tuple[Panel, ...]:
        return padded.panel(output, step), so_far(output, step, operator="→")

    def reason(row: int, column: int) -> str:
        cells, real = padded.cut(row, column)
        pixels, result = cells[real], output[row, column]
        listed = [written(pixel) for pixel in pixels]
        # Never one alone: a corner of a square is cut at both sides, or at none.
        beyond = real.size - pixels.size
        ending = f" {beyond} cells of padding do not count." if beyond else ""
        if kind == "max":
            return f"the largest of {', '.join(listed)} is {written(result)}.{ending}"
        total = f"({' + '.join(listed)}) / {pixels.size} {equals(result, pixels)}"
        return f"the mean of the window, {total}.{ending}"

    key = padded.key(meaning) | {"output": "output"}
    return pixel_by_pixel(layer, output, key, panels, reason)


def _size(
    output_size: Callable[..., int], letter: str, s: int, padding: str, n: int, k: int
) -> tuple[str, str, int]:
    size = output_size(n, k, s, padding)
    if padding == "same":
        return "⌈n / s⌉", f"⌈{n} / {s}⌉", size
    return f"⌊(n − {letter}) / s⌋ + 1", f"⌊({n} − {k}) / {s}⌋ + 1", size


def upsampling(image: Array, rows: int, columns: int, interpolation: str) -> Walk:
    """Each output pixel is a weighted sum of input pixels; the weights are fixed."""
    size = rows, columns
    output = upsample2d(batch(image), size, interpolation)[0, :, :, 0]
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

    def panels(step: int) -> tuple[Panel, ...]:
        shares = np.full(image.shape, np.nan)
        roles: Any = PENDING
        source: tuple[Any, ...] = ()
        if step:
            shares = answers[:, *place(output, step)].reshape(image.shape)
            roles = np.where(shares > 0, "kernel", "zero")
            used = np.argwhere(shares)
            source = ((*used.min(0).tolist(), *(np.ptp(used, 0) + 1).tolist()),)
        return (
            Panel("input", image, "input", outlines=source),
            Panel("weights", shares, roles, "×", source),
            so_far(output, step),
        )

    def reason(row: int, column: int) -> str:
        shares = answers[:, row, column].reshape(image.shape)
        used, result = shares > 0, output[row, column]
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
