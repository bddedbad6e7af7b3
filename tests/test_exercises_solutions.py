"""The solutions, held against the library, which is held against Keras."""

import numpy as np
import pytest

from course_lib import (
    convolution,
    evaluation,
    generators,
    kernels,
    pooling,
    pytorch,
    shapes,
    upsampling,
)
from course_lib import transposed_convolution as transposed
from course_lib.exercises import check
from course_lib.exercises._running import UnusableError, plain
from course_lib.exercises.chapters import (
    chapter_1,
    chapter_2,
    chapter_3,
    chapter_4,
    chapter_5,
    chapter_6,
    chapter_7,
    chapter_8,
)
from course_lib.exercises.exercise import Exercise, whole_numbers

equal = np.testing.assert_allclose


def as_batch(image: np.ndarray) -> np.ndarray:
    return image[None, :, :, None]


def inputs(exercise: Exercise) -> tuple[tuple[object, ...], ...]:
    assert len(exercise.inputs) >= 2
    return exercise.inputs


def test_chapter_1() -> None:
    rows, columns = (shapes.pool_output_size(n, 2, padding="same") for n in (5, 7))
    assert chapter_1.pooled_size() == (rows, columns)

    sizes = [28]
    while sizes[-1] >= 2:
        sizes.append(shapes.pool_output_size(sizes[-1], 2))
    assert chapter_1.sizes_down_to_one() == tuple(sizes[1:])

    kernel = chapter_1.kernel_that_averages()[:, :, None, None]
    x = whole_numbers(1, 6, 4, 1)
    by_kernel = convolution.conv2d(x, kernel, strides=2, padding="same")
    equal(by_kernel, pooling.average_pool2d(x))

    for (image,) in inputs(chapter_1.exercise_4):
        expected = pooling.max_pool2d(as_batch(image), padding="same")
        equal(as_batch(chapter_1.max_pool_same(image)), expected)

    for (channels,) in inputs(chapter_1.exercise_5):
        x = whole_numbers(1, 4, 6, channels)
        kernel = chapter_1.averaging_kernel(channels)
        equal(convolution.conv2d(x, kernel, strides=2), pooling.average_pool2d(x))


def test_gradient_of_max_pooling_says_how_the_sum_grows() -> None:
    image = whole_numbers(4, 6) + np.arange(24).reshape(4, 6) / 100  # no equal pixels
    gradient = chapter_1.max_pool_gradient(image)
    for place in np.ndindex(*image.shape):
        raised = image.copy()
        raised[place] += 1e-3
        growth = pooling.max_pool2d(as_batch(raised)).sum()
        growth -= pooling.max_pool2d(as_batch(image)).sum()
        equal(gradient[place], growth / 1e-3, atol=1e-6)


def test_chapter_2() -> None:
    x = whole_numbers(1, 2, 2, 1)
    assert upsampling.upsample2d(x, (2, 3)).shape[1:3] == chapter_2.wide_size()
    seven_by_five = upsampling.upsample2d(np.ones((1, 7, 5, 1)), chapter_2.factors())
    assert seven_by_five.shape == (1, 28, 15, 1)
    row = np.array([[[[0.0], [4]]]])
    by_library = upsampling.upsample2d(row, (1, 4), "bilinear")
    equal(chapter_2.bilinear_by_hand(), by_library.ravel())
    for x, size in inputs(chapter_2.exercise_4):
        equal(chapter_2.upsample(x, size), upsampling.upsample2d(x, size))
    for row, factor in inputs(chapter_2.exercise_5):
        expected = upsampling.upsample2d(
            row[None, None, :, None], (1, factor), "bilinear"
        )
        equal(chapter_2.enlarge_row(row, factor), expected.ravel())


def test_chapter_3() -> None:
    model = generators.build_upsampling_generator()
    dense = next(layer for layer in model.layers if layer.count_params())
    assert dense.count_params() == chapter_3.dense_parameters()
    assert model.count_params() == chapter_3.count_parameters(100, 5, 128, 3)

    random = np.random.default_rng(0)
    large = upsampling.upsample2d(random.normal(size=(100, 5, 5, 3)))
    images = convolution.conv2d(large, random.normal(size=(3, 3, 3, 1)), padding="same")
    rank = np.linalg.matrix_rank(images.reshape(100, 100))
    assert rank == chapter_3.independent_images()

    points = whole_numbers(5, 2)
    matrix = chapter_3.matrix_of(chapter_3.an_affine_generator, 2)
    origin = chapter_3.an_affine_generator(np.zeros((1, 2))).reshape(1, 3)
    drawn = chapter_3.an_affine_generator(points).reshape(5, 3)
    equal(points @ matrix + origin, drawn)


