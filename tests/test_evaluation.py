"""The metrics: known answers, plain implementations, and real digits spoiled."""

from pathlib import Path

import numpy as np
import pytest
from grid import peak_memory
from scipy import linalg

import train_classifier
from course_lib.backend import keras
from course_lib.digits import load_digits
from course_lib.evaluation import (
    Yardstick,
    checkerboard,
    class_imbalance,
    confidence,
    data_copying,
    digit_features,
    digit_probabilities,
    evaluate,
    frechet_distance,
    kernel_distance,
    nearest_images,
    precision_recall,
)
from course_lib.evaluation import _classifier as classifier
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
        (tiled([0, 0], [0, 1]), {"relative_to": "energy"}, 0.75),  # 3/16 of 1/4
        (tiled([1, 0, 0], times=4), {"period": 3}, 1),
        (tiled([1, 0, 0, 0], times=4), {"period": (1, 4)}, 1),
        (BOARD + HALVES, {}, 0.5),  # a pattern of variance 1, and as much without one
        (0 * BOARD, {"relative_to": "energy"}, 0),
        (1 + 1e-16 * BOARD, {}, 0),  # flat, but for rounding
        (1e9 + BOARD, {}, 1),
        (upsample2d(NOISE), {}, 0),
        (np.arange(10.0).reshape(1, 1, 10, 1).repeat(10, axis=1), {}, 3 / 99),
        (np.pad(BOARD, ((0, 0), (0, 1), (0, 1), (0, 0)), constant_values=9), {}, 1),
    ],
)
def test_checkerboard_of_known_patterns(images, options, expected):
    assert checkerboard(images, **options) == pytest.approx(expected, abs=1e-9)


def test_what_checkerboard_does_not_depend_on():
    value = checkerboard(NOISE)
    same = [-7 * NOISE, NOISE + 3, NOISE[::-1], NOISE[:, :, ::-1]]
    same += [np.roll(NOISE, 3, 1), NOISE.transpose(0, 2, 1, 3)]
    assert [checkerboard(images) for images in same] == pytest.approx([value] * 6)
    assert 0 < checkerboard(NOISE + 3, relative_to="energy") < value


# Samples of features


@pytest.mark.parametrize("features", [1, 7])
def test_frechet_distance_equals_the_textbook_formula(features):
    x = normal(1, 150, features) @ normal(2, features, features)
    y = normal(3, 150, features, 1.0, 0.3)
    a, b = (np.atleast_2d(np.cov(sample, rowvar=False)) for sample in (x, y))
    difference = x.mean(axis=0) - y.mean(axis=0)
    root = np.atleast_2d(linalg.sqrtm(a @ b)).real
    expected = difference @ difference + np.trace(a + b - 2 * root)
    assert frechet_distance(x, y) == pytest.approx(expected)
    assert frechet_distance(y, x) == pytest.approx(expected)


def test_frechet_distance_is_exact_where_rounding_could_hurt():
    x, y = normal(0), normal(1, mean=0.5, scale=2.0)
    assert 0 <= frechet_distance(x, x) < 1e-9
    twice = frechet_distance(np.hstack([x, x]), np.hstack([y, y]))  # no inverse
    assert twice == pytest.approx(2 * frechet_distance(x, y))
    single = frechet_distance(x.astype("float32"), (y + 1000).astype("float32"))
    assert single == pytest.approx(frechet_distance(x, y + 1000), rel=1e-6)


def test_kernel_distance_equals_plain_loops():
    x, y = normal(0, 20, 3), normal(1, 20, 3, mean=0.5)

    def mean(a, b, same):
        pairs = [(i, j) for i in range(20) for j in range(20) if i != j or not same]
        return np.mean([(a[i] @ b[j] / 3 + 1) ** 3 for i, j in pairs])

    expected = mean(x, x, True) + mean(y, y, True) - 2 * mean(x, y, False)
    assert kernel_distance(x, y) == pytest.approx(expected)


