"""Transposed convolutions in PyTorch and Keras, against PyTorch where it is installed.

The other side is our NumPy reference, which other tests hold equal to Keras.
"""

from itertools import product

import numpy as np
import pytest
from grid import (
    KERNELS,
    PADDINGS,
    SIZES,
    STRIDES,
    assert_close,
    both_axes,
    is_legal,
    whole_numbers,
)

from course_lib.pytorch import (
    ConvTranspose2dArguments,
    keras_conv_transpose,
    keras_dense,
    keras_kernel,
    pytorch_conv_transpose,
    pytorch_linear,
    pytorch_weight,
)
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


# From Keras to PyTorch


def keras_layers(padding):
    """Sizes of image and kernel, and arguments of a Keras layer."""
    for extras in ((None,), range(max(STRIDES))):  # for both axes or for none
        strided = product(SIZES, KERNELS, STRIDES, extras, [1])
        dilated = product((1, 2, 5), KERNELS, [1], extras, (2, 3))
        for settings in (strided, dilated):
            legal = (
                (n, k, s, extra, d)
                for n, k, s, extra, d in settings
                if is_legal((k - 1) * d + 1, s, extra, padding)
            )
            for one, other in both_axes(legal):
                size, kernel, s, extra, d = zip(one, other, strict=True)
                yield size, kernel, (s, padding, None if extra[0] is None else extra, d)


@pytest.mark.parametrize("padding", PADDINGS)
def test_pytorch_computes_the_same_on_the_whole_grid(torch, padding):
    for size, kernel_size, arguments in keras_layers(padding):
        x, kernel = whole_numbers(2, *size, 2), whole_numbers(*kernel_size, 3, 2)
        code = pytorch_conv_transpose(kernel_size, *arguments).code(2, 3)
        expected = conv2d_transpose(x, kernel, *arguments)
        assert_close(in_pytorch(torch, x, kernel, code), expected)


@pytest.mark.parametrize("padding", PADDINGS)
def test_one_pixel_at_most_is_cropped_and_never_where_arguments_suffice(padding):
    """And without a crop, the way there and back gives the same layer."""
    for _, kernel_size, arguments in keras_layers(padding):
        there = pytorch_conv_transpose(kernel_size, *arguments)
        for pixels, more in zip(there.crop, there.output_padding, strict=True):
            assert pixels in ((0, 1) if padding == "same" else (0,))
            assert not (pixels and more)
        if there.crop == (0, 0):
            back = keras_conv_transpose(**there.arguments)
            assert back.crop == ((0, 0), (0, 0))
            assert pytorch_conv_transpose(**back.arguments) == there


@pytest.mark.parametrize(
    ("arguments", "written", "crop"),
    [
        ((3,), "kernel_size=3", ""),
        ((4, 2, "same"), "kernel_size=4, stride=2, padding=1", ""),
        ((3, 2, "same"), "kernel_size=3, stride=2", "[:, :, :-1, :-1]"),
        ((5, 1, "same"), "kernel_size=5, padding=2", ""),
        ((2, 3), "kernel_size=2, stride=3, output_padding=1", ""),
        ((3, 2, "same", 1), "kernel_size=3, stride=2", "[:, :, :-1, :-1]"),  # as None
        ((3, 2, "same", 0), "kernel_size=3, stride=2, padding=1", ""),
        (
            ((4, 3), 2, "same"),
            "kernel_size=(4, 3), stride=2, padding=(1, 0)",
            "[:, :, :, :-1]",
        ),
        (
            (2, 1, "same", None, 3),
            "kernel_size=2, padding=1, dilation=3",
            "[:, :, :-1, :-1]",
        ),
    ],
)
def test_pytorch_by_hand(arguments, written, crop):
    assert str(pytorch_conv_transpose(*arguments)) == (
        f"layer = torch.nn.ConvTranspose2d(in_channels, out_channels, {written})\n"
        f"y = layer(x){crop}"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0,), "kernel_size must be 1 or more"),
        ((3, (2, 0)), r"strides\[1\] \(width\) must be 1 or more"),
        ((3, 2, "full"), 'padding must be "valid" or "same"'),
        ((3, 2, "valid", 2), "output_padding must be less than strides"),
        ((4, 2, "same", 0), "output_padding=0 with an even kernel"),
        ((3, (2, 1), "same", None, (1, 2)), "strides and dilation_rate can't both"),
    ],
)
def test_what_keras_refuses_is_refused(arguments, message):
    with pytest.raises((TypeError, ValueError), match=f"^{message}"):
        pytorch_conv_transpose(*arguments)


# From PyTorch to Keras


def as_pytorch(x, kernel, stride, padding, output_padding, dilation):
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
        ours = as_keras(x, kernel, layer)
        np.testing.assert_array_equal(ours, as_pytorch(x, kernel, *arguments))


def test_the_rule_by_hand_is_that_of_pytorch(torch):
    for x, kernel, arguments in pytorch_layers():
        code = ConvTranspose2dArguments(kernel.shape[:2], *arguments).code(2, 3)
        ours = in_pytorch(torch, x, kernel, code)
        assert_close(ours, as_pytorch(x, kernel, *arguments))


