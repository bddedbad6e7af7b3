"""The four views of a transposed convolution."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from course_lib import shapes
from course_lib import transposed_convolution as transposed
from course_lib._transposed_geometry import Axis, checked_axes
from course_lib._validation import Array
from course_lib.convolution import conv2d
from course_lib.explorer._scene import (
    GAP,
    PENDING,
    Layer,
    Panel,
    Panels,
    Walk,
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
from course_lib.pytorch import pytorch_conv_transpose


@dataclass(frozen=True)
class _Given:
    """The layer with its numbers: what all four views need."""

    image: Array
    kernel: Array
    arguments: tuple[int, str, int | None]
    """Strides, padding and output_padding."""
    axes: tuple[Axis, Axis]
    layer: Layer
    matrix: Array
    """Of the convolution that this layer turns round, from output to image."""
    linked: npt.NDArray[np.bool_]
    """Where the matrix has a weight, be it 0."""
    output: Array
    """As the view's own reference computes it."""

    def walk(
        self,
        key: Mapping[str, str],
        panels: Callable[[int], Panels],
        empty: str,
        told: str,
        *,
        weight_first: bool = False,
    ) -> Walk:
        """A view pixel by pixel; in all of them a pixel is the sum of one column."""

        def reason(row: int, column: int) -> str:
            pixel = row * self.output.shape[1] + column
            met = self.linked[:, pixel]
            if not met.any():
                return empty.format(pixel)
            factors = self.image.ravel()[met], self.matrix[met, pixel]
            ones, others = reversed(factors) if weight_first else factors
            products = sum_of_products(ones, others, self.output[row, column])
            return f"{told.format(pixel)}, {products}."

        return pixel_by_pixel(self.layer, self.output, key, panels, reason)


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
    image, kernel, (strides, *_) = given.image, given.kernel, given.arguments
    output, last, axes = given.output, image.size, given.axes
    # With the empty cells that the layer adds at the end.
    beyond = tuple(axis.canvas - (axis.spread + axis.extent - 1) for axis in axes)
    cut = np.ones([axis.canvas for axis in axes], bool)
    cut[axes[0].kept, axes[1].kept] = False
    kept = (axes[0].padding[0], axes[1].padding[0], *output.shape)

    def stamped(image: Array, kernel: Array, step: int) -> Array:
        """The sum of the stamps so far, before anything is cut off."""
        done = np.where(np.arange(last).reshape(image.shape) < step, image, 0)
        return single(
            transposed.conv2d_transpose, done, kernel, strides, "valid", beyond
        )

    count = partial(stamped, np.ones_like(image), np.ones_like(kernel))

    def panels(step: int) -> Panels:
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
            size = "{} × {} cells".format(*cut.shape)
            return f"No stamp yet: {size}, all 0. Where will the first stamp fall?"
        row, column = place(image, step)
        value = written(image[row, column])
        told = (
            f"Stamp {step} of {last}: the pixel {value} at [{row}, {column}] stamps "
            f"{value} × kernel, with its first cell at "
            f"[{row * strides}, {column * strides}]."
        )
        before, after = count(step - 1), count(step)
        if met := np.count_nonzero((before > 0) & (before < after)):
            cells = "cell was" if met == 1 else "cells were"
            told += f" {met} {cells} stamped before: there the numbers add up."
        if step < last:
            return told
        size = "{} × {}".format(*output.shape)
        if cut.any():
            return f"{told} The hatched cells are cut off, and {size} remain."
        return f"{told} The output has {size} pixels."

    key = {
        "footprint": "this stamp",
        "output": "stamped once",
        **({"overlap": "stamps overlap: added"} if count(last).max() > 1 else {}),
        "zero": "no stamp: 0",
        **({"cropped": "cut off"} if cut.any() else {}),
    }
    return Walk(given.layer, output, key, last, panels, words)


def _zeros_inserted(given: _Given) -> Walk:
    """Second view: zeros between the pixels, then the flipped kernel slides."""
    output, flipped = given.output, given.kernel[::-1, ::-1]

    def spread(image: Array) -> Array:
        zeros_between = single(transposed.insert_zeros, image, given.arguments[0])
        return np.pad(zeros_between, [axis.border for axis in given.axes])

    pixels = spread(given.image)
    roles = np.where(spread(np.ones_like(given.image)), "input", "zero")

    def panels(step: int) -> Panels:
        here = window(output, step, flipped.shape)
        return (
            Panel("zeros inserted", pixels, roles, outlines=here),
            Panel("flipped kernel", flipped, "kernel", "∗"),
            so_far(output, step),
        )

    key = {
        "footprint": "this window",
        "input": "pixel of the input",
        "zero": "inserted zero",
        "kernel": "flipped kernel",
        "output": "output",
    }
    empty = "the window holds zeros only, so the sum is 0."
    told = "the window meets the flipped kernel"
    return given.walk(key, panels, empty, told)


