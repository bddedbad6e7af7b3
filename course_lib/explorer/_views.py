"""The views of a transposed convolution in which one output pixel follows another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from course_lib._validation import Array
from course_lib.convolution import conv2d
from course_lib.explorer._scene import (
    GAP,
    PENDING,
    Panel,
    PixelByPixel,
    Walk,
    filled,
    sum_of_products,
)
from course_lib.explorer._stamps import Stamps
from course_lib.explorer._transposed import Transposed, batch, weights
from course_lib.transposed_convolution import (
    conv2d_transpose_by_gradient,
    conv2d_transpose_by_matrix,
    conv2d_transpose_by_zero_insertion,
    convolution_matrix,
    insert_zeros,
)


class ZerosInserted(Transposed, PixelByPixel):
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


class MatrixTransposed(Transposed, PixelByPixel):
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


class Gradient(Transposed, PixelByPixel):
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

    def _answer(self, place: tuple[int, int], kernel: Array) -> tuple[Array, Array]:
        unit = np.zeros_like(self.output)
        unit[place] = 1
        strides, padding, _ = self.arguments
        answer = conv2d(batch(unit), weights(kernel), strides, padding)
        return unit, answer[0, :, :, 0]

    def panels(self, step: int) -> tuple[Panel, ...]:
        place = self.place(step)
        unit, answer = np.zeros_like(self.output), np.full(self.image.shape, np.nan)
        roles = filled(unit, "zero")
        if place is not None:
            unit, answer = self._answer(place, self.kernel)
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
        _, answer = self._answer((row, column), self.kernel)
        # A window sees a pixel also where the weight on it is 0.
        seen = self._answer((row, column), np.ones_like(self.kernel))[1] > 0
        if not seen.any():
            return "no window of the convolution sees this pixel, so its gradient is 0."
        products = sum_of_products(
            answer[seen], self.image[seen], self.output[row, column]
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
