import numpy as np
import pytest

import build_digits
from course_lib import digits
from course_lib.backend import keras


def ink(images):
    return np.rint((images[..., 0] + 1) * 127.5).astype(int)


@pytest.mark.parametrize("size", [10, 20, 28])
@pytest.mark.parametrize(("split", "n"), [("train", 4000), ("test", 1000)])
def test_shapes_ranges_and_classes(size, split, n):
    images, labels = digits.load_digits(size, split)
    assert (images.shape, images.dtype) == ((n, size, size, 1), "float32")
    assert (images.min(), labels.dtype) == (-1, "int64")
    assert images.max() <= 1
    assert set(np.bincount(labels)) == {n // 10}


def test_the_box_loses_no_ink_and_centres_it():
    """Sums of whole grey levels, so the comparison is exact."""
    full, box, small = (digits.load_digits(size)[0] for size in (28, 20, 10))
    np.testing.assert_array_equal(ink(full).sum(axis=(1, 2)), ink(box).sum(axis=(1, 2)))
    for axis in (1, 2):
        inked = ink(box).any(axis=axis)
        margins = inked.argmax(axis=1), inked[:, ::-1].argmax(axis=1)
        assert set(margins[1] - margins[0]) == {0, 1}
    average = box.reshape(-1, 10, 2, 10, 2, 1).mean(axis=(2, 4))
    np.testing.assert_allclose(small, average, atol=1e-6)


def test_train_and_test_share_no_digit():
    known, new = (
        {image.tobytes() for image in digits.load_digits(28, split)[0]}
        for split in ("train", "test")
    )
    assert (len(known), len(new), known & new) == (4000, 1000, set())


def test_the_full_set_comes_through_keras(monkeypatch):
    images = np.zeros((3, 28, 28), "uint8")
    images[:, 2:20, 4:9] = 255
    labels = np.array([1, 7, 1], "uint8")
    both = (images, labels), (images[:1], labels[:1])
    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: both)
    loaded, classes = digits.load_digits(20, source="keras")
    assert loaded.shape == (3, 20, 20, 1)
    np.testing.assert_array_equal(classes, labels)
    assert digits.load_digits(28, "test", "keras")[0].shape == (1, 28, 28, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((14,), "size must be one of 10, 20, 28; got 14"),
        ((np.array([10, 20]),), "size must be one of"),
        ((10, "validation"), "split must be one of 'train', 'test'"),
        ((10, "train", "web"), "source must be one of"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        digits.load_digits(*arguments)


def test_the_builder_splits_evenly_and_repeatably():
    labels = np.repeat(np.arange(10), 500)
    train, test = build_digits.split(labels)
    assert sorted([*train, *test]) == list(range(5000))
    assert set(np.bincount(labels[test])) == {100}
    np.testing.assert_array_equal(build_digits.split(labels)[0], train)
