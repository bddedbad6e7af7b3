"""Convolution and pooling step by step: a window moves over the input."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from course_lib import shapes
from course_lib.convolution import conv2d
from course_lib.explorer._scene import (
    Layer,
    Panel,
    PixelByPixel,
    call,
    equals,
    filled,
    size_formulas,
    sum_of_products,
    written,
)
from course_lib.pooling import average_pool2d, max_pool2d


class _Windows(PixelByPixel):
    """A window over an image with whatever padding adds around it."""

    def __init__(
        self,
        image: npt.ArrayLike,
        window: tuple[int, int],
        strides: int,
        padding: str,
        fill: float,
    ) -> None:
        self.image = np.asarray(image, float)
        self.window, self.strides = window, strides
        # What a layer refuses, the sizes refuse: with a message that says why.
        around = [
            shapes.padding_amounts(n, k, strides, padding)
            for n, k in zip(self.image.shape, window, strict=True)
        ]
        self.padded = np.pad(self.image, around, constant_values=fill)
        self.real = np.pad(np.ones(self.image.shape, bool), around)

    def cut(self, row: int, column: int) -> tuple[slice, slice]:
        """The window of one output pixel."""
        top, left = row * self.strides, column * self.strides
        return slice(top, top + self.window[0]), slice(left, left + self.window[1])

    def padded_input(self, step: int) -> Panel:
        """The input with its padding, and the window of this step."""
        place = self.place(step)
        outlines: tuple[Any, ...] = ()
        if place is not None:
            top, left = (side * self.strides for side in place)
            outlines = ((top, left, *self.window),)
        roles = np.where(self.real, "input", "zero")
        return Panel("input", self.padded, roles, outlines=outlines)

    def windows_key(self, padding: str) -> dict[str, str]:
        """The key that all of these walks begin with."""
        key = {"footprint": "this window", "input": "input"}
        return key if self.real.all() else key | {"zero": padding}

    @abstractmethod
    def panels(self, step: int) -> tuple[Panel, ...]: ...


class Convolution(_Windows):
    """A kernel slides over the image; one output pixel in each step."""

    def __init__(
        self, image: npt.ArrayLike, kernel: npt.ArrayLike, strides: int, padding: str
    ) -> None:
        self.kernel = np.asarray(kernel, float)
        height, width = self.kernel.shape
        self.output = conv2d(
            np.asarray(image, float)[None, :, :, None],
            self.kernel[:, :, None, None],
            strides,
            padding,
        )[0, :, :, 0]
        super().__init__(image, (height, width), strides, padding, 0.0)
        self.key = self.windows_key("padding: 0") | {
            "kernel": "kernel",
            "output": "output",
        }
        sizes = window_sizes(
            self.image.shape,
            self.window,
            strides,
            padding,
            "k",
            shapes.conv_output_size,
        )
        kernel_size = height if height == width else (height, width)
        self.layer = Layer(
            "Convolution",
            sizes,
            call(
                "keras.layers.Conv2D",
                1,
                kernel_size=kernel_size,
                strides=strides,
                padding=padding,
            ),
        )

    def panels(self, step: int) -> tuple[Panel, ...]:
        return (
            self.padded_input(step),
            Panel("kernel", self.kernel, filled(self.kernel, "kernel"), "∗"),
            self.so_far(step),
        )

    def reason(self, row: int, column: int) -> str:
        cut = self.cut(row, column)
        products = sum_of_products(
            self.padded[cut], self.kernel, self.output[row, column]
        )
        beyond = int(np.count_nonzero(~self.real[cut]))
        told = f"the window times the kernel, {products}."
        verb = "is" if beyond == 1 else "are"
        return told + (f" {beyond} of its cells {verb} padding." if beyond else "")


class Pooling(_Windows):
    """Each window leaves one number: its largest, or its mean."""

    def __init__(
        self,
        image: npt.ArrayLike,
        pool_size: int,
        strides: int | None,
        padding: str,
        kind: str,
    ) -> None:
        self.kind = kind
        pool = max_pool2d if kind == "max" else average_pool2d
        self.output = pool(
            np.asarray(image, float)[None, :, :, None], pool_size, strides, padding
        )[0, :, :, 0]
        window, step = (pool_size, pool_size), strides or pool_size
        fill = -np.inf if kind == "max" else np.nan
        super().__init__(image, window, step, padding, fill)
        meaning = "padding: −∞, never the largest"
        if kind == "average":
            meaning = "padding: not counted"
        self.key = self.windows_key(meaning) | {"output": "output"}
        self.layer = Layer(
            f"{kind.capitalize()} pooling",
            window_sizes(
                self.image.shape, window, step, padding, "p", shapes.pool_output_size
            ),
            call(
                f"keras.layers.{kind.capitalize()}Pooling2D",
                pool_size=pool_size,
                strides=strides,
                padding=padding,
            ),
        )

    def panels(self, step: int) -> tuple[Panel, ...]:
        return self.padded_input(step), self.so_far(step, operator="→")

    def reason(self, row: int, column: int) -> str:
        cut = self.cut(row, column)
        pixels = self.padded[cut][self.real[cut]]
        listed, result = [written(pixel) for pixel in pixels], self.output[row, column]
        beyond = self.real[cut].size - pixels.size
        padding = f" {beyond} cells of padding do not count." if beyond else ""
        if self.kind == "max":
            return f"the largest of {', '.join(listed)} is {written(result)}.{padding}"
        total = f"({' + '.join(listed)}) / {pixels.size}"
        return f"the mean of the window, {total} {equals(result, pixels)}.{padding}"


def window_sizes(
    image: tuple[int, ...],
    window: tuple[int, int],
    strides: int,
    padding: str,
    letter: str,
    output_size: Callable[..., int],
) -> dict[str, str]:
    """The size formula of a window that moves over an image."""
    lines = {}
    for axis, n, k in zip(("height", "width"), image, window, strict=True):
        size = output_size(n, k, strides, padding)
        if padding == "same":
            lines[axis] = "⌈n / s⌉", f"⌈{n} / {strides}⌉", size
        else:
            rule = f"⌊(n − {letter}) / s⌋ + 1"
            lines[axis] = rule, f"⌊({n} − {k}) / {strides}⌋ + 1", size
    return size_formulas(lines)