@pytest.mark.parametrize(("count", "k"), [(40, 1), (1100, 3)])
def test_precision_and_recall_equal_a_plain_search(count, k):
    """Of 1,100 images, too: they come in two blocks."""

    def share_inside(points, sample):
        radii = [np.sort(np.linalg.norm(sample - c, axis=1))[k] for c in sample]
        distances = [np.linalg.norm(sample - point, axis=1) for point in points]
        return np.mean([(d <= radii).any() for d in distances])

    x, y = normal(0, count, 2), normal(1, count, 2, scale=2.0)
    assert precision_recall(x, y, k) == (share_inside(y, x), share_inside(x, y))
    assert precision_recall(x, x, k) == (1, 1)


# Copies and classes


def test_data_copying_of_copies_and_of_new_images():
    train, real = normal(0, 500), normal(1, 200)
    assert data_copying(real, train[:200], train) == 1
    assert data_copying(real, normal(2, 200), train) == pytest.approx(0.5, abs=0.06)
    train, real = np.array([[0.0], [10.0]]), np.array([[1.0], [12.0]])
    assert data_copying(real, np.array([[0.0], [11.0]]), train) == (2 + 1.5) / 4


def test_class_imbalance_and_confidence_by_hand():
    real = np.eye(5)[[0, 0, 1, 1, 2, 2, 3, 3, 4, 4]]
    assert class_imbalance(real, real[::-1]) == 0
    assert class_imbalance(real, real[[0] * 10]) == pytest.approx(0.8)
    assert confidence([[0.75, 0.25], [0.5, 0.5], [0, 1]]) == 0.75


def test_what_chance_gives_is_as_large_as_documented():
    noise = np.random.default_rng(0).normal(size=(4000, 10, 10, 1))
    assert checkerboard(noise) == pytest.approx(3 / 99, rel=0.03)
    pairs = [(normal(n, 500, 8), normal(n + 1000, 500, 8)) for n in range(100)]
    values = [frechet_distance(*pair) for pair in pairs]
    assert np.mean(values) == pytest.approx(8 * (8 + 5) / (2 * 500), rel=0.06)
    real = np.eye(10)[np.repeat(np.arange(10), 100)]
    drawn = np.random.default_rng(0).integers(0, 10, (200, 1000))
    values = [class_imbalance(real, np.eye(10)[classes]) for classes in drawn]
    assert np.mean(values) == pytest.approx(1.2 / np.sqrt(1000), rel=0.05)


# What all of them take


@pytest.mark.parametrize("metric", [*PAIRS, class_imbalance])
def test_samples_must_fit_each_other(metric):
    x = np.eye(4)[[0, 1, 2, 3] * 25]
    for other, message in (
        (x[:90], r"as many images, .* got shapes \(100, 4\) and \(90, 4\)"),
        (np.eye(3)[[0, 1] * 50], r"same numbers; .* and \(100, 3\)"),
        (np.full((100, 4), np.nan), "generated must hold finite numbers"),
        (x[0], r"generated must be .* \(n, [a-z]+\); got shape \(4,\)"),
        ((x.mean(axis=0), np.cov(x.T)), "generated must be one array, of"),
    ):
        with pytest.raises((TypeError, ValueError), match=message):
            metric(x, other)


X = normal(0)
BYTES = np.ones((3, 10, 10, 1), "uint8")


def features_of(images):
    return evaluate(-NEW[:80], NEW[:40], NEW[:80], lambda x: images(x[:, 0, 0]))


def test_the_nearest_training_images_come_in_order():
    train, few = normal(0, 300), normal(1, 40)
    apart = np.linalg.norm(few[:, None] - train, axis=-1)
    np.testing.assert_array_equal(nearest_images(few, train, 3), apart.argsort()[:, :3])
    assert nearest_images(ALL[[7, 3]], ALL[:50]).tolist() == [[7], [3]]


