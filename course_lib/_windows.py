"""Sliding windows over images: what pooling and convolution have in common."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib import shapes
from course_lib._arguments import pair, steps_and_dilations
from course_lib._validation import Array


def sliding_windows(
    images: Array,
    window_size: shapes.Size,
    strides: shapes.Size,
    padding: str,
    dilation_rate: shapes.Size = 1,
    *,
    fill: float = 0.0,
    name: str = "kernel_size",
) -> np.ndarray[Any, Any]:
    """Pads images with `fill` and cuts out every window, without copying a pixel twice.

    Args:
        images: Checked images of shape `(batch, height, width, channels)`.
        window_size: This and the next ones are those of a convolution or pooling.
        strides: Step of the window in pixels.
        padding: `"valid"` or `"same"`.
        dilation_rate: Distance between the pixels looked at.
        fill: Value of the pixels that padding adds.
        name: What the window is called in a message.

    Returns:
        View of shape `(batch, rows, columns, channels, window height, window width)`,
        one window for each position, with the dtype of `images`.
    """
    sizes = pair(window_size, name)
    steps, dilations = steps_and_dilations(strides, dilation_rate)
    amounts, extents = [], []
    for n, k, s, d in zip(images.shape[1:3], sizes, steps, dilations, strict=True):
        extents.append((k - 1) * d + 1)
        shapes.window_positions(n, extents[-1], s, padding, name)
        amounts.append(shapes.padding_amounts(n, k, s, padding, d))
    if any(map(any, amounts)):
        images = np.pad(images, [(0, 0), *amounts, (0, 0)], constant_values=fill)
    windows = np.lib.stride_tricks.sliding_window_view(images, extents, axis=(1, 2))
    down, across = steps
    return windows[:, ::down, ::across, :, :: dilations[0], :: dilations[1]]
