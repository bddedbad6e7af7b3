"""Where everything lies in a transposed convolution, along each axis."""

from __future__ import annotations

from typing import NamedTuple

import numpy.typing as npt

from course_lib import shapes
from course_lib._arguments import output_paddings, steps_and_dilations
from course_lib._validation import Array, image_batch, kernel_for


class Axis(NamedTuple):
    """Where everything lies along one axis, in pixels."""

    n: int
    strides: int
    dilation: int
    extent: int
    output: int
    padding: tuple[int, int]

    def landing(self, weight: int) -> slice:
        """Canvas pixels on which the weight of every stamp lands."""
        first = weight * self.dilation
        return slice(first, first + self.spread, self.strides)

    @property
    def spread(self) -> int:
        """Size of the image with zeros inserted."""
        return (self.n - 1) * self.strides + 1

    @property
    def kept(self) -> slice:
        """Canvas pixels that survive the crop."""
        return slice(self.padding[0], self.padding[0] + self.output)

    @property
    def canvas(self) -> int:
        """Room for all stamps, and for all that is kept."""
        return max(self.spread + self.extent - 1, self.kept.stop)

    @property
    def border(self) -> tuple[int, int]:
        """Zeros around the spread image, so that windows give `output` pixels."""
        return self.extent - 1 - self.padding[0], self.kept.stop - self.spread


def checked_axes(
    x: npt.ArrayLike,
    kernel: npt.ArrayLike,
    strides: shapes.Size,
    padding: str,
    output_padding: shapes.Size | None,
    dilation_rate: shapes.Size,
) -> tuple[Array, Array, tuple[Axis, Axis]]:
    """Checks the arguments of a transposed convolution and lays out its axes."""
    images = image_batch(x)
    weights = kernel_for(images, kernel, transposed=True)
    steps, dilations = steps_and_dilations(strides, dilation_rate)
    sizes = images.shape[1:3], weights.shape[:2], steps, output_paddings(output_padding)
    rows, columns = (
        _axis(*axis, padding) for axis in zip(*sizes, dilations, strict=True)
    )
    return images, weights, (rows, columns)


def _axis(
    n: int, k: int, strides: int, extra: int | None, dilation: int, padding: str
) -> Axis:
    output = shapes.conv_transpose_output_size(n, k, strides, padding, extra, dilation)
    around = shapes.padding_amounts(output, k, strides, padding, dilation)
    return Axis(n, strides, dilation, (k - 1) * dilation + 1, output, around)
