"""All exercises: those defined at the top level of the modules in `chapters`."""

from __future__ import annotations

import difflib
import pkgutil
from functools import cache
from importlib import import_module
from types import ModuleType

from course_lib.exercises import chapters
from course_lib.exercises.exercise import Exercise


@cache
def all_exercises() -> tuple[Exercise, ...]:
    """Lists the exercises of the whole course, in order.

    Returns:
        Each `Exercise`, with its name, title, difficulty and minutes.

    Raises:
        ValueError: If two have the same name, or one is in another chapter's module.

    Example:
        >>> all_exercises()[0].name
        '1.1'
    """
    found: dict[str, Exercise] = {}
    for module in pkgutil.iter_modules(chapters.__path__):
        for exercise in defined_in(import_module(f"{chapters.__name__}.{module.name}")):
            if exercise.name in found:
                raise ValueError(f"there are two exercises {exercise.name}")
            found[exercise.name] = exercise
    return tuple(sorted(found.values(), key=lambda each: (each.chapter, each.name)))


def defined_in(module: ModuleType) -> list[Exercise]:
    """Lists the exercises that a chapter's module defines.

    Args:
        module: One called `chapter_N`.

    Returns:
        Its exercises, in the order of definition.

    Raises:
        ValueError: If one belongs to another chapter.

    Example:
        >>> from course_lib.exercises.chapters import chapter_1
        >>> defined_in(chapter_1)[0].name
        '1.1'
    """
    exercises = [each for each in vars(module).values() if isinstance(each, Exercise)]
    for exercise in exercises:
        if module.__name__.rpartition(".")[2] != f"chapter_{exercise.chapter}":
            raise ValueError(
                f"exercise {exercise.name} belongs in chapter_{exercise.chapter}.py; "
                f"it is in {module.__name__}"
            )
    return exercises


def find(name: object) -> Exercise | None:
    """Finds an exercise by its name.

    Args:
        name: Such as `"4.2"`; a number 4.2 will do.

    Returns:
        The `Exercise`, or None if there is none of that name.

    Example:
        >>> find("0.0") is None
        True
    """
    by_name = {exercise.name: exercise for exercise in all_exercises()}
    return by_name.get(as_text(name))


def near(name: object) -> list[Exercise]:
    """Finds the exercises that someone may have meant.

    Args:
        name: What they wrote.

    Returns:
        Those of the same chapter, or those with a similar name or title.

    Example:
        >>> [each.name for each in near("1.9")][:2]
        ['1.1', '1.2']
    """
    wanted, exercises = as_text(name), all_exercises()
    same_chapter = [e for e in exercises if wanted.split(".")[0] == str(e.chapter)]
    if same_chapter:
        return same_chapter
    labels = {each.title: each for each in exercises}
    labels |= {each.solution.__name__: each for each in exercises}
    close = difflib.get_close_matches(wanted[:80], labels, n=3, cutoff=0.5)
    return list(dict.fromkeys(labels[label] for label in close))


def as_text(name: object) -> str:
    """Reads a name that may be anything.

    Args:
        name: What someone took for a name.

    Returns:
        The name, of a string or a number; else "".

    Example:
        >>> as_text(4.2), as_text([])
        ('4.2', '')
    """
    if type(name) is str:
        return name.strip()
    if type(name) is float or (type(name) is int and name.bit_length() < 64):
        return repr(name)
    return ""
