"""The key below a figure: which look means what."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from matplotlib.figure import Figure

from course_lib.figures._cells import draw_grid
from course_lib.figures._checks import entries, text
from course_lib.figures._layout import PAD, block_width, place, write
from course_lib.figures._marks import outline
from course_lib.figures._palette import CAPTION_SIZE, role_style

KEY_HEIGHT = 0.36
SWATCH = 0.17
TEXT_GAP = 0.08
ENTRY_GAP = 0.3


def draw_key(figure: Figure, key: Mapping[str, str] | Collection[str]) -> None:
    """Explains roles in one line at the bottom of a figure.

    Args:
        figure: The figure, with `KEY_HEIGHT` inches free at the bottom.
        key: Roles, or texts by role; the role "footprint" is an outlined window.

    Raises:
        TypeError: If a role is not a string.
        ValueError: If a role is unknown.
    """
    texts = key_texts(key)
    width, height = figure.get_size_inches()
    left = (width - key_width(texts)) / 2
    middle = height - PAD - SWATCH / 2
    for role, line in texts.items():
        ax = place(figure, left, middle - SWATCH / 2, SWATCH, SWATCH)
        ax.set_label("key")
        if role == "footprint":
            ax.set(xlim=(0, 1), ylim=(1, 0))
            ax.set_axis_off()
            outline(ax, (0, 0, 1, 1))
        else:
            draw_grid([[0]], ax=ax, role=role)
            ax.texts[0].remove()
        write(figure, left + SWATCH + TEXT_GAP, middle, line)
        left += _entry_width(line) + ENTRY_GAP


def key_texts(key: Mapping[str, str] | Collection[str]) -> dict[str, str]:
    """Checks a key and fills in the meanings.

    Args:
        key: Roles, or texts by role.

    Returns:
        The texts by role.

    Raises:
        TypeError: If it is no list or mapping, or a role or text is not a string.
        ValueError: If a role is unknown.

    Example:
        >>> key_texts(["zero"])
        {'zero': 'inserted zero'}
    """
    meanings = {
        role: "window" if role == "footprint" else role_style(role, "key").meaning
        for role in entries(key, "key", "roles, or texts by role")
    }
    given = key.items() if isinstance(key, Mapping) else ()
    return meanings | {role: text(line, f"key[{role!r}]") for role, line in given}


def key_width(texts: Mapping[str, str]) -> float:
    """Inches that a key takes in one line."""
    entries = sum(map(_entry_width, texts.values()))
    return entries + ENTRY_GAP * (len(texts) - 1)


def _entry_width(line: str) -> float:
    return SWATCH + TEXT_GAP + block_width(line, CAPTION_SIZE)