@pytest.mark.parametrize(
    ("metric", "arguments", "message"),
    [
        (frechet_distance, (X[:4], X[:4]), "5 images each, more than the 4 features"),
        (kernel_distance, (X[:1], X[:1]), "at least 2 images each, to compare"),
        (precision_recall, (X[:3], X[:3]), "at least 4 images each, so that"),
        (precision_recall, (X, X, 0), "neighbours must be 1 or more"),
        (features_of, (lambda x: x[:, 0],), r"features\(real\) must be .* \(n, feat"),
        (features_of, (lambda x: x[:5],), "of 40 rows for .*real; got .*5, 1"),
        (features_of, (lambda x: [x] * 3,), "an array, or two, of 40 rows"),
        (features_of, (lambda x: [x] * 2,), "must be .* class probabilit"),
        (data_copying, (X, X, X[:, :3]), "train must .* same 4 features as real"),
        (nearest_images, (X, X[:5], 6), "count must be at most 5, those of train"),
        (class_imbalance, (X, X), "real must be images, .* or class probabilities"),
        (confidence, ([[-0.5, 1.5]],), "images must be images, .* sum of 1"),
        (checkerboard, (np.ones((4, 4)),), "images must be a float32 or float64"),
        (checkerboard, (np.ones((0, 4, 4, 1)),), "at least one image"),
        (checkerboard, (BOARD, 9), r"period must fit into .*\(8, 8\); got \(9, 9\)"),
        (checkerboard, (BOARD, 2, "mean"), 'relative_to must be "variance" or "energy'),
        (digit_features, (np.ones((3, 20, 20, 1)),), r"be digits of shape \(n, 10, 10"),
        (digit_features, (BYTES * 255.0,), r"from -1 \(paper\) to 1 .*from 255 to"),
        (digit_probabilities, (BYTES,), "images must be a float32 or float64 array"),
        (evaluate, (ALL[:150], TEST[:60], TRAIN), "generated must hold 2, .*; got 150"),
        (evaluate, (NEW, TEST[:40], TRAIN[:79]), "train must hold at least .*; got 79"),
        (evaluate, (NEW, TEST, np.ones((9, 32))), r"train must be .* shape \(9, 32\)"),
    ],
)
def test_bad_arguments_are_named(metric, arguments, message):
    with pytest.raises((TypeError, ValueError), match=message):
        metric(*arguments)


def test_few_images_for_a_covariance_are_remarked_on():
    assert frechet_distance(normal(0, 40), normal(1, 40)) > 0
    with pytest.warns(UserWarning, match="39 images are few .* Take 40 or more"):
        frechet_distance(normal(0, 39), normal(1, 39))


@pytest.mark.parametrize(
    ("metric", "count", "shape"),
    [
        (frechet_distance, 2, (100_000, 32)),
        (kernel_distance, 2, (3000, 4)),
        (precision_recall, 2, (3000, 4)),
        (data_copying, 3, (3000, 4)),
        (nearest_images, 2, (3000, 4)),
        (checkerboard, 1, (3000, 40, 40, 1)),
    ],
)
def test_large_samples_are_worked_on_in_blocks(metric, count, shape):
    """A matrix of all pairs, or a copy of all images, would be of 50 MB or more."""
    samples = [np.random.default_rng(n).random(shape) for n in range(count)]
    assert peak_memory(metric, *samples) < 40e6


# The digit classifier


