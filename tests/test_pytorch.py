"""Keras' transposed convolution in PyTorch, against PyTorch where it is installed.

The other side is our NumPy reference, which other tests hold equal to Keras.
"""

from itertools import product

import numpy as np
import pytest
from grid import KERNELS, PADDINGS, SIZES, STRIDES, both_axes, whole_numbers

from course_lib.backend import keras
from course_lib.pytorch import (
    Conv2DTransposeArguments,
    ConvTranspose2dArguments,
    keras_conv_transpose,
    keras_dense,
    keras_kernel,
    pytorch_conv_transpose,
    pytorch_linear,
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
    with pytest.raises(ValueError, match=r"weight must .*Use tensor.detach"):
        keras_kernel(layer.weight)
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


# From PyTorch to Keras


def by_hand(x, kernel, stride, padding, output_padding, dilation):
    """PyTorch's rule in NumPy: all stamps, zeros at the end, both ends cut."""
    stamps = conv2d_transpose(x, kernel, stride, dilation_rate=dilation)
    sizes = zip(x.shape[1:3], kernel.shape[:2], stride, dilation, strict=True)
    rows, columns = ((n - 1) * s + (k - 1) * d + 1 for n, k, s, d in sizes)
    stamps = stamps[:, :rows, :columns]  # without the holes that Keras has at the end
    more = [(0, 0), *((0, pixels) for pixels in output_padding), (0, 0)]
    (top, left), larger = padding, np.pad(stamps, more)
    return larger[:, top : larger.shape[1] - top, left : larger.shape[2] - left]


def as_keras(x, kernel, layer):
    arguments = dict(layer.arguments)
    assert arguments.pop("kernel_size") == kernel.shape[:2]
    large = conv2d_transpose(x, kernel, **arguments)
    (top, bottom), (left, right) = layer.crop
    return large[:, top : large.shape[1] - bottom, left : large.shape[2] - right]


def pytorch_layers():
    """Images, kernels and arguments that PyTorch takes and Keras can express."""
    every = product(SIZES, KERNELS, STRIDES, range(4), range(4), (1, 2, 3))
    legal = [
        (n, k, s, cut, more, d)
        for n, k, s, cut, more, d in every
        if more < max(s, d)
        and more - cut < s
        and (n - 1) * s + (k - 1) * d + 1 + more > 2 * cut
    ]
    for place in (2, 5):  # no stride, and no dilation
        axes = both_axes(layer for layer in legal if layer[place] == 1)
        for rows, columns in list(axes)[::5]:
            (h, w), kernel_size, *arguments = zip(rows, columns, strict=True)
            yield (
                whole_numbers(2, h, w, 2),
                whole_numbers(*kernel_size, 3, 2),
                arguments,
            )


def test_keras_computes_the_same_on_the_whole_grid():
    for x, kernel, arguments in pytorch_layers():
        layer = keras_conv_transpose(kernel.shape[:2], *arguments)
        np.testing.assert_array_equal(
            as_keras(x, kernel, layer), by_hand(x, kernel, *arguments)
        )


def test_the_rule_by_hand_is_that_of_pytorch(torch):
    for x, kernel, arguments in pytorch_layers():
        code = ConvTranspose2dArguments(kernel.shape[:2], *arguments).code(2, 3)
        ours = in_pytorch(torch, x, kernel, code)
        np.testing.assert_allclose(ours, by_hand(x, kernel, *arguments), atol=1e-9)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((3,), {}),
        ((4, 2, 1), {"strides": (2, 2), "padding": "same"}),
        ((5, 1, 2), {"padding": "same"}),
        ((2, 3, 0, 1), {"strides": (3, 3)}),  # the hole that Keras has there anyway
        ((3, 2, 0, 1), {"strides": (2, 2), "output_padding": (1, 1)}),
        # the popular line: PyTorch cuts the beginning, `same` the end
        ((3, 2, 1, 1), {"strides": (2, 2), "crop": ((1, 0), (1, 0))}),
        ((3, 2, 1), {"strides": (2, 2), "padding": "same", "output_padding": (0, 0)}),
        ((2, 1, (1, 0)), {"crop": ((1, 1), (0, 0))}),
        ((3, 1, 2, 0, 2), {"dilation_rate": (2, 2), "padding": "same"}),
        ((3, 1, 1, 1, 2), {"dilation_rate": (2, 2), "crop": ((1, 0), (1, 0))}),
    ],
)
def test_arguments_of_keras_by_hand(arguments, expected):
    layer = keras_conv_transpose(*arguments)
    assert layer == Conv2DTransposeArguments(layer.kernel_size, **expected)


