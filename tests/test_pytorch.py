"""Keras' transposed convolution in PyTorch, against PyTorch where it is installed.

The other side is our NumPy reference, which other tests hold equal to Keras.
"""

import numpy as np
import pytest
from grid import KERNELS, PADDINGS, SIZES, STRIDES, both_axes, whole_numbers

from course_lib.pytorch import (
    ConvTranspose2dArguments,
    pytorch_conv_transpose,
    pytorch_weight,
)
from course_lib.shapes import conv_transpose_output_size
from course_lib.transposed_convolution import conv2d_transpose


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch")


def in_pytorch(torch, x, kernel, code):
    """Runs the two lines of code with these weights; axes as in Keras again."""
    make_layer, call_layer = code.splitlines()
    names = {"torch": torch}
    exec(make_layer, names)
    layer = names["layer"].double()
    weight = torch.from_numpy(pytorch_weight(kernel))
    assert layer.weight.shape == weight.shape
    with torch.no_grad():
        layer.weight.copy_(weight)
        layer.bias.zero_()
        names["x"] = torch.from_numpy(x.transpose(0, 3, 1, 2).copy())
        exec(call_layer, names)
    return names["y"].numpy().transpose(0, 2, 3, 1)


def legal(settings, padding):
    for n, *arguments in settings:
        try:
            conv_transpose_output_size(n, *arguments[:2], padding, *arguments[2:])
        except ValueError:
            continue
        yield n, *arguments


def with_strides(padding):
    """Both axes; output_padding is given for both or for none."""
    for extras in ((None,), range(max(STRIDES))):
        yield from both_axes(
            legal(
                (
                    (n, k, s, extra, 1)
                    for n in SIZES
                    for k in KERNELS
                    for s in STRIDES
                    for extra in extras
                ),
                padding,
            )
        )


def with_dilation(padding):
    for extra in (None, 0):
        yield from both_axes(
            legal(
                (
                    (n, k, 1, extra, d)
                    for n in (1, 2, 5)
                    for k in KERNELS
                    for d in (1, 2, 3)
                ),
                padding,
            )
        )


@pytest.mark.parametrize("settings", [with_strides, with_dilation])
@pytest.mark.parametrize("padding", PADDINGS)
def test_pytorch_computes_the_same_on_the_whole_grid(torch, settings, padding):
    for (h, kh, sh, eh, dh), (w, kw, sw, ew, dw) in settings(padding):
        x = whole_numbers(2, h, w, 2)
        kernel = whole_numbers(kh, kw, 3, 2)
        arguments = (
            (sh, sw),
            padding,
            None if eh is None else (eh, ew),
            (dh, dw),
        )
        code = pytorch_conv_transpose((kh, kw), *arguments).code(2, 3)
        np.testing.assert_array_equal(
            in_pytorch(torch, x, kernel, code),
            conv2d_transpose(x, kernel, *arguments),
        )


def test_the_popular_line_of_pytorch_is_one_pixel_off(torch):
    x = whole_numbers(1, 4, 5, 2)
    kernel = whole_numbers(3, 3, 1, 2)
    code = str(ConvTranspose2dArguments((3, 3), (2, 2), (1, 1), (1, 1)))
    popular = in_pytorch(
        torch, x, kernel, code.replace("in_channels, out_channels", "2, 1")
    )
    same = conv2d_transpose(x, kernel, 2, "same")
    assert popular.shape == same.shape
    np.testing.assert_array_equal(popular[:, :-1, :-1], same[:, 1:, 1:])


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((3,), {}),
        ((4, 2, "same"), {"stride": (2, 2), "padding": (1, 1)}),
        ((3, 2, "same"), {"stride": (2, 2), "crop": (1, 1)}),
        ((5, 1, "same"), {"padding": (2, 2)}),
        ((2, 3), {"stride": (3, 3), "output_padding": (1, 1)}),
        (
            (3, 2, "same", 1),  # 4 pixels of an image of 2, as with None
            {"stride": (2, 2), "crop": (1, 1)},
        ),
        (
            (3, 2, "same", 0),  # 3 pixels of an image of 2
            {"stride": (2, 2), "padding": (1, 1)},
        ),
        (((3, 4), (1, 2), "same"), {"stride": (1, 2), "padding": (1, 1)}),
        (
            ((2, 3), 1, "same", None, (3, 2)),
            {"dilation": (3, 2), "padding": (1, 2), "crop": (1, 0)},
        ),
    ],
)
def test_arguments_by_hand(arguments, expected):
    settings = pytorch_conv_transpose(*arguments)
    size = settings.kernel_size
    assert settings == ConvTranspose2dArguments(size, **expected)
    assert settings.arguments.keys() == {
        "kernel_size",
        "stride",
        "padding",
        "output_padding",
        "dilation",
    }