def test_it_recognises_the_digits_it_never_saw_and_standardises_those_it_learned():
    features = digit_features(ALL)
    np.testing.assert_allclose(features.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(features.var(axis=0), 1, atol=1e-4)
    recognised = digit_probabilities(TEST).argmax(axis=1) == TEST_LABELS
    assert recognised.mean() >= 0.97
    assert confidence(TEST) == pytest.approx(0.99, abs=0.01)
    readme = (Path(__file__).parent.parent / "data" / "README.md").read_text()
    assert f"recognises {100 * recognised.mean():.1f} %" in readme


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
    for pair in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(*pair)
    features, logits = one.predict(TRAIN, verbose=0)
    assert np.mean(logits.argmax(axis=1) == ALL_LABELS[:2000]) > 0.5
    np.testing.assert_allclose(features.mean(axis=0), 0, atol=1e-3)
    np.testing.assert_allclose(features.std(axis=0), 1, atol=1e-3)


def test_metrics_take_images_as_well_as_features():
    for metric in (*PAIRS, class_imbalance):
        describe = digit_probabilities if metric is class_imbalance else digit_features
        numbers = metric(describe(TEST[:400]), describe(NEW[:400]))
        assert metric(TEST[:400], NEW[:400]) == pytest.approx(numbers)


# All metrics at once, and what each of them catches


WORSE_BY = {
    "frechet_distance": 1.0,
    "kernel_distance": 0.05,
    "recall": -0.15,
    "precision": -0.15,
    "class_imbalance": 0.1,
    "confidence": -0.03,
    "data_copying": 0.2,
    "checkerboard": 0.01,
}
"""How much above its floor (or below, if negative) a metric counts as an alarm."""
DISTANCES = list(WORSE_BY)[:3]
BOARDS = NEW + np.indices((10, 10, 1)).sum(axis=0) % 2 / 2 - 0.25
NOISES = np.random.default_rng(0).uniform(-1, 1, NEW.shape)


@pytest.mark.parametrize(
    ("images", "expected"),
    [
        (TRAIN, ["data_copying"]),
        (np.tile(NEW[:1], (2000, 1, 1, 1)), [*DISTANCES, "class_imbalance"]),
        (-1 + (NEW + 1) / 2, DISTANCES),
        (np.clip(BOARDS, -1, 1), [*DISTANCES, "confidence", "checkerboard"]),
        (NOISES, [*DISTANCES, "precision", "class_imbalance", "checkerboard"]),
    ],
    ids=["copies", "one digit", "faint", "checkerboard", "noise"],
)
def test_what_catches_it_and_what_does_not(images, expected):
    """What a metric misses is as much a fact: copies are seen by one metric alone."""
    evaluation = evaluate(images, TEST, TRAIN)
    alarms = {
        metric
        for metric, score in evaluation.scores().items()
        if (score.value - score.floor) / WORSE_BY[metric] > 1
    }
    assert alarms == set(expected), str(evaluation)


def test_it_reports_what_the_metrics_say_and_prints_it():
    """New digits score the floor, and no digit counts as its own copy."""
    evaluation = evaluate(NEW, TEST, TRAIN)
    assert (evaluation.sample_size, evaluation.sets) == (1000, 2)
    expected = []
    for some in (NEW, TRAIN):
        values = [frechet_distance(TEST, digits) for digits in np.split(some, 2)]
        expected += [np.mean(values), min(values), max(values)]
    assert list(vars(evaluation.frechet_distance).values()) == pytest.approx(expected)
    title, *lines = str(evaluation).splitlines()
    assert title.split() == ["2", "sets", "of", "1000", "generated", "real"]
    for line, (name, score) in zip(lines, evaluation.scores().items(), strict=True):
        assert line.startswith(name)
        assert f" {score.value:.4f} ({score.low:.4f} to {score.high:.4f})" in line
        assert line.endswith(f"({score.floor_low:.4f} to {score.floor_high:.4f})")
        assert abs(score.value - score.floor) < abs(WORSE_BY[name]) / 2, name
    assert evaluation.data_copying.floor == pytest.approx(0.5, abs=0.1)


def test_other_images_are_measured_by_features_of_ones_own():
    """Colours, whose mean is learned but not their spread; 5 are left out."""
    colours = np.random.default_rng(0).uniform(-1, 1, (205, 12, 12, 3))
    real, train, drawn = colours[:40], colours[40:125], 0.1 * colours[125:]
    evaluation = evaluate(drawn, real, train, lambda x: x[:, :2, 0].mean(axis=-1))
    of_classes = {"class_imbalance", "confidence"}
    assert set(evaluation.scores()) == set(WORSE_BY) - of_classes
    assert np.isnan(evaluation.confidence.value)
    assert evaluation.frechet_distance.low > evaluation.frechet_distance.floor_high
    assert evaluation.precision.value == 1
    assert evaluation.recall.high < evaluation.recall.floor_low


def test_a_yardstick_looks_for_patterns_of_its_period():
    real, train, drawn = map(upsample2d, (TEST[:40], TRAIN[:80], NEW[:80]))
    yardstick = Yardstick(real, train, lambda x: x[:, 8:12].mean(axis=(2, 3)), period=4)
    patterns = [checkerboard(part, 4) for part in np.split(drawn, 2)]
    assert yardstick.measure(drawn)["checkerboard"] == pytest.approx(patterns)
