"""The solutions, held against the library, which is held against Keras."""

import numpy as np
import pytest

from course_lib import evaluation, generators, kernels
from course_lib.backend import keras, tf
from course_lib.convolution import conv2d, convolution_matrix
from course_lib.exercises import all_exercises, check
from course_lib.exercises._running import plain
from course_lib.exercises.exercise import whole_numbers
from course_lib.pooling import average_pool2d, max_pool2d
from course_lib.shapes import conv_transpose_output_size, pool_output_size
from course_lib.transposed_convolution import conv2d_transpose
from course_lib.upsampling import upsample2d

NINE = np.arange(1.0, 10).reshape(3, 3)
MAPS = np.eye(75).reshape(75, 5, 5, 3)  # all that three maps of 5 × 5 can hold
KERNELS = np.eye(25).reshape(5, 5, 1, 25)  # all that a kernel of 5 × 5 can be


def as_batch(image):
    return np.asarray(image)[None, :, :, None]


def as_kernel(image):
    return np.asarray(image)[:, :, None, None]


def stamps(image, kernel, stride):
    return conv2d_transpose(as_batch(image), as_kernel(kernel), stride)[0, :, :, 0]


def counts(kernel_size, stride):
    """Count the stamps on each place of a block, inside."""
    flat = stamps(np.ones((12, 12)), np.ones((kernel_size, kernel_size)), stride)
    return flat[6 * stride :][:stride, 6 * stride :][:, :stride]


def pooled(image):
    return max_pool2d(as_batch(image), padding="same")[0, :, :, 0]


def enlarged_row(row, factor):
    return upsample2d(as_batch([row]), (1, factor), "bilinear").ravel()


def sizes_through(n, layers):
    return [n := conv_transpose_output_size(n, *layer) for layer in layers]


def rank(samples, count):
    return np.linalg.matrix_rank(samples.reshape(count, -1))


def energy_share(image):
    return evaluation.checkerboard(as_batch(image), 2, relative_to="energy")


def g_loss(generated):
    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    return float(cross_entropy(np.ones_like(generated), generated))


LIBRARY = {
    "1.1": pooled,
    "1.2": lambda: [pool_output_size(n, 2, padding="same") for n in (5, 7)],
    "1.3": lambda: 8 * len(pooled(pooled(pooled(np.ones((28, 28)))))),
    "1.5": pooled,
    "2.1": lambda: upsample2d(np.ones((1, 2, 2, 1)), (2, 3)).shape[1:3],
    "2.3": lambda: enlarged_row([0.0, 4], 4),
    "2.4": upsample2d,
    "2.5": enlarged_row,
    "3.1": lambda: generators.build_upsampling_generator().layers[0].count_params(),
    "3.2": lambda: rank(
        conv2d(upsample2d(MAPS), whole_numbers(3, 3, 3, 1), padding="same"), 75
    ),
    "4.1": lambda: [stamps([[p]], NINE, 2)[2, c] for p, c in ((3.0, 2), (4.0, 0))],
    "4.2": stamps,
    "4.3": stamps,
    "4.4": lambda kernel, n, s: convolution_matrix(as_kernel(kernel), (n, n), s),
    "4.5": lambda: [conv_transpose_output_size(2, 3, s) for s in (1, 2, 3, 4)],
    "4.6": lambda: [conv_transpose_output_size(5, 3, 2, p) for p in ("valid", "same")],
    "5.1": lambda: np.sqrt(counts(3, 2).max() / counts(3, 2).min()),
    "5.2": lambda: [
        w for w in NINE.flat if stamps(np.ones((5, 5)), w * (w == NINE), 2)[4, 4]
    ],
    "5.6": sizes_through,
    "6.1": lambda: kernels.fold_upsampling(np.ones((3, 3, 1, 1)), 2).shape[:2],
    "6.2": kernels.fold_upsampling,
    "6.3": lambda: (7, rank(kernels.fold_upsampling(KERNELS, 3), 7 * 7)),
    "6.5": lambda: (6, np.size(kernels.fold_subpixel(np.ones((3, 3, 1, 4)), 2))),
    "6.6": lambda x, block: conv2d_transpose(
        x, kernels.fold_subpixel(np.eye(x.shape[-1])[None, None], block), block
    ),
    "6.7": lambda size: kernels.bilinear_kernel(size, 1, dtype="float64")[:, :, 0, 0],
    "7.1": lambda: (counts(3, 2).max(), counts(3, 2).min()),
    "7.2": energy_share,
    "7.3": lambda: energy_share(counts(5, 2)),
    "7.4": lambda: (4, stamps(stamps(np.ones((6, 6)), NINE**0, 2), NINE**0, 2).max()),
    "7.5": lambda: np.sqrt(np.diag(counts(4, 3))),
    "7.6": lambda kernel_size, stride: np.sqrt(np.diag(counts(kernel_size, stride))),
    "8.1": lambda: g_loss(np.zeros((5, 1))),
    "8.4": lambda real, generated: (g_loss(real) + g_loss(-generated)) / 2,
    "8.5": g_loss,
}
EXERCISES = {exercise.name: exercise for exercise in all_exercises()}
SOLUTIONS = {name: exercise.solution for name, exercise in EXERCISES.items()}
equal = np.testing.assert_allclose


