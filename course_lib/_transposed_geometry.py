"""Where everything lies in a transposed convolution, along each axis."""

from __future__ import annotations

from typing import NamedTuple

from course_lib import shapes
from course_lib._arguments import Pair, pair, steps_and_dilations


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


def axes(
    image_size: tuple[int, ...],
    kernel_size: tuple[int, ...],
    strides: shapes.Size,
    padding: str,
    output_padding: shapes.Size | None,
    dilation_rate: shapes.Size,
) -> tuple[Axis, Axis]:
    """Lays out rows and columns; the two sizes are checked already."""
    steps, dilations = steps_and_dilations(strides, dilation_rate)
    extras: Pair | tuple[None, None] = (None, None)
    if output_padding is not None:
        extras = pair(output_padding, "output_padding", minimum=0)
    laid_out = []
    sizes = zip(image_size, kernel_size, steps, extras, dilations, strict=True)
    for n, k, step, extra, d in sizes:
        output = shapes.conv_transpose_output_size(n, k, step, padding, extra, d)
        around = shapes.padding_amounts(output, k, step, padding, d)
        laid_out.append(Axis(n, step, d, (k - 1) * d + 1, output, around))
    rows, columns = laid_out
    return rows, columns