def test_chapter_4() -> None:
    size = shapes.conv_transpose_output_size
    assert (size(5, 3, 2), size(5, 3, 2, "same")) == chapter_4.two_sizes()
    sizes = tuple(k for k in range(1, 20) if size(4, k, 2) == 8)
    assert sizes == chapter_4.kernel_sizes()

    x = whole_numbers(1, 3, 4, 1)
    kernel = chapter_4.kernel_that_repeats()[:, :, None, None]
    repeated = transposed.conv2d_transpose(x, kernel, 2, "same")
    equal(repeated, upsampling.upsample2d(x))

    for image, kernel, stride in inputs(chapter_4.exercise_4):
        expected = transposed.conv2d_transpose(
            as_batch(image), kernel[:, :, None, None], stride
        )
        equal(as_batch(chapter_4.stamp(image, kernel, stride)), expected)
    for (kernel,) in inputs(chapter_4.exercise_6):
        equal(chapter_4.for_pytorch(kernel), pytorch.pytorch_weight(kernel))


@pytest.mark.parametrize(("k", "s"), [(3, 2), (4, 2), (5, 2), (2, 2), (6, 3), (4, 1)])
def test_crop_is_that_of_padding_same(k: int, s: int) -> None:
    x, kernel = whole_numbers(1, 3, 5, 1), whole_numbers(k, k, 1, 1)
    full = transposed.conv2d_transpose(x, kernel, s)[0, :, :, 0]
    same = transposed.conv2d_transpose(x, kernel, s, "same")[0, :, :, 0]
    equal(chapter_4.crop_to_same(full, k, s), same)


def test_chapter_5() -> None:
    model = generators.build_transposed_generator()
    maps = np.ones((1, *model.layers[-1].input.shape[1:]))
    stamped = transposed.conv2d_transpose(maps, np.ones((3, 3, 1, 128)), 2)
    assert stamped.shape[1:] == chapter_5.forgotten_same()

    nine = np.arange(1.0, 10).reshape(3, 3, 1, 1)
    flat = transposed.conv2d_transpose(np.ones((1, 5, 5, 1)), nine, 2)
    assert flat[0, 4, 4, 0] == 20
    met = {
        weight
        for weight in range(1, 10)
        if transposed.conv2d_transpose(
            np.ones((1, 5, 5, 1)), nine * (nine == weight), 2
        )[0, 4, 4, 0]
    }
    assert met == set(chapter_5.weights_of_twenty())

    for start, layers in inputs(chapter_5.exercise_4):
        after = chapter_5.sizes_through(start, layers)
        for before, layer, size in zip([start, *after], layers, after, strict=False):
            assert shapes.conv_transpose_output_size(before, *layer) == size

    for dense_kernel, size, maps in inputs(chapter_5.exercise_5):
        points = whole_numbers(4, len(dense_kernel))
        kernel = chapter_5.project_kernel(dense_kernel, size, maps)
        stamped = transposed.conv2d_transpose(points[:, None, None], kernel)
        equal(stamped, (points @ dense_kernel).reshape(4, size, size, maps))

    for generator, image, latent_dim in inputs(chapter_5.exercise_6):
        point = chapter_5.find_point(generator, image, latent_dim)
        equal(generator(point[None]), image, atol=1e-9)


def test_chapter_6() -> None:
    one = kernels.fold_upsampling(np.ones((3, 3, 1, 1)), 2)
    assert one.shape[:2] == chapter_6.size_of_the_stamp()
    units = np.eye(25).reshape(25, 5, 5, 1, 1)
    folded = np.array([kernels.fold_upsampling(unit, 3) for unit in units])
    rank = np.linalg.matrix_rank(folded.reshape(25, -1))
    assert (folded.shape[1], rank) == chapter_6.folded_size_and_freedom()
    assert chapter_6.saving(3, 2) == 36 / 16

    for kernel, size in inputs(chapter_6.exercise_4):
        equal(chapter_6.fold(kernel, size), kernels.fold_upsampling(kernel, size))
    for (size,) in inputs(chapter_6.exercise_5):
        by_library = kernels.bilinear_kernel(size, 1, dtype="float64")
        equal(chapter_6.bilinear(size), by_library[:, :, 0, 0])


