"""Sliding windows over images: what pooling and convolution have in common."""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib import shapes
from course_lib._arguments import check_strides_and_dilation
from course_lib._validation import Array


def sliding_windows(
    images: Array,
    window_size: tuple[int, int],
    strides: tuple[int, int],
    padding: str,
    dilation_rate: tuple[int, int] = (1, 1),
    *,
    fill: float = 0.0,
    name: str = "kernel_size",
) -> np.ndarray[Any, Any]:
    """Pads images and cuts out every window, without copying a pixel twice.

    Args:
        images: Checked images of shape `(batch, height, width, channels)`.
        window_size: Pixels looked at, `(height, width)`.
        strides: Step of the window in pixels, `(height, width)`.
        padding: `"valid"` or `"same"`.
        dilation_rate: Distance between the pixels looked at, `(height, width)`.
        fill: Value of the pixels that padding adds.
        name: What the window is called in a message.

    Returns:
        Array of shape `(batch, rows, columns, channels, window height, window
        width)`, one window for each position, with the dtype of `images`.

    Raises:
        ValueError: If the window does not fit, `padding` is unknown, or both strides
            and dilation exceed 1.

    Example:
        >>> x = np.arange(9.0).reshape(1, 3, 3, 1)
        >>> sliding_windows(x, (2, 2), (1, 1), "valid")[0, 1, 1, 0]
        array([[4., 5.],
               [7., 8.]])
    """
    check_strides_and_dilation(strides, dilation_rate)
    extents = []
    amounts = []
    for n, k, s, d in zip(
        images.shape[1:3], window_size, strides, dilation_rate, strict=True
    ):
        extents.append((k - 1) * d + 1)
        shapes.window_positions(n, extents[-1], s, padding, name)
        amounts.append(shapes.padding_amounts(n, k, s, padding, d))
    padded = np.pad(images, [(0, 0), *amounts, (0, 0)], constant_values=fill)
    windows = np.lib.stride_tricks.sliding_window_view(padded, extents, axis=(1, 2))
    return windows[
        :,
        :: strides[0],
        :: strides[1],
        :,
        :: dilation_rate[0],
        :: dilation_rate[1],
    ]
