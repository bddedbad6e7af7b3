"""How a transposed convolution of Keras is written in PyTorch, and the other way.

Both stamp the same canvas. PyTorch's `padding` cuts as many pixels from both ends, then
`output_padding` adds some at the end. Keras' `same` may have to cut one more at the end
than at the beginning; then PyTorch needs a crop. What else PyTorch cuts, Keras crops.

A whole generator moves layer by layer. Write out what the two set differently: the
`epsilon` of a batch normalization (1e-3 in Keras, 1e-5 in PyTorch) and the slope of a
leaky ReLU (0.3 and 0.01).

All raise a `TypeError` if weights do not hold floats or a size is not whole, and a
`ValueError` if the shapes don't fit, or one framework refuses the arguments, or the
other can't express them. Nothing here needs PyTorch or Keras.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from course_lib import shapes
from course_lib._arguments import Pair, pair, whole_number
from course_lib._transposed_geometry import axes
from course_lib._validation import TRANSPOSED_AXES, Array, float_array


@dataclass(frozen=True)
class _Arguments:
    """What a layer is made with, in pairs `(height, width)`, and the crop after it."""

    kernel_size: Pair

    @property
    def arguments(self) -> dict[str, Any]:
        """Keyword arguments of the layer, without the channels."""
        return {name: value for name, value in vars(self).items() if name != "crop"}

    def _layer(self, name: str, *channels: int | str) -> str:
        """The line that makes it, without what is the framework's default."""
        written = [str(number) for number in channels]
        for argument, value in self.arguments.items():
            if value == getattr(type(self), argument, None):
                continue
            if isinstance(value, str):
                value = f'"{value}"'
            elif value[0] == value[1]:
                value = value[0]
            written.append(f"{argument}={value}")
        return f"layer = {name}({', '.join(written)})"


@dataclass(frozen=True)
class ConvTranspose2dArguments(_Arguments):
    """Arguments of `torch.nn.ConvTranspose2d`, and the crop that follows it.

    `padding` is cut off at both ends, then `output_padding` is added at the end. The
    `crop` is still to be removed at the bottom and at the right: 0 or 1 pixels.
    """

    stride: Pair = (1, 1)
    padding: Pair = (0, 0)
    output_padding: Pair = (0, 0)
    dilation: Pair = (1, 1)
    crop: Pair = (0, 0)

    def code(self, in_channels: int | str, out_channels: int | str) -> str:
        """Returns two lines of PyTorch: one makes the `layer`, one calls it."""
        layer = self._layer("torch.nn.ConvTranspose2d", in_channels, out_channels)
        bottom, right = (f":-{pixels}" if pixels else ":" for pixels in self.crop)
        crop = f"[:, :, {bottom}, {right}]" if any(self.crop) else ""
        return f"{layer}\ny = layer(x){crop}"

    def __str__(self) -> str:
        return self.code("in_channels", "out_channels")


@dataclass(frozen=True)
class Conv2DTransposeArguments(_Arguments):
    """Arguments of `keras.layers.Conv2DTranspose`, and the crop that follows it.

    The `crop` is `((top, bottom), (left, right))`, as `Cropping2D` takes it.
    """

    strides: Pair = (1, 1)
    padding: str = "valid"
    output_padding: Pair | None = None
    dilation_rate: Pair = (1, 1)
    crop: tuple[Pair, Pair] = ((0, 0), (0, 0))

    def code(self, filters: int | str) -> str:
        """Returns two lines of Keras: one makes the `layer`, one calls it."""
        layer = self._layer("keras.layers.Conv2DTranspose", filters)
        cut = f"keras.layers.Cropping2D({self.crop})(layer(x))"
        return f"{layer}\ny = {cut if np.any(self.crop) else 'layer(x)'}"

    def __str__(self) -> str:
        return self.code("filters")


