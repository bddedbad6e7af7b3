"""What the figures accept, and what they say when they can't."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from numbers import Real
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from course_lib._arguments import whole_number

Rectangle = tuple[int, int, int, int]
"""A window on a grid: (row, column, height, width), in cells."""

Item = TypeVar("Item")

MOST_CELLS = 1_600
"""Cells with numbers in one figure; they take about two seconds."""
MOST_PIXELS = 4_000_000
MOST_PANELS = 100
LONGEST_TEXT = 200
MOST_DECIMALS = 15


def at_most(count: int, most: int, name: str, things: str, advice: str) -> None:
    """Checks that a figure gets no more than it can show."""
    if count > most:
        raise ValueError(
            f"{name} must have at most {most:,} {things}; got {count:,}; {advice}"
        )


def plain_array(value: npt.ArrayLike, name: str) -> npt.NDArray[Any]:
    """Makes an array of nested lists; refuses a mask, which NumPy would drop."""
    parts = value if isinstance(value, list | tuple) else [value]
    if any(isinstance(part, np.ma.MaskedArray) for part in parts):
        raise TypeError(f"{name} must be an array without a mask; use .filled(...)")
    try:
        return np.asarray(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be an array; NumPy says: {error}") from None


def numbers(
    value: npt.ArrayLike,
    name: str,
    axes: tuple[str, ...] = ("height", "width"),
    *,
    channels: tuple[int, ...] = (1,),
    infinite: bool = False,
) -> npt.NDArray[Any]:
    """Checks an array of numbers.

    Args:
        value: The array, or nested lists.
        name: The argument's name, for the message.
        axes: The axes' names.
        channels: Sizes that one more axis may have; of size 1 it is dropped.
        infinite: Whether infinities may occur, as in padding with -inf.

    Returns:
        The array, of numbers of 64 bits at most, or of booleans.

    Raises:
        TypeError: If it does not hold real numbers, or has a mask.
        ValueError: If it has other axes, is empty or too large, or holds NaN.

    Example:
        >>> numbers(np.zeros((4, 4, 1)), "image").shape
        (4, 4)
    """
    array = plain_array(value, name)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers; got dtype {array.dtype}")
    shape = array.shape
    if array.ndim != len(axes) and not (
        array.ndim == len(axes) + 1 and shape[-1] in channels
    ):
        listed = ", ".join(axes)
        last = f"({listed}, {' or '.join(map(str, channels))})"
        raise ValueError(
            f"{name} must have the shape ({listed})"
            + (f" or {last}" if channels else "")
            + f"; got shape {shape}"
            + _remedy(name, array.ndim - len(axes), shape, channels)
        )
    if array.size == 0:
        raise ValueError(f"{name} must not be empty; got shape {shape}")
    at_most(array.size, MOST_PIXELS, name, "numbers", "use a slice")
    if array.ndim > len(axes) and shape[-1] == 1:
        array = array[..., 0]
    if array.dtype.itemsize > 8:
        with np.errstate(over="ignore"):
            array = array.astype(float)
    if np.isnan(array).any():
        raise ValueError(f"{name} must hold numbers; it holds NaN")
    if not infinite and not np.isfinite(array).all():
        raise ValueError(f"{name} must hold finite numbers; it holds infinity")
    return array


def _remedy(
    name: str, more: int, shape: tuple[int, ...], channels: tuple[int, ...]
) -> str:
    if more == 1 and 3 in channels and shape[-1] == 4:
        return f"; leave out the transparency, as in {name}[..., :3]"
    places = {1: ":, :, 0", 2: "0, :, :, 0"}.get(more if len(shape) - more == 2 else 0)
    return f"; pick one, as in {name}[{places}]" if places else ""


def rectangles(
    value: Rectangle | Iterable[Rectangle] | None,
    shape: tuple[int, ...],
    name: str = "highlight",
) -> list[Rectangle]:
    """Checks windows on a grid.

    Args:
        value: One (row, column, height, width), several of them, or None.
        shape: Height and width of the grid, in cells.
        name: The argument's name, for the message.

    Returns:
        The windows.

    Raises:
        TypeError: If an entry is not a whole number.
        ValueError: If one has not four entries or does not lie on the grid.

    Example:
        >>> rectangles((0, 0, 2, 2), (4, 4))
        [(0, 0, 2, 2)]
    """
    if value is None:
        return []
    expected = "must be (row, column, height, width)"
    try:
        given: list[Any] = list(value)
        single = len(given) > 0 and np.ndim(given[0]) == 0
        named = (
            [(name, given)]
            if single
            else [(f"{name}[{n}]", one) for n, one in enumerate(given)]
        )
        windows = [(entry, tuple(window)) for entry, window in named]
    except (TypeError, ValueError):
        raise ValueError(
            f"{name} {expected} or a list of those; got {value!r}"
        ) from None
    checked = []
    for entry, window in windows:
        if len(window) != 4:
            raise ValueError(f"{entry} {expected}; got {window!r}")
        top, left, height, width = (
            whole_number(side, f"{entry}[{n}]", n // 2) for n, side in enumerate(window)
        )
        if top + height > shape[0] or left + width > shape[1]:
            raise ValueError(
                f"{entry} must lie on the grid of {shape[0]} rows and {shape[1]} "
                f"columns; got (row, column, height, width) = {window!r}"
            )
        checked.append((top, left, height, width))
    return checked


def number(value: object, name: str) -> float:
    """Checks a number; one too large for a float becomes infinite."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number; got {value!r}")
    try:
        return float(value)
    except OverflowError:
        return math.inf


