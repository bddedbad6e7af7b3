"""Checks of the arrays that the NumPy references take, like those in `_arguments`."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating]
"""A float32 or float64 array."""

KERNEL_AXES = ("kernel height", "kernel width", "in", "out")
TRANSPOSED_AXES = ("kernel height", "kernel width", "out", "in")


def float_array(
    value: npt.ArrayLike, name: str, axes: tuple[str, ...], *others: tuple[str, ...]
) -> Array:
    """Returns finite floats with these axes, or others; only `batch` may be empty."""
    problem = None
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:  # or one of a tensor's
        array, problem = np.empty(0), error
    axes = next((names for names in others if len(names) == array.ndim), axes)
    expected = f"{name} must be a float32 or float64 array of shape ({', '.join(axes)})"
    if problem:
        raise ValueError(f"{expected}; NumPy says: {problem}")
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{expected}, without a mask")
    if array.dtype not in (np.float32, np.float64):
        numeric = array.dtype.kind in "iubfV"
        hint = ' (convert with .astype("float32"))' if numeric else ""
        raise TypeError(f"{expected}; got dtype {array.dtype}{hint}")
    if array.ndim != len(axes):
        raise ValueError(f"{expected}; got shape {array.shape}")
    for axis, size in zip(axes, array.shape, strict=True):
        if size == 0 and axis != "batch":
            found = f"its {axis} axis is empty, shape {array.shape}"
            raise ValueError(f"{expected}; {found}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must hold finite numbers; it holds NaN or infinity")
    return array


def image_batch(x: npt.ArrayLike, name: str = "x") -> Array:
    """Returns images of shape `(batch, height, width, channels)`."""
    return float_array(x, name, ("batch", "height", "width", "channels"))


def kernel_for(x: Array, kernel: npt.ArrayLike, *, transposed: bool = False) -> Array:
    """Returns a kernel that fits the checked images, with their dtype."""
    axes = TRANSPOSED_AXES if transposed else KERNEL_AXES
    array = float_array(kernel, "kernel", axes)
    channels = array.shape[axes.index("in")]
    if channels != x.shape[-1]:
        raise ValueError(
            f"kernel must take the {x.shape[-1]} channels of x, with shape "
            f"({', '.join(axes)}); got shape {array.shape}, which takes {channels}"
        )
    return array.astype(x.dtype, copy=False)