def pytorch_conv_transpose(
    kernel_size: shapes.Size,
    strides: shapes.Size = 1,
    padding: str = "valid",
    output_padding: shapes.Size | None = None,
    dilation_rate: shapes.Size = 1,
) -> ConvTranspose2dArguments:
    """Translates the arguments of a Keras `Conv2DTranspose` into PyTorch's.

    Takes them as `transposed_convolution.conv2d_transpose` does; the result holds for
    images of any size. Mind a popular line of PyTorch:
    `kernel_size=3, stride=2, padding=1, output_padding=1` gives as many pixels as
    Keras' `same`, but all of them one pixel further up and to the left.

    Returns:
        PyTorch's arguments, and the crop where they cannot express the layer.

    Example:
        >>> print(pytorch_conv_transpose(4, 2, "same").code(64, 32))
        layer = torch.nn.ConvTranspose2d(64, 32, kernel_size=4, stride=2, padding=1)
        y = layer(x)
        >>> print(pytorch_conv_transpose(3, 2, "same").code(64, 32))
        layer = torch.nn.ConvTranspose2d(64, 32, kernel_size=3, stride=2)
        y = layer(x)[:, :, :-1, :-1]
    """
    # One more input pixel makes the output larger by `strides` in either framework,
    # and what Keras crops depends on the output size modulo `strides` only. So an
    # image of one pixel tells everything.
    size = pair(kernel_size, "kernel_size")
    both = axes((1, 1), size, strides, padding, output_padding, dilation_rate)
    in_pytorch = []
    for axis in both:
        cut, _ = axis.padding
        more = axis.output + 2 * cut - axis.extent
        added, cropped = max(more, 0), max(-more, 0)
        in_pytorch.append((axis.strides, cut, added, axis.dilation, cropped))
    return ConvTranspose2dArguments(size, *zip(*in_pytorch, strict=True))


