"""How a transposed convolution of Keras is written in PyTorch.

Both stamp the same canvas. PyTorch's `padding` cuts it by the same number of pixels
at both ends, and `output_padding` adds pixels at the end. Keras' `same` may have to
cut one pixel more at the end than at the beginning; then PyTorch needs a crop.

Nothing here needs PyTorch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy.typing as npt

from course_lib import shapes
from course_lib._arguments import check_strides_and_dilation, pair
from course_lib._validation import Array, float_array


@dataclass(frozen=True)
class ConvTranspose2dArguments:
    """Arguments of `torch.nn.ConvTranspose2d`, and the crop that follows it.

    Each is a pair `(height, width)`. As text it is the PyTorch code, which leaves out
    what is PyTorch's default.

    Attributes:
        kernel_size: Size of the kernel in weights.
        stride: Distance between the stamps on the output in pixels.
        padding: Pixels that PyTorch cuts off at both ends.
        output_padding: Pixels that it then adds at the end.
        dilation: Distance between neighbouring weights in pixels.
        crop: Pixels still to be removed at the bottom and at the right, 0 or 1.
    """

    kernel_size: tuple[int, int]
    stride: tuple[int, int] = (1, 1)
    padding: tuple[int, int] = (0, 0)
    output_padding: tuple[int, int] = (0, 0)
    dilation: tuple[int, int] = (1, 1)
    crop: tuple[int, int] = (0, 0)

    @property
    def arguments(self) -> dict[str, tuple[int, int]]:
        """Keyword arguments of `torch.nn.ConvTranspose2d`, without the channels."""
        everything = dict(vars(self))
        del everything["crop"]
        return everything

    def code(self, in_channels: int | str, out_channels: int | str) -> str:
        """Returns two lines of PyTorch: one makes the `layer`, one calls it.

        Args:
            in_channels: Channels of `x`, a number or the name of a variable.
            out_channels: Channels of `y`, a number or the name of a variable.

        Returns:
            The code; images are `(batch, channels, height, width)`.
        """
        default = ConvTranspose2dArguments(self.kernel_size).arguments
        written = [str(in_channels), str(out_channels)]
        for name, (height, width) in self.arguments.items():
            if name == "kernel_size" or (height, width) != default[name]:
                value = height if height == width else (height, width)
                written.append(f"{name}={value}")
        bottom, right = (f":-{pixels}" if pixels else ":" for pixels in self.crop)
        crop = f"[:, :, {bottom}, {right}]" if any(self.crop) else ""
        return (
            f"layer = torch.nn.ConvTranspose2d({', '.join(written)})\n"
            f"y = layer(x){crop}"
        )

    def __str__(self) -> str:
        return self.code("in_channels", "out_channels")


def pytorch_conv_transpose(
    kernel_size: shapes.Size,
    strides: shapes.Size = 1,
    padding: str = "valid",
    output_padding: shapes.Size | None = None,
    dilation_rate: shapes.Size = 1,
) -> ConvTranspose2dArguments:
    """Translates the arguments of a Keras `Conv2DTranspose` into PyTorch's.

    The result holds for images of any size. Mind a popular line of PyTorch:
    `kernel_size=3, stride=2, padding=1, output_padding=1` gives as many pixels as
    Keras' `same`, but all of them one pixel further up and to the left.

    Args:
        kernel_size: This and the other arguments are those of Keras.
        strides: Distance between the stamps on the output in pixels, an int or
            `(height, width)`.
        padding: `"valid"` or `"same"`.
        output_padding: `None`, or which of the legal output sizes to pick; see
            `shapes.conv_transpose_output_size`.
        dilation_rate: Distance between neighbouring weights in pixels.

    Returns:
        PyTorch's arguments, and the crop where they cannot express the layer.

    Raises:
        TypeError: If a size is not a whole number.
        ValueError: If the arguments are not those of a Keras layer.

    Reference:
        `torch.nn.ConvTranspose2d`, `keras.layers.Conv2DTranspose`

    Example:
        >>> print(pytorch_conv_transpose(4, 2, "same").code(64, 32))
        layer = torch.nn.ConvTranspose2d(64, 32, kernel_size=4, stride=2, padding=1)
        y = layer(x)
        >>> print(pytorch_conv_transpose(3, 2, "same").code(64, 32))
        layer = torch.nn.ConvTranspose2d(64, 32, kernel_size=3, stride=2)
        y = layer(x)[:, :, :-1, :-1]
    """
    sizes = pair(kernel_size, "kernel_size")
    steps = pair(strides, "strides")
    dilations = pair(dilation_rate, "dilation_rate")
    check_strides_and_dilation(steps, dilations)
    extra = (
        (None, None)
        if output_padding is None
        else pair(output_padding, "output_padding", minimum=0)
    )
    rows, columns = (
        _one_axis(*axis, padding)
        for axis in zip(sizes, steps, extra, dilations, strict=True)
    )
    (top, extra_rows, bottom), (left, extra_columns, right) = rows, columns
    return ConvTranspose2dArguments(
        kernel_size=sizes,
        stride=steps,
        padding=(top, left),
        output_padding=(extra_rows, extra_columns),
        dilation=dilations,
        crop=(bottom, right),
    )


def pytorch_weight(kernel: npt.ArrayLike) -> Array:
    """Brings a kernel's axes into PyTorch's order; nothing is flipped.

    Args:
        kernel: Weights of a Keras `Conv2DTranspose`, of shape `(kernel height, kernel
            width, out, in)`, float32 or float64.

    Returns:
        Weights of shape `(in, out, kernel height, kernel width)` for
        `torch.nn.ConvTranspose2d`, with the dtype of `kernel`. The bias stays as it is.

    Raises:
        TypeError: If `kernel` does not hold floats.
        ValueError: If `kernel` is not a kernel.

    Reference:
        `torch.nn.ConvTranspose2d`

    Example:
        >>> import numpy as np
        >>> pytorch_weight(np.ones((3, 4, 32, 64))).shape
        (64, 32, 3, 4)
    """
    axes = ("kernel height", "kernel width", "out", "in")
    return float_array(kernel, "kernel", axes).transpose(3, 2, 0, 1).copy()


def _one_axis(
    k: int, strides: int, extra: int | None, dilation: int, padding: str
) -> tuple[int, int, int]:
    """PyTorch's padding and output_padding, and the pixels to crop at the end.

    One more input pixel makes the output larger by `strides` in either framework, and
    what Keras crops depends on the output size modulo `strides` only. So an image of
    one pixel tells everything.
    """
    output = shapes.conv_transpose_output_size(1, k, strides, padding, extra, dilation)
    before, _ = shapes.padding_amounts(output, k, strides, padding, dilation)
    in_pytorch = (k - 1) * dilation + 1 - 2 * before
    return before, max(output - in_pytorch, 0), max(in_pytorch - output, 0)
