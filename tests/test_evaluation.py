"""The metrics: known answers, plain implementations, and real digits spoiled."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from scipy import linalg

import train_classifier
from course_lib.backend import keras
from course_lib.digits import load_digits
from course_lib.evaluation import _classifier as classifier
from course_lib.evaluation import (
    checkerboard,
    class_imbalance,
    confidence,
    data_copying,
    digit_features,
    digit_probabilities,
    evaluate,
    frechet_distance,
    kernel_distance,
    precision_recall,
)
from course_lib.upsampling import upsample2d

PAIRS = [frechet_distance, kernel_distance, precision_recall]
TEST, TEST_LABELS = load_digits(split="test")
ALL, ALL_LABELS = load_digits()
TRAIN, NEW = ALL[:2000], ALL[2000:]
"""The digits trained with, and a perfect generator's: real, and never seen."""


def normal(seed, count=1000, features=4, mean=0.0, scale=1.0):
    return np.random.default_rng(seed).normal(mean, scale, (count, features))


# Checkerboards


def tiled(*rows, times=3):
    return np.tile(np.array(rows, float), (times, times))[None, :, :, None]


BOARD = tiled([1, -1], [-1, 1], times=4)
HALVES = np.where(np.arange(8) < 4, -1.0, 1.0)[None, :, None, None] + 0 * BOARD
NOISE = np.random.default_rng(0).normal(size=(3, 12, 12, 2))


@pytest.mark.parametrize(
    ("images", "options", "expected"),
    [
        (BOARD, {}, 1),
        (tiled([0, 0], [0, 1]), {}, 1),
        (tiled([0, 0], [0, 1]), {"relative_to": "energy"}, 0.75),  # 3/16 of 1/4
        (tiled([1, 0, 0], times=4), {"period": 3}, 1),
        (np.tile(tiled([1, 0, 0], times=4), (1, 2, 1, 1)), {"period": 2}, 0),
        (tiled([1, 0, 0, 0], times=4), {"period": (1, 4)}, 1),
        (tiled([1, 0, 0, 0], times=4), {"period": (4, 1)}, 0),
        (BOARD + HALVES, {}, 0.5),  # a pattern of variance 1, and as much without one
        (np.full((2, 6, 6, 1), 0.1), {}, 0),
        (np.full((2, 6, 6, 1), -3e7), {"relative_to": "energy"}, 0),
        (np.zeros((1, 4, 4, 1)), {}, 0),
        (1e9 + BOARD, {}, 1),
        (upsample2d(NOISE), {}, 0),
        (np.arange(10.0).reshape(1, 1, 10, 1) + np.zeros((1, 10, 1, 1)), {}, 3 / 99),
        (np.pad(BOARD, ((0, 0), (0, 1), (0, 1), (0, 0)), constant_values=9), {}, 1),
    ],
)
def test_checkerboard_of_known_patterns(images, options, expected):
    assert checkerboard(images, **options) == pytest.approx(expected, abs=1e-9)


def test_checkerboard_of_noise_is_as_small_as_documented():
    noise = np.random.default_rng(0).normal(size=(4000, 10, 10, 1))
    assert checkerboard(noise) == pytest.approx(3 / 99, rel=0.03)


def test_checkerboard_is_the_share_of_the_spectrum():
    power = np.abs(np.fft.fft2(NOISE[:1, :, :, 0])) ** 2
    power[:, 0, 0] = 0
    expected = power[:, ::4, ::4].sum() / power.sum()
    assert checkerboard(NOISE[:1, :, :, :1], 3) == pytest.approx(expected)


def test_what_checkerboard_does_not_depend_on():
    value = checkerboard(NOISE)
    same = [-7 * NOISE, NOISE + 3, NOISE[::-1], np.tile(NOISE, (2, 1, 1, 1))]
    same += [np.roll(NOISE, 3, 1), NOISE[:, :, ::-1], NOISE.transpose(0, 2, 1, 3)]
    assert [checkerboard(images) for images in same] == pytest.approx([value] * 7)
    assert 0 < checkerboard(NOISE + 3, relative_to="energy") < value


