"""Checks of the arrays that the NumPy references take.

Each check returns the array as NumPy sees it, or raises an error that names the
argument, says what came and what would be right.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating]
"""A float32 or float64 array."""


def float_array(
    value: npt.ArrayLike, name: str, axes: tuple[str, ...], *others: tuple[str, ...]
) -> Array:
    """Checks an array of finite floats with named axes.

    Args:
        value: The array, or nested lists of floats.
        name: The argument's name, for the message.
        axes: The axes' names. Only an axis called `batch` may have the size 0.
        *others: Axes that the array may have instead, another number of them.

    Returns:
        The array, of a shape with these axes, float32 or float64.

    Raises:
        TypeError: If it does not hold float32 or float64 numbers.
        ValueError: If it has another number of axes, an empty one, NaN or infinity.

    Example:
        >>> float_array([[1.0, 2.0]], "x", ("height", "width")).shape
        (1, 2)
    """
    problem = None
    try:
        array = np.asarray(value)
    except (TypeError, ValueError, RuntimeError) as error:  # or one of a tensor's
        array, problem = np.empty(0), error
    axes = next((names for names in others if len(names) == array.ndim), axes)
    expected = f"a float32 or float64 array of shape ({', '.join(axes)})"
    if problem:
        raise ValueError(f"{name} must be {expected}; NumPy says: {problem}")
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name} must be {expected}, without a mask")
    if array.dtype not in (np.float32, np.float64):
        hint = (
            ' (convert with .astype("float32"))' if array.dtype.kind in "iubfV" else ""
        )
        raise TypeError(f"{name} must be {expected}; got dtype {array.dtype}{hint}")
    if array.ndim != len(axes):
        raise ValueError(f"{name} must be {expected}; got shape {array.shape}")
    for axis, size in zip(axes, array.shape, strict=True):
        if size == 0 and axis != "batch":
            raise ValueError(
                f"{name} must be {expected}; its {axis} axis is empty, "
                f"shape {array.shape}"
            )
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must hold finite numbers; it holds NaN or infinity")
    return array


def image_batch(x: npt.ArrayLike, name: str = "x") -> Array:
    """Checks a batch of images.

    Args:
        x: Array of shape `(batch, height, width, channels)`.
        name: The argument's name, for the message.

    Returns:
        The array, float32 or float64, of the same shape.

    Raises:
        TypeError: If it does not hold float32 or float64 numbers.
        ValueError: If its shape or its numbers are not those of images.

    Example:
        >>> image_batch(np.ones((1, 2, 2, 1))).dtype
        dtype('float64')
    """
    return float_array(x, name, ("batch", "height", "width", "channels"))


def kernel_for(x: Array, kernel: npt.ArrayLike, *, transposed: bool = False) -> Array:
    """Checks that a kernel fits a batch of images.

    Args:
        x: Images of shape `(batch, height, width, channels)`, already checked.
        kernel: Array of shape `(kernel height, kernel width, in, out)`, or with
            `transposed` `(kernel height, kernel width, out, in)`.
        transposed: Whether the kernel belongs to a transposed convolution.

    Returns:
        The kernel of the same shape, with the dtype of `x`.

    Raises:
        TypeError: If it does not hold float32 or float64 numbers.
        ValueError: If its shape or its numbers don't fit.

    Example:
        >>> kernel_for(np.ones((1, 4, 4, 2)), np.ones((3, 3, 2, 5))).shape
        (3, 3, 2, 5)
    """
    last = ("out", "in") if transposed else ("in", "out")
    array = float_array(kernel, "kernel", ("kernel height", "kernel width", *last))
    channels = array.shape[2 + last.index("in")]
    if channels != x.shape[-1]:
        raise ValueError(
            f"kernel must take the {x.shape[-1]} channels of x, with shape "
            f"(kernel height, kernel width, {', '.join(last)}); got shape "
            f"{array.shape}, which takes {channels}"
        )
    if array.dtype != x.dtype and np.abs(array).max() > np.finfo(x.dtype).max:
        raise ValueError(f"kernel must fit into {x.dtype}, the dtype of x")
    return array.astype(x.dtype, copy=False)
