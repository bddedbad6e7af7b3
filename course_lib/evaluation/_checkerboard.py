"""How much of an image is checkerboard."""

from typing import Literal

import numpy as np
import numpy.typing as npt

from course_lib import shapes
from course_lib._arguments import pair
from course_lib._validation import image_batch
from course_lib.evaluation._classifier import blocks


def checkerboard(
    images: npt.ArrayLike,
    period: shapes.Size = 2,
    relative_to: Literal["variance", "energy"] = "variance",
) -> float:
    """Measures how much of an image sits in the pattern that repeats every `period`.

    Pixels are sorted by their place in a block of `period` pixels; the means of the
    places are the pattern. The measure is their variance as a share of the variance, or
    of the energy, the mean square, of the whole batch: 1 for a pattern and nothing
    else, 0 where all places have the same mean, as in flat images and after nearest
    upsampling. A ramp over n pixels has 3 / (n^2 - 1) with period 2; white noise of N
    pixels (P - 1) / (N - 1) on average, with P pixels in a block. Scaling, brightening
    (relative to the variance), shifting around and flipping change nothing.

    Args:
        images: Floats of shape `(batch, height, width, channels)`; height and width
            are cropped at the end to multiples of `period`.
        period: In pixels, an int or `(height, width)`: the stride of the layer, at
            most the size of the images.
        relative_to: `"variance"` for images; `"energy"` for the response of a layer
            to a flat image, where brightness is the signal.

    Returns:
        The share, from 0 to 1; 0 if there is no variance or energy at all.

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
            f"period must fit into images of {height, width}; got {rows, columns}"
        )
    if relative_to not in ("variance", "energy"):
        raise ValueError(
            f'relative_to must be "variance" or "energy"; got {relative_to!r}'
        )
    down, across = height // rows, width // columns
    x = x[:, : down * rows, : across * columns]
    pattern = whole = deviation = 0.0
    for part in blocks(x, x[0].size):
        exact = part.astype(np.float64)
        centred = exact - exact.mean(axis=(1, 2), keepdims=True)
        places = centred.reshape(-1, down, rows, across, columns, channels)
        pattern += places.mean(axis=(1, 3)).var(axis=(1, 2)).sum()
        counted = centred if relative_to == "variance" else exact
        whole += np.square(counted).mean(axis=(1, 2)).sum()
        deviation = max(deviation, np.abs(centred).max())
    if deviation <= 8 * np.finfo(np.float64).eps * max(-x.min(), x.max()):
        return 0.0  # flat, but for rounding
    return float(min(pattern / whole, 1.0))
