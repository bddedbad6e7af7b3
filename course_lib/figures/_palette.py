"""The roles a cell can play, and how each one looks in every chapter.

The fills form a ladder of lightness, so that the roles stay apart in grey print and
for every kind of colour vision; hue only adds to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from matplotlib.colors import LinearSegmentedColormap, to_rgb

PAPER = "#ffffff"
INK = "#1b2530"
MUTED = "#56616c"
FRAME = "#c3cad1"
EDGE = "#8d979f"
FOOTPRINT = "#a34700"

MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"

FONT = "DejaVu Sans"
NUMBER_SIZES = (5.0, 15.0)
TITLE_SIZE = 10.5
CAPTION_SIZE = 9.0

VALUES = LinearSegmentedColormap.from_list(
    "course values",
    [(0, "#8467bd"), (0.5, "#efeaf8"), (0.5, "#fdf0d0"), (1, "#eba42a")],
)
"""Entries of a matrix: purple below 0, orange above, visible however small."""
DIVERGING = LinearSegmentedColormap.from_list(
    "course differences", ["#3f2a72", "#8a73bd", "#f7f7f8", "#e9a23b", "#7c3d00"]
)
"""Purple below the middle, orange above it, of equal lightness at equal distance."""


@dataclass(frozen=True)
class Role:
    """How the cells of one role are drawn.

    Args:
        fill: Colour of the cell.
        ink: Colour of the number in it.
        meaning: What the role stands for, as a key would say it.
        weight: Weight of the number, "normal" or "bold".
        hatched: Whether diagonal lines cross the cell.
    """

    fill: str
    ink: str
    meaning: str
    weight: str = "normal"
    hatched: bool = False


ROLES: Mapping[str, Role] = MappingProxyType(
    {
        "input": Role("#79aee0", INK, "input"),
        "kernel": Role("#f2bc4b", INK, "kernel"),
        "zero": Role("#f3f4f6", "#626c76", "inserted zero"),
        "output": Role("#c3e5d3", INK, "output"),
        "overlap": Role("#11685c", PAPER, "stamps overlap", weight="bold"),
        "cropped": Role("#ffffff", "#626c76", "cut off", hatched=True),
    }
)


def role_style(role: str, argument: str = "role") -> Role:
    """Looks a role up by name.

    Args:
        role: One of the keys of `ROLES`.
        argument: Name of the argument, for the message.

    Returns:
        The `Role`.

    Raises:
        TypeError: If `role` is not a string.
        ValueError: If there is no such role.

    Example:
        >>> role_style("zero").meaning
        'inserted zero'
    """
    if not isinstance(role, str):
        raise TypeError(f"{argument} must be the name of a role, got {role!r}.")
    if role not in ROLES:
        names = ", ".join(map(repr, ROLES))
        raise ValueError(f"{argument} must be one of {names}; got {role!r}.")
    return ROLES[role]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours as WCAG 2 defines it.

    Args:
        one: A colour as Matplotlib writes it.
        other: The other colour.

    Returns:
        The ratio, from 1 (the same lightness) to 21 (black on white).

    Reference:
        https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio

    Example:
        >>> round(contrast("black", "white"), 3)
        21.0
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ink_on(fill: str) -> str:
    """The ink, dark or white, that is easier to read on a fill.

    Args:
        fill: A colour as Matplotlib writes it.

    Returns:
        `INK` or `PAPER`.

    Example:
        >>> ink_on("white") == INK, ink_on("black") == PAPER
        (True, True)
    """
    return max((INK, PAPER), key=lambda ink: contrast(ink, fill))


def _luminance(colour: str) -> float:
    weights = (0.2126, 0.7152, 0.0722)
    linear = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in to_rgb(colour)
    )
    return sum(weight * value for weight, value in zip(weights, linear, strict=True))
