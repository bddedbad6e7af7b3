"""What the figures refuse, in words; the rest Matplotlib and NumPy check."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from course_lib.figures.palette import ROLES

Rectangle = tuple[int, int, int, int]
"""A window on a grid: (row, column, height, width), in cells."""
Item = TypeVar("Item")


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
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name} must be an array without a mask; use .filled(...)")
    array = np.asarray(value)
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
    wrong = np.isnan(array) if infinite else ~np.isfinite(array)
    if wrong.any():
        kind = "" if infinite else "finite "
        raise ValueError(f"{name} must hold {kind}numbers; it holds {array[wrong][0]}")
    return array[..., 0] if more and array.shape[-1] == 1 else array


def windows(value: Any, shape: tuple[int, ...]) -> list[Rectangle]:
    """Checks one window on a grid of `shape`, several of them, or None."""
    rows = np.atleast_2d(() if value is None else value)
    if rows.size == 0:
        return []
    if rows.shape[1:] == (4,) and rows.dtype.kind in "iu":
        starts, ends = rows[:, :2], rows[:, :2] + rows[:, 2:]
        if ((starts >= 0) & (starts < ends) & (ends <= shape)).all():
            return [(top, left, high, wide) for top, left, high, wide in rows.tolist()]
    raise ValueError(
        f"highlight must be (row, column, height, width) in whole cells, or a list of "
        f"those, on {shape[0]} rows and {shape[1]} columns; got {value!r}"
    )


def cell_roles(value: Any, shape: tuple[int, ...], role: str) -> npt.NDArray[Any]:
    """The role of every cell: of masks by role, an array of names, one name or none."""
    known_role(role, "role")
    names = np.full(shape, role, dtype=object)
    if isinstance(value, Mapping):
        for one, mask in value.items():
            known_role(one, "roles")
            cells = np.asarray(mask)
            if cells.dtype != bool or cells.shape != shape:
                raise ValueError(
                    f"roles[{one!r}] must be a mask of bool with the shape of the "
                    f"grid, {shape}; got {cells.dtype} with shape {cells.shape}"
                )
            names[cells] = one
    elif value is not None:
        if np.shape(value) not in ((), shape):
            raise ValueError(
                f"roles must have the shape of the grid, {shape}; got {np.shape(value)}"
            )
        names[...] = value
        for one in {*names.flat}:
            known_role(one, "roles")
    return names


def known_role(role: str, name: str, *others: str) -> None:
    """Checks the name of a role."""
    known = (*ROLES, *others)
    if role not in known:
        raise ValueError(f"{name} must be one of {', '.join(known)}; got {role!r}")


def one_for_each(
    value: Iterable[Item], name: str, count: int, thing: str
) -> list[Item]:
    """Checks that a list has an entry for each of some things."""
    found = list(value)
    if len(found) != count:
        raise ValueError(
            f"{name} must have {count} entries, one for each {thing}; got {len(found)}"
        )
    return found


def panels(value: Any, name: str, **options: Any) -> dict[str, npt.NDArray[Any]]:
    """Checks a mapping from titles to arrays; the arrays as `numbers` does."""
    if not isinstance(value, Mapping) or not value:
        raise ValueError(
            f"{name} must map titles to one array or more, as in {{'input': x}}; "
            f"got {value!r:.60}"
        )
    return {t: numbers(x, f"{name}[{t!r}]", **options) for t, x in value.items()}


def by_title(value: Any, name: str, panels: Mapping[str, Any]) -> Mapping[str, Any]:
    """Checks an option by title: it may only speak of panels there are."""
    given = {} if value is None else value
    if not isinstance(given, Mapping) or given.keys() - panels.keys():
        raise ValueError(
            f"{name} must be a mapping by title, of the panels {[*panels]}; "
            f"got {given!r:.60}"
        )
    return given


def bound(array: npt.NDArray[Any], limit: float | None = None) -> float:
    """Checks a limit above 0; by default the largest entry's size, or 1."""
    if limit is None:
        return float(np.abs(array.astype(float)).max()) or 1.0
    if not 0 < limit < math.inf:
        raise ValueError(f"limit must be a finite number above 0; got {limit!r}")
    return float(limit)


def rising(limits: tuple[float, float]) -> tuple[float, float]:
    """Checks the two ends of a scale."""
    ends = np.asarray(limits, float)
    if ends.shape != (2,) or not -math.inf < ends[0] < ends[1] < math.inf:
        raise ValueError(f"limits must be two finite numbers and rise; got {limits!r}")
    return float(ends[0]), float(ends[1])
