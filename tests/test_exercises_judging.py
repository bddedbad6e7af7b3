"""When an answer is right, and when it may be called by a mistake's name."""

import dataclasses
from fractions import Fraction

import numpy as np
import pytest

from course_lib.exercises import check
from course_lib.exercises._judging import equal, is_unattempted, judge
from course_lib.exercises._running import outcome_of, plain
from course_lib.exercises.exercise import Exercise


def halve(x):
    """Half of it."""
    return x / 2


def fail_if_odd(f, x):
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
    ("function", "differs_for", "mistake"),
    [
        (lambda x: 0.5 * x, (), ""),
        (lambda x: [x / 2], (4,), ""),
        (lambda x: x / 2 if x != 6 else 0, (6,), ""),
        (lambda x: int(x / 2), (7,), "Rounded down."),
        (lambda x: 2 * x if x != 7 else 0, (4,), ""),  # agrees on some only
        (lambda x: 4 * (x // 2), (4,), BOTH + "Doubled.\nRounded down."),
        (lambda x: 2 * x + 1, (4,), BOTH + "One more.\nDoubled."),
        (lambda x: fail_if_odd(halve, x), (7,), ""),  # its error says more
        # a mistake that fails somewhere needs the answer to fail there
        (lambda x: 4 * fail_if_odd(halve, x), (4,), BOTH + "Fails.\nDoubled."),
    ],
)
def test_verdict_is_that_of_all_inputs(function, differs_for, mistake):
    found = [outcome_of(function, arguments) for arguments in EXERCISE.inputs]
    verdict = judge(EXERCISE, found)
    assert verdict.correct == (differs_for == ())
    assert (verdict.arguments, verdict.mistake) == (differs_for, mistake)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ([0.1 + 0.2, 1e-9], [0.3, 0], True),
        (np.array([1 / 3], np.float16), [1 / 3], True),
        (323_200.9, 323_200, False),
        ([0.3001], [0.3], False),
        (np.array([0.334], np.float16), [1 / 3], False),
        (np.nan, np.nan, False),
    ],
)
def test_numbers_are_equal_within_rounding(one, other, alike):
    assert equal(plain(one), plain(other)) == equal(plain(other), plain(one)) == alike


@pytest.mark.parametrize("answer", [0.6931, np.float16(0.693), Fraction(693, 1000)])
def test_more_decimals_and_other_numbers_are_fine(answer):
    assert check("8.1", answer).tone == "correct"
    assert check("8.1", float(answer) + 0.001).tone == "not yet"


@pytest.mark.parametrize("head", ["4 Halve (easy, 1 min)", "4.2 Halve (so, 1 min)"])
def test_bad_head_is_refused(head):
    with pytest.raises(ValueError, match=r"head must be like '4\.2 .*; got '4"):
        dataclasses.replace(EXERCISE, head=head)


def test_placeholders_are_told_from_answers():
    def dots(x):
        """Says what to write."""
        ...

    def begun(x):
        x += 1

    assert all(map(is_unattempted, [..., None, dots, lambda: None]))
    assert not any(map(is_unattempted, [begun, lambda: 3, abs, 0, "", (), False]))
