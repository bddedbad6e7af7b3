"""When an answer is right, and when it may be called by a mistake's name."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from course_lib.exercises.exercise import Exercise, Function, wrong
from course_lib.exercises.judging import Verdict, equal, expected_outcomes, judge
from course_lib.exercises.outcomes import outcome_of


def halve(x: int) -> float:
    """Half of it."""
    return x / 2


def rounds_down(x: int) -> int:
    """Rounded down."""
    return x // 2


def fails_if_odd(x: int) -> float:
    """Fails."""
    if x % 2:
        raise ValueError
    return x / 2


def doubles(x: int) -> int:
    """Doubled."""
    return 2 * x


EXERCISE = Exercise(
    name="1.1",
    title="Halve",
    difficulty="easy",
    minutes=1,
    task="Halve a number.",
    solution=halve,
    mistakes=(rounds_down, fails_if_odd, doubles),
    hints=("Divide.",),
    inputs=((4,), (6,), (7,)),
)


def verdict(function: Function) -> Verdict:
    return judge(EXERCISE, expected_outcomes(function, EXERCISE))


def test_right_on_all_inputs_is_correct() -> None:
    assert verdict(lambda x: 0.5 * x) == Verdict(correct=True)
    assert verdict(lambda x: [x / 2]) == Verdict(correct=False, position=0)


def test_position_is_that_of_the_first_difference() -> None:
    assert verdict(lambda x: x / 2 if x != 6 else 0).position == 1
    assert verdict(lambda x: x / 2 if x != 7 else 0).position == 2


def test_mistake_is_named_if_it_agrees_everywhere() -> None:
    assert verdict(lambda x: int(x / 2)).mistake == "Rounded down."
    assert verdict(lambda x: x + x).mistake == "Doubled."


def test_mistake_is_not_named_if_it_disagrees_anywhere() -> None:
    assert verdict(lambda x: 3 if x == 7 else 2).mistake is None
    assert verdict(lambda x: x + x if x < 7 else None).mistake is None


def test_mistake_that_differs_only_by_failing_is_not_named() -> None:
    """The exception itself says more."""
    assert verdict(fails_if_odd) == Verdict(correct=False, position=2)


def test_mistake_that_fails_somewhere_needs_the_answer_to_fail_there() -> None:
    def fails_or_doubles(x: int) -> int:
        """Both."""
        return doubles(x) if x % 2 == 0 else int("no number")

    exercise = dataclasses.replace(EXERCISE, mistakes=(fails_or_doubles,) * 3)
    both = judge(exercise, expected_outcomes(fails_or_doubles, exercise))
    assert both.mistake == "Both."
    doubled = judge(exercise, expected_outcomes(doubles, exercise))
    assert doubled.mistake is None


def test_too_few_outcomes_are_not_correct() -> None:
    right = expected_outcomes(halve, EXERCISE)
    assert judge(EXERCISE, right[:2]) == Verdict(correct=False, position=2)
    assert judge(EXERCISE, []) == Verdict(correct=False, position=0)


def test_changing_the_arguments_is_not_correct() -> None:
    right = expected_outcomes(halve, EXERCISE)
    right[1] = dataclasses.replace(right[1], changed=(0,))
    assert judge(EXERCISE, right) == Verdict(correct=False, position=1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (np.array(1), np.array(1.0)),
        (np.array([0.1 + 0.2]), np.array([0.3])),
        (np.array([1e-9]), np.array([0.0])),
        (np.array([323_200]), np.array([323_200.0])),
        (np.array(True), np.array(True)),
        (" Rows", "rows"),
    ],
)
def test_equal(one: Any, other: Any) -> None:
    assert equal(one, other)
    assert equal(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (np.array(323_201), np.array(323_200)),
        (np.array(323_200.9), np.array(323_200)),
        (np.array([0.3001]), np.array([0.3])),
        (np.array([1.0]), np.array(1.0)),
        (np.array([[1.0]]), np.array([1.0])),
        (np.array([1.0, 1.0]), np.array([1.0])),
        (np.array([]), np.array([1.0])),
        (np.array(True), np.array(1)),
        (np.array(np.nan), np.array(np.nan)),
        (np.array(np.inf), np.array(1.0)),
        ("1", np.array(1)),
        (None, np.array(1)),
        (None, None),
    ],
)
def test_not_equal(one: Any, other: Any) -> None:
    assert not equal(one, other)
    assert not equal(other, one)


def test_arguments_are_copied_and_changes_noticed() -> None:
    given = np.zeros(2)

    def change(x: np.ndarray, y: int) -> np.ndarray:
        x += y
        return x

    outcome = outcome_of(change, (given, 3))
    assert outcome.changed == (0,)
    assert np.array_equal(given, [0, 0])
    assert outcome_of(lambda x, y: x + y, (given, 3)).changed == ()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": "4"}, "name must be like '4.2'; got '4'"),
        ({"difficulty": "trivial"}, "difficulty must be one of easy, medium, hard"),
        ({"mistakes": (doubles,)}, "mistakes must be 3 or more"),
        ({"hints": ()}, "hints 1 or more"),
        ({"inputs": ()}, "inputs must be given exactly if solution has parameters"),
        ({"solution": lambda: 3}, "inputs must be given exactly if"),
    ],
)
def test_bad_definition_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        dataclasses.replace(EXERCISE, **change)


def test_predicted_mistake_is_a_value_with_a_message() -> None:
    mistake = wrong((6, 4), "Width before height.")
    assert mistake() == (6, 4)
    assert mistake.__doc__ == "Width before height."
