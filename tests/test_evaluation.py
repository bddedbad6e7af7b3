import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.evaluation import checkerboard
from course_lib.kernels import fold_upsampling
from course_lib.pooling import average_pool2d
from course_lib.transposed_convolution import conv2d_transpose
from course_lib.upsampling import upsample2d

RANDOM = np.random.default_rng(0)


def tiled(*rows, times=3):
    pattern = np.array(rows, dtype=float)
    return np.tile(pattern, (times, times))[None, :, :, None]


def test_known_patterns():
    assert checkerboard(tiled([1, -1], [-1, 1])) == 1
    assert checkerboard(tiled([0, 0], [0, 1])) == 1
    # variance 3/16 of energy 1/4
    assert checkerboard(tiled([0, 0], [0, 1]), relative_to="energy") == 0.75


def test_a_pattern_of_another_period_does_not_count():
    thirds = tiled([1, 0, 0], times=4)
    assert checkerboard(thirds, 3) == 1
    assert checkerboard(np.tile(tiled([1, 0, 0]), (1, 2, 4, 1)), 2) == pytest.approx(0)


def test_rows_and_columns_have_their_own_period():
    stripes = tiled([1, 0, 0, 0], times=4)
    assert checkerboard(stripes, (1, 4)) == 1
    assert checkerboard(stripes, (4, 1)) == 0


def test_half_the_variance():
    """A pattern of variance 1, plus independent content of variance 1 without one."""
    pattern = tiled([1, -1], [-1, 1], times=4)
    content = np.ones((1, 8, 8, 1))
    content[:, :4] = -1
    assert checkerboard(pattern + content) == pytest.approx(0.5)


@pytest.mark.parametrize("relative_to", ["variance", "energy"])
def test_flat_images_have_none(relative_to):
    for value in (0.0, 1.0, 0.1, -3e7):
        assert checkerboard(np.full((2, 6, 6, 1), value), 2, relative_to) == 0


def test_a_pattern_on_a_very_bright_image_is_seen():
    assert checkerboard(1e9 + tiled([1, -1], [-1, 1])) == pytest.approx(1)


def test_none_by_construction():
    """Where all pixels of a block have the same mean over the image."""
    noise = RANDOM.normal(size=(3, 5, 5, 2))
    assert checkerboard(upsample2d(noise)) < 1e-30
    flat = np.ones((1, 8, 8, 1))
    kernel = fold_upsampling(RANDOM.normal(size=(3, 3, 1, 1)), 2)
    inside = conv2d_transpose(flat, kernel, 2, "same")[:, 2:-2, 2:-2]
    assert checkerboard(inside, relative_to="energy") < 1e-25


def test_a_transposed_convolution_with_a_gap_is_seen():
    flat = np.ones((1, 8, 8, 1))
    kernel = RANDOM.normal(size=(3, 3, 1, 1))
    inside = conv2d_transpose(flat, kernel, 2, "same")[:, 2:-2, 2:-2]
    assert checkerboard(inside, relative_to="energy") > 0.01


def test_a_ramp_and_noise_are_as_small_as_documented():
    ramp = np.broadcast_to(np.arange(10.0), (1, 10, 10)).reshape(1, 10, 10, 1)
    assert checkerboard(ramp) == pytest.approx(3 / (10**2 - 1))
    noise = RANDOM.normal(size=(4000, 10, 10, 1))
    assert checkerboard(noise) == pytest.approx(3 / 99, rel=0.03)


def test_it_is_the_share_of_the_spectrum():
    x = RANDOM.normal(size=(1, 12, 12, 1))
    power = np.abs(np.fft.fft2(x[0, :, :, 0])) ** 2
    power[0, 0] = 0
    assert checkerboard(x, 3) == pytest.approx(power[::4, ::4].sum() / power.sum())


images = st.integers(0, 2**32 - 1).map(
    lambda seed: np.random.default_rng(seed).normal(size=(3, 6, 6, 2))
)


@given(images, st.floats(0.01, 100), st.floats(-3, 3), st.integers(0, 5))
def test_what_it_does_not_depend_on(x, scale, brightness, pixels):
    value = checkerboard(x, 2)
    for same in (
        scale * x,
        -x,
        x + brightness,
        np.roll(x, pixels, axis=1),
        np.roll(x, pixels, axis=2),
        x[:, ::-1],
        x[:, :, ::-1],
        x.transpose(0, 2, 1, 3),
        x[::-1],
        np.concatenate([x, x]),
    ):
        assert checkerboard(same, 2) == pytest.approx(value, rel=1e-6)


@given(images, st.sampled_from([1, 2, 3, (2, 3), 6]))
def test_it_is_a_share(x, period):
    assert 0 <= checkerboard(x, period) <= 1
    assert 0 <= checkerboard(x, period, "energy") <= checkerboard(x, period)


def test_the_rest_is_cropped():
    x = RANDOM.normal(size=(1, 7, 9, 1))
    assert checkerboard(x, 2) == checkerboard(x[:, :6, :8], 2)


def test_pooling_removes_the_pattern():
    x = RANDOM.normal(size=(1, 8, 8, 1)) + tiled([1, -1], [-1, 1], times=4)
    assert checkerboard(x) > 0.3
    assert checkerboard(average_pool2d(x)) < 0.2


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((np.ones((4, 4)),), ValueError, "images must be a float32 or float64"),
        ((np.ones((1, 4, 4, 1), int),), TypeError, "images must be"),
        ((np.ones((0, 4, 4, 1)),), ValueError, "at least one image"),
        ((np.ones((1, 4, 4, 1)), 5), ValueError, "period must fit"),
        ((np.ones((1, 4, 4, 1)), 0), ValueError, "period must be 1 or more"),
        ((np.ones((1, 4, 4, 1)), 2, np.array(["energy"])), ValueError, "relative_to"),
        ((np.ones((1, 4, 4, 1)), 2, "mean"), ValueError, "relative_to must be"),
    ],
)
def test_bad_arguments_are_named(arguments, error, message):
    with pytest.raises(error, match=message):
        checkerboard(*arguments)
