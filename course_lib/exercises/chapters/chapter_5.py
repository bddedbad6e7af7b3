"""Exercises of chapter 5: the generator with Conv2DTranspose."""

import numpy as np

from course_lib.exercises.exercise import Exercise, whole_numbers


def times_as_far():
    """Four stamps fall there, a single one here: √4 = 2 times as far."""
    return np.sqrt(4 / 1)


exercise_1 = Exercise(
    "5.1 Predict how far pixels spread (easy, 2 min)",
    "`Conv2DTranspose`, 3 × 3 with stride 2: where most stamps fall, how many times as "
    "far do untrained pixels spread as where fewest fall? (A sum of n random terms "
    "spreads √n times as far as one.)",
    times_as_far,
    mistakes={
        "That is the number of stamps. What does the root make of it?": 4,
        "The kernel has nine weights, but they never all meet.": 3,
        "They spread alike after `UpSampling2D`. Count the stamps here.": 1,
    },
    hints=(
        "Chapter 4's filmstrip shows how many stamps fall on each place.",
        "Four stamps meet in the middle, and one fills the corners: √(4 / 1).",
    ),
)


def weights_of_twenty():
    """Four stamps overlap there, each with another corner: 1 + 3 + 7 + 9."""
    return 1, 3, 7, 9


exercise_2 = Exercise(
    "5.2 Take the checkerboard apart (medium, 4 min)",
    "On the flat map, the kernel with the weights 1 to 9 gave 20, 10, 10 and 5 in "
    "turn. Which weights add up to the 20? Answer with all of them, in increasing "
    "order.",
    weights_of_twenty,
    mistakes={
        "They sum to 20, too, but they make the two 10s: 2 + 8 and 4 + 6.\nAt the 20 "
        "four stamps overlap, each with another *corner*.": (2, 4, 6, 8),
        "That is the 5: the centre alone, where a single stamp falls.": (5,),
        "They sum to 12. Stamps are 2 apart: every other weight.": (1, 2, 4, 5),
        "They sum to 20, but four stamps overlap at that place.": (5, 6, 9),
        "They sum to 25. The 5 falls where a single stamp does.": (1, 3, 5, 7, 9),
    },
    hints=(
        "The stamps lie 2 apart, and four of them meet at this place. Which weight of "
        "each?",
        "Rows 0 and 2, columns 0 and 2 of the kernel 1 to 9.",
    ),
)


def projecting_layer():
    """Each number stamps 5 × 5 weights for each of 128 maps: 100 · 5 · 5 · 128."""
    return 128, 5, 100 * 5 * 5 * 128


exercise_3 = Exercise(
    "5.3 Predict the layer that projects (easy, 2 min)",
    "Which `Conv2DTranspose`, `valid` and without biases, turns 1 × 1 × 100 into 5 × 5 "
    "× 128? Answer with its filters, the side of its kernel, and how many weights it "
    "has.",
    projecting_layer,
    form="(filters, kernel_size, weights)",
    mistakes={
        "The side of the kernel comes second.": (5, 128, 320_000),
        "Those are the weights of one latent number.\nEach of the 100 channels has "
        "stamps of its own.": (128, 5, 3200),
        "Those are the weights of one filter.\nThere are 128.": (128, 5, 2500),
        "That is with 128 biases; there are none.": (128, 5, 320_128),
        "That is with the dense layer's 3200 biases.": (128, 5, 323_200),
        "As many maps come out as there are filters: 128.": (100, 5, 320_000),
        "One pixel leaves one stamp: a side of 3 makes 3 × 3.": (128, 3, 115_200),
    },
    hints=(
        "A single pixel leaves a single stamp. How large must it be?",
        "Each filter has a kernel for each of the 100 channels.",
    ),
)


