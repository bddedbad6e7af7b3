"""What the figures refuse, in words; the rest Matplotlib and NumPy check."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from course_lib.figures.palette import ROLES

Rectangle = tuple[int, int, int, int]
"""A window on a grid: (row, column, height, width), in cells."""


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
    shape = ", ".join(axes)
    shapes = " or ".join([f"({shape})", *(f"({shape}, {n})" for n in channels)])
    kind = "" if infinite else "finite "
    expected = f"{name} must hold {kind}numbers, of shape {shapes}"
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{expected}; got dtype {array.dtype}")
    more = array.ndim - len(axes)
    if not array.size or (more and (more != 1 or array.shape[-1] not in channels)):
        part = f"{name}[..., {':3' if 3 in channels else '0'}]"
        advice = f"; pick a part, as in {name}[0] or {part}" if more > 0 else ""
        raise ValueError(f"{expected}; got shape {array.shape}{advice}")
    wrong = np.isnan(array) if infinite else ~np.isfinite(array)
    if wrong.any():
        raise ValueError(f"{expected}; it holds {array[wrong][0]}")
    return array[..., 0] if more and array.shape[-1] == 1 else array


def windows(value: Any, shape: tuple[int, ...]) -> list[Rectangle]:
    """Checks one window on a grid of `shape`, several of them, or None."""
    rows = np.atleast_2d(() if value is None else value)
    if not rows.size:
        return []
    if rows.shape[1:] == (4,) and rows.dtype.kind in "iu":
        starts, ends = rows[:, :2], rows[:, :2] + rows[:, 2:]
        if (starts >= 0).all() and (ends <= shape).all():
            return rows.tolist()
    raise ValueError(
        "highlight must be (row, column, height, width) in whole cells, or a list of "
        f"those, on {shape[0]} rows and {shape[1]} columns; got {value!r}"
    )


def cell_roles(value: Any, shape: tuple[int, ...], role: str) -> npt.NDArray[Any]:
    """The role of every cell: of masks by role, an array of names, one name or none."""
    masks = value if isinstance(value, Mapping) else {}
    names = np.full(shape, role if value is masks or value is None else value, object)
    for one, mask in masks.items():
        cells = np.asarray(mask)
        if cells.dtype != bool or cells.shape != shape:
            raise ValueError(
                f"roles[{one!r}] must be a mask of bool with the shape of the "
                f"grid, {shape}; got {cells.dtype} with shape {cells.shape}"
            )
        names[cells] = one
    known_roles({role, *names.flat, *masks}, "roles")
    return names


def known_roles(roles: Iterable[str], name: str, *others: str) -> None:
    """Checks the names of roles."""
    known = (*ROLES, *others)
    for role in roles:
        if role not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)}; got {role!r}")


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
