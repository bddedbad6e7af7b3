import numpy as np
import pytest

import build_digits
from course_lib import digits
from course_lib.backend import keras


def ink(images):
    return np.rint((images[..., 0] + 1) * 127.5).astype(int)


@pytest.mark.parametrize("size", [10, 20, 28])
def test_shapes_ranges_and_classes(size):
    images, labels = digits.load_digits(size, "test")
    assert (images.shape, images.dtype) == ((1000, size, size, 1), "float32")
    assert images.min() == -1 < 0.9 < images.max() <= 1
    assert (labels.dtype, set(np.bincount(labels))) == ("int64", {100})


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
    image = np.pad(np.full((1, 18, 5), 255, "uint8"), [(0, 0), (2, 8), (4, 19)])
    both = (image, np.array([7])), (image, np.array([3]))
    monkeypatch.setattr(keras.datasets.mnist, "load_data", lambda: both)
    for split, label in (("train", 7), ("test", 3)):
        images, labels = digits.load_digits(20, split, source="keras")
        assert (images.shape, labels.tolist()) == ((1, 20, 20, 1), [label])


@pytest.mark.parametrize(
    "wrong", [{"size": 14}, {"split": "validation"}, {"source": "web"}]
)
def test_bad_arguments_are_named(wrong):
    ((name, value),) = wrong.items()
    with pytest.raises(ValueError, match=f"{name} must be one of .*; got {value!r}"):
        digits.load_digits(**wrong)


def test_the_builder_splits_evenly_and_repeatably():
    labels = np.repeat(np.arange(10), 500)
    train, test = build_digits.split(labels)
    assert sorted([*train, *test]) == list(range(5000))
    assert set(np.bincount(labels[test])) == {100}
    np.testing.assert_array_equal(build_digits.split(labels)[0], train)