def project_kernel(dense_kernel, size, maps):
    """Dense weights (latent, size · size · maps) as a kernel (h, w, out, in)."""
    latent_dim = len(dense_kernel)
    stamps = dense_kernel.reshape(latent_dim, size, size, maps)
    return stamps.transpose(1, 2, 3, 0)


exercise_4 = Exercise(
    "5.4 Turn the dense layer into a transposed convolution (medium, 5 min)",
    '"Project and reshape" as one layer: put the weights of a dense layer, `(latent, '
    "size · size · maps)`, which a `Reshape` to `(size, size, maps)` follows, in the "
    "order of a `Conv2DTranspose` that starts from 1 × 1 pixel.",
    project_kernel,
    mistakes={
        "The shape is right, but the weights are shuffled.\nThe latent axis is the "
        "first; only `transpose` carries it to the "
        "end.": lambda f, dense, size, maps: dense.reshape(size, size, maps, -1),
        "The axes are (height, width, in, out), those of `Conv2D`.\nA transposed "
        "convolution has (height, width, out, in): the latent axis comes "
        "last.": lambda f, *args: f(*args).swapaxes(2, 3),
        "The latent axis is still the first.\nThese are the stamps; the kernel of the "
        "layer has (height, width, out, "
        "in).": lambda f, *args: np.moveaxis(f(*args), 3, 0),
        "The 3200 numbers were taken map by map.\n`Reshape((5, 5, 128))` lets the "
        "*last* axis run fastest: pixel by pixel.": lambda f, dense, size, maps: (
            dense.reshape(len(dense), maps, size, size).transpose(2, 3, 1, 0)
        ),
        "Rows and columns of the stamps are swapped.\nThe order wanted is (height, "
        "width, out, in): `transpose(1, 2, 3, "
        "0)`.": lambda f, *args: f(*args).swapaxes(0, 1),
    },
    hints=(
        "First cut each row of the dense weights into a stamp, as `Reshape` does.",
        "Then bring the axes (latent, height, width, maps) into the order (height, "
        "width, maps, latent).",
    ),
    inputs=(
        (whole_numbers(3, 2 * 2 * 2), 2, 2),
        (whole_numbers(5, 3 * 3 * 1) / 4, 3, 1),
        (whole_numbers(2, 3 * 3 * 4), 3, 4),
    ),
)


def multiply_adds(size, maps, filters, kernel_size, stride):
    """Work of (UpSampling2D + Conv2D, Conv2DTranspose) on size × size maps, `same`."""
    one_place = kernel_size * kernel_size * maps * filters
    large_places = (size * stride) * (size * stride)
    small_places = size * size
    return large_places * one_place, small_places * one_place


