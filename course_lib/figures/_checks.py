"""What the figures refuse, in words; the rest Matplotlib checks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from numbers import Real
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from course_lib.figures.palette import ROLES

Rectangle = tuple[int, int, int, int]
"""A window on a grid: (row, column, height, width), in cells."""
Item = TypeVar("Item")

MOST_NUMBERS = 4_000_000
MOST_PANELS = 100


def at_most(count: int, most: int, name: str, things: str, advice: str) -> None:
    """Checks that a figure gets no more than it can show."""
    if count > most:
        raise ValueError(
            f"{name} must have at most {most:,} {things}; got {count:,}; {advice}"
        )


def numbers(
    value: npt.ArrayLike,
    name: str,
    axes: tuple[str, ...] = ("height", "width"),
    *,
    channels: tuple[int, ...] = (1,),
    infinite: bool = False,
) -> npt.NDArray[Any]:
    """Checks an array of real numbers or booleans without NaN.

    One more axis may follow with a size that `channels` names; of size 1 it is
    dropped. `infinite` allows infinities, as in padding with -inf.
    """
    array = _array(value, name)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} must hold real numbers; got dtype {array.dtype}")
    more = array.ndim - len(axes)
    if more and (more != 1 or array.shape[-1] not in channels):
        listed = ", ".join(axes)
        last = f" or ({listed}, {' or '.join(map(str, channels))})" if channels else ""
        advice = ""
        if more == 1 and 3 in channels and array.shape[-1] == 4:
            advice = f"; leave out the transparency, as in {name}[..., :3]"
        elif len(axes) == 2 and more in (1, 2):
            advice = f"; pick one, as in {name}[{'0, ' * (more - 1)}:, :, 0]"
        raise ValueError(
            f"{name} must have the shape ({listed}){last}; got {array.shape}{advice}"
        )
    if array.size == 0:
        raise ValueError(f"{name} must not be empty; got shape {array.shape}")
    at_most(array.size, MOST_NUMBERS, name, "numbers", "use a slice")
    if np.isnan(array).any():
        raise ValueError(f"{name} must hold numbers; it holds NaN")
    if not infinite and not np.isfinite(array).all():
        raise ValueError(f"{name} must hold finite numbers; it holds infinity")
    return array[..., 0] if more and array.shape[-1] == 1 else array


def _array(value: Any, name: str) -> npt.NDArray[Any]:
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name} must be an array without a mask; use .filled(...)")
    try:
        return np.asarray(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be an array; NumPy says: {error}") from None


def windows(
    value: Rectangle | Iterable[Rectangle] | None, shape: tuple[int, ...], name: str
) -> list[Rectangle]:
    """Checks one window on a grid of `shape`, several of them, or None."""
    given = _array([] if value is None else value, name)
    if given.size == 0:
        return []
    if given.ndim not in (1, 2) or given.shape[-1] != 4:
        raise ValueError(
            f"{name} must be (row, column, height, width) or a list of those; "
            f"got {value!r}"
        )
    if given.dtype.kind not in "iu":
        raise TypeError(f"{name} must hold whole numbers; got {value!r}")
    rectangles = given.reshape(-1, 4)
    corners, sizes = rectangles[:, :2], rectangles[:, 2:]
    if (corners < 0).any() or (sizes < 1).any() or (corners + sizes > shape).any():
        raise ValueError(
            f"{name} must lie on the grid of {shape[0]} rows and {shape[1]} columns; "
            f"got (row, column, height, width) = {value!r}"
        )
    return [(top, left, high, wide) for top, left, high, wide in rectangles.tolist()]


def cell_roles(
    shape: tuple[int, ...], roles: Any, name: str = "roles", role: str = "output"
) -> npt.NDArray[Any]:
    """The role of every cell, of masks by role, an array of names, one name or None.

    Example:
        >>> cell_roles((1, 2), {"zero": [[False, True]]}).tolist()
        [['output', 'zero']]
    """
    names = np.full(shape, role, dtype=object)
    masks = roles if isinstance(roles, Mapping) else {}
    if isinstance(roles, str):
        names[...] = roles
    elif roles is not None and not masks:
        names[...] = _on_grid(shape, roles, name)
    for one, mask in masks.items():
        cells = _on_grid(shape, mask, f"{name}[{one!r}]")
        if cells.dtype != bool:
            raise TypeError(
                f"{name}[{one!r}] must be a mask of bool; got {cells.dtype}"
            )
        names[cells] = one
    for one in {*masks, *names.flat}:
        known_role(one, name)
    return names


def _on_grid(shape: tuple[int, ...], value: Any, name: str) -> npt.NDArray[Any]:
    array = _array(value, name)
    if array.shape != tuple(shape):
        raise ValueError(
            f"{name} must have the shape of the grid, {tuple(shape)}; got {array.shape}"
        )
    return array


def known_role(role: str, name: str, *others: str) -> None:
    """Checks the name of a role."""
    known = (*ROLES, *others)
    if role not in known:
        raise ValueError(f"{name} must be one of {', '.join(known)}; got {role!r}")


def entries(value: Iterable[Item], name: str) -> list[Item]:
    """Checks a list or other collection that is not a string."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise TypeError(f"{name} must be a list; got {value!r}")
    return list(value)


def panels(value: Mapping[str, Item], name: str) -> dict[str, Item]:
    """Checks a mapping from titles to arrays."""
    if not isinstance(value, Mapping) or not all(isinstance(t, str) for t in value):
        raise TypeError(
            f"{name} must map titles to arrays, as in {{'input': x}}; got {value!r:.60}"
        )
    if not value:
        raise ValueError(f"{name} must hold one array or more; it is empty")
    at_most(len(value), MOST_PANELS, name, "arrays", "use several figures")
    return dict(value)


def by_title(
    value: Mapping[str, Item] | None, name: str, titles: Iterable[str]
) -> dict[str, Item]:
    """Checks an option by title: it may only speak of panels there are."""
    if value is not None and not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a mapping by title; got {value!r}")
    known = list(titles)
    for title in value or ():
        if title not in known:
            raise ValueError(f"{name} must speak of the panels {known}; got {title!r}")
    return dict(value or {})


def positive(value: float | None, name: str) -> float | None:
    """Checks a finite number above 0, or None."""
    if value is None:
        return None
    if not isinstance(value, Real) or not 0 < value < math.inf:
        raise ValueError(f"{name} must be a finite number above 0; got {value!r}")
    return float(value)


def rising(limits: tuple[float, float]) -> tuple[float, float]:
    """Checks the two ends of a scale."""
    try:
        low, high = (float(end) for end in limits)
    except (TypeError, ValueError):
        raise TypeError(f"limits must be two numbers; got {limits!r}") from None
    if not (low < high and math.isfinite(high - low)):
        raise ValueError(f"limits must be finite and rise; got {low:g} to {high:g}")
    return low, high
