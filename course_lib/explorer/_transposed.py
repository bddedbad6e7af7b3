"""The transposed convolution step by step, in its four views."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from course_lib import shapes
from course_lib.convolution import conv2d
from course_lib.explorer._scene import (
    GAP,
    PENDING,
    Layer,
    Panel,
    PixelByPixel,
    Walk,
    call,
    filled,
    size_formulas,
    sum_of_products,
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
from course_lib.transposed_geometry import checked_axes
from course_lib.validation import Array


def batch(image: npt.ArrayLike) -> Array:
    """One image as a batch of float64, of shape (1, height, width, 1)."""
    return np.asarray(image, float)[None, :, :, None]


def weights(kernel: npt.ArrayLike) -> Array:
    """A kernel as float64, of shape (kernel height, kernel width, 1, 1)."""
    return np.asarray(kernel, float)[:, :, None, None]


class _Transposed:
    """The layer with its numbers: what all four views need."""

    def __init__(
        self,
        image: npt.ArrayLike,
        kernel: npt.ArrayLike,
        strides: int,
        padding: str,
        output_padding: int | None,
    ) -> None:
        self.image = np.asarray(image, float)
        self.kernel = np.asarray(kernel, float)
        self.strides = strides
        self.arguments = (strides, padding, output_padding)
        x, kernel4 = batch(image), weights(kernel)
        _, _, self.axes = checked_axes(x, kernel4, *self.arguments, 1)
        self.output = conv2d_transpose(x, kernel4, *self.arguments)[0, :, :, 0]
        self.layer = _layer(self.image.shape, self.kernel.shape, *self.arguments)

    def panel(self, title: str, operator: str = "") -> Panel:
        """The image."""
        return Panel(title, self.image, filled(self.image, "input"), operator)


class Stamps(_Transposed, Walk):
    """First view: one input pixel stamps in each step."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        rows, columns = self.axes
        self.kept = (
            rows.padding[0],
            columns.padding[0],
            rows.output,
            columns.output,
        )
        # All that is stamped, with the empty cells that the layer adds at the end.
        beyond = [axis.canvas - (axis.spread + axis.extent - 1) for axis in self.axes]
        self._beyond = beyond[0], beyond[1]
        self.key = self._key()

    @property
    def last(self) -> int:
        return self.image.size

    def _done(self, step: int) -> npt.NDArray[np.bool_]:
        return (np.arange(self.image.size) < step).reshape(self.image.shape)

    def canvas(self, step: int) -> Array:
        """The sum of the stamps so far, before anything is cut off."""
        return self._stamped(np.where(self._done(step), self.image, 0), self.kernel)

    def counts(self, step: int) -> Array:
        """How many stamps each cell of the canvas has got."""
        return self._stamped(self._done(step), np.ones_like(self.kernel))

    def _stamped(self, image: npt.ArrayLike, kernel: Array) -> Array:
        result = conv2d_transpose(
            batch(image), weights(kernel), self.strides, "valid", self._beyond
        )
        return result[0, :, :, 0]

    def _outside(self) -> npt.NDArray[np.bool_]:
        row, column, height, width = self.kept
        outside = np.ones([axis.canvas for axis in self.axes], bool)
        outside[row : row + height, column : column + width] = False
        return outside

    def panels(self, step: int) -> tuple[Panel, ...]:
        counts, outside = self.counts(step), self._outside()
        roles = np.where(counts > 1, "overlap", np.where(counts > 0, "output", "zero"))
        roles = np.where(outside, "cropped", roles)
        pixel: tuple[Any, ...] = ()
        footprint: tuple[Any, ...] = ()
        stamp = np.full(self.kernel.shape, np.nan)
        title = "pixel × kernel"
        if step:
            row, column = divmod(step - 1, self.image.shape[1])
            pixel = ((row, column, 1, 1),)
            footprint = ((row * self.strides, column * self.strides, *stamp.shape),)
            stamp = self.image[row, column] * self.kernel
            title = f"{written(self.image[row, column])} × kernel"
        return (
            Panel("input", self.image, filled(self.image, "input"), outlines=pixel),
            Panel("kernel", self.kernel, filled(self.kernel, "kernel"), "×"),
            Panel(title, stamp, filled(stamp, "output" if step else PENDING), "="),
            Panel(
                "sum of the stamps",
                self.canvas(step),
                roles,
                "→",
                footprint,
                self.kept if outside.any() else None,
            ),
        )

    def words(self, step: int) -> str:
        rows, columns = self.axes
        if step == 0:
            return (
                f"No stamp yet: {rows.canvas} × {columns.canvas} cells, all 0. Where "
                "will the first stamp fall?"
            )
        row, column = divmod(step - 1, self.image.shape[1])
        top, left = row * self.strides, column * self.strides
        height, width = self.kernel.shape
        before = self.counts(step - 1)[top : top + height, left : left + width]
        met = int(np.count_nonzero(before))
        value = written(self.image[row, column])
        told = (
            f"Stamp {step} of {self.last}: the pixel {value} at [{row}, {column}] "
            f"stamps {value} × kernel, with its first cell at [{top}, {left}]. "
        )
        if met:
            cells = "cell was" if met == 1 else "cells were"
            told += f"{met} {cells} stamped before: there the numbers add up. "
        if step == self.last:
            told += self._ending()
        return told.strip()

    def _ending(self) -> str:
        rows, columns = self.axes
        size = f"{rows.output} × {columns.output}"
        if self._outside().any():
            return f"The hatched cells are cut off, and {size} remain."
        return f"The output has {size} pixels."

    def _key(self) -> Mapping[str, str]:
        counts = self.counts(self.last)
        key = {"footprint": "this stamp", "output": "stamped once"}
        if counts.max() > 1:
            key["overlap"] = "stamps overlap: added"
        if (counts[~self._outside()] == 0).any() or self.last > 1:
            key["zero"] = "no stamp: 0"
        if self._outside().any():
            key["cropped"] = "cut off"
        return key


