"""The scores that chapters 2 to 5 show can be measured again."""

import numpy as np
import pytest

from course_lib import restoration
from course_lib.backend import keras

SHIPPED = {score.name: score for score in restoration.shipped_scores()}


def test_every_way_has_a_shipped_score():
    ways = [(chapter, name) for chapter, name, _ in restoration.WAYS]
    assert ways == [(score.chapter, score.name) for score in SHIPPED.values()]


@pytest.mark.parametrize("name", ["bicubic", "best transposed 3 × 3 kernel"])
def test_what_needs_no_seed_is_measured_again(name):
    (way,) = (way for way in restoration.WAYS if way[1] == name)
    again, shipped = restoration.measure(*way), SHIPPED[name]
    assert again.parameters == shipped.parameters
    assert again.errors == pytest.approx(shipped.errors, abs=1e-4)


def test_a_seed_decides_on_a_training():
    layer = keras.layers.Conv2DTranspose(1, 2, strides=2)
    models = [restoration.train([layer], seed, epochs=1) for seed in (1, 1, 2)]
    one, same, other = (model.get_weights()[0] for model in models)
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_the_table_grows_from_chapter_to_chapter_and_ends_with_the_best():
    lengths = [len(restoration.table(chapter).splitlines()) for chapter in (2, 3, 4, 5)]
    assert lengths == [9, 10, 12, 14]
    errors = [float(line[:5]) for line in restoration.table(5).split("\n")[1:]]
    assert errors == sorted(errors, reverse=True)


def test_images_of_another_size_are_refused():
    with pytest.raises(ValueError, match=r"turn \(1000, 10, 10, 1\) into \(1000, 20"):
        restoration.error(lambda small: small)


def test_a_picture_shows_the_given_the_restored_and_the_true_digit():
    def black(small):
        return np.full((len(small), 20, 20, 1), -1, np.float32)

    figure = restoration.picture({"black": black}, digit=3)
    given, restored, true = (ax.images[0].get_array() for ax in figure.axes)
    small, large = restoration.load_pairs("test")
    np.testing.assert_array_equal(given.squeeze(), small[3, :, :, 0])
    np.testing.assert_array_equal(restored.squeeze(), black(small)[3, :, :, 0])
    np.testing.assert_array_equal(true.squeeze(), large[3, :, :, 0])
    assert figure.axes[1].get_xlabel() == f"error {restoration.error(black):.3f}"
