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
    call,
    equals,
    kernel_size,
    size_formulas,
    sum_of_products,
    weights,
    written,
)
from course_lib.pooling import average_pool2d, max_pool2d
from course_lib.upsampling import upsample2d


class _Windows(Walk):
    """A window over an image with whatever padding adds around it.

    Attributes:
        filling: What the padding means.
    """

    filling: str

    def __init__(
        self,
        image: npt.ArrayLike,
        shape: tuple[int, ...],
        strides: int,
        padding: str,
        fill: float,
    ) -> None:
        self.image = np.asarray(image, float)
        self.shape, self.strides = shape, strides
        # What a layer refuses, the sizes refuse: with a message that says why.
        around = [
            shapes.padding_amounts(n, k, strides, padding)
            for n, k in zip(self.image.shape, shape, strict=True)
        ]
        self.padded = np.pad(self.image, around, constant_values=fill)
        self.real = np.pad(np.ones(self.image.shape, bool), around)

    @property
    def key(self) -> dict[str, str]:
        key = {"footprint": "this window", "input": "input"}
        return key if self.real.all() else key | {"zero": self.filling}

    def cut(self, row: int, column: int) -> tuple[Array, npt.NDArray[np.bool_]]:
        """The window of one output pixel, and which of its cells are no padding."""
        top, left = row * self.strides, column * self.strides
        window = np.s_[top : top + self.shape[0], left : left + self.shape[1]]
        return self.padded[window], self.real[window]

    def padded_input(self, step: int) -> Panel:
        """The input with its padding, and the window of this step."""
        roles = np.where(self.real, "input", "zero")
        window = self.window(step, self.shape, self.strides)
        return Panel("input", self.padded, roles, outlines=window)


class Convolution(_Windows):
    """A kernel slides over the image."""

    filling = "padding: 0"

    def __init__(
        self, image: npt.ArrayLike, kernel: npt.ArrayLike, strides: int, padding: str
    ) -> None:
        self.kernel = np.asarray(kernel, float)
        inputs = batch(image), weights(kernel)
        self.output = conv2d(*inputs, strides, padding)[0, :, :, 0]
        super().__init__(image, self.kernel.shape, strides, padding, 0)
        formula = partial(_size, shapes.conv_output_size, "k", strides, padding)
        self.layer = Layer(
            "Convolution",
            size_formulas(formula, self.image.shape, self.kernel.shape),
            call(
                "Conv2D",
                1,
                kernel_size=kernel_size(self.kernel),
                strides=strides,
                padding=padding,
            ),
        )

    @property
    def key(self) -> dict[str, str]:
        return super().key | {"kernel": "kernel", "output": "output"}

    def panels(self, step: int) -> tuple[Panel, ...]:
        kernel = Panel("kernel", self.kernel, "kernel", "∗")
        return self.padded_input(step), kernel, self.so_far(step)

    def reason(self, row: int, column: int) -> str:
        window, real = self.cut(row, column)
        products = sum_of_products(window, self.kernel, self.output[row, column])
        told = f"the window times the kernel, {products}."
        beyond = np.count_nonzero(~real)
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
        pool, fill, self.filling = {
            "max": (max_pool2d, -np.inf, "padding: −∞, never the largest"),
            "average": (average_pool2d, np.nan, "padding: not counted"),
        }[kind]
        self.output = pool(batch(image), pool_size, strides, padding)[0, :, :, 0]
        window, step = (pool_size, pool_size), strides or pool_size
        super().__init__(image, window, step, padding, fill)
        name = kind.capitalize()
        formula = partial(_size, shapes.pool_output_size, "p", step, padding)
        self.layer = Layer(
            f"{name} pooling",
            size_formulas(formula, self.image.shape, window),
            call(
                f"{name}Pooling2D",
                pool_size=pool_size,
                strides=strides,
                padding=padding,
            ),
        )

    @property
    def key(self) -> dict[str, str]:
        return super().key | {"output": "output"}

    def panels(self, step: int) -> tuple[Panel, ...]:
        return self.padded_input(step), self.so_far(step, operator="→")

    def reason(self, row: int, column: int) -> str:
        window, real = self.cut(row, column)
        pixels, result = window[real], self.output[row, column]
        listed = [written(pixel) for pixel in pixels]
        # Never one alone: a corner of a square is cut at both sides, or at none.
        beyond = real.size - pixels.size
        padding = f" {beyond} cells of padding do not count." if beyond else ""
        if self.kind == "max":
            return f"the largest of {', '.join(listed)} is {written(result)}.{padding}"
        total = f"({' + '.join(listed)}) / {pixels.size}"
        return f"the mean of the window, {total} {equals(result, pixels)}.{padding}"


def _size(
    output_size: Callable[..., int],
    letter: str,
    strides: int,
    padding: str,
    n: int,
    k: int,
) -> tuple[str, str, int]:
    size = output_size(n, k, strides, padding)
    if padding == "same":
        return "⌈n / s⌉", f"⌈{n} / {strides}⌉", size
    return f"⌊(n − {letter}) / s⌋ + 1", f"⌊({n} − {k}) / {strides}⌋ + 1", size


class Upsampling(Walk):
    """Each output pixel is a weighted sum of input pixels; the weights are fixed."""

    @property
    def key(self) -> dict[str, str]:
        return {
            "footprint": "this pixel, and where it comes from",
            "input": "input",
            "kernel": "weight",
            "zero": "weight 0",
            "output": "output",
        }

    def __init__(
        self, image: npt.ArrayLike, size: tuple[int, int], interpolation: str
    ) -> None:
        self.image = np.asarray(image, float)
        self.output = upsample2d(batch(image), size, interpolation)[0, :, :, 0]
        # The layer is linear: what it makes of one pixel are that pixel's weights.
        unit_images = np.eye(self.image.size).reshape(-1, *self.image.shape, 1)
        self._weights = upsample2d(unit_images, size, interpolation)[..., 0]
        self.layer = Layer(
            "Upsampling",
            size_formulas(
                lambda n, factor, axis: (
                    f"n · size[{axis}]",
                    f"{n} · {factor}",
                    n * factor,
                ),
                self.image.shape,
                size,
                (0, 1),
            ),
            call("UpSampling2D", size=size, interpolation=interpolation),
        )

    def weights(self, row: int, column: int) -> Array:
        """Weight of each input pixel, of the shape of the image."""
        return self._weights[:, row, column].reshape(self.image.shape)

    def panels(self, step: int) -> tuple[Panel, ...]:
        weights = np.full(self.image.shape, np.nan)
        roles: Any = PENDING
        source: tuple[Any, ...] = ()
        if step:
            weights = self.weights(*self.place(step))
            roles = np.where(weights > 0, "kernel", "zero")
            places = np.argwhere(weights)
            source = ((*places.min(0).tolist(), *(np.ptp(places, 0) + 1).tolist()),)
        return (
            Panel("input", self.image, "input", outlines=source),
            Panel("weights", weights, roles, "×", source),
            self.so_far(step),
        )

    def reason(self, row: int, column: int) -> str:
        weights, result = self.weights(row, column), self.output[row, column]
        used = weights > 0
        if used.sum() == 1:
            ((source_row, source_column),) = np.argwhere(used)
            place = f"[{source_row}, {source_column}]"
            return f"it repeats the input pixel at {place}, {written(result)}."
        products = sum_of_products(weights[used], self.image[used], result)
        return f"the input pixels around it, weighed by their distance, {products}."
