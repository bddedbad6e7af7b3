"""The four views of a transposed convolution."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from course_lib import shapes
from course_lib._transposed_geometry import checked_axes
from course_lib._validation import Array
from course_lib.convolution import conv2d
from course_lib.explorer._scene import (
    GAP,
    PENDING,
    Layer,
    Panel,
    Walk,
    batch,
    call,
    kernel_size,
    size_formulas,
    sum_of_products,
    weights,
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


class _Transposed(Walk):
    """The layer with its numbers: what all four views need.

    Attributes:
        compute: The reference that computes the output as the view shows it.
    """

    compute: Callable[..., Array]

    def __init__(
        self,
        image: npt.ArrayLike,
        kernel: npt.ArrayLike,
        strides: int,
        padding: str,
        output_padding: int | None,
    ) -> None:
        self.image, self.kernel = np.asarray(image, float), np.asarray(kernel, float)
        self.strides, self.padding = strides, padding
        arguments = strides, padding, output_padding
        inputs = batch(image), weights(kernel)
        _, _, self.axes = checked_axes(*inputs, strides, padding, output_padding, 1)
        self.output = type(self).compute(*inputs, *arguments)[0, :, :, 0]
        formula = partial(_size, s=strides, padding=padding, extra=output_padding)
        self.layer = Layer(
            "Transposed convolution",
            size_formulas(formula, self.image.shape, self.kernel.shape),
            call(
                "Conv2DTranspose",
                1,
                kernel_size=kernel_size(self.kernel),
                strides=strides,
                padding=padding,
                output_padding=output_padding,
            ),
            pytorch_conv_transpose(self.kernel.shape, *arguments).code(1, 1),
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


class _Stamps(_Transposed):
    """First view: one input pixel stamps the kernel in each step."""

    compute = staticmethod(conv2d_transpose)

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        rows, columns = self.axes
        self.kept = rows.padding[0], columns.padding[0], *self.output.shape
        self.cut = np.ones((rows.canvas, columns.canvas), bool)
        self.cut[rows.kept, columns.kept] = False

    @property
    def key(self) -> dict[str, str]:
        key = {"footprint": "this stamp", "output": "stamped once"}
        if self.counts(self.last).max() > 1:
            key["overlap"] = "stamps overlap: added"
        key["zero"] = "no stamp: 0"
        return key | ({"cropped": "cut off"} if self.cut.any() else {})

    @property
    def pixels(self) -> Array:
        return self.image

    def stamped(self, image: Array, kernel: Array, step: int) -> Array:
        """The sum of the stamps so far, before anything is cut off."""
        done = np.arange(self.last).reshape(image.shape) < step
        # With the empty cells that the layer adds at the end.
        beyond = [axis.canvas - (axis.spread + axis.extent - 1) for axis in self.axes]
        inputs = batch(np.where(done, image, 0)), weights(kernel)
        result = conv2d_transpose(*inputs, self.strides, "valid", tuple(beyond))
        return result[0, :, :, 0]

    def counts(self, step: int) -> Array:
        """How many stamps each cell has got."""
        return self.stamped(np.ones_like(self.image), np.ones_like(self.kernel), step)

    def panels(self, step: int) -> tuple[Panel, ...]:
        counts = self.counts(step)
        roles = np.where(counts > 1, "overlap", np.where(counts > 0, "output", "zero"))
        stamp, title = np.full(self.kernel.shape, np.nan), "pixel × kernel"
        if step:
            pixel = self.image[self.place(step)]
            stamp, title = pixel * self.kernel, f"{written(pixel)} × kernel"
        return (
            Panel("input", self.image, "input", outlines=self.window(step)),
            Panel("kernel", self.kernel, "kernel", "×"),
            Panel(title, stamp, "output" if step else PENDING, "="),
            Panel(
                "sum of the stamps",
                self.stamped(self.image, self.kernel, step),
                np.where(self.cut, "cropped", roles),
                "→",
                self.window(step, stamp.shape, self.strides),
                self.kept if self.cut.any() else None,
            ),
        )

    def words(self, step: int) -> str:
        if step == 0:
            height, width = self.cut.shape
            return (
                f"No stamp yet: {height} × {width} cells, all 0. Where will the first "
                "stamp fall?"
            )
        row, column = self.place(step)
        ((top, left, height, width),) = self.window(
            step, self.kernel.shape, self.strides
        )
        before = self.counts(step - 1)[top : top + height, left : left + width]
        met = int(np.count_nonzero(before))
        value = written(self.image[row, column])
        told = [
            f"Stamp {step} of {self.last}: the pixel {value} at [{row}, {column}] "
            f"stamps {value} × kernel, with its first cell at [{top}, {left}]."
        ]
        if met:
            cells = "cell was" if met == 1 else "cells were"
            told.append(f"{met} {cells} stamped before: there the numbers add up.")
        if step == self.last:
            size = "{} × {}".format(*self.output.shape)
            told.append(
                f"The hatched cells are cut off, and {size} remain."
                if self.cut.any()
                else f"The output has {size} pixels."
            )
        return " ".join(told)


class _ZerosInserted(_Transposed):
    """Second view: zeros between the pixels, then the flipped kernel slides."""

    compute = staticmethod(conv2d_transpose_by_zero_insertion)

    @property
    def key(self) -> dict[str, str]:
        return {
            "footprint": "this window",
            "input": "pixel of the input",
            "zero": "inserted zero",
            "kernel": "flipped kernel",
            "output": "output",
        }

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.spread = self._spread(self.image)
        self.real = self._spread(np.ones_like(self.image)) > 0
        self.flipped = self.kernel[::-1, ::-1]

    def _spread(self, image: Array) -> Array:
        spread = insert_zeros(batch(image), self.strides)[0, :, :, 0]
        return np.pad(spread, [axis.border for axis in self.axes])

    def panels(self, step: int) -> tuple[Panel, ...]:
        roles = np.where(self.real, "input", "zero")
        window = self.window(step, self.kernel.shape)
        return (
            Panel("zeros inserted", self.spread, roles, outlines=window),
            Panel("flipped kernel", self.flipped, "kernel", "∗"),
            self.so_far(step),
        )

    def reason(self, row: int, column: int) -> str:
        height, width = self.kernel.shape
        window = np.s_[row : row + height, column : column + width]
        real = self.real[window]
        if not real.any():
            return "the window holds zeros only, so the sum is 0."
        products = sum_of_products(
            self.spread[window][real], self.flipped[real], self.output[row, column]
        )
        return f"the window meets the flipped kernel, {products}."


class _MatrixTransposed(_Transposed):
    """Third view: the matrix of the forward convolution, read downwards."""

    compute = staticmethod(conv2d_transpose_by_matrix)

    @property
    def key(self) -> dict[str, str]:
        return {
            "footprint": "this column",
            "input": "input, as a column",
            "kernel": "weight",
            "zero": "not connected: 0",
            "output": "output, as a row",
        }

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        layer = self.output.shape, self.strides, self.padding
        self.matrix = convolution_matrix(self.kernel, *layer)
        self.linked = convolution_matrix(np.ones_like(self.kernel), *layer) > 0

    def panels(self, step: int) -> tuple[Panel, ...]:
        rows, columns = self.matrix.shape
        values = np.full((rows + 2, columns + 2), np.nan)
        roles = np.full(values.shape, GAP, object)
        values[:rows, 0], roles[:rows, 0] = self.image.ravel(), "input"
        values[:rows, 2:] = self.matrix
        roles[:rows, 2:] = np.where(self.linked, "kernel", "zero")
        output = self.so_far(step)
        values[-1, 2:], roles[-1, 2:] = output.values.ravel(), output.roles.ravel()
        column = step + 1
        outlines = (0, 0, rows, 1), (0, column, rows, 1), (rows + 1, column, 1, 1)
        title = (
            "the convolution's matrix, with the input beside it and the output below"
        )
        return (Panel(title, values, roles, outlines=outlines if step else ()),)

    def reason(self, row: int, column: int) -> str:
        pixel = row * self.output.shape[1] + column
        linked = self.linked[:, pixel]
        if not linked.any():
            return f"column {pixel} of the matrix is empty, so the sum is 0."
        products = sum_of_products(
            self.image.ravel()[linked],
            self.matrix[linked, pixel],
            self.output[row, column],
        )
        return f"the input times column {pixel} of the matrix, {products}."


class _Gradient(_Transposed):
    """Fourth view: how a strided convolution's result answers to each pixel."""

    compute = staticmethod(conv2d_transpose_by_gradient)

    @property
    def key(self) -> dict[str, str]:
        return {
            "footprint": "this pixel",
            "kernel": "how the small image answers",
            "input": "gradient that arrives",
            "output": "gradient that leaves",
        }

    def _answer(self, unit: Array, kernel: Array) -> Array:
        inputs = batch(unit), weights(kernel)
        return conv2d(*inputs, self.strides, self.padding)[0, :, :, 0]

    def panels(self, step: int) -> tuple[Panel, ...]:
        unit, answer = np.zeros_like(self.output), np.full(self.image.shape, np.nan)
        if step:
            unit[self.place(step)] = 1
            answer = self._answer(unit, self.kernel)
        return (
            Panel(
                "one pixel is 1",
                unit,
                np.where(unit > 0, "output", "zero"),
                outlines=self.window(step),
            ),
            Panel(
                f"convolved, stride {self.strides}",
                answer,
                "kernel" if step else PENDING,
                "→",
            ),
            Panel("arriving gradient", self.image, "input", "×"),
            self.so_far(step, "gradient so far"),
        )

    def reason(self, row: int, column: int) -> str:
        unit = np.zeros_like(self.output)
        unit[row, column] = 1
        # A window sees a pixel also where the weight on it is 0.
        seen = self._answer(unit, np.ones_like(self.kernel)) > 0
        if not seen.any():
            return "no window of the convolution sees this pixel, so its gradient is 0."
        products = sum_of_products(
            self._answer(unit, self.kernel)[seen],
            self.image[seen],
            self.output[row, column],
        )
        return (
            "were it 1 larger, the convolution's result would grow by the numbers "
            f"shown. Weighed with the gradient that arrives, {products}."
        )


VIEWS: Mapping[str, Callable[..., Walk]] = {
    "stamp": _Stamps,
    "insert zeros": _ZerosInserted,
    "matrix": _MatrixTransposed,
    "gradient": _Gradient,
}
