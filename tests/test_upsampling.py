import numpy as np
import pytest
from grid import SIZES, assert_close, both_axes, whole_numbers

from course_lib.backend import keras
from course_lib.upsampling import upsample2d

SMALL = np.array([[1.0, 2.0], [3.0, 4.0]]).reshape(1, 2, 2, 1)


def test_nearest_repeats_rows_and_columns():
    large = upsample2d(SMALL, (3, 2))[0, :, :, 0]
    rows = [[1, 1, 2, 2]] * 3 + [[3, 3, 4, 4]] * 3
    np.testing.assert_array_equal(large, rows)


def test_bilinear_by_hand():
    large = upsample2d(SMALL, 2, "bilinear")[0, :, :, 0]
    np.testing.assert_array_equal(large[0], [1, 1.25, 1.75, 2])
    np.testing.assert_array_equal(large[:, 0], [1, 1.5, 2.5, 3])


@pytest.mark.parametrize("interpolation", ["nearest", "bilinear"])
def test_it_equals_the_layer_on_the_whole_grid(interpolation):
    settings = [(n, factor) for n in SIZES for factor in range(1, 6)]
    for (h, fh), (w, fw) in both_axes(settings):
        x = whole_numbers(2, h, w, 3)
        layer = keras.layers.UpSampling2D(
            (fh, fw), interpolation=interpolation, dtype="float64"
        )
        # TensorFlow works out the weights in float32
        atol = 0 if interpolation == "nearest" else 1e-5
        assert_close(upsample2d(x, (fh, fw), interpolation), layer(x), atol)


@pytest.mark.parametrize("interpolation", ["cubic", None])
def test_an_unknown_interpolation_is_refused(interpolation):
    with pytest.raises(ValueError, match='"nearest" or "bilinear"'):
        upsample2d(SMALL, 2, interpolation)