# Fréchet distance


def with_moments(covariance, mean=0.0, seed=0):
    """A sample whose mean and covariance are exactly these."""
    x = normal(seed, 200, len(covariance))
    x = (x - x.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(x.T))).T
    return x @ np.linalg.cholesky(covariance).T + mean


@pytest.mark.parametrize(
    ("covariance", "mean", "expected"),
    [
        (np.eye(3), 2.0, 3 * 2**2),
        (9 * np.eye(3), 0.0, 3 * (3 - 1) ** 2),
        (np.diag([1.0, 4.0, 0.25]), 0.0, 0 + 1 + 0.5**2),
        (np.array([[5.0, 4.0], [4.0, 5.0]]), 0.0, 10 + 2 - 2 * 4),  # root: [[2, 1], …]
    ],
)
def test_frechet_distance_of_gaussians_with_a_closed_form(covariance, mean, expected):
    here = with_moments(np.eye(len(covariance)))
    there = with_moments(covariance, mean, seed=1)
    assert frechet_distance(here, there) == pytest.approx(expected)


@pytest.mark.parametrize("features", [1, 2, 7, 12])
def test_frechet_distance_equals_the_textbook_formula(features):
    x = normal(1, 150, features) @ normal(2, features, features)
    y = normal(3, 150, features, 1.0, 0.3)
    a, b = (np.atleast_2d(np.cov(sample, rowvar=False)) for sample in (x, y))
    difference = x.mean(axis=0) - y.mean(axis=0)
    root = np.atleast_2d(linalg.sqrtm(a @ b)).real
    expected = difference @ difference + np.trace(a + b - 2 * root)
    assert frechet_distance(x, y) == pytest.approx(expected)


def test_what_the_frechet_distance_does_not_depend_on():
    x, y = normal(0), normal(1, mean=0.5, scale=2.0)
    value = frechet_distance(x, y)
    rotation = np.linalg.qr(normal(2, 4))[0]
    for a, b in [(y, x), (x + 7, y + 7), (x @ rotation, y @ rotation), (x[::-1], y)]:
        assert frechet_distance(a, b) == pytest.approx(value)
    assert frechet_distance(3 * x, 3 * y) == pytest.approx(9 * value)
    assert 0 <= frechet_distance(x, x) < 1e-9
    twice = frechet_distance(np.hstack([x, x]), np.hstack([y, y]))  # no inverse
    assert twice == pytest.approx(2 * value)
    single = frechet_distance(x.astype("float32"), (y + 1000).astype("float32"))
    assert single == pytest.approx(frechet_distance(x, y + 1000), rel=1e-6)


def test_frechet_distance_of_equal_distributions_is_as_large_as_documented():
    pairs = [(normal(n, 500, 8), normal(n + 1000, 500, 8)) for n in range(100)]
    values = [frechet_distance(*pair) for pair in pairs]
    assert np.mean(values) == pytest.approx(8 * (8 + 5) / (2 * 500), rel=0.06)


# Kernel distance


def test_kernel_distance_equals_plain_loops():
    x, y = normal(0, 20, 3), normal(1, 20, 3, mean=0.5)

    def mean(a, b, same):
        pairs = [(i, j) for i in range(20) for j in range(20) if i != j or not same]
        return np.mean([(a[i] @ b[j] / 3 + 1) ** 3 for i, j in pairs])

    expected = mean(x, x, True) + mean(y, y, True) - 2 * mean(x, y, False)
    assert kernel_distance(x, y) == pytest.approx(expected)


def test_kernel_distance_is_unbiased():
    """Nought on average where the distributions are equal, even of ten images."""
    pairs = [(normal(2 * n, 10), normal(2 * n + 1, 10)) for n in range(1000)]
    values = [kernel_distance(*pair) for pair in pairs]
    assert abs(np.mean(values)) < 3 * np.std(values) / np.sqrt(len(values))
    assert kernel_distance(normal(0), normal(1, scale=2.0)) > 0.5