def positive(value: object, name: str, most: float = math.inf) -> float | None:
    """Checks a number above 0 and below `most`, or None."""
    if value is None:
        return None
    size = number(value, name)
    if not 0 < size < most:
        raise ValueError(f"{name} must be above 0 and below {most:g}; got {size:g}")
    return size


def rising(limits: Iterable[float]) -> tuple[float, float]:
    """Checks the two ends of a scale."""
    ends = entries(limits, "limits", "two numbers")
    if len(ends) != 2:
        raise TypeError(f"limits must be two numbers; got {limits!r}")
    low, high = (number(end, f"limits[{n}]") for n, end in enumerate(ends))
    if not low < high or high - low == math.inf:
        raise ValueError(f"limits must be finite and rise; got {low:g} to {high:g}")
    return low, high


def digits(decimals: object) -> int:
    """Checks the digits after the point."""
    checked = whole_number(decimals, "decimals", 0)
    if checked > MOST_DECIMALS:
        raise ValueError(f"decimals must be {MOST_DECIMALS} or less; got {checked:,}")
    return checked


def text(value: object, name: str) -> str:
    """Checks a string that is short enough to be read in a figure."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string; got {value!r}")
    at_most(len(value), LONGEST_TEXT, name, "characters", "shorten it")
    return value


def optional_text(value: object, name: str) -> None:
    """Checks that a title or caption is a string or None."""
    if value is not None:
        text(value, name)


def optional_axes(value: object) -> None:
    """Checks that `ax` is a Matplotlib axes or None."""
    if value is not None and not isinstance(value, Axes):
        raise TypeError(f"ax must be a Matplotlib axes or None; got {value!r}")


def entries(value: Iterable[Item], name: str, things: str) -> list[Item]:
    """Checks a list, tuple or other iterable that is not a string."""
    try:
        if isinstance(value, str):
            raise TypeError
        return list(value)
    except TypeError:
        raise TypeError(f"{name} must be a list of {things}; got {value!r}") from None


def panels(value: Mapping[str, Item], name: str) -> dict[str, Item]:
    """Checks a mapping from titles to arrays."""
    if not isinstance(value, Mapping):
        raise TypeError(
            f"{name} must map titles to arrays, as in {{'input': x}}; "
            f"got {type(value).__name__}"
        )
    if not value:
        raise ValueError(f"{name} must hold one array or more; it is empty")
    at_most(len(value), MOST_PANELS, name, "arrays", "use several figures")
    return {text(title, f"each title of {name}"): x for title, x in value.items()}


def known_titles(value: Iterable[str], name: str, titles: Iterable[str]) -> None:
    """Checks that a per-panel option speaks of panels there are."""
    known = list(titles)
    for title in value:
        if not isinstance(title, str) or title not in known:
            raise ValueError(f"{name} must speak of the panels {known}; got {title!r}")


def by_title(
    value: Mapping[str, Item] | None,
    name: str,
    titles: Iterable[str],
    check: Callable[[Item, str], object] | None = None,
) -> dict[str, Item]:
    """Checks a per-panel option, and each of its values if there is a check."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a mapping by title; got {value!r}")
    known_titles(value, name, titles)
    for title, item in value.items():
        if check is not None:
            check(item, f"{name}[{title!r}]")
    return dict(value)


def operators(between: str | Sequence[str], count: int) -> list[str]:
    """Checks the operators in the gaps between `count` panels."""
    if isinstance(between, str):
        between = [between] * (count - 1)
    signs = entries(between, "between", "strings, or one string")
    if len(signs) != count - 1:
        raise ValueError(
            f"between must be one string or {count - 1} of them for {count} panels; "
            f"got {between!r}"
        )
    return [text(sign, f"between[{n}]") for n, sign in enumerate(signs)]
