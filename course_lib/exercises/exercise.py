"""An exercise: one definition, from which all else follows (see `CONTRIBUTING.md`)."""

from __future__ import annotations

import inspect
import pkgutil
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Function = Callable[..., Any]

HEAD = re.compile(r"(([1-9]\d*)\.[1-9]) (.+) \((easy|medium|hard), (\d+) min\)")
DOTS = {"easy": "●○○", "medium": "●●○", "hard": "●●●"}


@dataclass(eq=False, repr=False)
class Exercise:
    """A function to write, or a value to predict.

    Args:
        head: Name, title, difficulty and minutes, such as
            `"4.2 Write the stamping view (medium, 10 min)"`.
        task: What to do, in Markdown.
        solution: The function that is shown and compared with. The function of a
            prediction has no parameters, and its docstring says why it is right.
        mistakes: What to say of each (what it looks like; in a second line what to
            do), and the answer that it is: a value; or a function, wrong in one way,
            of `f`, the right one, and of its arguments.
        hints: From a nudge to nearly all.
        inputs: The hidden arguments, one tuple for each call; none for a prediction.
        form: What the parts of a predicted value are, such as `"(height, width)"`.

    Raises:
        ValueError: If `head` is not of this form.
    """

    head: str
    task: str
    solution: Function
    mistakes: Mapping[str, Any]
    hints: tuple[str, ...]
    inputs: tuple[tuple[Any, ...], ...] = ()
    form: str = ""

    def __post_init__(self) -> None:
        parts = HEAD.fullmatch(self.head)
        if parts is None:
            like = "'4.2 Write the stamping view (medium, 10 min)'"
            raise ValueError(f"head must be like {like}; got {self.head!r}")
        self.name, chapter, self.title, difficulty, minutes = parts.groups()
        self.chapter = int(chapter)
        self.effort = f"{DOTS[difficulty]} {difficulty} · {minutes} min"
        self.is_prediction = not self.inputs  # asks for a value, not for a function
        self.parameters = list(inspect.signature(self.solution).parameters)
        self.doc = inspect.getdoc(self.solution) or ""

    def __repr__(self) -> str:
        return self.head

    @property
    def text(self) -> str:
        """What the notebook says, in Markdown: heading, effort and task."""
        return f"**Exercise {self.name}. {self.title}** {self.effort}\n\n{self.task}"

    @property
    def cell(self) -> str:
        """The notebook's cell: a placeholder, and its check."""
        answer = self.solution.__name__
        check = f'exercises.check("{self.name}", {answer})'
        if self.is_prediction:
            form = f"  # {self.form}" if self.form else ""
            return f"{answer} = ...{form}\n{check}"
        summary = self.doc.splitlines()[0]
        return f'def {self.call}:\n    """{summary}"""\n    ...\n\n\n{check}'

    @property
    def call(self) -> str:
        """How the solution is called, such as `walk(generator, start, end, steps)`."""
        return f"{self.solution.__name__}({', '.join(self.parameters)})"

    @property
    def source(self) -> str:
        """The solution, to read and to run: its imports and the function."""
        of_chapter, _ = inspect.findsource(self.solution)
        by_name = {x.split()[-1]: x for x in of_chapter if x.startswith("import ")}
        used = self.solution.__code__.co_names
        needed = "".join(by_name[name] for name in used if name in by_name)
        return needed + "\n" * bool(needed) + inspect.getsource(self.solution)


@dataclass
class Made:
    """A hidden argument that is made anew for each call, such as a network.

    Args:
        make: Makes it.
        left: Arrays of it that are compared after the call, beside the result.
    """

    make: Callable[[], Any]
    left: Callable[[Any], list[Array]] | None = None

    def __deepcopy__(self, memo: object) -> Any:
        """Makes it: `outcome_of` copies the arguments before each call."""
        return self.make()

    def after(self, made: Any) -> list[Array]:
        """Arrays of what was made and then used."""
        return self.left(made) if self.left else []


def whole_numbers(*shape: int, seed: int = 0) -> Array:
    """Random whole numbers from -9 to 9, as floats, for hidden inputs.

    Args:
        shape: The array's sizes.
        seed: Another seed gives other numbers; the same one the same.

    Returns:
        Array of shape `(*shape)`, float64.

    Example:
        >>> whole_numbers(2, 3).shape
        (2, 3)
    """
    numbers = np.random.default_rng([seed, *shape]).integers(-9, 10, shape)
    return numbers.astype(np.float64)


@cache
def all_exercises() -> tuple[Exercise, ...]:
    """Lists the exercises of the whole course, in order.

    Returns:
        Each `Exercise` at the top level of a module in `chapters`.

    Example:
        >>> all_exercises()[0]
        1.1 Write max pooling (easy, 4 min)
    """
    from course_lib.exercises import chapters

    found: list[Exercise] = []
    for module in pkgutil.iter_modules(chapters.__path__, f"{chapters.__name__}."):
        names = vars(import_module(module.name)).values()
        found += [each for each in names if isinstance(each, Exercise)]
    return tuple(sorted(found, key=lambda each: (each.chapter, each.name)))


def find(name: object) -> Exercise | None:
    """Finds an exercise by its name, or by the number that looks like it."""
    return {each.name: each for each in all_exercises()}.get(str(name).strip())