# Precision and recall


@pytest.mark.parametrize("k", [1, 3])
@pytest.mark.parametrize("scale", [0.5, 2.0])
def test_precision_and_recall_equal_a_plain_search(k, scale):
    def share_inside(points, sample):
        radii = [sorted(np.linalg.norm(sample - c, axis=1))[k] for c in sample]
        distances = [np.linalg.norm(sample - point, axis=1) for point in points]
        return np.mean([(d <= radii).any() for d in distances])

    x, y = normal(0, 40, 2), normal(1, 40, 2, scale=scale)
    assert precision_recall(x, y, k) == (share_inside(y, x), share_inside(x, y))
    assert precision_recall(x, x, k) == (1, 1)


def test_precision_and_recall_by_hand():
    """Balls of radius 1 around 0, 1, 2 and of 8 around 10 reach neither 19 nor -2."""
    real = np.array([[0.0], [1.0], [2.0], [10.0]])
    generated = np.array([[-1.0], [-2.0], [2.5], [19.0]])
    result = precision_recall(real, generated, neighbours=1)
    assert result == (0.5, 1.0)  # radii of the generated: 1, 1, 3.5, 16.5
    assert result.precision == 0.5


# Copies and classes


def test_data_copying_of_copies_new_and_far_images():
    train, real = normal(0, 500), normal(1, 200)
    assert data_copying(real, train[:200], train) == 1
    assert data_copying(real, normal(2, 200), train) == pytest.approx(0.5, abs=0.06)
    assert data_copying(real, normal(2, 200, mean=50.0), train) == 0
    nearly = train[:200] + normal(3, 200, scale=0.05)
    assert data_copying(real, nearly, train) > 0.95


def test_data_copying_counts_ties_one_half():
    train = np.array([[0.0], [10.0]])
    real = np.array([[1.0], [12.0]])
    assert data_copying(real, real, train) == (2 / 4) * 0.5 + 1 / 4
    assert data_copying(real, np.array([[0.0], [11.0]]), train) == (2 + 1.5) / 4


def one_hot(*classes):
    return np.eye(5)[list(classes)]


def test_class_imbalance_and_confidence_by_hand():
    real = one_hot(0, 0, 1, 1, 2, 2, 3, 3, 4, 4)
    assert class_imbalance(real, real[::-1]) == 0
    assert class_imbalance(real, one_hot(*[0] * 10)) == pytest.approx(0.8)
    assert class_imbalance(real, one_hot(0, 0, 0, 1, 2, 2, 3, 3, 4, 4)) == 0.1
    assert confidence(one_hot(0, 3)) == 1
    assert confidence([[0.75, 0.25], [0.5, 0.5]]) == 0.625


def test_class_imbalance_by_chance_is_as_large_as_documented():
    real = np.eye(10)[np.repeat(np.arange(10), 100)]
    drawn = np.random.default_rng(0).integers(0, 10, (200, 1000))
    chance = [class_imbalance(real, np.eye(10)[classes]) for classes in drawn]
    assert np.mean(chance) == pytest.approx(1.2 / np.sqrt(1000), rel=0.05)


# What all of them take