def test_there_and_back_is_the_same_layer():
    """Unless a crop follows, which is no argument of the layer."""
    for padding in PADDINGS:
        for one, other in with_strides(padding):
            (_, kh, sh, eh, _), (_, kw, sw, ew, _) = one, other
            extra = None if eh is None else (eh, ew)
            there = pytorch_conv_transpose((kh, kw), (sh, sw), padding, extra)
            if there.crop == (0, 0):
                back = keras_conv_transpose(**there.arguments)
                assert back.crop == ((0, 0), (0, 0))
                assert pytorch_conv_transpose(**back.arguments) == there


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((3, 2, 0, 2), r"output_padding must be less than stride or dilation; got"),
        ((3, 2, 0, 0, 2), "stride and dilation can't both exceed 1 in Keras"),
        ((3, 1, 0, 1, 2), "output_padding must exceed padding by less than stride"),
        ((3, 2, -1), "padding must be 0 or more"),
        ((3, 0), "stride must be 1 or more"),
        ((3, 2, "same"), "padding must be a whole number, 0 or more"),
    ],
)
def test_what_pytorch_refuses_or_keras_lacks_is_refused(arguments, message):
    with pytest.raises((TypeError, ValueError), match=f"^{message}"):
        keras_conv_transpose(*arguments)


def test_the_code_of_keras():
    assert str(keras_conv_transpose((4, 2), 2, (1, 0))) == (
        "layer = keras.layers.Conv2DTranspose(filters, kernel_size=(4, 2), strides=2, "
        'padding="same")\ny = layer(x)'
    )
    assert keras_conv_transpose(3, 2, 1, 1).code(8) == (
        "layer = keras.layers.Conv2DTranspose(8, kernel_size=3, strides=2)\n"
        "y = keras.layers.Cropping2D(((1, 0), (1, 0)))(layer(x))"
    )


def test_kernels_go_there_and_back():
    kernel = whole_numbers(2, 3, 4, 5)
    np.testing.assert_array_equal(keras_kernel(pytorch_weight(kernel)), kernel)
    with pytest.raises(ValueError, match=r"weight must be .*, kernel width"):
        keras_kernel(np.ones((3, 3)))


def test_groups_are_written_out_as_zeros():
    weight = whole_numbers(4, 3, 1, 1)  # two groups of two channels, to 2 x 3
    kernel = keras_kernel(weight, groups=2)[0, 0]
    np.testing.assert_array_equal(kernel[:3, :2], weight[:2, :, 0, 0].T)
    np.testing.assert_array_equal(kernel[3:, 2:], weight[2:, :, 0, 0].T)
    assert not kernel[:3, 2:].any()
    assert not kernel[3:, :2].any()
    with pytest.raises(ValueError, match="weight must take a multiple of groups=3"):
        keras_kernel(weight, 3)


def test_groups_in_pytorch(torch):
    layer = torch.nn.ConvTranspose2d(4, 6, 3, groups=2, bias=False).double()
    x = whole_numbers(1, 5, 4, 4)
    kernel = keras_kernel(layer.weight.detach().numpy(), groups=2)
    with torch.no_grad():
        expected = layer(torch.from_numpy(x.transpose(0, 3, 1, 2).copy())).numpy()
    ours = conv2d_transpose(x, kernel).transpose(0, 3, 1, 2)
    np.testing.assert_allclose(ours, expected, atol=1e-9)


