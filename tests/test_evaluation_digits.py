"""The digit classifier, and what the metrics see in real digits spoiled on purpose."""

from pathlib import Path

import numpy as np
import pytest

import train_classifier
from course_lib.backend import keras
from course_lib.digits import load_digits
from course_lib.evaluation import (
    Evaluation,
    checkerboard,
    class_imbalance,
    confidence,
    digit_features,
    digit_probabilities,
    evaluate,
    frechet_distance,
    kernel_distance,
    precision_recall,
)
from course_lib.evaluation import _classifier as classifier

ROOT = Path(__file__).parent.parent
TEST, TEST_LABELS = load_digits(split="test")
ALL, ALL_LABELS = load_digits()
TRAIN, NEW = ALL[:2000], ALL[2000:]
"""The digits trained with, and a perfect generator's: real, and never seen."""
NEW_LABELS = ALL_LABELS[2000:]
RANDOM = np.random.default_rng(0)

# The classifier


def test_it_recognises_the_digits_it_never_saw():
    recognised = digit_probabilities(TEST).argmax(axis=1) == TEST_LABELS
    assert recognised.mean() >= 0.97
    readme = (ROOT / "data" / "README.md").read_text()
    assert f"recognises {100 * recognised.mean():.1f} %" in readme


def test_features_are_standardised_over_the_training_digits():
    features = digit_features(ALL)
    assert features.shape == (4000, classifier.FEATURES)
    np.testing.assert_allclose(features.mean(axis=0), 0, atol=1e-4)
    np.testing.assert_allclose(features.var(axis=0), 1, atol=1e-4)


def test_features_tell_the_classes_apart():
    """Other digits of the class are nearer than those of other classes."""
    features = digit_features(TEST)
    centres = [features[digit == TEST_LABELS].mean(axis=0) for digit in range(10)]
    distances = np.linalg.norm(features[:, None] - np.array(centres), axis=2)
    assert np.mean(distances.argmin(axis=1) == TEST_LABELS) > 0.95


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
        np.testing.assert_array_equal(digit_features(TEST[:5]), expected)
    finally:
        keras.config.set_dtype_policy(policy)
        keras.config.set_image_data_format(data_format)
        classifier.load_classifier.cache_clear()


def test_training_is_repeatable_and_learns():
    """A short training, twice; the shipped one is only longer."""
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
        (
            np.ones((3, 20, 20, 1)),
            ValueError,
            r"images must be digits of shape \(n, 10",
        ),
        (np.ones((0, 10, 10, 1)), ValueError, r"got shape \(0, 10, 10, 1\)"),
        (np.ones((3, 10, 10)), ValueError, r"images must be .*got shape \(3, 10, 10\)"),
        (np.full((3, 10, 10, 1), 255.0), ValueError, r"from -1 \(paper\) to 1 .*255"),
        (np.full((3, 10, 10, 1), -2.0), ValueError, "got numbers from -2 to -2"),
        (np.ones((3, 10, 10, 1), "uint8"), TypeError, "images must be a float32"),
    ],
)
@pytest.mark.parametrize("function", [digit_features, digit_probabilities])
def test_bad_images_are_refused(function, images, error, message):
    with pytest.raises(error, match=message):
        function(images)


# Images or their features, all the same


def test_metrics_take_images_as_well_as_features():
    real, drawn = TEST[:400], NEW[:400]
    features = digit_features(real), digit_features(drawn)
    for metric in (frechet_distance, kernel_distance, precision_recall):
        assert metric(real, drawn) == pytest.approx(metric(*features))
    assert confidence(drawn) == confidence(digit_probabilities(drawn))
    probabilities = digit_probabilities(real), digit_probabilities(drawn)
    assert class_imbalance(real, drawn) == class_imbalance(*probabilities)


# What each metric catches


def faint(images):
    return -1 + (images + 1) / 2


def blurred(images):
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=-1)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))
    return windows.mean(axis=(-2, -1))


def patterned(images):
    board = np.indices((10, 10, 1)).sum(axis=0) % 2 - 0.5
    return np.clip(images + 0.5 * board, -1, 1)


