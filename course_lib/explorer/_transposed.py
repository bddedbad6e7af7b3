"""The four views of a transposed convolution."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from course_lib import shapes
from course_lib._transposed_geometry import Axis, checked_axes
from course_lib._validation import Array
from course_lib.convolution import conv2d
from course_lib.explorer._scene import (
    GAP,
    PENDING,
    Layer,
    Panel,
    Walk,
    batch,
    keras_line,
    pixel_by_pixel,
    place,
    single,
    size_formulas,
    so_far,
    sum_of_products,
    weights,
    window,
    written,
)
from course_lib.pytorch import pytorch_conv_transpose
from course_lib.transposed_convolution import (
    conv2d_transpose,
    conv2d_transpose_by_gradient,
    conv2d_transpose_by_matrix,
    conv2d_transpose_by_zero_insertion,
    convolution_matrix,
    insert_zeros,
)


@dataclass(frozen=True)
class _Given:
    """The layer with its numbers: what all four views need."""

    image: Array
    kernel: Array
    strides: int
    padding: str
    output_padding: int | None

    @property
    def _arguments(self) -> tuple[Any, ...]:
        return self.strides, self.padding, self.output_padding

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """Where everything lies; refuses what is no layer."""
        inputs = batch(self.image), weights(self.kernel)
        strides, padding, output_padding = self._arguments
        return checked_axes(*inputs, strides, padding, output_padding, 1)[2]

    def compute(self, reference: Callable[..., Array]) -> Array:
        """The output, as one of the references computes it."""
        return single(reference, self.image, self.kernel, *self._arguments)

    @property
    def layer(self) -> Layer:
        """Its name, sizes and code."""
        s, padding, extra = self.strides, self.padding, self.output_padding
        more = "" if extra is None else f", output_padding={extra}"
        formula = partial(_size, s=s, padding=padding, extra=extra)
        return Layer(
            "Transposed convolution",
            size_formulas(formula, self.image.shape, self.kernel.shape),
            keras_line("Conv2DTranspose", self.kernel.shape, s, padding, more),
            pytorch_conv_transpose(self.kernel.shape, s, padding, extra).code(1, 1),
        )


def _size(
    n: int, k: int, s: int, padding: str, extra: int | None
) -> tuple[str, str, int]:
    size = shapes.conv_transpose_output_size(n, k, s, padding, extra)
    if extra is None and padding == "same":
        return "n · s", f"{n} · {s}", size
    if extra is None:
        return "(n − 1) · s + max(k, s)", f"({n} − 1) · {s} + max({k}, {s})", size
    letter, number = ("(k mod 2)", k % 2) if padding == "same" else ("k", k)
    rule = f"(n − 1) · s + {letter} + output_padding"
    return rule, f"({n} − 1) · {s} + {number} + {extra}", size


def _stamps(given: _Given) -> Walk:
    """First view: one input pixel stamps the kernel in each step."""
    image, kernel, strides = given.image, given.kernel, given.strides
    output, last, axes = given.compute(conv2d_transpose), image.size, given.axes
    # With the empty cells that the layer adds at the end.
    beyond = tuple(axis.canvas - (axis.spread + axis.extent - 1) for axis in axes)
    cut = np.ones([axis.canvas for axis in axes], bool)
    cut[axes[0].kept, axes[1].kept] = False
    kept = (axes[0].padding[0], axes[1].padding[0], *output.shape)

    def stamped(image: Array, kernel: Array, step: int) -> Array:
        """The sum of the stamps so far, before anything is cut off."""
        done = np.arange(last).reshape(image.shape) < step
        image = np.where(done, image, 0)
        return single(conv2d_transpose, image, kernel, strides, "valid", beyond)

    count = partial(stamped, np.ones_like(image), np.ones_like(kernel))

    def panels(step: int) -> tuple[Panel, ...]:
        counts = count(step)
        roles = np.where(counts > 1, "overlap", np.where(counts > 0, "output", "zero"))
        stamp, title = np.full(kernel.shape, np.nan), "pixel × kernel"
        if step:
            pixel = image[place(image, step)]
            stamp, title = pixel * kernel, f"{written(pixel)} × kernel"
        return (
            Panel("input", image, "input", outlines=window(image, step)),
            Panel("kernel", kernel, "kernel", "×"),
            Panel(title, stamp, "output" if step else PENDING, "="),
            Panel(
                "sum of the stamps",
                stamped(image, kernel, step),
                np.where(cut, "cropped", roles),
                "→",
                window(image, step, kernel.shape, strides),
                kept if cut.any() else None,
            ),
        )

    def words(step: int) -> str:
        if step == 0:
            height, width = cut.shape
            return (
                f"No stamp yet: {height} × {width} cells, all 0. Where will the first "
                "stamp fall?"
            )
        row, column = place(image, step)
        ((top, left, height, width),) = window(image, step, kernel.shape, strides)
        before = count(step - 1)[top : top + height, left : left + width]
        met = np.count_nonzero(before)
        value = written(image[row, column])
        told = (
            f"Stamp {step} of {last}: the pixel {value} at [{row}, {column}] stamps "
            f"{value} × kernel, with its first cell at [{top}, {left}]."
        )
        if met:
            cells = "cell was" if met == 1 else "cells were"
            told += f" {met} {cells} stamped before: there the numbers add up."
        size = f"{output.shape[0]} × {output.shape[1]}"
        if step == last and cut.any():
            told += f" The hatched cells are cut off, and {size} remain."
        elif step == last:
            told += f" The output has {size} pixels."
        return told

    key = {"footprint": "this stamp", "output": "stamped once"}
    if count(last).max() > 1:
        key["overlap"] = "stamps overlap: added"
    key["zero"] = "no stamp: 0"
    if cut.any():
        key["cropped"] = "cut off"
    return Walk(given.layer, output, key, last, panels, words)


def _zeros_inserted(given: _Given) -> Walk:
    """Second view: zeros between the pixels, then the flipped kernel slides."""
    output = given.compute(conv2d_transpose_by_zero_insertion)
    border, flipped = [axis.border for axis in given.axes], given.kernel[::-1, ::-1]

    def spread(image: Array) -> Array:
        return np.pad(insert_zeros(batch(image), given.strides)[0, :, :, 0], border)

    pixels, real = spread(given.image), spread(np.ones_like(given.image)) > 0

    def panels(step: int) -> tuple[Panel, ...]:
        roles = np.where(real, "input", "zero")
        here = window(output, step, flipped.shape)
        return (
            Panel("zeros inserted", pixels, roles, outlines=here),
            Panel("flipped kernel", flipped, "kernel", "∗"),
            so_far(output, step),
        )

    def reason(row: int, column: int) -> str:
        height, width = flipped.shape
        here = np.s_[row : row + height, column : column + width]
        met = real[here]
        if not met.any():
            return "the window holds zeros only, so the sum is 0."
        total = output[row, column]
        products = sum_of_products(pixels[here][met], flipped[met], total)
        return f"the window meets the flipped kernel, {products}."

    key = {
        "footprint": "this window",
        "input": "pixel of the input",
        "zero": "inserted zero",
        "kernel": "flipped kernel",
        "output": "output",
    }
    return pixel_by_pixel(given.layer, output, key, panels, reason)


def _matrix_transposed(given: _Given) -> Walk:
    """Third view: the matrix of the forward convolution, read downwards."""
    output = given.compute(conv2d_transpose_by_matrix)
    forward = output.shape, given.strides, given.padding
    matrix = convolution_matrix(given.kernel, *forward)
    linked = convolution_matrix(np.ones_like(given.kernel), *forward) > 0

    def panels(step: int) -> tuple[Panel, ...]:
        rows, columns = matrix.shape
        values = np.full((rows + 2, columns + 2), np.nan)
        roles = np.full(values.shape, GAP, object)
        values[:rows, 0], roles[:rows, 0] = given.image.ravel(), "input"
        values[:rows, 2:], roles[:rows, 2:] = matrix, np.where(linked, "kernel", "zero")
        below = so_far(output, step)
        values[-1, 2:], roles[-1, 2:] = below.values.ravel(), below.roles.ravel()
        column = step + 1
        outlines = (0, 0, rows, 1), (0, column, rows, 1), (rows + 1, column, 1, 1)
        title = (
            "the convolution's matrix, with the input beside it and the output below"
        )
        return (Panel(title, values, roles, outlines=outlines if step else ()),)

    def reason(row: int, column: int) -> str:
        pixel = row * output.shape[1] + column
        met = linked[:, pixel]
        if not met.any():
            return f"column {pixel} of the matrix is empty, so the sum is 0."
        products = sum_of_products(
            given.image.ravel()[met], matrix[met, pixel], output[row, column]
        )
        return f"the input times column {pixel} of the matrix, {products}."

    key = {
        "footprint": "this column",
        "input": "input, as a column",
        "kernel": "weight",
        "zero": "not connected: 0",
        "output": "output, as a row",
    }
    return pixel_by_pixel(given.layer, output, key, panels, reason)


def _gradient(given: _Given) -> Walk:
    """Fourth view: how a strided convolution's result answers to each pixel."""
    output = given.compute(conv2d_transpose_by_gradient)

    def answer(unit: Array, kernel: Array) -> Array:
        return single(conv2d, unit, kernel, given.strides, given.padding)

    def panels(step: int) -> tuple[Panel, ...]:
        unit, answered = np.zeros_like(output), np.full(given.image.shape, np.nan)
        if step:
            unit[place(output, step)] = 1
            answered = answer(unit, given.kernel)
        roles, role = (
            np.where(unit > 0, "output", "zero"),
            "kernel" if step else PENDING,
        )
        return (
            Panel("one pixel is 1", unit, roles, outlines=window(output, step)),
            Panel(f"convolved, stride {given.strides}", answered, role, "→"),
            Panel("arriving gradient", given.image, "input", "×"),
            so_far(output, step, "gradient so far"),
        )

    def reason(row: int, column: int) -> str:
        unit = np.zeros_like(output)
        unit[row, column] = 1
        # A window sees a pixel also where the weight on it is 0.
        seen = answer(unit, np.ones_like(given.kernel)) > 0
        if not seen.any():
            return "no window of the convolution sees this pixel, so its gradient is 0."
        answered = answer(unit, given.kernel)[seen]
        products = sum_of_products(answered, given.image[seen], output[row, column])
        return (
            "were it 1 larger, the convolution's result would grow by the numbers "
            f"shown. Weighed with the gradient that arrives, {products}."
        )

    key = {
        "footprint": "this pixel",
        "kernel": "how the small image answers",
        "input": "gradient that arrives",
        "output": "gradient that leaves",
    }
    return pixel_by_pixel(given.layer, output, key, panels, reason)


VIEWS: Mapping[str, Callable[[_Given], Walk]] = {
    "stamp": _stamps,
    "insert zeros": _zeros_inserted,
    "matrix": _matrix_transposed,
    "gradient": _gradient,
}


def transposed_convolution(
    image: Array,
    kernel: Array,
    strides: int,
    padding: str,
    output_padding: int | None,
    view: str,
) -> Walk:
    """A transposed convolution in one of its views."""
    return VIEWS[view](_Given(image, kernel, strides, padding, output_padding))