class ZerosInserted(_Transposed, PixelByPixel):
    """Second view: zeros between the pixels, then the flipped kernel slides."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.output = conv2d_transpose_by_zero_insertion(
            batch(self.image), weights(self.kernel), *self.arguments
        )[0, :, :, 0]
        self.spread = self._spread(self.image)
        self.real = self._spread(np.ones_like(self.image)) > 0
        self.flipped = self.kernel[::-1, ::-1]
        self.key = {
            "footprint": "this window",
            "input": "pixel of the input",
            "zero": "inserted zero",
            "kernel": "flipped kernel",
            "output": "output",
        }

    def _spread(self, image: Array) -> Array:
        spread = insert_zeros(batch(image), self.strides)[0, :, :, 0]
        return np.pad(spread, [axis.border for axis in self.axes])

    def panels(self, step: int) -> tuple[Panel, ...]:
        place = self.place(step)
        window = () if place is None else ((*place, *self.kernel.shape),)
        return (
            Panel(
                "zeros inserted",
                self.spread,
                np.where(self.real, "input", "zero"),
                outlines=window,
            ),
            Panel("flipped kernel", self.flipped, filled(self.kernel, "kernel"), "∗"),
            self.so_far(step),
        )

    def reason(self, row: int, column: int) -> str:
        height, width = self.kernel.shape
        window = np.s_[row : row + height, column : column + width]
        real = self.real[window]
        if not real.any():
            return "the window holds zeros only, so the sum is 0."
        total = self.output[row, column]
        products = sum_of_products(self.spread[window][real], self.flipped[real], total)
        return f"the window meets the flipped kernel, {products}."


class MatrixTransposed(_Transposed, PixelByPixel):
    """Third view: the matrix of the forward convolution, read downwards."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.output = conv2d_transpose_by_matrix(
            batch(self.image), weights(self.kernel), *self.arguments
        )[0, :, :, 0]
        shape, (strides, padding, _) = self.output.shape, self.arguments
        self.matrix = convolution_matrix(self.kernel, shape, strides, padding)
        ones = np.ones_like(self.kernel)
        self.linked = convolution_matrix(ones, shape, strides, padding) > 0
        self.key = {
            "footprint": "this column",
            "input": "input, as a column",
            "kernel": "weight",
            "zero": "not connected: 0",
            "output": "output, as a row",
        }

    def panels(self, step: int) -> tuple[Panel, ...]:
        rows, columns = self.matrix.shape
        values = np.full((rows + 2, columns + 2), np.nan)
        roles = filled(values, GAP)
        values[:rows, 0], roles[:rows, 0] = self.image.ravel(), "input"
        values[:rows, 2:] = self.matrix
        roles[:rows, 2:] = np.where(self.linked, "kernel", "zero")
        output = self.so_far(step)
        values[-1, 2:], roles[-1, 2:] = output.values.ravel(), output.roles.ravel()
        outlines: tuple[Any, ...] = ()
        if step:
            outlines = (
                (0, 0, rows, 1),
                (0, step + 1, rows, 1),
                (rows + 1, step + 1, 1, 1),
            )
        title = (
            "the convolution's matrix, with the input beside it and the output below"
        )
        return (Panel(title, values, roles, outlines=outlines),)

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


