"""What came of calling a function once: a value, or why there is none."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from course_lib.exercises.values import Plain, UnusableError, plain

LONGEST_MESSAGE = 300


@dataclass(frozen=True)
class Failure:
    """An exception that a learner's code raised.

    Args:
        kind: Name of the exception's class.
        message: What it said, shortened.
        line: Number of the line of the function, None if it came from outside.
        entered: Whether the learner's code had begun to run.
    """

    kind: str
    message: str
    line: int | None = None
    entered: bool = True


@dataclass(frozen=True)
class Outcome:
    """What one call came to; exactly one of the first three is there.

    Args:
        value: The value returned, if it can be compared.
        unusable: What was returned instead, as a noun.
        failure: The exception raised.
        changed: Positions of the arguments that the call changed.
    """

    value: Plain | None = None
    unusable: str | None = None
    failure: Failure | None = None
    changed: tuple[int, ...] = ()


def outcome_of(function: Callable[..., Any], arguments: tuple[Any, ...]) -> Outcome:
    """Calls a function and notes what comes of it.

    Args:
        function: Anything callable. It may raise whatever it likes, but must end.
        arguments: What to call it with; it gets copies.

    Returns:
        The `Outcome`.

    Example:
        >>> outcome_of(abs, (-3,)).value
        array(3)
    """
    given = [_copy(argument) for argument in arguments]
    try:
        value = function(*given)
        result = Outcome(value=plain(value))
    except UnusableError as unusable:
        return Outcome(unusable=str(unusable))
    except BaseException as error:
        return Outcome(failure=describe_failure(error, function))
    changed = tuple(
        position
        for position, (now, before) in enumerate(zip(given, arguments, strict=True))
        if isinstance(before, np.ndarray) and not np.array_equal(now, before)
    )
    return Outcome(value=result.value, changed=changed)


def code_of(function: object) -> CodeType | None:
    """Finds the code of a function written in Python.

    Args:
        function: Anything; only of a real function an attribute is asked for.

    Returns:
        Its code; None if it is something else.

    Example:
        >>> code_of(abs) is None
        True
    """
    return function.__code__ if type(function) is FunctionType else None


def _copy(argument: Any) -> Any:
    return argument if callable(argument) else copy.deepcopy(argument)


def describe_failure(error: BaseException, function: object) -> Failure:
    """Puts an exception into plain data, whatever its own methods do.

    Args:
        error: The exception.
        function: The learner's function, to find the line of theirs.

    Returns:
        A `Failure`.

    Example:
        >>> describe_failure(ValueError("no"), abs).message
        'no'
    """
    try:
        message = " ".join(re.sub(r"\x1b\[[\d;]*m", "", str(error)).split())
        if len(message) > LONGEST_MESSAGE:
            message = message[:LONGEST_MESSAGE] + " …"
    except BaseException:
        message = ""
    code = code_of(function)
    line, entered = None, code is None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code is code:
            line, entered = trace.tb_lineno, True
        trace = trace.tb_next
    return Failure(type(error).__name__, message, line, entered)
