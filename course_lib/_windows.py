"""Sliding windows over images: what pooling and convolution have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from course_lib import shapes
from course_lib._arguments import pair, steps_and_dilations


def sliding_windows(
    images: np.ndarray[Any, Any],
    window_size: shapes.Size,
    strides: shapes.Size,
    padding: str,
    dilation_rate: shapes.Size = 1,
    *,
    fill: float = 0.0,
    output_size: Callable[..., int] = shapes.conv_output_size,
) -> np.ndarray[Any, Any]:
    """Pads images with `fill` and views every window; no pixel is copied twice.

    `output_size` is the layer's, along one axis: it refuses a window that does not fit.
    The shape is `(batch, rows, columns, channels, window height, window width)`.
    """
    sizes = pair(window_size, "kernel_size")
    steps, dilations = steps_and_dilations(strides, dilation_rate)
    amounts, extents = [], []
    for n, k, s, d in zip(images.shape[1:3], sizes, steps, dilations, strict=True):
        extents.append((k - 1) * d + 1)
        output_size(n, extents[-1], s, padding)
        amounts.append(shapes.padding_amounts(n, k, s, padding, d))
    if any(map(any, amounts)):
        images = np.pad(images, [(0, 0), *amounts, (0, 0)], constant_values=fill)
    windows = np.lib.stride_tricks.sliding_window_view(images, extents, axis=(1, 2))
    down, across = steps
    return windows[:, ::down, ::across, :, :: dilations[0], :: dilations[1]]