def keras_conv_transpose(
    kernel_size: shapes.Size,
    stride: shapes.Size = 1,
    padding: shapes.Size = 0,
    output_padding: shapes.Size = 0,
    dilation: shapes.Size = 1,
) -> Conv2DTransposeArguments:
    """Translates the arguments of PyTorch's `ConvTranspose2d` into those of Keras.

    Takes them as PyTorch does, each an int or `(height, width)`; `groups` are for
    `keras_kernel` to write out. The result holds for images of any size, and crops as
    little as Keras allows.

    Returns:
        Keras' arguments, and the crop where they cannot express the layer.

    Example:
        >>> print(keras_conv_transpose(4, stride=2, padding=1).code(32))
        layer = keras.layers.Conv2DTranspose(32, kernel_size=4, strides=2,
                                             padding="same")
        y = layer(x)
        >>> print(keras_conv_transpose(3, 2, padding=1, output_padding=1).code(32))
        layer = keras.layers.Conv2DTranspose(32, kernel_size=3, strides=2)
        y = keras.layers.Cropping2D(((1, 0), (1, 0)))(layer(x))
    """
    given = ConvTranspose2dArguments(
        pair(kernel_size, "kernel_size"),
        pair(stride, "stride"),
        pair(padding, "padding", minimum=0),
        pair(output_padding, "output_padding", minimum=0),
        pair(dilation, "dilation"),
    )
    both = list(zip(*given.arguments.values(), strict=True))
    if any(extra >= max(s, d) for _, s, _, extra, d in both):
        raise ValueError(
            "output_padding must be less than stride or dilation; got "
            f"{output_padding=} with {stride=} and {dilation=}"
        )
    if max(given.stride) > 1 and max(given.dilation) > 1:
        raise ValueError(
            f"stride and dilation can't both exceed 1 in Keras; got {stride=} with "
            f"{dilation=}. Write dilation - 1 zeros between the weights of the kernel, "
            "and translate the larger kernel"
        )
    valid = tuple(max(extra - cut, 0) for _, _, cut, extra, _ in both)
    same = tuple(((k - 1) * d + 1) // 2 * 2 - 2 * p + e for k, _, p, e, d in both)
    names = (("valid", None), ("same", None), ("valid", valid), ("same", same))
    layers = []
    for name, extra in names:
        layer = Conv2DTransposeArguments(
            given.kernel_size, given.stride, name, extra, given.dilation
        )
        with suppress(ValueError):  # Keras has no such layer
            made = pytorch_conv_transpose(**layer.arguments)
            crop = np.subtract(_ends(made), _ends(given))
            rows, columns = map(tuple, crop.tolist())
            layers += [replace(layer, crop=(rows, columns))] if crop.min() >= 0 else []
    if not layers:
        raise ValueError(
            "output_padding must exceed padding by less than stride in Keras; got "
            f"{output_padding=} with {padding=} and {stride=}"
        )
    return min(layers, key=lambda layer: sum(map(sum, layer.crop)))


def _ends(layer: ConvTranspose2dArguments) -> list[Pair]:
    """Pixels added before the stamps and after them, on both axes."""
    both = zip(layer.padding, layer.output_padding, layer.crop, strict=True)
    return [(-cut, extra - cut - crop) for cut, extra, crop in both]


def pytorch_weight(kernel: npt.ArrayLike) -> Array:
    """Brings a kernel's axes into PyTorch's order; nothing is flipped.

    Args:
        kernel: Weights of a Keras `Conv2DTranspose`, of shape `(kernel height, kernel
            width, out, in)`, float32 or float64.

    Returns:
        Weights of shape `(in, out, kernel height, kernel width)` for
        `torch.nn.ConvTranspose2d`, with the dtype of `kernel`. The bias stays as it is.

    Example:
        >>> pytorch_weight(np.ones((3, 4, 32, 64))).shape
        (64, 32, 3, 4)
    """
    return float_array(kernel, "kernel", TRANSPOSED_AXES).transpose(3, 2, 0, 1).copy()


def keras_kernel(weight: npt.ArrayLike, groups: int = 1) -> Array:
    """Brings the axes of PyTorch's weights into the order of a Keras kernel.

    Args:
        weight: `weight.detach().numpy()` of a `torch.nn.ConvTranspose2d`, of shape
            `(in, out / groups, kernel height, kernel width)`, float32 or float64.
        groups: That layer's `groups`. Keras has none, so zeros keep them apart.

    Returns:
        Weights of shape `(kernel height, kernel width, out, in)` for
        `keras.layers.Conv2DTranspose`, with the dtype of `weight`.

    Example:
        >>> keras_kernel(np.ones((64, 32, 3, 4))).shape
        (3, 4, 32, 64)
        >>> keras_kernel(np.array([1.0, 2.0]).reshape(2, 1, 1, 1), groups=2)[0, 0]
        array([[1., 0.],
               [0., 2.]])
    """
    order = ("in", "out / groups", "kernel height", "kernel width")
    blocks = float_array(weight, "weight", order).transpose(2, 3, 1, 0)
    *size, out_channels, in_channels = blocks.shape
    count = whole_number(groups, "groups")
    if in_channels % count:
        raise ValueError(
            f"weight must take a multiple of groups={count} channels, its first axis; "
            f"got {in_channels}"
        )
    blocks = blocks.reshape(*size, out_channels, count, -1)
    apart = np.eye(count, dtype=blocks.dtype)
    kernel = np.einsum("hwogi,gk->hwgoki", blocks, apart)
    return kernel.reshape(*size, -1, in_channels)


def pytorch_linear(kernel: npt.ArrayLike, target_shape: Sequence[int]) -> Array:
    """Turns the weights in front of a generator's maps into PyTorch's.

    In Keras `Dense` and `Reshape((height, width, channels))` make the maps, in
    PyTorch `Linear` and `Unflatten(1, (channels, height, width))`.

    Args:
        kernel: Kernel of the `Dense` layer, of shape `(inputs, units)`; or what a
            layer before the maps holds for each unit, of shape `(units,)`: a bias,
            or the numbers of a batch normalization. float32 or float64.
        target_shape: `(height, width, channels)` of the maps, as `Reshape` takes it.

    Returns:
        Weights of shape `(units, inputs)` for `torch.nn.Linear`, or of `(units,)`,
        with the dtype of `kernel`.

    Example:
        >>> pytorch_linear(np.array([1.0, 10, 2, 20]), (1, 2, 2))  # two maps
        array([ 1.,  2., 10., 20.])
    """
    array, order = _units(kernel, "kernel", -1, target_shape)
    return array[..., order].T.copy()


def keras_dense(weight: npt.ArrayLike, target_shape: Sequence[int]) -> Array:
    """The way back from `pytorch_linear`: weights in front of maps, for Keras.

    Args:
        weight: What `pytorch_linear` gives, of shape `(units, inputs)` or `(units,)`.
        target_shape: As there.

    Returns:
        What it takes, of shape `(inputs, units)` or `(units,)`.

    Example:
        >>> keras_dense(np.array([1.0, 2, 10, 20]), (1, 2, 2))  # one map, the other
        array([ 1., 10.,  2., 20.])
    """
    array, order = _units(weight, "weight", 0, target_shape)
    return array.T[..., np.argsort(order)]


def _units(
    value: npt.ArrayLike, name: str, axis: int, target_shape: Sequence[int]
) -> tuple[Array, npt.NDArray[np.intp]]:
    """Checks weights, and finds where PyTorch's units are among those of Keras."""
    if not isinstance(target_shape, tuple | list) or len(target_shape) != 3:
        raise ValueError(
            f"target_shape must be (height, width, channels); got {target_shape!r}"
        )
    shape = tuple(whole_number(n, "target_shape") for n in target_shape)
    both = ("units", "inputs") if axis == 0 else ("inputs", "units")
    array, units = float_array(value, name, both, ("units",)), prod(shape)
    if array.shape[axis] != units:
        raise ValueError(
            f"{name} must have {units} units, as many as target_shape={shape} has "
            f"numbers; got shape {array.shape}"
        )
    return array, np.arange(units).reshape(shape).transpose(2, 0, 1).ravel()
