import pytest
from grid import SIZES, assert_close, both_axes, whole_numbers

from course_lib.backend import keras
from course_lib.upsampling import upsample2d


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