def test_one_pixel_at_most_is_cropped_and_never_where_arguments_suffice():
    for padding in PADDINGS:
        for one, other in with_strides(padding):
            (_, kh, sh, eh, _), (_, kw, sw, ew, _) = one, other
            extra = None if eh is None else (eh, ew)
            settings = pytorch_conv_transpose((kh, kw), (sh, sw), padding, extra)
            assert set(settings.crop) <= {0, 1}
            for pixels, more in zip(
                settings.crop, settings.output_padding, strict=True
            ):
                assert padding == "same" or not pixels
                assert not (pixels and more)


def test_the_code_names_only_what_is_not_the_default():
    assert pytorch_conv_transpose(3).code(64, 32) == (
        "layer = torch.nn.ConvTranspose2d(64, 32, kernel_size=3)\ny = layer(x)"
    )
    assert str(pytorch_conv_transpose((4, 3), 2, "same")) == (
        "layer = torch.nn.ConvTranspose2d(in_channels, out_channels, "
        "kernel_size=(4, 3), stride=2, padding=(1, 0))\n"
        "y = layer(x)[:, :, :, :-1]"
    )
    assert str(pytorch_conv_transpose(2, 3, "valid", None)).endswith(
        "kernel_size=2, stride=3, output_padding=1)\ny = layer(x)"
    )


def test_weights_only_change_the_order_of_their_axes():
    kernel = whole_numbers(2, 3, 4, 5)
    weight = pytorch_weight(kernel)
    assert weight.shape == (5, 4, 2, 3)
    assert weight[4, 3, 1, 2] == kernel[1, 2, 3, 4]
    assert weight.flags.c_contiguous
    assert not np.shares_memory(pytorch_weight(kernel[:1, :1, :1, :1]), kernel)
    assert pytorch_weight(kernel.astype("float32")).dtype == "float32"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0,), "kernel_size must be 1 or more"),
        ((3, (2, 0)), r"strides\[1\] \(width\) must be 1 or more"),
        ((3, 2, "full"), 'padding must be "valid" or "same"'),
        ((3, 2, "valid", 2), "output_padding must be less than strides"),
        ((4, 2, "same", 0), "output_padding=0 with an even kernel"),
        ((3, 2, "same", -1), "output_padding must be 0 or more"),
        ((3, 2, "same", None, 2), "strides and dilation_rate can't both exceed 1"),
        ((3, (2, 1), "same", None, (1, 2)), "strides and dilation_rate can't both"),
        (((3, 3, 3),), "kernel_size must be a whole number or a pair"),
    ],
)
def test_what_keras_refuses_is_refused(arguments, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        pytorch_conv_transpose(*arguments)


@pytest.mark.parametrize("wrong", [1.5, "3", None, True])
def test_sizes_are_whole(wrong):
    with pytest.raises((TypeError, ValueError), match=r"^kernel_size must be a whole"):
        pytorch_conv_transpose(wrong)


def test_what_is_no_kernel_is_refused():
    with pytest.raises(ValueError, match="kernel width, out, in"):
        pytorch_weight(np.ones((3, 3)))
    with pytest.raises(TypeError, match="kernel must be"):
        pytorch_weight(np.ones((3, 3, 1, 1), int))
    with pytest.raises(ValueError, match="kernel must hold finite numbers"):
        pytorch_weight(np.full((3, 3, 1, 1), np.inf))