@pytest.mark.parametrize("metric", PAIRS)
def test_samples_must_fit_each_other(metric):
    with pytest.raises(ValueError, match=r"as many images; got 1000 and 900"):
        metric(normal(0), normal(1, 900))
    with pytest.raises(ValueError, match="same numbers; got 4 and 3 of them"):
        metric(normal(0), normal(1, features=3))
    with pytest.raises(TypeError, match=r"real must be a float32 or float64 array"):
        metric(np.ones((50, 4), int), normal(1, 50))
    with pytest.raises(ValueError, match="generated must hold finite numbers"):
        metric(normal(0), np.full((1000, 4), np.nan))
    with pytest.raises(ValueError, match=r"real must be .* \(n, features\); got shape"):
        metric(np.ones(4), normal(1))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda x: frechet_distance(x[:4], x[:4]), "5 images each, more than the 4 fe"),
        (lambda x: kernel_distance(x[:1], x[:1]), "at least 2 images each, to compare"),
        (lambda x: precision_recall(x[:3], x[:3]), "at least 4 images each, so that"),
        (lambda x: precision_recall(x, x, 0), "neighbours must be 1 or more"),
        (lambda x: data_copying(x, x, x[:, :3]), "train must .* same 4 features as"),
        (lambda x: data_copying(x, x, x[:0]), "train must .* its n axis is empty"),
        (lambda x: data_copying(x, x[:5], x), "as many images"),
        (lambda x: class_imbalance(x, x), "real must be images, .* or class prob"),
        (lambda x: confidence([[-0.5, 1.5]]), "images must be images, .* sum of 1"),
        (lambda x: confidence(np.ones((0, 4))), "images must .* its n axis is empty"),
        (lambda x: confidence([[1.0], [0.5, 0.5]]), "images must be a float32 or"),
        (lambda x: data_copying([[1.0], [0.5, 0.5]], x, x), "real must be a float32"),
        (lambda x: class_imbalance(np.eye(3), np.eye(4)[:3]), "same numbers"),
        (lambda x: checkerboard(np.ones((4, 4))), "images must be a float32 or float6"),
        (lambda x: checkerboard(np.ones((0, 4, 4, 1))), "at least one image"),
        (lambda x: checkerboard(BOARD, 9), "period must fit"),
        (lambda x: checkerboard(BOARD, 0), "period must be 1 or more"),
        (lambda x: checkerboard(BOARD, 2, "mean"), "relative_to must be"),
        (lambda x: class_imbalance(np.eye(3), np.eye(3)[:2]), "as many images"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(normal(0))


def test_few_images_for_a_covariance_are_remarked_on():
    with pytest.warns(UserWarning, match="39 images are few .* Take 40 or more"):
        frechet_distance(normal(0, 39), normal(1, 39))
    assert frechet_distance(normal(0, 40), normal(1, 40)) > 0


@pytest.mark.parametrize("metric", [*PAIRS, class_imbalance])
def test_statistics_or_images_with_labels_are_no_sample(metric):
    x = np.eye(4)[[0, 1, 2, 3] * 25]
    for pair in [(x.mean(axis=0), np.cov(x.T)), (x, np.ones(100))]:
        with pytest.raises(TypeError, match="real must be one array, of images"):
            metric(pair, x)
        with pytest.raises(TypeError, match="generated must be one"):
            metric(x, pair)


@pytest.mark.parametrize(
    ("metric", "samples"),
    [
        (frechet_distance, [(200_000, 32)] * 2),
        (kernel_distance, [(3000, 4)] * 2),
        (precision_recall, [(3000, 4)] * 2),
        (data_copying, [(3000, 4)] * 3),
        (checkerboard, [(3000, 40, 40, 1)]),
    ],
)
def test_large_samples_are_worked_on_in_blocks(metric, samples):
    """A matrix of all pairs, or a copy of all images, would be of 50 MB or more."""
    arrays = [np.random.default_rng(n).random(s) for n, s in enumerate(samples)]
    tracemalloc.start()
    try:
        metric(*arrays)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 40e6


# The digit classifier


def test_it_recognises_the_digits_it_never_saw():
    recognised = digit_probabilities(TEST).argmax(axis=1) == TEST_LABELS
    assert recognised.mean() >= 0.97
    readme = (Path(__file__).parent.parent / "data" / "README.md").read_text()
    assert f"recognises {100 * recognised.mean():.1f} %" in readme


def test_features_are_standardised_over_the_training_digits():
    features = digit_features(ALL)
    assert features.shape == (4000, classifier.FEATURES)
    np.testing.assert_allclose(features.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(features.var(axis=0), 1, atol=1e-4)


def test_probabilities_are_probabilities_even_of_odd_images():
    for images in (TEST, -np.ones((3, 10, 10, 1)), np.ones((3, 10, 10, 1))):
        probabilities = digit_probabilities(images)
        assert probabilities.min() >= 0
        np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)


def test_it_does_not_depend_on_the_settings_of_keras():
    expected = digit_features(TEST[:5])
    policy, data_format = keras.config.dtype_policy(), keras.config.image_data_format()
    classifier.load_classifier.cache_clear()
    try:
        keras.config.set_dtype_policy("mixed_float16")
        keras.config.set_image_data_format("channels_first")
        np.testing.assert_allclose(digit_features(TEST[:5]), expected, atol=1e-5)
    finally:
        keras.config.set_dtype_policy(policy)
        keras.config.set_image_data_format(data_format)
        classifier.load_classifier.cache_clear()


@pytest.mark.slow
def test_training_is_repeatable_and_learns():
    """A short training, twice; the shipped one is only longer. Here bits are meant."""
    one, other = (train_classifier.train(TRAIN, ALL_LABELS[:2000], 2) for _ in "ab")
    for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert train_classifier.accuracy(one, TEST, TEST_LABELS) > 0.5
    features, _ = one.predict(TRAIN, verbose=0)
    np.testing.assert_allclose(features.mean(axis=0), 0, atol=1e-3)
    np.testing.assert_allclose(features.std(axis=0), 1, atol=1e-3)


@pytest.mark.parametrize(
    ("images", "error", "message"),
    [
        (np.ones((3, 20, 20, 1)), ValueError, r"images must be digits of shape \(n, 1"),
        (np.ones((0, 10, 10, 1)), ValueError, r"got \(0, 10, 10, 1\)"),
        (np.ones((3, 10, 10)), ValueError, r"images must be .*got shape \(3, 10, 10\)"),
        (np.full((3, 10, 10, 1), 255.0), ValueError, r"from -1 \(paper\) to 1 .*255"),
        (np.full((3, 10, 10, 1), -2.0), ValueError, "got numbers from -2 to -2"),
        (np.ones((3, 10, 10, 1), "uint8"), TypeError, "images must be a float32"),
    ],
)
def test_bad_images_are_refused(images, error, message):
    for function in (digit_features, digit_probabilities):
        with pytest.raises(error, match=message):
            function(images)


def test_metrics_take_images_as_well_as_features():
    real, drawn = TEST[:400], NEW[:400]
    features = digit_features(real), digit_features(drawn)
    for metric in PAIRS:
        assert metric(real, drawn) == pytest.approx(metric(*features))
    probabilities = digit_probabilities(real), digit_probabilities(drawn)
    assert confidence(drawn) == pytest.approx(confidence(probabilities[1]))
    assert class_imbalance(real, drawn) == class_imbalance(*probabilities)


# All metrics at once, and what each of them catches


def blurred(images):
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=-1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    return windows.mean(axis=(-2, -1))


LOW = NEW[ALL_LABELS[2000:] < 5]
DISTANCES = {"frechet_distance", "kernel_distance", "recall"}
SPOILED = {
    "new digits": (NEW, set()),
    "copies": (TRAIN, {"data_copying"}),
    "classes dropped": (np.tile(LOW, (2, 1, 1, 1)), DISTANCES | {"class_imbalance"}),
    "fifty digits": (np.tile(NEW[:50], (40, 1, 1, 1)), DISTANCES),
    "one digit": (np.tile(NEW[:1], (2000, 1, 1, 1)), DISTANCES | {"class_imbalance"}),
    "faint": (-1 + (NEW + 1) / 2, DISTANCES),
    "blurred": (blurred(NEW), DISTANCES | {"confidence"}),
    "moved": (np.roll(NEW, 2, axis=2), DISTANCES | {"precision", "confidence"}),
    "checkerboard": (
        np.clip(NEW + np.indices((10, 10, 1)).sum(axis=0) % 2 / 2 - 0.25, -1, 1),
        DISTANCES | {"confidence", "checkerboard"},
    ),
    "noise": (
        np.random.default_rng(0).uniform(-1, 1, NEW.shape),
        DISTANCES | {"precision", "class_imbalance", "checkerboard"},
    ),
}
"""Samples, and the metrics that catch them: what they miss is as much a fact.

Precision sees no missing classes; the classifier is sure of a single digit, and even
of noise; only `data_copying` sees copies, and it sees nothing else.
"""

WORSE_BY = {
    "frechet_distance": 1.0,
    "kernel_distance": 0.05,
    "precision": -0.15,
    "recall": -0.15,
    "class_imbalance": 0.1,
    "confidence": -0.03,
    "data_copying": 0.2,
    "checkerboard": 0.01,
}
"""How much above its floor (or below, if negative) a metric counts as an alarm."""


@pytest.mark.parametrize("name", SPOILED)
def test_what_catches_it_and_what_does_not(name):
    images, expected = SPOILED[name]
    evaluation = evaluate(images[:2000], TEST, TRAIN)
    alarms = {
        metric
        for metric, score in evaluation.scores().items()
        if (score.value - score.floor) / WORSE_BY[metric] > 1
    }
    assert alarms == expected, str(evaluation)


@pytest.fixture(scope="module")
def evaluation():
    return evaluate(NEW, TEST, TRAIN)


def test_it_reports_what_the_metrics_say(evaluation):
    assert (evaluation.sample_size, evaluation.sets) == (1000, 2)
    values, floors = (
        [frechet_distance(TEST, digits) for digits in (some[:1000], some[1000:])]
        for some in (NEW, TRAIN)
    )
    score = evaluation.frechet_distance
    expected = [np.mean(values), min(values), max(values)]
    expected += [np.mean(floors), min(floors), max(floors)]
    assert list(vars(score).values()) == pytest.approx(expected)
    boards = [checkerboard(each) for each in (NEW[:1000], NEW[1000:])]
    assert evaluation.checkerboard.value == pytest.approx(np.mean(boards))


def test_real_digits_score_the_floor(evaluation):
    """Different digits, but of the same kind; none counts as its own copy."""
    for name, score in evaluation.scores().items():
        assert score.low <= score.value <= score.high
        assert score.floor_low <= score.floor <= score.floor_high
        assert abs(score.value - score.floor) < abs(WORSE_BY[name]) / 2, name
    assert evaluation.data_copying.floor == pytest.approx(0.5, abs=0.1)


def test_it_prints_as_a_table(evaluation):
    title, *lines = str(evaluation).splitlines()
    assert title.split() == ["2", "sets", "of", "1000", "generated", "real"]
    assert [line.split()[0] for line in lines] == list(WORSE_BY)
    score = evaluation.recall
    assert f"{score.value:.4f} ({score.low:.4f} to {score.high:.4f})" in lines[3]
    assert max(map(len, lines)) <= 80


def test_a_rest_of_the_training_images_is_left_out():
    score = evaluate(NEW[:800], TEST[:400], TRAIN[:1000]).frechet_distance
    sets = [frechet_distance(TEST[:400], TRAIN[i : i + 400]) for i in (0, 400)]
    assert score.floor == pytest.approx(np.mean(sets))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((NEW[:60], TEST[:60], TRAIN), r"generated must hold 2, 3, .* 60; got 60"),
        ((ALL[:150], TEST[:60], TRAIN), "generated must hold 2, 3, .*; got 150"),
        ((NEW, TEST[:40], TRAIN[:79]), "train must hold at least twice .*; got 79"),
        ((NEW * 3, TEST, TRAIN), "generated must be from -1"),
        ((NEW, TEST[:, :8], TRAIN), "real must be digits of shape"),
        ((NEW, TEST, np.ones((9, 32))), r"train must be .*got shape \(9, 32\)"),
    ],
)
def test_bad_samples_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        evaluate(*arguments)
