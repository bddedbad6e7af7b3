"""Upsampling step by step: where each output pixel comes from."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from course_lib._validation import Array
from course_lib.explorer._scene import (
    Layer,
    Panel,
    PixelByPixel,
    call,
    filled,
    size_formulas,
    sum_of_products,
    written,
)
from course_lib.upsampling import upsample2d


class Upsampling(PixelByPixel):
    """Each output pixel is a weighted sum of input pixels; the weights are fixed."""

    def __init__(
        self, image: npt.ArrayLike, size: tuple[int, int], interpolation: str
    ) -> None:
        self.image = np.asarray(image, float)
        self.size, self.interpolation = size, interpolation
        self.output = upsample2d(self.image[None, :, :, None], size, interpolation)[
            0, :, :, 0
        ]
        # The layer is linear: what it makes of one pixel are that pixel's weights.
        unit_images = np.eye(self.image.size).reshape(-1, *self.image.shape, 1)
        self._weights = upsample2d(unit_images, size, interpolation)[..., 0]
        self.key = {
            "footprint": "this pixel, and where it comes from",
            "input": "input",
            "kernel": "weight",
            "zero": "weight 0",
            "output": "output",
        }
        axes = {
            axis: (f"n · size[{number}]", f"{n} · {factor}", n * factor)
            for number, (axis, n, factor) in enumerate(
                zip(("height", "width"), self.image.shape, size, strict=True)
            )
        }
        self.layer = Layer(
            "Upsampling",
            size_formulas(axes),
            call(
                "keras.layers.UpSampling2D",
                size=size,
                interpolation=interpolation,
            ),
        )

    def weights(self, row: int, column: int) -> Array:
        """Weight of each input pixel, of the shape of the image."""
        return self._weights[:, row, column].reshape(self.image.shape)

    def panels(self, step: int) -> tuple[Panel, ...]:
        place = self.place(step)
        image = Panel("input", self.image, filled(self.image, "input"))
        weights = np.full(self.image.shape, np.nan)
        if place is None:
            nothing = Panel("weights", weights, filled(weights, "pending"), "×")
            return image, nothing, self.so_far(step)
        weights = self.weights(*place)
        rows, columns = (np.unique(found) for found in np.nonzero(weights))
        source = (
            int(rows[0]),
            int(columns[0]),
            int(np.ptp(rows)) + 1,
            int(np.ptp(columns)) + 1,
        )
        roles = np.where(weights > 0, "kernel", "zero")
        return (
            Panel("input", self.image, image.roles, outlines=(source,)),
            Panel("weights", weights, roles, "×", outlines=(source,)),
            self.so_far(step),
        )

    def reason(self, row: int, column: int) -> str:
        weights = self.weights(row, column)
        used = weights > 0
        if used.sum() == 1:
            source_row, source_column = (int(axis[0]) for axis in np.nonzero(used))
            return (
                f"it repeats the input pixel at [{source_row}, {source_column}], "
                f"{written(self.output[row, column])}."
            )
        products = sum_of_products(
            weights[used], self.image[used], self.output[row, column]
        )
        return f"the input pixels around it, weighed by their distance, {products}."
