"""The first view of a transposed convolution: every pixel stamps the kernel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from course_lib._validation import Array
from course_lib.explorer._scene import PENDING, Panel, Walk, filled, written
from course_lib.explorer._transposed import Transposed, batch, weights
from course_lib.transposed_convolution import conv2d_transpose


class Stamps(Transposed, Walk):
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
        key["zero"] = "no stamp: 0"
        if self._outside().any():
            key["cropped"] = "cut off"
        return key
