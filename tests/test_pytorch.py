"""Transposed convolutions in PyTorch and Keras.

Keras' side is our NumPy reference, which other tests hold equal to Keras; PyTorch's
is its rule in NumPy, which is compared with PyTorch where that is installed.
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
    transposed_layers,
    whole_numbers,
)

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
from course_lib.transposed_convolution import conv2d_transpose


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch")


def as_pytorch(x, kernel, layer):
    """PyTorch's rule: all stamps, zeros at the end, both ends cut; then the crop."""
    stride, dilation = layer.stride, layer.dilation
    stamps = conv2d_transpose(x, kernel, stride, dilation_rate=dilation)
    sizes = zip(x.shape[1:3], kernel.shape[:2], stride, dilation, strict=True)
    rows, columns = ((n - 1) * s + (k - 1) * d + 1 for n, k, s, d in sizes)
    stamps = stamps[:, :rows, :columns]  # without the holes that Keras has at the end
    more = [(0, 0), *((0, pixels) for pixels in layer.output_padding), (0, 0)]
    large = np.pad(stamps, more)
    cuts = zip(layer.padding, layer.crop, strict=True)
    return cropped(large, [(cut, cut + crop) for cut, crop in cuts])


def as_keras(x, kernel, layer):
    arguments = dict(layer.arguments)
    assert arguments.pop("kernel_size") == kernel.shape[:2]
    return cropped(conv2d_transpose(x, kernel, **arguments), layer.crop)


def cropped(images, crop):
    (top, bottom), (left, right) = crop
    return images[:, top : images.shape[1] - bottom, left : images.shape[2] - right]


def keras_layers(padding):
    """Sizes of image and kernel, and arguments of a Keras layer."""
    yield from transposed_layers(padding)
    for axes in both_axes(product((1, 2, 5), KERNELS, (2, 3))):
        size, kernel_size, dilation = zip(*axes, strict=True)
        yield size, kernel_size, (1, padding, None, dilation)


@pytest.mark.parametrize("padding", PADDINGS)
def test_pytorch_computes_the_same_on_the_whole_grid(padding):
    """One pixel at most is cropped, and never where arguments suffice."""
    for size, kernel_size, arguments in keras_layers(padding):
        x, kernel = whole_numbers(2, *size, 2), whole_numbers(*kernel_size, 3, 2)
        there = pytorch_conv_transpose(kernel_size, *arguments)
        expected = conv2d_transpose(x, kernel, *arguments)
        np.testing.assert_array_equal(as_pytorch(x, kernel, there), expected)
        for pixels, more in zip(there.crop, there.output_padding, strict=True):
            assert pixels in ((0, 1) if padding == "same" else (0,))
            assert not (pixels and more)
        if there.crop == (0, 0):
            back = keras_conv_transpose(**there.arguments)
            assert back.crop == ((0, 0), (0, 0))
            assert pytorch_conv_transpose(**back.arguments) == there


def pytorch_layers():
    """Images, kernels and layers that PyTorch takes and Keras can express."""
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
            size, *arguments = zip(rows, columns, strict=True)
            layer = ConvTranspose2dArguments(*arguments)
            yield whole_numbers(2, *size, 2), whole_numbers(*arguments[0], 3, 2), layer


def test_keras_computes_the_same_on_the_whole_grid():
    for x, kernel, layer in pytorch_layers():
        there = keras_conv_transpose(**layer.arguments)
        np.testing.assert_array_equal(
            as_keras(x, kernel, there), as_pytorch(x, kernel, layer)
        )


def in_pytorch(torch, x, kernel, code):
    """Runs the two lines of code with these weights; axes as in Keras again."""
    make_layer, call_layer = code.splitlines()
    names = {"torch": torch, "x": torch.from_numpy(x.transpose(0, 3, 1, 2).copy())}
    exec(make_layer, names)
    layer = names["layer"].double()
    weight = torch.from_numpy(pytorch_weight(kernel))
    layer.load_state_dict({"weight": weight, "bias": torch.zeros(3)})
    with torch.no_grad():
        exec(call_layer, names)
    return names["y"].numpy().transpose(0, 2, 3, 1)


def test_the_rule_in_numpy_is_that_of_pytorch(torch):
    layers = list(pytorch_layers())
    for size, kernel_size, arguments in keras_layers("same"):  # some with a crop
        x, kernel = whole_numbers(2, *size, 2), whole_numbers(*kernel_size, 3, 2)
        layers.append((x, kernel, pytorch_conv_transpose(kernel_size, *arguments)))
    for x, kernel, layer in layers:
        ours = in_pytorch(torch, x, kernel, layer.code(2, 3))
        assert_close(ours, as_pytorch(x, kernel, layer))