exercise_5 = Exercise(
    "5.5 Count the work of both (easy, 5 min)",
    "The multiply-adds for one image of `UpSampling2D` + `Conv2D`, and those of "
    "`Conv2DTranspose`: a pair of numbers. Both take `maps` maps of `size` × `size` "
    "with padding `same`, have `filters` filters of `kernel_size` × `kernel_size`, and "
    "enlarge by `stride`.",
    multiply_adds,
    mistakes={
        "The two numbers are in the other order.\nFirst UpSampling2D + Conv2D, which "
        "works at full size; then Conv2DTranspose.": lambda f, *args: f(*args)[::-1],
        "The convolution was counted on the small maps.\nIt comes after the "
        "upsampling, and computes every pixel of the *large* "
        "output.": lambda f, *args: (f(*args)[1], f(*args)[1]),
        "The stamps were counted on the large output.\nThere is one stamp for each "
        "pixel of the *small* maps.": lambda f, *args: (f(*args)[0], f(*args)[0]),
        "The large output has `stride` times as many pixels here.\nIt is larger along "
        "both axes: `stride * stride` times as "
        "many.": lambda f, *args: (f(*args)[0] // args[-1], f(*args)[1]),
        "The filters are forgotten.\nEach filter looks at all the maps with weights of "
        "its own.": lambda f, size, maps, filters, k, s: f(size, maps, 1, k, s),
        "The maps are forgotten.\nEach filter has a kernel for every "
        "map.": lambda f, size, maps, filters, k, s: f(size, 1, filters, k, s),
        "A kernel was counted as `kernel_size` weights.\nIt has `kernel_size * "
        "kernel_size`.": lambda f, size, maps, out, k, s: f(size, maps / k, out, k, s),
    },
    hints=(
        "Write the chapter's two products down with the names of the arguments. There "
        "was one filter; what changes with more?",
        "The convolution works at (size · stride)² places, the stamps fall at size² "
        "places; each time it is kernel · kernel · maps · filters.",
    ),
    inputs=((5, 128, 1, 3, 2), (7, 64, 32, 4, 2), (4, 3, 2, 5, 3), (2, 8, 4, 1, 4)),
)


def sizes_through(start, layers):
    """The size after each Conv2DTranspose (kernel_size, stride, padding)."""
    sizes = []
    for kernel_size, stride, padding in layers:
        if padding == "same":
            start = start * stride
        else:
            start = (start - 1) * stride + max(kernel_size, stride)
        sizes.append(start)
    return sizes


def _sizes(n, layers, valid, same=lambda n, k, s: n * s):
    rules = {"valid": valid, "same": same}
    return [n := rules[padding](n, k, s) for k, s, padding in layers]


exercise_6 = Exercise(
    "5.6 Follow the sizes through a stack of layers (medium, 6 min)",
    "The sizes in a generator made of transposed convolutions only, such as 1 → 7 → 14 "
    "→ 28. `layers` is a list of `(kernel_size, stride, padding)`; the result is a "
    "list with the size after each.",
    sizes_through,
    mistakes={
        "These are the sizes of convolutions that shrink.\nA *transposed* convolution "
        "enlarges: n · s with `same`, (n − 1) · s + max(k, s) with "
        "`valid`.": lambda f, n, layers: _sizes(
            n, layers, lambda n, k, s: (n - k) // s + 1, lambda n, k, s: -(-n // s)
        ),
        "A kernel smaller than its stride makes it too small here.\n`valid` gives (n − "
        "1) · s + max(k, s), not + "
        "k.": lambda f, n, layers: _sizes(n, layers, lambda n, k, s: (n - 1) * s + k),
        "All layers were taken as `valid`.\nWith `same` the output is n · "
        "s.": lambda f, n, layers: f(n, [(k, s, "valid") for k, s, _ in layers]),
        "All layers were taken as `same`.\n`valid` keeps all of the stamps: (n − 1) · "
        "s + max(k, "
        "s).": lambda f, n, layers: f(n, [(k, s, "same") for k, s, _ in layers]),
        "With `valid` it is n · s + k here: one stride too much.\nFrom the first stamp "
        "to the last there are n − 1 "
        "strides.": lambda f, n, layers: f(n, [(k + s, s, p) for k, s, p in layers]),
        "The size at the start is in the list.\nAsked for are the sizes *after* each "
        "layer.": lambda f, n, layers: [n, *f(n, layers)],
        "That is the last size only.\nAsked for is a list: one size after each "
        "layer.": lambda f, n, layers: f(n, layers)[-1],
        "Each layer was given the size at the start.\nEach one's output is the next "
        "one's input.": lambda f, n, layers: [f(n, [layer])[0] for layer in layers],
    },
    hints=(
        "Go through the layers in a loop; each one's output is the next one's input.",
        "`same`: n · s. `valid`: (n − 1) · s + max(k, s).",
    ),
    inputs=(
        (1, [(7, 1, "valid"), (4, 2, "same"), (4, 2, "same")]),
        (5, [(3, 2, "same"), (3, 2, "valid")]),
        (3, [(2, 3, "valid"), (5, 1, "valid"), (1, 2, "same")]),
        (4, [(1, 2, "valid"), (6, 3, "same")]),
    ),
)