@pytest.mark.parametrize(
    ("arguments", "written", "crop"),
    [
        ((3,), "kernel_size=3", None),
        ((4, 2, 1), 'kernel_size=4, strides=2, padding="same"', None),
        ((5, 1, 2), 'kernel_size=5, padding="same"', None),
        ((2, 3, 0, 1), "kernel_size=2, strides=3", None),  # Keras has that hole anyway
        ((3, 2, 0, 1), "kernel_size=3, strides=2, output_padding=1", None),
        # the popular line: PyTorch cuts the beginning, `same` the end
        ((3, 2, 1, 1), "kernel_size=3, strides=2", ((1, 0), (1, 0))),
        ((3, 2, 1), 'kernel_size=3, strides=2, padding="same", output_padding=0', None),
        ((2, 1, (1, 0)), "kernel_size=2", ((1, 1), (0, 0))),
        ((3, 1, 2, 0, 2), 'kernel_size=3, padding="same", dilation_rate=2', None),
        ((3, 1, 1, 1, 2), "kernel_size=3, dilation_rate=2", ((1, 0), (1, 0))),
    ],
)
def test_keras_by_hand(arguments, written, crop):
    y = f"keras.layers.Cropping2D({crop})(layer(x))" if crop else "layer(x)"
    assert str(keras_conv_transpose(*arguments)) == (
        f"layer = keras.layers.Conv2DTranspose(filters, {written})\ny = {y}"
    )


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


# Weights


def test_weights_only_change_the_order_of_their_axes():
    kernel = whole_numbers(2, 3, 4, 5)
    weight = pytorch_weight(kernel)
    assert weight.shape == (5, 4, 2, 3)
    assert weight[4, 3, 1, 2] == kernel[1, 2, 3, 4]
    assert not np.shares_memory(pytorch_weight(kernel[:1, :1, :1, :1]), kernel)
    np.testing.assert_array_equal(keras_kernel(weight), kernel)
    for function in (pytorch_weight, keras_kernel):
        assert function(kernel.astype("float32")).dtype == "float32"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: pytorch_weight(np.ones((3, 3))), "kernel must be .*kernel width"),
        (lambda: keras_kernel(np.ones((3, 3))), "weight must be .*kernel width"),
        (lambda: keras_kernel(np.ones((4, 3, 1, 1)), 3), "weight .* of groups=3"),
    ],
)
def test_what_is_no_kernel_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_groups_are_written_out_as_zeros():
    weight = np.arange(1.0, 9.0).reshape(4, 2, 1, 1)  # two groups of 2 to 2 channels
    np.testing.assert_array_equal(
        keras_kernel(weight, groups=2)[0, 0],
        [[1, 3, 0, 0], [2, 4, 0, 0], [0, 0, 5, 7], [0, 0, 6, 8]],
    )


def test_groups_in_pytorch(torch):
    layer = torch.nn.ConvTranspose2d(4, 6, 3, groups=2, bias=False).double()
    kernel = keras_kernel(layer.weight.detach().numpy(), groups=2)
    x = whole_numbers(1, 5, 4, 4)
    with torch.no_grad():
        expected = layer(torch.from_numpy(x.transpose(0, 3, 1, 2).copy())).numpy()
    assert_close(conv2d_transpose(x, kernel).transpose(0, 3, 1, 2), expected)


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
    ("units", "shape", "message"),
    [
        ((12, 12), (2, 2), "target_shape must be .height, width, channels"),
        ((12, 12), 12, "target_shape must be"),
        ((5, 5), (2, 2, 3), "must have 12 units, as many as target_shape"),
        ((5,), (2, 2, 3), "must have 12 units"),
        ((1, 1, 1), (1, 1, 1), "must be a float32 or float64 array of shape"),
    ],
)
def test_units_that_make_no_maps_are_refused(function, units, shape, message):
    with pytest.raises(ValueError, match=message):
        function(np.ones(units), shape)


def test_a_whole_generator_moves_to_keras(torch):
    from course_lib.backend import keras  # the rest needs no TensorFlow

    nn, shape = torch.nn, (3, 4, 5)
    theirs = nn.Sequential(
        nn.Linear(7, 60),
        nn.BatchNorm1d(60),
        nn.Unflatten(1, (5, 3, 4)),
        nn.ConvTranspose2d(5, 6, 3, stride=2, padding=1, output_padding=1),
        nn.LeakyReLU(0.3),
        nn.ConvTranspose2d(6, 1, 4, stride=2, padding=1),
    )
    theirs(torch.randn(8, 7))  # moves the running mean
    theirs.eval()
    first, second = keras_conv_transpose(3, 2, 1, 1), keras_conv_transpose(4, 2, 1)
    layers = keras.layers
    ours = keras.Sequential(
        [
            layers.Dense(60),
            layers.BatchNormalization(epsilon=1e-5),
            layers.Reshape(shape),
            layers.Conv2DTranspose(6, **first.arguments),
            layers.Cropping2D(first.crop),
            layers.LeakyReLU(0.3),
            layers.Conv2DTranspose(1, **second.arguments),
        ]
    )
    assert not any(map(any, second.crop))
    ours.build((None, 7))
    given = [w.detach().numpy() for w in theirs.state_dict().values() if w.ndim]
    in_front = [keras_dense(weight, shape) for weight in given[:6]]
    moved = [keras_kernel(w) if w.ndim == 4 else w for w in given[6:]]
    ours.set_weights(in_front + moved)
    points = np.random.default_rng(0).normal(size=(4, 7)).astype("float32")
    with torch.no_grad():
        expected = theirs(torch.from_numpy(points)).numpy().transpose(0, 2, 3, 1)
    assert_close(ours(points), expected, atol=1e-5)


# Upsampling


@pytest.mark.parametrize(
    ("align_corners", "row"),
    [
        (None, [1, 1.25, 1.75, 2]),
        (False, [1, 1.25, 1.75, 2]),
        (True, [1, 4 / 3, 5 / 3, 2]),
    ],
)
def test_bilinear_enlargement_is_what_chapter_2_says(torch, align_corners, row):
    large = torch.nn.functional.interpolate(
        torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]]),
        scale_factor=2,
        mode="bilinear",
        align_corners=align_corners,
    )
    np.testing.assert_allclose(large[0, 0, 0], row, rtol=1e-6)
