"""The four views of a transposed convolution."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from course_lib import transposed_convolution as transposed
from course_lib._transposed_geometry import axes
from course_lib._validation import Array
from course_lib.explorer._scene import (
    GAP,
    PENDING,
    Panel,
    Panels,
    Walk,
    keras_line,
    single,
    size_formulas,
    sum_of_products,
    written,
)
from course_lib.pytorch import pytorch_conv_transpose


class Transposed(Walk):
    """What all four views need; in three of them a pixel is the sum of one column."""

    name = "Transposed convolution"
    phrase: str
    """How the view weighs the input."""
    empty: str
    """What it says where no weight meets the pixel."""
    weights_first = False
    """Whether the weights stand before the pixels that they meet."""

    def __init__(
        self,
        image: Array,
        kernel: Array,
        strides: int,
        padding: str,
        output_padding: int | None,
    ) -> None:
        arguments, shape = (strides, padding, output_padding), kernel.shape
        output = single(transposed.conv2d_transpose, image, kernel, *arguments)
        self.image, self.kernel, self.output = image, kernel, output
        self.grid, self.strides = output, strides
        self.axes = axes(image.shape, shape, *arguments, 1)
        # Of the convolution that this layer turns round, and where it has weights,
        # be they 0
        forward = output.shape, strides, padding
        self.matrix = transposed.convolution_matrix(kernel, *forward)
        self.linked = transposed.convolution_matrix(np.ones(shape), *forward) > 0
        rule = "n · s" if padding == "same" else "(n − 1) · s + max(k, s)"
        if output_padding is not None:
            size = "(k mod 2)" if padding == "same" else "k"
            rule = f"(n − 1) · s + {size} + output_padding"
        letters = {
            "output_padding": (output_padding, output_padding),
            "(k mod 2)": (shape[0] % 2, shape[1] % 2),
            "n": image.shape,
            "k": shape,
            "s": (strides, strides),
        }
        self.sizes = size_formulas(rule, output, letters)
        self.keras = keras_line(
            "Conv2DTranspose",
            kernel,
            strides=strides,
            padding=padding,
            output_padding=output_padding,
        )
        self.pytorch = pytorch_conv_transpose(shape, *arguments).code(1, 1)

    def reason(self, step: int) -> str:
        pixel = step - 1
        met = self.linked[:, pixel]
        if not met.any():
            return self.empty.format(pixel)
        ones, others = self.image.ravel()[met], self.matrix[met, pixel]
        if self.weights_first:
            ones, others = others, ones
        products = sum_of_products(ones, others, self.output[self.place(step)])
        return f"{self.phrase.format(pixel)}, {products}."


class Stamps(Transposed):
    """First view: one input pixel stamps the kernel in each step."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.grid = self.image
        self.cut = np.ones([axis.canvas for axis in self.axes], bool)
        self.cut[self.axes[0].kept, self.axes[1].kept] = False
        overlaps = self.counts(self.last).max() > 1
        self.key = {
            "footprint": "this stamp",
            "output": "stamped once",
            **({"overlap": "stamps overlap: added"} if overlaps else {}),
            "zero": "no stamp: 0",
            **({"cropped": "cut off"} if self.cut.any() else {}),
        }

    def stamped(self, image: Array, kernel: Array, step: int) -> Array:
        """The sum of the stamps so far, before anything is cut off."""
        done = np.where(np.arange(image.size).reshape(image.shape) < step, image, 0)
        # With the empty cells that the layer adds at the end
        beyond = [axis.canvas - (axis.spread + axis.extent - 1) for axis in self.axes]
        arguments = self.strides, "valid", beyond
        return single(transposed.conv2d_transpose, done, kernel, *arguments)

    def counts(self, step: int) -> Array:
        """How often each cell is stamped."""
        return self.stamped(np.ones_like(self.image), np.ones_like(self.kernel), step)

    def panels(self, step: int) -> Panels:
        counts, kernel = self.counts(step), self.kernel
        roles = np.where(counts > 1, "overlap", np.where(counts > 0, "output", "zero"))
        pixel = self.image[self.place(step)] if step else np.nan
        title = f"{written(pixel) if step else 'pixel'} × kernel"
        return (
            Panel("input", self.image, "input", outlines=self.window(step)),
            Panel("kernel", kernel, "kernel", "×"),
            Panel(title, pixel * kernel, "output" if step else PENDING, "="),
            Panel(
                "sum of the stamps",
                self.stamped(self.image, kernel, step),
                np.where(self.cut, "cropped", roles),
                "→",
                self.window(step, kernel.shape, self.strides),
            ),
        )

    def words(self, step: int) -> str:
        if step == 0:
            size = "{} × {} cells".format(*self.cut.shape)
            return f"No stamp yet: {size}, all 0. Where will the first stamp fall?"
        row, column = self.place(step)
        value = written(self.image[row, column])
        told = (
            f"Stamp {step} of {self.last}: the pixel {value} at [{row}, {column}] "
            f"stamps {value} × kernel, with its first cell at "
            f"[{row * self.strides}, {column * self.strides}]."
        )
        before, after = self.counts(step - 1), self.counts(step)
        if met := np.count_nonzero((before > 0) & (before < after)):
            cells = "cell was" if met == 1 else "cells were"
            told += f" {met} {cells} stamped before: there the numbers add up."
        if step < self.last:
            return told
        size = "{} × {}".format(*self.output.shape)
        if self.cut.any():
            return f"{told} The hatched cells are cut off, and {size} remain."
        return f"{told} The output has {size} pixels."


