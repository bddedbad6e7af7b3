"""Checks of the sizes and names that layers and their drawings take."""

from operator import index

LARGEST = 1_000_000
"""No size is larger: what exceeds it is a slip, not an image."""


def whole_number(
    value: object, name: str, minimum: int = 1, alternative: str = ""
) -> int:
    """Checks one whole number.

    Args:
        value: What the caller passed; Python and NumPy integers are accepted.
        name: The argument's name, for the message.
        minimum: The smallest legal value.
        alternative: What else would be right, for the message.

    Returns:
        The value as an `int`, from `minimum` to `LARGEST`.

    Raises:
        TypeError: If `value` is not an integer (`bool` is not one either).
        ValueError: If `value` is below `minimum` or above `LARGEST`.

    Example:
        >>> whole_number(3, "strides")
        3
    """
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
    if number > LARGEST:
        raise ValueError(f"{name} must be {LARGEST} or less; got {number}")
    return number


def pair(value: object, name: str, minimum: int = 1) -> tuple[int, int]:
    """Expands a size to its two axes.

    Args:
        value: One integer for both axes, or a pair `(height, width)`.
        name: The argument's name, for the message.
        minimum: The smallest legal value.

    Returns:
        The pair `(height, width)`, each at least `minimum`.

    Raises:
        TypeError: If `value` is neither an integer nor a pair of integers.
        ValueError: If it has not two entries, or one is below `minimum`.

    Example:
        >>> pair(2, "size")
        (2, 2)
        >>> pair((2, 3), "size")
        (2, 3)
    """
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


def padding_name(padding: object) -> str:
    """Checks the name of a padding.

    Args:
        padding: `"valid"` or `"same"`, in any case.

    Returns:
        The name in lower case.

    Raises:
        TypeError: If `padding` is not a string.
        ValueError: If it is another string.

    Example:
        >>> padding_name("SAME")
        'same'
    """
    if not isinstance(padding, str):
        raise TypeError(f'padding must be "valid" or "same"; got {padding!r}')
    name = padding.lower()
    if name not in ("valid", "same"):
        raise ValueError(f'padding must be "valid" or "same"; got {padding!r}')
    return name


def check_strides_and_dilation(strides: object, dilation_rate: object) -> None:
    """Refuses strides together with dilation, as Keras does.

    Args:
        strides: Step in pixels, an int or `(height, width)`.
        dilation_rate: Distance between neighbouring weights, likewise.

    Raises:
        TypeError: If one is neither an integer nor a pair of integers.
        ValueError: If one is below 1, or both exceed 1 on any axis.

    Example:
        >>> check_strides_and_dilation(2, 1)
    """
    steps = pair(strides, "strides")
    dilations = pair(dilation_rate, "dilation_rate")
    if max(steps) > 1 and max(dilations) > 1:
        raise ValueError(
            "strides and dilation_rate can't both exceed 1; got "
            f"strides={strides} with dilation_rate={dilation_rate}"
        )
