"""How much of an image is checkerboard."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from course_lib import shapes
from course_lib._arguments import pair
from course_lib._validation import image_batch
from course_lib.evaluation._samples import blocks


def checkerboard(
    images: npt.ArrayLike,
    period: shapes.Size = 2,
    relative_to: Literal["variance", "energy"] = "variance",
) -> float:
    """Measures how much of an image sits in the pattern that repeats every `period`.

    Pixels are sorted by their place in a block of `period` pixels; the mean of each
    place makes up the pattern, and the variance of these means is the pattern's. (In
    a spectrum these are the frequencies 1 / period and its multiples, without the
    mean.) The measure is that variance as a share of the images' variance, or of
    their energy, the mean square, which counts their brightness too. A whole batch is
    one measurement: shares of the images are weighed by their variance or energy.

    It does not change when images are scaled or reordered, nor, relative to the
    variance, when they are brightened, nor, if their sides are multiples of the
    period, when they are shifted around by any number of pixels, flipped or
    transposed. It is 0 where all places have the same mean, as in flat images and
    after nearest upsampling, and 1 for a pattern and nothing else. Smooth images are
    not quite 0: a ramp over n pixels has 3 / (n^2 - 1) with period 2. White noise of
    N pixels has (P - 1) / (N - 1) on average, with P pixels in a block.

    Args:
        images: Images of shape `(batch, height, width, channels)`, float32 or
            float64; height and width are cropped at the end to multiples of `period`.
        period: Period in pixels, an int or `(height, width)`: the stride of the
            layer in question.
        relative_to: `"variance"` for images; `"energy"` for the response of a layer
            to a flat image, where brightness is the signal.

    Returns:
        The share, from 0 to 1; 0 if there is no variance or energy at all.

    Raises:
        TypeError: If `images` does not hold floats or `period` is not whole.
        ValueError: If `images` is not a batch of images, is empty or smaller than
            `period`, or `relative_to` is unknown.

    Example:
        >>> stripes = np.tile([0.0, 1.0], (1, 4, 2)).reshape(1, 4, 4, 1)
        >>> checkerboard(stripes)
        1.0
        >>> checkerboard(stripes, relative_to="energy")
        0.5
    """
    x = image_batch(images, "images")
    rows, columns = pair(period, "period")
    batch, height, width, channels = x.shape
    if batch == 0:
        raise ValueError("images must hold at least one image; got a batch of 0")
    if rows > height or columns > width:
        raise ValueError(
            f"period must fit into the images; got {(rows, columns)} for images of "
            f"{(height, width)}"
        )
    if not isinstance(relative_to, str) or relative_to not in ("variance", "energy"):
        raise ValueError(
            f'relative_to must be "variance" or "energy"; got {relative_to!r}'
        )
    x = x[:, : height - height % rows, : width - width % columns]
    peak = float(max(-x.min(), x.max())) or 1.0
    pattern = whole = deviation = 0.0
    for part in blocks(x, x[0].size):
        scaled = part.astype(np.float64) / peak
        centred = scaled - scaled.mean(axis=(1, 2), keepdims=True)
        places = (
            -1,
            x.shape[1] // rows,
            rows,
            x.shape[2] // columns,
            columns,
            channels,
        )
        means = centred.reshape(places).mean(axis=(1, 3))
        pattern += means.var(axis=(1, 2)).sum()
        counted = centred if relative_to == "variance" else scaled
        whole += np.square(counted).mean(axis=(1, 2)).sum()
        deviation = max(deviation, np.abs(centred).max())
    if deviation <= 8 * np.finfo(np.float64).eps:  # flat, but for rounding
        return 0.0
    return float(min(pattern / whole, 1.0))
