"""An exercise: one definition, from which all else follows."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import Any

import numpy as np

from course_lib.exercises.values import Array

Function = Callable[..., Any]

DIFFICULTIES = {"easy": "●○○", "medium": "●●○", "hard": "●●●"}
FEWEST_MISTAKES = 3


@dataclass(frozen=True, eq=False)
class Exercise:
    """A function to write, or a value to predict.

    Args:
        name: Chapter and number, such as `"4.2"`.
        title: What to do, in a few words.
        difficulty: `"easy"`, `"medium"` or `"hard"`.
        minutes: About how long it takes.
        task: What to do, in Markdown.
        solution: The function that is shown and compared with. The function of a
            prediction has no parameters, and its docstring says why it is right.
        mistakes: Small functions with the parameters of `solution`, each wrong in one
            way. The first line of the docstring says what it looks like, the rest
            what to do.
        hints: From a nudge to nearly all.
        inputs: The hidden arguments, one tuple for each call; none for a prediction.
        form: What the parts of a predicted value are, such as `"(height, width)"`.

    Example:
        See `CONTRIBUTING.md`.
    """

    name: str
    title: str
    difficulty: str
    minutes: int
    task: str
    solution: Function
    mistakes: tuple[Function, ...]
    hints: tuple[str, ...]
    inputs: tuple[tuple[Any, ...], ...] = ()
    form: str = ""

    def __post_init__(self) -> None:
        """Refuses a definition that would fail a learner later."""
        if not re.fullmatch(r"[1-9]\d*\.[1-9]", self.name):
            raise ValueError(f"name must be like '4.2'; got {self.name!r}")
        if self.difficulty not in DIFFICULTIES:
            names = ", ".join(DIFFICULTIES)
            raise ValueError(
                f"difficulty must be one of {names}; got {self.difficulty!r} in "
                f"exercise {self.name}"
            )
        if len(self.mistakes) < FEWEST_MISTAKES or not self.hints:
            raise ValueError(
                f"mistakes must be {FEWEST_MISTAKES} or more, and hints 1 or more, in "
                f"exercise {self.name}"
            )
        if bool(self.inputs) != bool(inspect.signature(self.solution).parameters):
            raise ValueError(
                f"inputs must be given exactly if solution has parameters, in exercise "
                f"{self.name}"
            )

    def __repr__(self) -> str:
        return f"{self.name} {self.title} ({self.difficulty}, {self.minutes} min)"

    @property
    def chapter(self) -> int:
        """The chapter's number."""
        return int(self.name.split(".")[0])

    @property
    def is_prediction(self) -> bool:
        """Whether it asks for a value, not for a function."""
        return not self.inputs

    @property
    def effort(self) -> str:
        """Difficulty, in symbols and words, and minutes."""
        return f"{DIFFICULTIES[self.difficulty]} {self.difficulty} · {self.minutes} min"

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
        summary = (inspect.getdoc(self.solution) or "").splitlines()[0]
        return f'def {self.call}:\n    """{summary}"""\n    ...\n\n\n{check}'

    @property
    def call(self) -> str:
        """How the solution is called, such as `walk(generator, start, end, steps)`."""
        parameters = ", ".join(inspect.signature(self.solution).parameters)
        return f"{self.solution.__name__}({parameters})"

    @cached_property
    def source(self) -> str:
        """The solution, to read and to run: its imports and the function."""
        function = self.solution
        lines = [
            _import_line(name, function.__globals__[name])
            for name in function.__code__.co_names
            if isinstance(function.__globals__.get(name), ModuleType)
        ]
        return "\n".join([*lines, "\n" * bool(lines)]) + inspect.getsource(function)


def _import_line(name: str, module: ModuleType) -> str:
    package, _, last = module.__name__.rpartition(".")
    if name == last and package:
        return f"from {package} import {last}"
    return f"import {module.__name__}" + f" as {name}" * (name != module.__name__)


def wrong(value: object, message: str) -> Function:
    """A mistake of a prediction: a value, and what to tell who answers it.

    Args:
        value: The wrong answer.
        message: What it looks like; then, after an empty line, what to do.

    Returns:
        A function without parameters, as `Exercise` takes it.

    Example:
        >>> wrong((6, 4), "Width before height.")()
        (6, 4)
    """

    def mistake() -> object:
        return value

    mistake.__doc__ = message
    return mistake


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
