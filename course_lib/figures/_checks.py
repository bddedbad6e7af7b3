"""What the figures refuse, in words; the rest Matplotlib checks."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
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
    wrong = np.isnan(array) if infinite else ~np.isfinite(array)
    if wrong.any():
        kind = "" if infinite else "finite "
        raise ValueError(f"{name} must hold {kind}numbers; it holds {array[wrong][0]}")
    return array[..., 0] if more and array.shape[-1] == 1 else array


def _array(value: Any, name: str) -> npt.NDArray[Any]:
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name} must be an array without a mask; use .filled(...)")
    try:
        return np.asarray(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} must be an array; NumPy says: {error}") from None


def windows(
    value: Any, shape: tuple[int, ...], name: str = "highlight"
) -> list[Rectangle]:
    """Checks one window on a grid of `shape`, several of them, or None."""
    rows = np.atleast_2d(_array([] if value is None else value, name))
    if rows.size == 0:
        return []
    if rows.ndim == 2 and rows.shape[1] == 4 and rows.dtype.kind in "iu":
        starts, ends = rows[:, :2], rows[:, :2] + rows[:, 2:]
        if ((starts >= 0) & (starts < ends) & (ends <= shape)).all():
            return [(top, left, high, wide) for top, left, high, wide in rows.tolist()]
    raise ValueError(
        f"{name} must be (row, column, height, width) in whole cells, or a list of "
        f"those, on {shape[0]} rows and {shape[1]} columns; got {value!r}"
    )


def cell_roles(
    value: Any, shape: tuple[int, ...], name: str = "roles", role: str = "output"
) -> npt.NDArray[Any]:
    """The role of every cell, of masks by role, an array of names, one name or None."""
    names = np.full(shape, role, dtype=object)
    if isinstance(value, Mapping):
        for one, mask in value.items():
            known_role(one, name)
            cells = _on_grid(mask, shape, f"{name}[{one!r}]")
            if cells.dtype != bool:
                raise TypeError(
                    f"{name}[{one!r}] must be a mask of bool; got {cells.dtype}"
                )
            names[cells] = one
    elif value is not None:
        names[...] = value if isinstance(value, str) else _on_grid(value, shape, name)
    for one in {*names.flat}:
        known_role(one, name)
    return names


def _on_grid(value: Any, shape: tuple[int, ...], name: str) -> npt.NDArray[Any]:
    array = _array(value, name)
    if array.shape != shape:
        raise ValueError(
            f"{name} must have the shape of the grid, {shape}; got {array.shape}"
        )
    return array


def known_role(role: str, name: str, *others: str) -> None:
    """Checks the name of a role."""
    known = (*ROLES, *others)
    if role not in known:
        raise ValueError(f"{name} must be one of {', '.join(known)}; got {role!r}")


def entries(
    value: Iterable[Item], name: str, count: int | None = None, thing: str = ""
) -> list[Item]:
    """Checks a list or other collection that is not a string, one for each thing."""
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise TypeError(f"{name} must be a list; got {value!r}")
    found = list(value)
    if count not in (None, len(found)):
        raise ValueError(
            f"{name} must have {count} entries, one for each {thing}; got {len(found)}"
        )
    return found


def panels(value: Any, name: str, **options: Any) -> dict[str, Any]:
    """Checks a mapping from titles to arrays; the arrays as `numbers` does."""
    if not isinstance(value, Mapping) or not all(isinstance(t, str) for t in value):
        raise TypeError(
            f"{name} must map titles to arrays, as in {{'input': x}}; got {value!r:.60}"
        )
    if not value:
        raise ValueError(f"{name} must hold one array or more; it is empty")
    at_most(len(value), MOST_PANELS, name, "arrays", "use several figures")
    return {t: numbers(x, f"{name}[{t!r}]", **options) for t, x in value.items()}


def by_title(
    value: Any,
    name: str,
    panels: Mapping[str, npt.NDArray[Any]],
    check: Callable[[Any, tuple[int, ...], str], Any] = lambda value, *_: value,
) -> dict[str, Any]:
    """Checks an option by title: it may only speak of panels there are."""
    if not isinstance(value, Mapping | None):
        raise TypeError(f"{name} must be a mapping by title; got {value!r}")
    given = dict(value or {})
    if unknown := [*given.keys() - panels.keys()]:
        raise ValueError(f"{name} must speak of the panels {[*panels]}; got {unknown}")
    return {t: check(x, panels[t].shape, f"{name}[{t!r}]") for t, x in given.items()}


def bound(array: npt.NDArray[Any], limit: float | None = None) -> float:
    """Checks a limit above 0; by default the largest entry's size, or 1."""
    if limit is None:
        return float(np.abs(array.astype(float)).max()) or 1.0
    if not isinstance(limit, Real) or not 0 < limit < math.inf:
        raise ValueError(f"limit must be a finite number above 0; got {limit!r}")
    return float(limit)


def rising(limits: tuple[float, float]) -> tuple[float, float]:
    """Checks the two ends of a scale."""
    try:
        low, high = (float(end) for end in limits)
    except (TypeError, ValueError):
        raise TypeError(f"limits must be two numbers; got {limits!r}") from None
    if not -math.inf < low < high < math.inf:
        raise ValueError(f"limits must be finite and rise; got {low:g} to {high:g}")
    return low, high