@pytest.mark.parametrize("block", [2, 3])
def test_depth_to_space_is_what_the_folded_layer_does(block: int) -> None:
    x, kernel = whole_numbers(2, 4, 3, 2), whole_numbers(3, 3, 2, 2 * block**2)
    convolved = convolution.conv2d(x, kernel, padding="same")
    folded = kernels.fold_subpixel(kernel, block)
    expected = transposed.conv2d_transpose(x, folded, block, "same")
    equal(chapter_6.depth_to_space(convolved, block), expected)


def counts(kernel_size: int, stride: int) -> np.ndarray:
    """Count the stamps on each place of a block, inside."""
    ones = np.ones((kernel_size, kernel_size, 1, 1))
    stamps = transposed.conv2d_transpose(np.ones((1, 12, 12, 1)), ones, stride)
    first = 6 * stride
    return stamps[0, first : first + stride, first : first + stride, 0]


def test_chapter_7() -> None:
    of_3, of_5 = counts(3, 2), counts(5, 2)
    assert (of_3.max(), of_3.min()) == chapter_7.most_and_fewest()
    along = np.sqrt(np.diag(counts(4, 3)))
    equal(chapter_7.counts_of_4_at_stride_3(), along)
    for kernel_size, stride in inputs(chapter_7.exercise_3):
        along = np.sqrt(np.diag(counts(kernel_size, stride)))
        equal(chapter_7.overlaps(kernel_size, stride), along)

    share = evaluation.checkerboard(as_batch(of_5), 2, relative_to="energy")
    equal(chapter_7.share_of_the_counts(), share, atol=5e-4)
    for (image,) in inputs(chapter_7.exercise_5):
        share = evaluation.checkerboard(as_batch(image), 2, relative_to="energy")
        equal(chapter_7.pattern_share(image), share)

    for (kernel,) in inputs(chapter_7.exercise_6):
        even = chapter_7.even_out(kernel)
        flat = transposed.conv2d_transpose(
            np.ones((1, 9, 9, 1)), even[:, :, None, None], 2
        )
        inside = flat[:, 6:12, 6:12]
        equal(inside, np.full_like(inside, kernel.sum() / 4))


def test_chapter_8() -> None:
    from course_lib.backend import keras

    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    ones, zeros = np.ones((5, 1)), np.zeros((5, 1))
    equal(chapter_8.loss_of_a_coin(), float(loss(ones, zeros)), atol=5e-4)
    for real, generated in inputs(chapter_8.exercise_4):
        of_both = (loss(ones[: len(real)], real), loss(zeros[: len(real)], generated))
        equal(
            chapter_8.discriminator_loss(real, generated), np.mean(of_both), rtol=1e-5
        )
    for (generated,) in inputs(chapter_8.exercise_5):
        expected = float(loss(ones[: len(generated)], generated))
        equal(chapter_8.generator_loss(generated), expected, rtol=1e-5)


# Answers made with TensorFlow and Keras


def test_tensors_and_variables_and_shapes_are_let_in() -> None:
    from course_lib.backend import keras, tf

    for four_six in (tf.constant([4, 6]), tf.Variable([4, 6]), tf.zeros((4, 6)).shape):
        assert np.array_equal(plain(four_six), [4, 6])
    assert np.array_equal(plain([tf.constant(4), keras.Variable(6)]), [4, 6])
    assert np.array_equal(plain(keras.Variable([4.0, 6.0])), [4, 6])
    assert "None in it" in str(check("2.1", keras.Input((4,)).shape))
    for useless in (keras.Input((2,)), keras.Sequential(), keras.layers.ReLU()):
        with pytest.raises(UnusableError, match=r"^an? "):
            plain(useless)


def test_keras_may_be_imported_in_an_answer() -> None:
    def upsample(x, size):  # type: ignore[no-untyped-def]
        import keras

        return keras.ops.repeat(keras.ops.repeat(x, size[0], 1), size[1], 2)

    assert check("2.4", upsample).tone == "correct"
