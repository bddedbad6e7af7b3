"""Layer arguments to try, and images to try them on."""

import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")

SIZES = range(1, 10)
KERNELS = range(1, 6)
STRIDES = range(1, 5)
PADDINGS = ("valid", "same")


def both_axes(one_axis: Iterable[T]) -> Iterator[tuple[T, T]]:
    """Gives each setting to the rows once and to the columns once.

    The partner is another setting, so nearly every pair is non-square.
    """
    settings = list(one_axis)
    shift = len(settings) * 2 // 5 + 1
    yield from zip(settings, settings[shift:] + settings[:shift], strict=True)


def windows(padding: str) -> Iterator[tuple[tuple[int, int, int], ...]]:
    """Size, window and stride of rows and columns; every window fits."""
    settings = product(SIZES, KERNELS, STRIDES)
    yield from both_axes(s for s in settings if padding == "same" or s[1] <= s[0])


def is_legal(k: int, s: int, extra: int | None, padding: str) -> bool:
    """Whether a transposed convolution has such an `output_padding`."""
    odd_or_some = padding == "valid" or k % 2 == 1 or extra != 0
    return extra is None or (extra < s and odd_or_some)


def transposed_layers(padding: str) -> Iterator[tuple[Any, Any, tuple[Any, ...]]]:
    """Sizes of image and kernel, and strides, padding, output_padding for Keras."""
    for extras in ((None,), range(max(STRIDES))):  # for both axes or for none
        settings = product(SIZES, KERNELS, STRIDES, extras)
        for axes in both_axes(s for s in settings if is_legal(*s[1:], padding)):
            size, kernel, strides, extra = zip(*axes, strict=True)
            yield size, kernel, (strides, padding, None if None in extra else extra)


def whole_numbers(*shape: int, dtype: str = "float64") -> np.ndarray:
    """Whole numbers from -9 to 9 as floats: sums of products of them are exact.

    So NumPy's results are equal to the bit. Keras' need not be: some fast
    convolutions compute with fractions.
    """
    random = np.random.default_rng(list(shape))
    return random.integers(-9, 10, shape).astype(dtype)


def assert_close(ours: np.ndarray, expected: object, atol: float = 1e-9) -> None:
    """Equal but for the rounding of float64."""
    np.testing.assert_allclose(ours, expected, rtol=0, atol=atol)


def peak_memory(function: Callable[..., object], *arguments: object) -> int:
    """Bytes that a call holds at once, at most, besides what it was given."""
    tracemalloc.start()
    try:
        function(*arguments)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