class ZerosInserted(Transposed):
    """Second view: zeros between the pixels, then the flipped kernel slides."""

    phrase = "the window meets the flipped kernel"
    empty = "the window holds zeros only, so the sum is 0."
    key: Mapping[str, str] = {
        "footprint": "this window",
        "input": "pixel of the input",
        "zero": "inserted zero",
        "kernel": "flipped kernel",
        "output": "output",
    }

    def spread(self, image: Array) -> Array:
        zeros_between = single(transposed.insert_zeros, image, self.strides)
        return np.pad(zeros_between, [axis.border for axis in self.axes])

    def panels(self, step: int) -> Panels:
        roles = np.where(self.spread(np.ones_like(self.image)), "input", "zero")
        here = self.window(step, self.kernel.shape)
        return (
            Panel("zeros inserted", self.spread(self.image), roles, outlines=here),
            Panel("flipped kernel", self.kernel[::-1, ::-1], "kernel", "∗"),
            self.so_far(step),
        )


class MatrixTransposed(Transposed):
    """Third view: the matrix of the forward convolution, read downwards."""

    phrase = "the input times column {} of the matrix"
    empty = "column {} of the matrix is empty, so the sum is 0."
    key: Mapping[str, str] = {
        "footprint": "this column",
        "input": "input, as a column",
        "kernel": "weight",
        "zero": "not connected: 0",
        "output": "output, as a row",
    }

    def panels(self, step: int) -> Panels:
        rows, columns = self.matrix.shape
        values = np.full((rows + 2, columns + 2), np.nan)
        roles = np.full(values.shape, GAP, object)
        values[:rows, 0], roles[:rows, 0] = self.image.ravel(), "input"
        values[:rows, 2:] = self.matrix
        roles[:rows, 2:] = np.where(self.linked, "kernel", "zero")
        below = self.so_far(step)
        values[-1, 2:], roles[-1, 2:] = below.values.ravel(), below.roles.ravel()
        column = step + 1
        outlines = (0, 0, rows, 1), (0, column, rows, 1), (rows + 1, column, 1, 1)
        title = (
            "the convolution's matrix, with the input beside it and the output below"
        )
        return (Panel(title, values, roles, outlines=outlines if step else ()),)


class Gradient(Transposed):
    """Fourth view: how a strided convolution's result answers to each pixel."""

    phrase = (
        "were it 1 larger, the convolution's result would grow by the numbers shown. "
        "Weighed with the gradient that arrives"
    )
    empty = "no window of the convolution sees this pixel, so its gradient is 0."
    weights_first = True
    key: Mapping[str, str] = {
        "footprint": "this pixel",
        "kernel": "how the small image answers",
        "input": "gradient that arrives",
        "output": "gradient that leaves",
    }

    def panels(self, step: int) -> Panels:
        unit, answer = np.zeros_like(self.output), np.full(self.image.shape, np.nan)
        if step:
            unit[self.place(step)] = 1
            answer = self.matrix[:, step - 1].reshape(self.image.shape)
        roles, role = np.where(unit, "output", "zero"), "kernel" if step else PENDING
        return (
            Panel("one pixel is 1", unit, roles, outlines=self.window(step)),
            Panel(f"convolved, stride {self.strides}", answer, role, "→"),
            Panel("arriving gradient", self.image, "input", "×"),
            self.so_far(step, "gradient so far"),
        )


VIEWS: Mapping[str, type[Transposed]] = {
    "stamp": Stamps,
    "insert zeros": ZerosInserted,
    "matrix": MatrixTransposed,
    "gradient": Gradient,
}