LOW = NEW[NEW_LABELS < 5]
SPOILED = {
    "new digits": (NEW, set()),
    "copies": (TRAIN, {"data_copying"}),
    "classes dropped": (
        np.concatenate([LOW, LOW])[:2000],
        {"frechet_distance", "kernel_distance", "recall", "class_imbalance"},
    ),
    "fifty digits": (
        np.tile(NEW[:50], (40, 1, 1, 1)),
        {"frechet_distance", "kernel_distance", "recall"},
    ),
    "one digit": (
        np.tile(NEW[:1], (2000, 1, 1, 1)),
        {"frechet_distance", "kernel_distance", "recall", "class_imbalance"},
    ),
    "faint": (faint(NEW), {"frechet_distance", "kernel_distance", "recall"}),
    "blurred": (
        blurred(NEW),
        {"frechet_distance", "kernel_distance", "recall", "confidence"},
    ),
    "moved by two pixels": (
        np.roll(NEW, 2, axis=2),
        {"frechet_distance", "kernel_distance", "precision", "recall", "confidence"},
    ),
    "checkerboard": (
        patterned(NEW),
        {"frechet_distance", "kernel_distance", "recall", "confidence", "checkerboard"},
    ),
    "noise": (
        RANDOM.uniform(-1, 1, NEW.shape),
        {"frechet_distance", "kernel_distance", "precision", "recall"}
        | {"class_imbalance", "checkerboard"},
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
    evaluation = evaluate(images, TEST, TRAIN)
    alarms = {
        metric
        for metric, score in evaluation.scores().items()
        if (score.value - score.floor) / WORSE_BY[metric] > 1
    }
    assert alarms == expected, str(evaluation)


# All metrics at once


@pytest.fixture(scope="module")
def evaluation():
    return evaluate(NEW, TEST, TRAIN)


def test_it_reports_what_the_metrics_say(evaluation):
    assert (evaluation.sample_size, evaluation.sets) == (1000, 2)
    assert list(evaluation.scores()) == list(WORSE_BY)
    both = [frechet_distance(TEST, each) for each in (NEW[:1000], NEW[1000:])]
    score = evaluation.frechet_distance
    assert score.value == pytest.approx(np.mean(both))
    assert (score.low, score.high) == pytest.approx((min(both), max(both)))
    floors = [frechet_distance(TEST, each) for each in (TRAIN[:1000], TRAIN[1000:])]
    assert score.floor == pytest.approx(np.mean(floors))
    assert (score.floor_low, score.floor_high) == pytest.approx(
        (min(floors), max(floors))
    )
    both = [checkerboard(each) for each in (NEW[:1000], NEW[1000:])]
    assert evaluation.checkerboard.value == pytest.approx(np.mean(both))


def test_real_digits_score_the_floor(evaluation):
    """Different digits, but of the same kind: nothing else would be a floor."""
    for name, score in evaluation.scores().items():
        assert score.low <= score.value <= score.high
        assert score.floor_low <= score.floor <= score.floor_high
        assert abs(score.value - score.floor) < abs(WORSE_BY[name]) / 2, name


def test_the_floor_of_data_copying_counts_no_digit_as_its_own_copy(evaluation):
    assert evaluation.data_copying.floor == pytest.approx(0.5, abs=0.1)


def test_it_prints_as_a_table(evaluation):
    title, *lines = str(evaluation).splitlines()
    assert title.split() == ["2", "sets", "of", "1000", "generated", "real"]
    assert [line.split()[0] for line in lines] == list(WORSE_BY)
    score = evaluation.recall
    assert f"{score.value:.4f} ({score.low:.4f} to {score.high:.4f})" in lines[3]
    assert max(map(len, lines)) <= 80


def test_it_cannot_be_changed(evaluation):
    assert isinstance(evaluation, Evaluation)
    with pytest.raises(AttributeError):
        evaluation.sets = 3


def test_a_rest_of_the_training_images_is_left_out():
    one = evaluate(NEW[:800], TEST[:400], TRAIN[:1000])
    other = evaluate(NEW[:800], TEST[:400], TRAIN[:1000][::1])
    assert one == other
    assert one.frechet_distance.floor == pytest.approx(
        np.mean([frechet_distance(TEST[:400], TRAIN[i : i + 400]) for i in (0, 400)])
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((NEW[:1000], TEST, TRAIN), r"generated must hold 2, 3, .* 1000, .*; got 1000"),
        ((ALL[:2500], TEST, TRAIN), "generated must hold 2, 3, .*; got 2500"),
        ((NEW, TEST, TRAIN[:1999]), "train must hold at least twice .*; got 1999"),
        ((NEW * 3, TEST, TRAIN), "generated must be from -1"),
        ((NEW, TEST[:, :8], TRAIN), "real must be digits of shape"),
        ((NEW, TEST, digit_features(TRAIN)), r"train must be .*got shape \(2000, 32\)"),
    ],
)
def test_bad_samples_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        evaluate(*arguments)