@pytest.mark.parametrize("name", LIBRARY)
def test_solution_gives_what_the_library_gives(name):
    rounded = 5e-4 if name in ("7.3", "8.1") else 1e-9
    for given in EXERCISES[name].inputs or [()]:
        equal(SOLUTIONS[name](*given), LIBRARY[name](*given), rtol=1e-5, atol=rounded)


def test_kernels_do_what_the_layers_do():
    x = whole_numbers(1, 6, 4, 3)
    one = x[..., :1]
    averaging = as_kernel(SOLUTIONS["1.4"]())
    by_kernel = conv2d(one, averaging, strides=2, padding="same")
    equal(by_kernel, average_pool2d(one))
    of_three = SOLUTIONS["1.6"](3)
    equal(conv2d(x, of_three, strides=2), average_pool2d(x))
    repeating = as_kernel(SOLUTIONS["4.7"]())
    equal(conv2d_transpose(one, repeating, 2, "same"), upsample2d(one))
    large = upsample2d(np.ones((1, 7, 5, 1)), SOLUTIONS["2.2"]())
    assert large.shape == (1, 28, 15, 1)


def test_gradient_of_max_pooling_says_how_the_sum_grows():
    image = whole_numbers(4, 6) + np.arange(24).reshape(4, 6) / 100  # no equal pixels
    gradient = SOLUTIONS["1.7"](image)
    for place in np.ndindex(*image.shape):
        raised = image.copy()
        raised[place] += 1e-3
        growth = pooled(raised).sum() - pooled(image).sum()
        equal(gradient[place], growth / 1e-3, atol=1e-6)


def test_generators_are_counted_and_read():
    count = generators.build_upsampling_generator().count_params()
    assert count == SOLUTIONS["3.5"](100, 5, 128, 3)
    for generator, latent_dim in EXERCISES["3.6"].inputs:
        points = whole_numbers(5, latent_dim)
        origin = generator(np.zeros((1, latent_dim))).ravel()
        drawn = points @ SOLUTIONS["3.6"](generator, latent_dim) + origin
        equal(drawn, generator(points).reshape(5, -1))


@pytest.mark.parametrize(("k", "s"), [(3, 2), (4, 2), (5, 2), (2, 2), (6, 3), (4, 1)])
def test_crop_is_that_of_padding_same(k, s):
    x, kernel = whole_numbers(1, 3, 5, 1), whole_numbers(k, k, 1, 1)
    full = conv2d_transpose(x, kernel, s)[0, :, :, 0]
    same = conv2d_transpose(x, kernel, s, "same")[0, :, :, 0]
    equal(SOLUTIONS["4.8"](full, k, s), same)


def test_projected_kernel_stamps_what_the_dense_layer_gives():
    for dense_kernel, size, maps in EXERCISES["5.4"].inputs:
        points = whole_numbers(4, len(dense_kernel))
        kernel = SOLUTIONS["5.4"](dense_kernel, size, maps)
        stamped = conv2d_transpose(points[:, None, None], kernel)
        equal(stamped, (points @ dense_kernel).reshape(4, size, size, maps))


def test_evened_kernel_draws_no_pattern():
    for (kernel,) in EXERCISES["7.7"].inputs:
        flat = stamps(np.ones((9, 9)), SOLUTIONS["7.7"](kernel), 2)[6:12, 6:12]
        equal(flat, np.full((6, 6), kernel.sum() / 4))


def test_tensors_and_variables_and_shapes_are_let_in():
    for four_six in (tf.constant([4, 6]), tf.Variable([4, 6]), tf.zeros((4, 6)).shape):
        assert np.array_equal(plain(four_six), [4, 6])
    assert np.array_equal(plain([tf.constant(4), keras.Variable(6)]), [4, 6])
    assert np.array_equal(plain(keras.Variable([4.0, 6.0])), [4, 6])
    assert "None in it" in str(check("2.1", keras.Input((4,)).shape))
    for useless in (keras.Input((2,)), keras.Sequential(), keras.layers.ReLU()):
        assert isinstance(plain(useless), str)
