"""When an answer is right, and when it may be called by a mistake's name."""

import dataclasses
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from course_lib.exercises import check
from course_lib.exercises._judging import Verdict, equal, is_unattempted, judge
from course_lib.exercises._running import outcome_of, plain
from course_lib.exercises.exercise import Exercise


def halve(x: int) -> float:
    """Half of it."""
    return x / 2


def fail_if_odd(f: Callable[..., Any], x: int) -> float:
    if x % 2:
        raise ValueError
    return f(x)


EXERCISE = Exercise(
    "1.1 Halve (easy, 1 min)",
    "Halve a number.",
    halve,
    mistakes={
        "Rounded down.": lambda f, x: f(x) // 1,
        "Fails.": fail_if_odd,
        "One more.": lambda f, x: f(x) + 1,
        "Doubled.": lambda f, x: 4 * f(x),
    },
    hints=("Divide.",),
    inputs=((4,), (6,), (7,)),
)
BOTH = "There are two mistakes at once.\n"


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda x: 0.5 * x, Verdict(correct=True)),
        (lambda x: [x / 2], Verdict(False, 0)),
        (lambda x: x / 2 if x != 6 else 0, Verdict(False, 1)),
        (lambda x: int(x / 2), Verdict(False, 2, "Rounded down.")),
        (lambda x: x + x, Verdict(False, 0, "Doubled.")),
        (lambda x: 2 * x if x != 7 else 0, Verdict(False, 0)),  # agrees on some only
        (lambda x: 4 * (x // 2), Verdict(False, 0, BOTH + "Doubled.\nRounded down.")),
        (lambda x: 2 * x + 1, Verdict(False, 0, BOTH + "One more.\nDoubled.")),
        (lambda x: fail_if_odd(halve, x), Verdict(False, 2)),  # its error says more
        (  # a mistake that fails somewhere needs the answer to fail there
            lambda x: 4 * fail_if_odd(halve, x),
            Verdict(False, 0, BOTH + "Fails.\nDoubled."),
        ),
    ],
)
def test_verdict_is_that_of_all_inputs(
    function: Callable[..., Any], expected: Verdict
) -> None:
    found = [outcome_of(function, arguments) for arguments in EXERCISE.inputs]
    assert judge(EXERCISE, found) == expected


def test_too_few_outcomes_and_changed_arguments_are_not_correct() -> None:
    right = [outcome_of(halve, arguments) for arguments in EXERCISE.inputs]
    assert judge(EXERCISE, right[:2]) == Verdict(False, position=2)
    right[1] = dataclasses.replace(right[1], changed=(0,))
    assert judge(EXERCISE, right) == Verdict(False, position=1)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (1, 1.0, True),
        ([0.1 + 0.2, 1e-9], [0.3, 0], True),
        (np.array([1 / 3], np.float16), [1 / 3], True),
        (" Rows", "rows", True),
        (323_200.9, 323_200, False),
        ([0.3001], [0.3], False),
        (np.array([0.334], np.float16), [1 / 3], False),
        ([1.0], 1.0, False),
        ([1.0, 1.0], [1.0], False),
        (True, 1, False),
        (np.nan, np.nan, False),
        ("1", 1, False),
    ],
)
def test_numbers_are_equal_in_shape_kind_and_precision(
    one: Any, other: Any, alike: bool
) -> None:
    assert equal(plain(one), plain(other)) == alike
    assert equal(plain(other), plain(one)) == alike
    assert not equal(None, plain(one))


@pytest.mark.parametrize(
    "answer", [0.6931, np.log(2), np.float16(0.693), Fraction(693, 1000)]
)
def test_more_decimals_and_other_numbers_are_fine(answer: Any) -> None:
    assert check("8.1", answer).tone == "correct"
    assert check("8.1", float(answer) + 0.001).tone == "not yet"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"head": "4 Halve (easy, 1 min)"}, "head must be like '4.2 .*; got '4 Halve"),
        ({"head": "4.2 Halve (trivial, 1 min)"}, "head must be like"),
        ({"mistakes": {"Doubled.": halve}}, "mistakes must be 3 or more"),
        ({"hints": ()}, "hints 1 or more"),
        ({"inputs": ()}, "inputs must be given exactly if solution has parameters"),
        ({"solution": lambda: 3}, "inputs must be given exactly if"),
    ],
)
def test_bad_definition_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        dataclasses.replace(EXERCISE, **change)


def dots(x: int) -> None:
    """Says what to write."""
    ...


def begun(x: int) -> None:
    x += 1


def test_placeholders_are_told_from_answers() -> None:
    assert all(map(is_unattempted, [..., None, dots, lambda: None]))
    assert not any(map(is_unattempted, [begun, lambda: 3, abs, 0, "", (), False]))
