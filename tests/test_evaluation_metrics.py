"""The metrics on features, against known answers and plain implementations."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import linalg

from course_lib.evaluation import (
    checkerboard,
    class_imbalance,
    confidence,
    data_copying,
    frechet_distance,
    kernel_distance,
    precision_recall,
)

PAIRS = [frechet_distance, kernel_distance, precision_recall]


def normal(seed, count=1000, features=4, mean=0.0, scale=1.0):
    shape = (count, features)
    return np.random.default_rng(seed).normal(mean, scale, shape)


def with_moments(mean, covariance, seed=0, count=200):
    """A sample whose mean and covariance are exactly these."""
    x = normal(seed, count, len(mean))
    x = x - x.mean(axis=0)
    x = x @ np.linalg.inv(np.linalg.cholesky(np.cov(x.T))).T
    return x @ np.linalg.cholesky(covariance).T + mean


# Fréchet distance


def test_frechet_distance_of_gaussians_with_a_closed_form():
    zero, one = np.zeros(3), np.eye(3)
    here = with_moments(zero, one)
    moved = with_moments(zero + 2, one, seed=1)
    assert frechet_distance(here, moved) == pytest.approx(3 * 2**2)
    wide = with_moments(zero, 9 * one, seed=2)
    assert frechet_distance(here, wide) == pytest.approx(3 * (3 - 1) ** 2)
    uneven = with_moments(zero, np.diag([1.0, 4.0, 0.25]), seed=3)
    assert frechet_distance(here, uneven) == pytest.approx(0 + 1 + 0.5**2)


def test_frechet_distance_of_covariances_that_do_not_commute():
    """With Σ₁ = 1 it is the trace of Σ₂ + 1 - 2 √Σ₂; here √Σ₂ = [[2, 1], [1, 2]]."""
    root = np.array([[2.0, 1.0], [1.0, 2.0]])
    turned = np.array([[5.0, 1.0], [1.0, 1.0]])
    one = with_moments(np.zeros(2), np.eye(2))
    other = with_moments(np.zeros(2), root @ root, seed=1)
    assert frechet_distance(one, other) == pytest.approx(10 + 2 - 2 * 4)
    # The eigenvalues of a 2 by 2 product follow from its trace and determinant.
    product = turned @ root @ root
    overlap = np.sqrt(np.trace(product) + 2 * np.sqrt(np.linalg.det(product)))
    third = with_moments(np.zeros(2), turned, seed=2)
    expected = np.trace(turned) + 10 - 2 * overlap
    assert frechet_distance(third, other) == pytest.approx(expected)


def plain_frechet_distance(real, generated):
    covariances = [np.cov(x, rowvar=False) for x in (real, generated)]
    difference = real.mean(axis=0) - generated.mean(axis=0)
    root = linalg.sqrtm(covariances[0] @ covariances[1]).real
    return difference @ difference + np.trace(sum(covariances) - 2 * root)


@given(st.integers(0, 2**32 - 1), st.integers(2, 12), st.floats(0.1, 10))
def test_frechet_distance_equals_the_textbook_formula(seed, features, scale):
    random = np.random.default_rng(seed)
    mixing = random.normal(size=(features, features))
    x = random.normal(size=(150, features)) @ mixing
    y = random.normal(1, scale, size=(150, features))
    assert frechet_distance(x, y) == pytest.approx(plain_frechet_distance(x, y))


@given(st.integers(0, 2**32 - 1))
def test_what_the_frechet_distance_does_not_depend_on(seed):
    x, y = normal(seed), normal(seed + 1, mean=0.5, scale=2.0)
    value = frechet_distance(x, y)
    rotation = np.linalg.qr(normal(seed, 4))[0]
    for a, b in [(y, x), (x + 7, y + 7), (x @ rotation, y @ rotation), (x[::-1], y)]:
        assert frechet_distance(a, b) == pytest.approx(value)
    assert frechet_distance(3 * x, 3 * y) == pytest.approx(9 * value)
    assert 0 <= frechet_distance(x, x) < 1e-9


def test_frechet_distance_with_features_that_repeat_each_other():
    """A covariance without an inverse, from enough images, is no trouble."""
    x, y = normal(0), normal(1, mean=1.0)
    twice = frechet_distance(np.hstack([x, x]), np.hstack([y, y]))
    assert twice == pytest.approx(2 * frechet_distance(x, y))


@pytest.mark.parametrize(("features", "count"), [(8, 500), (8, 1000), (16, 500)])
def test_frechet_distance_of_equal_distributions_is_as_large_as_documented(
    features, count
):
    values = [
        frechet_distance(
            normal(seed, count, features), normal(seed + 1000, count, features)
        )
        for seed in range(100)
    ]
    expected = features * (features + 5) / (2 * count)
    assert np.mean(values) == pytest.approx(expected, rel=0.06)


def test_too_few_images_for_a_covariance():
    message = r"at least 5 images each, more than the 4 features.*; got 4"
    with pytest.raises(ValueError, match=message):
        frechet_distance(normal(0, 4), normal(1, 4))
    with pytest.warns(UserWarning, match="39 images are few .* Take 40 or more"):
        frechet_distance(normal(0, 39), normal(1, 39))
    assert frechet_distance(normal(0, 40), normal(1, 40)) > 0


# Kernel distance


def plain_kernel_distance(real, generated):
    def kernel(a, b):
        return (sum(p * q for p, q in zip(a, b, strict=True)) / len(a) + 1) ** 3

    def within(sample):
        n = range(len(sample))
        values = [kernel(sample[i], sample[j]) for i in n for j in n if i != j]
        return sum(values) / len(values)

    between = [kernel(a, b) for a in real for b in generated]
    return within(real) + within(generated) - 2 * sum(between) / len(between)


def test_kernel_distance_equals_two_plain_loops():
    x, y = normal(0, 20, 3), normal(1, 20, 3, mean=0.5)
    assert kernel_distance(x, y) == pytest.approx(plain_kernel_distance(x, y))


def test_kernel_distance_is_unbiased():
    """Nought on average where the distributions are equal, even of ten images."""
    values = [
        kernel_distance(normal(2 * seed, 10), normal(2 * seed + 1, 10))
        for seed in range(2000)
    ]
    error = np.std(values) / np.sqrt(len(values))
    assert abs(np.mean(values)) < 3 * error
    assert min(values) < 0


def test_kernel_distance_of_a_shift_with_a_closed_form():
    """One normal feature, moved by m: the mean of (xy + 1)³ over both samples."""
    m = 1.0
    first, second, third = m, 1 + m**2, 3 * m + m**3  # moments; without m: 0, 1, 0
    within_real = 1 + 3 * 0 + 3 * 1 + 0
    within_moved = 1 + 3 * first**2 + 3 * second**2 + third**2
    between = 1 + 3 * 0 * first + 3 * 1 * second + 0 * third
    expected = within_real + within_moved - 2 * between
    value = kernel_distance(normal(0, 2000, 1), normal(1, 2000, 1, mean=m))
    assert value == pytest.approx(expected, rel=0.1)


def test_kernel_distance_sees_a_change_of_spread():
    assert kernel_distance(normal(0), normal(1, scale=2.0)) > 0.5


# Precision and recall


def plain_precision_recall(real, generated, k):
    def share_inside(points, sample):
        inside = 0
        for point in points:
            for i, centre in enumerate(sample):
                others = np.delete(sample, i, axis=0)
                radius = sorted(np.linalg.norm(others - centre, axis=1))[k - 1]
                if np.linalg.norm(point - centre) <= radius:
                    inside += 1
                    break
        return inside / len(points)

    return share_inside(generated, real), share_inside(real, generated)


@pytest.mark.parametrize("k", [1, 3, 5])
@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
def test_precision_and_recall_equal_a_plain_search(k, scale):
    x, y = normal(0, 40, 2), normal(1, 40, 2, scale=scale)
    assert precision_recall(x, y, k) == plain_precision_recall(x, y, k)


def test_precision_and_recall_by_hand():
    """On a line: balls of radius 1 around 0, 1 and 2, of radius 8 around 10."""
    real = np.array([[0.0], [1.0], [2.0], [10.0]])
    generated = np.array([[-1.0], [-2.0], [2.5], [19.0]])
    result = precision_recall(real, generated, neighbours=1)
    # 19 lies outside; of the balls around -1, -2 (radius 1), 2.5 (3.5) and 19 (16.5)
    # all four real ones are inside.
    assert result == (0.5, 1.0)
    assert result.precision == 0.5


def test_shrunken_samples_are_precise_and_spread_ones_recall_all():
    real = normal(0)
    shrunken, spread = normal(1, scale=0.4), normal(1, scale=2.5)
    precision, recall = precision_recall(real, shrunken)
    assert precision > 0.95
    assert recall < 0.5
    precision, recall = precision_recall(real, spread)
    assert precision < 0.5
    assert recall > 0.95


@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_precision_and_recall_change_places(seed, k):
    x, y = normal(seed, 50), normal(seed + 1, 50, scale=0.7)
    assert precision_recall(x, y, k) == precision_recall(y, x, k)[::-1]
    assert precision_recall(x, x, k) == (1, 1)


# Copies


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


@given(st.integers(0, 2**32 - 1))
def test_data_copying_of_the_swapped_samples_is_the_rest(seed):
    x, y, train = (normal(seed + i, 30) for i in range(3))
    assert data_copying(x, y, train) == pytest.approx(1 - data_copying(y, x, train))


def test_no_other_metric_sees_copies():
    train, real, new = (normal(seed, 500) for seed in range(3))
    copies = train
    for metric, tolerance in [
        (frechet_distance, 0.05),
        (kernel_distance, 0.05),
        (lambda x, y: precision_recall(x, y).precision, 0.05),
        (lambda x, y: precision_recall(x, y).recall, 0.05),
    ]:
        assert metric(real, copies) == pytest.approx(metric(real, new), abs=tolerance)


# Classes


def one_hot(*classes):
    return np.eye(5)[list(classes)]


def test_class_imbalance_by_hand():
    real = one_hot(0, 0, 1, 1, 2, 2, 3, 3, 4, 4)
    assert class_imbalance(real, real[::-1]) == 0
    assert class_imbalance(real, one_hot(*[0] * 10)) == pytest.approx(0.8)
    assert class_imbalance(real, one_hot(0, 0, 0, 1, 2, 2, 3, 3, 4, 4)) == 0.1


def test_class_imbalance_by_chance_is_as_large_as_documented():
    real = np.eye(10)[np.repeat(np.arange(10), 100)]
    random = np.random.default_rng(0)
    chance = [
        class_imbalance(real, np.eye(10)[random.integers(0, 10, 1000)])
        for _ in range(200)
    ]
    assert np.mean(chance) == pytest.approx(1.2 / np.sqrt(1000), rel=0.05)


def test_confidence_by_hand():
    assert confidence(one_hot(0, 3)) == 1
    assert confidence(np.full((3, 5), 0.2)) == pytest.approx(0.2)
    assert confidence([[0.75, 0.25], [0.5, 0.5]]) == 0.625


# Wrong arguments


@pytest.mark.parametrize("metric", PAIRS)
def test_samples_must_fit_each_other(metric):
    with pytest.raises(ValueError, match=r"as many images, .* got 1000 and 900"):
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
        (lambda x: kernel_distance(x[:1], x[:1]), "at least 2 images each, to compare"),
        (lambda x: precision_recall(x[:3], x[:3]), "at least 4 images each, so that"),
        (lambda x: precision_recall(x, x, 0), "neighbours must be 1 or more"),
        (lambda x: data_copying(x, x, x[:, :3]), "train must .* same 4 features as"),
        (lambda x: data_copying(x, x, x[:0]), "train must .* its n axis is empty"),
        (lambda x: data_copying(x, x[:5], x), "as many images"),
        (lambda x: class_imbalance(x, x), "real must be images, .* or class prob"),
        (lambda x: confidence(x), "images must be images, .* sum of 1"),
        (lambda x: confidence([[-0.5, 1.5]]), "images must be images, .* sum of 1"),
        (lambda x: confidence(np.ones((0, 4))), "images must .* its n axis is empty"),
        (lambda x: class_imbalance(np.eye(3), np.eye(4)[:3]), "same numbers"),
        (lambda x: class_imbalance(np.eye(3), np.eye(3)[:2]), "as many images"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call(normal(0))


def test_features_of_float32_are_computed_in_float64():
    x, y = normal(0), normal(1, mean=1000.0)
    one = frechet_distance(x.astype("float32"), y.astype("float32"))
    assert one == pytest.approx(frechet_distance(x, y), rel=1e-6)


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


@pytest.mark.parametrize("metric", [*PAIRS, class_imbalance])
def test_statistics_or_images_with_labels_are_no_sample(metric):
    x = np.eye(4)[[0, 1, 2, 3] * 25]
    for pair in [(x.mean(axis=0), np.cov(x.T)), (x, np.ones(100))]:
        with pytest.raises(TypeError, match="real must be one array, of images"):
            metric(pair, x)
        with pytest.raises(TypeError, match="generated must be one"):
            metric(x, pair)


def test_rows_of_different_lengths_are_named():
    for call in (confidence, lambda x: data_copying(x, x, x)):
        with pytest.raises(ValueError, match=r"(images|real) must be a float32 or"):
            call([[1.0], [0.5, 0.5]])