@pytest.mark.parametrize(
    ("layer", "made", "called"),
    [
        (pytorch_conv_transpose(3), "3", "layer(x)"),
        (pytorch_conv_transpose(2, 3), "2, stride=3, output_padding=1", "layer(x)"),
        (
            pytorch_conv_transpose((4, 3), 2, "same"),
            "(4, 3), stride=2, padding=(1, 0)",
            "layer(x)[:, :, :, :-1]",
        ),
        (
            keras_conv_transpose(3, 2, 1),
            '3, strides=2, padding="same", output_padding=0',
            "layer(x)",
        ),
    ],
)
def test_code_by_hand(layer, made, called):
    """More are in the docstrings, such as the popular line of PyTorch."""
    name = "torch.nn.ConvTranspose2d(in_channels, out_channels"
    if isinstance(layer, Conv2DTransposeArguments):
        name = "keras.layers.Conv2DTranspose(filters"
    assert str(layer) == f"layer = {name}, kernel_size={made})\ny = {called}"


def test_weights_only_change_the_order_of_their_axes():
    kernel = whole_numbers(2, 3, 4, 5)
    weight = pytorch_weight(kernel)
    assert weight.shape == (5, 4, 2, 3)
    assert weight[4, 3, 1, 2] == kernel[1, 2, 3, 4]
    assert not np.shares_memory(pytorch_weight(kernel[:1, :1, :1, :1]), kernel)
    np.testing.assert_array_equal(keras_kernel(weight), kernel)
    assert keras_kernel(pytorch_weight(kernel.astype("float32"))).dtype == "float32"


def test_groups_are_written_out_as_zeros():
    weight = np.arange(1.0, 9.0).reshape(4, 2, 1, 1)  # two groups of 2 to 2 channels
    np.testing.assert_array_equal(
        keras_kernel(weight, groups=2)[0, 0],
        [[1, 3, 0, 0], [2, 4, 0, 0], [0, 0, 5, 7], [0, 0, 6, 8]],
    )


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


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (pytorch_conv_transpose, (0,), "kernel_size must be 1 or more"),
        (pytorch_conv_transpose, (3, 2, "valid", 2), "output_padding must be less"),
        (keras_conv_transpose, (3, 2, 0, 2), "output_padding must be less than stride"),
        (keras_conv_transpose, (3, 2, 0, 0, 2), "stride and dilation can't both excee"),
        (keras_conv_transpose, (3, 1, 0, 1, 2), "output_padding must exceed padding b"),
        (keras_conv_transpose, (3, 2, -1), "padding must be 0 or more; got -1"),
        (pytorch_weight, (np.ones((3, 3)),), "kernel must be .*kernel width"),
        (keras_kernel, (np.ones((3, 3)),), "weight must be .*kernel width"),
        (keras_kernel, (np.ones((4, 3, 1, 1)), 3), "weight .* of groups=3"),
        (keras_dense, (np.ones((12, 12)), (2, 2)), "target_shape must be .height, wid"),
        (keras_dense, (np.ones((5, 12)), (2, 2, 3)), "weight must have 12 units, as m"),
        (pytorch_linear, (np.ones((12, 5)), (2, 2, 3)), "kernel must have 12 units"),
    ],
)
def test_what_is_wrong_or_has_no_translation_is_refused(function, arguments, message):
    with pytest.raises(ValueError, match=f"^{message}"):
        function(*arguments)


def test_a_whole_generator_moves_to_keras(torch):
    from course_lib.backend import keras  # the rest needs no TensorFlow

    nn, shape = torch.nn, (3, 4, 5)
    theirs = nn.Sequential(
        nn.Linear(7, 60),
        nn.BatchNorm1d(60),
        nn.Unflatten(1, (5, 3, 4)),
        nn.ConvTranspose2d(5, 6, 3, stride=2, padding=1, output_padding=1),
        nn.LeakyReLU(0.3),
        nn.ConvTranspose2d(6, 2, 4, stride=2, padding=1, groups=2),
    )
    theirs(torch.randn(8, 7))  # moves the running mean
    theirs.eval()
    first, second = keras_conv_transpose(3, 2, 1, 1), keras_conv_transpose(4, 2, 1)
    assert second.crop == ((0, 0), (0, 0))
    ours = [
        keras.Input((7,)),
        keras.layers.Dense(60),
        keras.layers.BatchNormalization(epsilon=1e-5),
        keras.layers.Reshape(shape),
        keras.layers.Conv2DTranspose(6, **first.arguments),
        keras.layers.Cropping2D(first.crop),
        keras.layers.LeakyReLU(0.3),
        keras.layers.Conv2DTranspose(2, **second.arguments),
    ]
    ours = keras.Sequential(ours)
    given = [w.detach().numpy() for w in theirs.state_dict().values() if w.ndim]
    *in_front, first_weight, first_bias, second_weight, second_bias = given
    moved = [keras_dense(weight, shape) for weight in in_front]
    moved += [keras_kernel(first_weight), first_bias]
    moved += [keras_kernel(second_weight, groups=2), second_bias]
    ours.set_weights(moved)
    points = np.random.default_rng(0).normal(size=(4, 7)).astype("float32")
    with torch.no_grad():
        expected = theirs(torch.from_numpy(points)).numpy().transpose(0, 2, 3, 1)
    assert_close(ours(points), expected, atol=1e-5)