class Gradient(_Transposed, PixelByPixel):
    """Fourth view: how a strided convolution's result answers to each pixel."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.output = conv2d_transpose_by_gradient(
            batch(self.image), weights(self.kernel), *self.arguments
        )[0, :, :, 0]
        self.key = {
            "footprint": "this pixel",
            "kernel": "how the small image answers",
            "input": "gradient that arrives",
            "output": "gradient that leaves",
        }

    def _answer(self, place: tuple[int, int]) -> tuple[Array, Array]:
        unit = np.zeros_like(self.output)
        unit[place] = 1
        strides, padding, _ = self.arguments
        answer = conv2d(batch(unit), weights(self.kernel), strides, padding)
        return unit, answer[0, :, :, 0]

    def panels(self, step: int) -> tuple[Panel, ...]:
        place = self.place(step)
        unit, answer = np.zeros_like(self.output), np.full(self.image.shape, np.nan)
        roles = filled(unit, "zero")
        if place is not None:
            unit, answer = self._answer(place)
            roles[place] = "output"
        outlines = () if place is None else ((*place, 1, 1),)
        filling = PENDING if place is None else "kernel"
        return (
            Panel("one pixel is 1", unit, roles, outlines=outlines),
            Panel(
                f"convolved, stride {self.strides}",
                answer,
                filled(answer, filling),
                "→",
            ),
            self.panel("arriving gradient", "×"),
            self.so_far(step, "gradient so far"),
        )

    def reason(self, row: int, column: int) -> str:
        _, answer = self._answer((row, column))
        if not answer.any():
            return "no window of the convolution sees this pixel, so its gradient is 0."
        touched = answer != 0
        products = sum_of_products(
            answer[touched], self.image[touched], self.output[row, column]
        )
        return (
            "were it 1 larger, the convolution's result would grow by the numbers "
            f"shown. Weighed with the gradient that arrives, {products}."
        )


VIEWS: Mapping[str, Callable[..., Walk]] = {
    "stamp": Stamps,
    "insert zeros": ZerosInserted,
    "matrix": MatrixTransposed,
    "gradient": Gradient,
}


def _layer(
    image: tuple[int, ...],
    kernel: tuple[int, ...],
    strides: int,
    padding: str,
    output_padding: int | None,
) -> Layer:
    sizes = {
        axis: _size(n, k, strides, padding, output_padding)
        for axis, n, k in zip(("height", "width"), image, kernel, strict=True)
    }
    kernel_size = kernel[0] if kernel[0] == kernel[1] else kernel
    return Layer(
        "Transposed convolution",
        size_formulas(sizes),
        call(
            "keras.layers.Conv2DTranspose",
            1,
            kernel_size=kernel_size,
            strides=strides,
            padding=padding,
            output_padding=output_padding,
        ),
        pytorch_conv_transpose(kernel, strides, padding, output_padding).code(1, 1),
    )


def _size(
    n: int, k: int, s: int, padding: str, extra: int | None
) -> tuple[str, str, int]:
    size = shapes.conv_transpose_output_size(n, k, s, padding, extra)
    if extra is None and padding == "same":
        return "n · s", f"{n} · {s}", size
    if extra is None:
        return "(n − 1) · s + max(k, s)", f"({n} − 1) · {s} + max({k}, {s})", size
    if padding == "same":
        rule = "(n − 1) · s + (k mod 2) + output_padding"
        return rule, f"({n} − 1) · {s} + {k % 2} + {extra}", size
    rule = "(n − 1) · s + k + output_padding"
    return rule, f"({n} − 1) · {s} + {k} + {extra}", size