def _matrix_transposed(given: _Given) -> Walk:
    """Third view: the matrix of the forward convolution, read downwards."""
    rows, columns = given.matrix.shape
    links = np.where(given.linked, "kernel", "zero")

    def panels(step: int) -> Panels:
        values = np.full((rows + 2, columns + 2), np.nan)
        roles = np.full(values.shape, GAP, object)
        values[:rows, 0], roles[:rows, 0] = given.image.ravel(), "input"
        values[:rows, 2:], roles[:rows, 2:] = given.matrix, links
        below = so_far(given.output, step)
        values[-1, 2:], roles[-1, 2:] = below.values.ravel(), below.roles.ravel()
        column = step + 1
        outlines = (0, 0, rows, 1), (0, column, rows, 1), (rows + 1, column, 1, 1)
        return (Panel(title, values, roles, outlines=outlines if step else ()),)

    title = "the convolution's matrix, with the input beside it and the output below"

    key = {
        "footprint": "this column",
        "input": "input, as a column",
        "kernel": "weight",
        "zero": "not connected: 0",
        "output": "output, as a row",
    }
    empty = "column {} of the matrix is empty, so the sum is 0."
    told = "the input times column {} of the matrix"
    return given.walk(key, panels, empty, told)


def _gradient(given: _Given) -> Walk:
    """Fourth view: how a strided convolution's result answers to each pixel."""
    output, (strides, padding, _) = given.output, given.arguments

    def panels(step: int) -> Panels:
        unit, answer = np.zeros_like(output), np.full(given.image.shape, np.nan)
        if step:
            unit[place(output, step)] = 1
            answer = single(conv2d, unit, given.kernel, strides, padding)
        roles, role = np.where(unit, "output", "zero"), "kernel" if step else PENDING
        return (
            Panel("one pixel is 1", unit, roles, outlines=window(output, step)),
            Panel(f"convolved, stride {strides}", answer, role, "→"),
            Panel("arriving gradient", given.image, "input", "×"),
            so_far(output, step, "gradient so far"),
        )

    key = {
        "footprint": "this pixel",
        "kernel": "how the small image answers",
        "input": "gradient that arrives",
        "output": "gradient that leaves",
    }
    empty = "no window of the convolution sees this pixel, so its gradient is 0."
    told = (
        "were it 1 larger, the convolution's result would grow by the numbers shown. "
        "Weighed with the gradient that arrives"
    )
    return given.walk(key, panels, empty, told, weight_first=True)


VIEWS: Mapping[str, tuple[Callable[[_Given], Walk], Callable[..., Array]]] = {
    "stamp": (_stamps, transposed.conv2d_transpose),
    "insert zeros": (_zeros_inserted, transposed.conv2d_transpose_by_zero_insertion),
    "matrix": (_matrix_transposed, transposed.conv2d_transpose_by_matrix),
    "gradient": (_gradient, transposed.conv2d_transpose_by_gradient),
}
"""Each view, and the reference that computes it that way."""


def transposed_convolution(
    image: Array,
    kernel: Array,
    strides: int,
    padding: str,
    output_padding: int | None,
    view: str,
) -> Walk:
    """A transposed convolution in one of its views."""
    walk, reference = VIEWS[view]
    arguments, shape = (strides, padding, output_padding), kernel.shape
    # Refuses what is no layer.
    batch, weights = image[None, :, :, None], kernel[:, :, None, None]
    axes = checked_axes(batch, weights, *arguments, 1)[2]
    more = "" if output_padding is None else f", output_padding={output_padding}"
    formula = partial(_size, s=strides, padding=padding, extra=output_padding)
    layer = Layer(
        "Transposed convolution",
        size_formulas(formula, image.shape, shape),
        keras_line("Conv2DTranspose", kernel, strides, padding, more),
        pytorch_conv_transpose(shape, *arguments).code(1, 1),
    )
    forward = [axis.output for axis in axes], strides, padding
    matrix = transposed.convolution_matrix(kernel, *forward)
    linked = transposed.convolution_matrix(np.ones(shape), *forward) > 0
    output = single(reference, image, kernel, *arguments)
    return walk(_Given(image, kernel, arguments, axes, layer, matrix, linked, output))
