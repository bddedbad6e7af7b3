"""What a learner's answer is turned into before it is compared.

An answer may be anything, also something whose own methods misbehave. So it is
looked at by its type, and only numbers, arrays, tensors, lists, tuples and strings
are let in; none of a stranger's methods is called.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Plain = Array | str
"""An array of bools, whole numbers or floats (a number has no axes), or a string."""

MOST_ENTRIES = 1_000_000
DEEPEST = 8

TENSORS = {
    "tensorflow": ("Tensor", "Variable", "IndexedSlices"),
    "keras": ("Variable",),
    "torch": ("Tensor",),
    "jax": ("Array",),
}


class UnusableError(Exception):
    """A value that can't be compared; the message says what it is, as a noun."""


def plain(value: object) -> Plain:
    """Turns an answer into an array or a string, without trusting it.

    Args:
        value: Anything.

    Returns:
        An array of any shape, with a copy of the numbers, or a string.

    Raises:
        UnusableError: If it is something else; the message says what.

    Example:
        >>> plain([(1, 2), (3, 4)])
        array([[1, 2],
               [3, 4]])
    """
    try:
        if issubclass(type(value), str):
            return str.__str__(value)
        if issubclass(type(value), list | tuple):
            return _from_sequence(_expand(value, DEEPEST))
        return _from_array(_as_array(value))
    except UnusableError:
        raise
    except Exception:
        raise UnusableError("an object that can't be read") from None


def _as_array(value: Any) -> Array:
    kind = type(value)
    if issubclass(kind, bool | float | np.generic):
        return np.asarray(value)
    if issubclass(kind, int):
        if int.bit_length(value) > 63:
            raise UnusableError("a whole number of more than 18 digits")
        return np.asarray(int.__int__(value))
    if issubclass(kind, np.ma.MaskedArray):
        raise UnusableError("a masked array (its `.data` or `.filled(…)` would do)")
    if issubclass(kind, np.ndarray):
        return np.asarray(value)
    if _is_tensor(kind):
        return np.asarray(value)
    if _is_tensor_shape(kind):
        return np.asarray(_expand(tuple(value), 1))
    raise UnusableError(describe_kind(value))


def _from_array(array: Array) -> Array:
    if array.size > MOST_ENTRIES:
        raise UnusableError(
            f"an array of {array.size} numbers, far more than asked for"
        )
    if array.dtype.kind == "c":
        raise UnusableError("an array of complex numbers")
    if array.dtype.kind not in "biuf":
        raise UnusableError(f"an array with dtype {array.dtype}, not of numbers")
    return np.array(array)


def _expand(value: Any, depth: int) -> Any:
    """Lists and tuples to nested lists of NumPy values, read by their own types."""
    kind = type(value)
    if value is None:
        raise UnusableError("a list with None in it (of a Keras shape, leave it out)")
    if not issubclass(kind, list | tuple):
        return _as_array(value)
    if depth == 0:
        raise UnusableError("a list with lists inside lists, and so on")
    read = list.__iter__ if issubclass(kind, list) else tuple.__iter__
    return [_expand(entry, depth - 1) for entry in read(value)]


def _from_sequence(entries: list[Any]) -> Array:
    try:
        array = np.array(entries)
    except ValueError:
        raise UnusableError("a list whose parts have different lengths") from None
    return _from_array(array)


def _is_tensor(kind: type) -> bool:
    for package, names in TENSORS.items():
        module = sys.modules.get(package)
        for name in names if module else ():
            tensor = getattr(module, name, None)
            if isinstance(tensor, type) and tensor in type.mro(kind):
                return True
    # A variable of Keras and of TensorFlow is made by a class of its backend.
    return any(
        base.__module__.startswith(("keras.src.backend", "tensorflow.python.ops"))
        and base.__name__.endswith("Variable")
        for base in type.mro(kind)
        if isinstance(base.__module__, str)
    )


def _is_tensor_shape(kind: type) -> bool:
    tensorflow = sys.modules.get("tensorflow")
    return tensorflow is not None and kind is getattr(tensorflow, "TensorShape", None)


def describe_kind(value: object) -> str:
    """Says what sort of thing a value is, as a noun.

    Args:
        value: Anything; only its type is looked at.

    Returns:
        A noun with its article, such as `a generator`.

    Example:
        >>> describe_kind(None)
        'None'
    """
    kind = type(value)
    if value is None:
        return "None"
    if value is ...:
        return "the placeholder ..."
    name = str(type.__dict__["__name__"].__get__(kind))
    known = {
        "function": "a function",
        "builtin_function_or_method": "a function",
        "method": "a function",
        "type": "a class",
        "bool": "True or False",
        "int": "a number",
        "float": "a number",
        "str": "a word",
        "list": "a list",
        "tuple": "a tuple",
        "ndarray": "an array",
        "generator": "a generator (make a list or an array of it)",
        "dict": "a dictionary",
        "KerasTensor": "a symbolic Keras tensor, which has no numbers",
    }
    return known.get(name, f"an object of type {name}")