def test_units_in_front_of_maps_change_their_order():
    """Row, column and channel as digits of each number, so one sees where it went."""
    digits = np.add.outer([[100, 110], [200, 210]], [1, 2, 3]).astype(float)
    first = np.moveaxis(digits, -1, 0).ravel()
    np.testing.assert_array_equal(pytorch_linear(digits.ravel(), (2, 2, 3)), first)
    np.testing.assert_array_equal(keras_dense(first, (2, 2, 3)), digits.ravel())
    kernel = whole_numbers(5, 12)
    weight = pytorch_linear(kernel, (2, 2, 3))
    np.testing.assert_array_equal(weight[:, 2], pytorch_linear(kernel[2], (2, 2, 3)))
    np.testing.assert_array_equal(keras_dense(weight, (2, 2, 3)), kernel)


@pytest.mark.parametrize("function", [keras_dense, pytorch_linear])
@pytest.mark.parametrize(
    ("weights", "shape", "message"),
    [
        (np.ones((12, 12)), (2, 2), "target_shape must be .height, width, channels"),
        (np.ones((12, 12)), 12, "target_shape must be"),
        (np.ones((5, 5)), (2, 2, 3), "must have 12 units, as many as target_shape"),
        (np.ones(5), (2, 2, 3), "must have 12 units"),
        (np.ones((1, 1, 1)), (1, 1, 1), "must be a float32 or float64 array of shape"),
        ([[1.0], [1.0, 2.0]], (1, 1, 1), "must be .*NumPy says"),
    ],
)
def test_units_that_make_no_maps_are_refused(function, weights, shape, message):
    with pytest.raises(ValueError, match=message):
        function(weights, shape)


def test_a_whole_generator_moves_to_keras_and_back(torch):
    nn, shape = torch.nn, (3, 4, 5)
    theirs = nn.Sequential(
        nn.Linear(7, 60),
        nn.BatchNorm1d(60),
        nn.Unflatten(1, (5, 3, 4)),
        nn.ConvTranspose2d(5, 6, 3, stride=2, padding=1, output_padding=1),
        nn.LeakyReLU(0.3),
        nn.ConvTranspose2d(6, 1, 4, stride=2, padding=1),
    ).double()
    theirs(torch.randn(8, 7, dtype=torch.float64))  # moves the running mean
    theirs.eval()
    first, second = keras_conv_transpose(3, 2, 1, 1), keras_conv_transpose(4, 2, 1)
    layers = keras.layers
    ours = keras.Sequential(
        [
            layers.Dense(60, dtype="float64"),
            layers.BatchNormalization(epsilon=1e-5, dtype="float64"),
            layers.Reshape(shape, dtype="float64"),
            layers.Conv2DTranspose(6, **first.arguments, dtype="float64"),
            layers.Cropping2D(first.crop, dtype="float64"),
            layers.LeakyReLU(0.3, dtype="float64"),
            layers.Conv2DTranspose(1, **second.arguments, dtype="float64"),
        ]
    )
    assert not any(map(any, second.crop))
    ours.build((None, 7))
    given = [w.detach().numpy() for w in theirs.state_dict().values() if w.ndim]
    in_front = [keras_dense(weight, shape) for weight in given[:6]]
    moved = [keras_kernel(w) if w.ndim == 4 else w for w in given[6:]]
    ours.set_weights(in_front + moved)
    points = np.random.default_rng(0).normal(size=(4, 7))
    with torch.no_grad():
        expected = theirs(torch.from_numpy(points)).numpy().transpose(0, 2, 3, 1)
    np.testing.assert_allclose(ours(points), expected, atol=1e-6)
    back = [pytorch_linear(weight, shape) for weight in ours.get_weights()[:6]]
    back += [pytorch_weight(w) if w.ndim == 4 else w for w in ours.get_weights()[6:]]
    for weight, original in zip(back, given, strict=True):
        np.testing.assert_array_equal(weight, original)
