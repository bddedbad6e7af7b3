"""Checks of the sizes and names that layers and drawings take.

Each returns the value in one form, or raises an error that names the argument, says
what came and what would be right.
"""

from operator import index

Pair = tuple[int, int]


def whole_number(
    value: object, name: str, minimum: int = 1, alternative: str = ""
) -> int:
    """Returns a size as an `int`; `alternative` says what else would be right."""
    try:
        if isinstance(value, bool):
            raise TypeError
        number = index(value)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(
            f"{name} must be a whole number, {minimum} or more{alternative}; got "
            f"{value!r}"
        ) from None
    if number < minimum:
        raise ValueError(f"{name} must be {minimum} or more; got {number}")
    return number


def pair(value: object, name: str, minimum: int = 1) -> Pair:
    """Expands a size to `(height, width)`."""
    if hasattr(value, "tolist"):  # of NumPy
        value = value.tolist()
    if not isinstance(value, tuple | list):
        number = whole_number(value, name, minimum, " or a pair (height, width)")
        return number, number
    if len(value) != 2:
        raise ValueError(
            f"{name} must be a whole number or a pair (height, width); got {value!r}"
        )
    height, width = value
    return (
        whole_number(height, f"{name}[0] (height)", minimum),
        whole_number(width, f"{name}[1] (width)", minimum),
    )


def steps_and_dilations(strides: object, dilation_rate: object) -> tuple[Pair, Pair]:
    """Expands both, and refuses them together, as Keras does."""
    steps, dilations = pair(strides, "strides"), pair(dilation_rate, "dilation_rate")
    if max(steps) > 1 and max(dilations) > 1:
        raise ValueError(
            "strides and dilation_rate can't both exceed 1; got "
            f"strides={strides} with dilation_rate={dilation_rate}"
        )
    return steps, dilations


def padding_name(padding: object) -> str:
    """Returns `"valid"` or `"same"` in lower case."""
    name = padding.lower() if isinstance(padding, str) else None
    if name in ("valid", "same"):
        return name
    kind = ValueError if name is not None else TypeError
    raise kind(f'padding must be "valid" or "same"; got {padding!r}')
