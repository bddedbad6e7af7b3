"""Convolution, pooling and upsampling: a window, or a pixel, moves over the input."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib import shapes
from course_lib._validation import Array
from course_lib.convolution import conv2d
from course_lib.explorer._scene import (
    PENDING,
    Panel,
    Panels,
    Walk,
    equals,
    keras_line,
    single,
    size_formulas,
    sum_of_products,
    written,
)
from course_lib.pooling import average_pool2d, max_pool2d
from course_lib.upsampling import upsample2d


class _Sliding(Walk):
    """A window slides over the image, and over the padding around it."""

    def __init__(
        self,
        image: Array,
        shape: tuple[int, ...],
        strides: int,
        padding: str,
        fill: float,
        letter: str,
    ) -> None:
        """Needs `output` already; pads with `fill`; the formula calls `shape` so."""
        around = [
            shapes.padding_amounts(n, k, strides, padding)
            for n, k in zip(image.shape, shape, strict=True)
        ]
        self.pixels = np.pad(image, around, constant_values=fill)
        roles = np.full(image.shape, "input")
        self.roles = np.pad(roles, around, constant_values="zero")
        self.shape, self.strides = shape, strides
        rule = "⌈n / s⌉" if padding == "same" else f"⌊(n − {letter}) / s⌋ + 1"
        letters = {"n": image.shape, letter: shape, "s": (strides, strides)}
        self.sizes = size_formulas(rule, self.output, letters)

    def input_panel(self, step: int) -> Panel:
        here = self.window(step, self.shape, self.strides)
        return Panel("input", self.pixels, self.roles, outlines=here)

    def seen(self, step: int) -> tuple[Array, Any]:
        """What the window of a step holds, and which of it are pixels."""
        ((top, left, height, width),) = self.window(step, self.shape, self.strides)
        here = np.s_[top : top + height, left : left + width]
        return self.pixels[here], self.roles[here] == "input"


class Convolution(_Sliding):
    """A kernel slides over the image."""

    name = "Convolution"

    def __init__(self, image: Array, kernel: Array, strides: int, padding: str) -> None:
        self.kernel = kernel
        self.output = self.grid = single(conv2d, image, kernel, strides, padding)
        super().__init__(image, kernel.shape, strides, padding, 0, "k")
        self.keras = keras_line("Conv2D", kernel, strides=strides, padding=padding)
        self.key = {
            "footprint": "this window",
            "input": "input",
            **({"zero": "padding: 0"} if "zero" in self.roles else {}),
            "kernel": "kernel",
            "output": "output",
        }

    def panels(self, step: int) -> Panels:
        kernel = Panel("kernel", self.kernel, "kernel", "∗")
        return self.input_panel(step), kernel, self.so_far(step)

    def reason(self, step: int) -> str:
        values, real = self.seen(step)
        products = sum_of_products(values, self.kernel, self.output[self.place(step)])
        beyond = np.count_nonzero(~real)
        verb = "is" if beyond == 1 else "are"
        ending = f" {beyond} of its cells {verb} padding." if beyond else ""
        return f"the window times the kernel, {products}.{ending}"


class Pooling(_Sliding):
    """Each window leaves one number: its largest, or its mean."""

    def __init__(
        self, image: Array, pool_size: int, strides: int | None, padding: str, kind: str
    ) -> None:
        pool, fill, meaning = {
            "max": (max_pool2d, -np.inf, "padding: −∞, never the largest"),
            "average": (average_pool2d, np.nan, "padding: not counted"),
        }[kind]
        self.kind, shape = kind, (pool_size, pool_size)
        self.output = self.grid = single(pool, image, pool_size, strides, padding)
        super().__init__(image, shape, strides or pool_size, padding, fill, "p")
        name = kind.capitalize()
        self.name = f"{name} pooling"
        arguments: dict[str, Any] = {"strides": strides, "padding": padding}
        self.keras = keras_line(f"{name}Pooling2D", pool_size=pool_size, **arguments)
        self.key = {
            "footprint": "this window",
            "input": "input",
            **({"zero": meaning} if "zero" in self.roles else {}),
            "output": "output",
        }

    def panels(self, step: int) -> Panels:
        return self.input_panel(step), self.so_far(step, operator="→")

    def reason(self, step: int) -> str:
        values, real = self.seen(step)
        counted, result = values[real], self.output[self.place(step)]
        listed = [written(value) for value in counted]
        # Never one alone: what lies outside is a whole row or column of the window.
        beyond = np.count_nonzero(~real)
        ending = f" {beyond} cells of padding do not count." if beyond else ""
        if self.kind == "max":
            return f"the largest of {', '.join(listed)} is {written(result)}.{ending}"
        total = f"({' + '.join(listed)}) / {counted.size} {equals(result, counted)}"
        return f"the mean of the window, {total}.{ending}"


class Upsampling(Walk):
    """Each output pixel is a weighted sum of input pixels; the weights are fixed."""

    name = "Upsampling"

    def __init__(
        self, image: Array, rows: int, columns: int, interpolation: str
    ) -> None:
        size, self.image = (rows, columns), image
        self.output = self.grid = single(upsample2d, image, size, interpolation)
        # The layer is linear: what it makes of one pixel are that pixel's weights.
        units = np.eye(image.size).reshape(-1, *image.shape, 1)
        self.answers = upsample2d(units, size, interpolation)[..., 0]
        letters = {"n": image.shape, "size[axis]": size}
        self.sizes = size_formulas("n · size[axis]", self.output, letters)
        self.keras = keras_line("UpSampling2D", size=size, interpolation=interpolation)
        self.key = {
            "footprint": "this pixel, and where it comes from",
            "input": "input",
            "kernel": "weight",
            "zero": "weight 0",
            "output": "output",
        }

    def weights(self, step: int) -> Array:
        row, column = self.place(step)
        return self.answers[:, row, column].reshape(self.image.shape)

    def panels(self, step: int) -> Panels:
        shares = np.full(self.image.shape, np.nan)
        roles: Any = PENDING
        source: tuple[Any, ...] = ()
        if step:
            shares = self.weights(step)
            roles = np.where(shares > 0, "kernel", "zero")
            used = np.argwhere(shares)
            source = ((*used.min(0).tolist(), *(np.ptp(used, 0) + 1).tolist()),)
        return (
            Panel("input", self.image, "input", outlines=source),
            Panel("weights", shares, roles, "×", source),
            self.so_far(step),
        )

    def reason(self, step: int) -> str:
        shares, result = self.weights(step), self.output[self.place(step)]
        used = shares > 0
        if used.sum() == 1:
            source = np.argwhere(used)[0].tolist()
            return f"it repeats the input pixel at {source}, {written(result)}."
        products = sum_of_products(shares[used], self.image[used], result)
        return f"the input pixels around it, weighed by their distance, {products}."
