"""A transposed convolution with its numbers: what its four views have in common."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from course_lib import shapes
from course_lib._transposed_geometry import checked_axes
from course_lib._validation import Array
from course_lib.explorer._scene import Layer, Panel, call, filled, size_formulas
from course_lib.pytorch import pytorch_conv_transpose
from course_lib.transposed_convolution import conv2d_transpose


def batch(image: npt.ArrayLike) -> Array:
    """One image as a batch of float64, of shape (1, height, width, 1)."""
    return np.asarray(image, float)[None, :, :, None]


def weights(kernel: npt.ArrayLike) -> Array:
    """A kernel as float64, of shape (kernel height, kernel width, 1, 1)."""
    return np.asarray(kernel, float)[:, :, None, None]


class Transposed:
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
