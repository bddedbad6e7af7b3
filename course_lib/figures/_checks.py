"""What the figures accept, and what they say when they can't."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from course_lib.shapes import whole_number

Rectangle = tuple[int, int, int, int]
"""A window on a grid: (row, column, height, width), in cells."""

Item = TypeVar("Item")


def plane(
    value: npt.ArrayLike, name: str, *, infinite: bool = False
) -> npt.NDArray[Any]:
    """Checks a 2-D array of numbers.

    Args:
        value: The array, or nested lists; booleans count as 0 and 1.
        name: The argument's name, for the message.
        infinite: Whether infinities may occur, as in padding with -inf.

    Returns:
        The array, of shape (height, width), of integers or floats.

    Raises:
        TypeError: If it does not hold real numbers.
        ValueError: If it has not two axes, is empty or holds NaN.

    Example:
        >>> plane([[True, False]], "image")
        array([[1, 0]])
    """
    try:
        array = np.asarray(value)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{name} must be an array of shape (height, width); NumPy says: {error}"
        ) from None
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers; got dtype {array.dtype}")
    if array.ndim != 2:
        hint = "; pick one image and channel, as in x[0, :, :, 0]"
        raise ValueError(
            f"{name} must have the shape (height, width); got shape {array.shape}"
            + (hint if array.ndim > 2 else "")
        )
    if array.size == 0:
        raise ValueError(f"{name} must not be empty; got shape {array.shape}")
    if np.isnan(array).any():
        raise ValueError(f"{name} must hold numbers; it holds NaN")
    if not infinite and not np.isfinite(array).all():
        raise ValueError(f"{name} must hold finite numbers; it holds infinity")
    return array.astype(int) if array.dtype.kind == "b" else array


def picture(value: npt.ArrayLike, name: str) -> npt.NDArray[Any]:
    """Checks one grey image of shape (height, width) or (height, width, 1).

    Args:
        value: The image.
        name: The argument's name, for the message.

    Returns:
        The image, of shape (height, width).

    Raises:
        TypeError: If it does not hold real numbers.
        ValueError: If it has another shape, is empty, or holds NaN or infinity.

    Example:
        >>> picture(np.zeros((4, 4, 1)), "image").shape
        (4, 4)
    """
    try:
        array = np.asarray(value)
    except (TypeError, ValueError):
        array = np.empty(0)
    if array.ndim == 3 and array.shape[-1] == 1:
        return plane(array[..., 0], name)
    if array.ndim > 2:
        raise ValueError(
            f"{name} must be one grey image of shape (height, width) or "
            f"(height, width, 1); got shape {array.shape}"
        )
    return plane(value, name)


def rectangles(
    value: Rectangle | Iterable[Rectangle] | None, shape: tuple[int, int]
) -> list[Rectangle]:
    """Checks windows on a grid.

    Args:
        value: One (row, column, height, width), several of them, or None.
        shape: Height and width of the grid, in cells.

    Returns:
        The windows.

    Raises:
        TypeError: If an entry is not a whole number.
        ValueError: If one has not four entries or does not lie on the grid.

    Example:
        >>> rectangles((0, 0, 2, 2), (4, 4))
        [(0, 0, 2, 2)]
    """
    expected = "highlight must be (row, column, height, width) or a list of those"
    if value is None:
        return []
    try:
        entries: list[Any] = list(value)
        single = len(entries) > 0 and np.ndim(entries[0]) == 0
        windows = [tuple(window) for window in ([entries] if single else entries)]
    except (TypeError, ValueError):
        raise ValueError(f"{expected}; got {value!r}") from None
    checked = []
    for window in windows:
        if len(window) != 4:
            raise ValueError(f"{expected}; got {window!r}")
        top, left = (whole_number(entry, "highlight", 0) for entry in window[:2])
        height, width = (whole_number(entry, "highlight", 1) for entry in window[2:])
        if top + height > shape[0] or left + width > shape[1]:
            raise ValueError(
                f"highlight must lie on the grid of {shape[0]} rows and {shape[1]} "
                f"columns; got (row, column, height, width) = {window!r}"
            )
        checked.append((top, left, height, width))
    return checked


def positive(value: object, name: str) -> float:
    """Checks a finite number above 0."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise TypeError(f"{name} must be a number above 0 or None; got {value!r}")
    if not 0 < value < np.inf:
        raise ValueError(f"{name} must be a finite number above 0; got {value}")
    return float(value)


def optional_text(value: object, name: str) -> None:
    """Checks that a title or caption is a string or None."""
    if value is not None and not isinstance(value, str):
        raise TypeError(f"{name} must be a string or None; got {value!r}")


def optional_axes(value: object) -> None:
    """Checks that `ax` is a Matplotlib axes or None."""
    if value is not None and not isinstance(value, Axes):
        raise TypeError(f"ax must be a Matplotlib axes or None; got {value!r}")


def panels(value: Mapping[str, Item], name: str) -> dict[str, Item]:
    """Checks a mapping from titles to arrays."""
    if not isinstance(value, Mapping):
        raise TypeError(
            f"{name} must map titles to arrays, as in {{'input': x}}; "
            f"got {type(value).__name__}"
        )
    if not value:
        raise ValueError(f"{name} must hold one panel or more; it is empty")
    for title in value:
        if not isinstance(title, str):
            raise TypeError(f"{name} must have strings as titles; got {title!r}")
    return dict(value)


def known_titles(value: Mapping[str, Item], name: str, titles: Iterable[str]) -> None:
    """Checks that a per-panel option speaks of panels there are."""
    known = list(titles)
    for title in value:
        if title not in known:
            raise ValueError(f"{name} must speak of the panels {known}; got {title!r}")


def operators(between: str | Sequence[str], count: int) -> list[str]:
    """Checks the operators in the gaps between `count` panels."""
    if isinstance(between, str):
        return [between] * (count - 1)
    signs = list(between)
    if len(signs) != count - 1 or not all(isinstance(sign, str) for sign in signs):
        raise ValueError(
            f"between must be one string or {count - 1} of them for {count} panels; "
            f"got {between!r}"
        )
    return signs
