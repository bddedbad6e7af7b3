"""Answers of any kind: what is let in, and what is called by its name."""

import itertools
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from course_lib.exercises import check, hint, solution
from course_lib.exercises.stubs import is_untouched
from course_lib.exercises.values import UnusableError, plain


class Hostile:
    """Whatever is asked of it, it raises."""

    def _fail(self, *_: object, **__: object) -> Any:
        raise SystemExit("never call me")

    __eq__ = __ne__ = __lt__ = __bool__ = __len__ = __iter__ = _fail  # type: ignore[assignment]
    __repr__ = __str__ = __hash__ = __index__ = __float__ = __array__ = _fail  # type: ignore[assignment]
    __getattr__ = __getitem__ = __format__ = __reduce__ = _fail  # type: ignore[assignment]
    __class__ = property(_fail)  # type: ignore[assignment]


class HostileList(list[int]):
    __iter__ = __len__ = __getitem__ = __eq__ = __repr__ = Hostile._fail  # type: ignore[assignment]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 3),
        (2.5, 2.5),
        (True, True),
        (np.int8(3), 3),
        (np.float32(0.5), 0.5),
        ((4, 6), [4, 6]),
        ([(1, 2), [3, 4]], [[1, 2], [3, 4]]),
        ([np.array([1, 2]), np.array([3, 4])], [[1, 2], [3, 4]]),
        ("rows", "rows"),
    ],
)
def test_numbers_arrays_and_words_are_let_in(value: object, expected: object) -> None:
    assert np.array_equal(plain(value), np.asarray(expected))
    result = plain(value)
    assert isinstance(result, str) or type(result) is np.ndarray


def test_a_copy_is_taken() -> None:
    array = np.zeros(2)
    kept = plain(array)
    array += 1
    assert np.array_equal(kept, [0, 0])


def test_tensors_and_variables_and_shapes_are_let_in() -> None:
    from course_lib.backend import keras, tf

    assert np.array_equal(plain(tf.constant([4, 6])), [4, 6])
    assert np.array_equal(plain(tf.Variable([4, 6])), [4, 6])
    assert np.array_equal(plain(keras.Variable([4.0, 6.0])), [4, 6])
    assert np.array_equal(plain([tf.constant(4), tf.constant(6)]), [4, 6])
    assert np.array_equal(plain(tf.zeros((4, 6)).shape), [4, 6])
    for useless in (keras.Input((2,)), keras.Sequential(), keras.layers.ReLU()):
        with pytest.raises(UnusableError):
            plain(useless)


@pytest.mark.parametrize(
    ("value", "noun"),
    [
        (None, "None"),
        (..., "the placeholder ..."),
        (abs, "a function"),
        (lambda: 1, "a function"),
        (int, "a class"),
        ((i for i in [1]), "a generator"),
        ({}, "a dictionary"),
        ({1}, "an object of type set"),
        (itertools.count(), "an object of type count"),
        (1j, "an object of type complex"),
        (np.array([1j]), "an array of complex numbers"),
        (np.array([None]), "an array with dtype object"),
        (np.array(["a"]), "an array with dtype <U1"),
        (np.ma.masked_array([1], [True]), "a masked array"),
        ([[1], [1, 2]], "a list whose parts have different lengths"),
        ((None, 4, 6, 1), "a list with None in it"),
        ([1, [2]], "a list whose parts have different lengths"),
        (["rows"], "a word"),
        (10**400, "a whole number of more than 18 digits"),
        (-(2**64), "a whole number of more than 18 digits"),
        (np.broadcast_to(1.0, (10**6, 2)), "an array of 2000000 numbers"),
    ],
)
def test_all_else_is_named(value: object, noun: str) -> None:
    with pytest.raises(UnusableError) as caught:
        plain(value)
    assert str(caught.value).startswith(noun)


def test_no_method_of_a_stranger_is_called() -> None:
    assert np.array_equal(plain(HostileList([4, 6])), [4, 6])
    for hostile in (Hostile(), [Hostile()]):
        with pytest.raises(UnusableError, match="an object of type Hostile"):
            plain(hostile)


def test_endless_nesting_ends() -> None:
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(UnusableError, match="lists inside lists"):
        plain(endless)


# Made when wanted: pytest would ask them for their names.
HOSTILE = {
    "Hostile()": lambda: Hostile(),
    "[Hostile()]": lambda: [Hostile()],
    "{Hostile.__name__: 1}": lambda: {Hostile.__name__: 1},
    "HostileList([1, 2])": lambda: HostileList([1, 2]),
    "itertools.count()": lambda: itertools.count(),
    "np.nan": lambda: np.nan,
    "np.array([np.nan, np.inf])": lambda: np.array([np.nan, np.inf]),
    "np.ma.masked": lambda: np.ma.masked,
    'float("inf")': lambda: float("inf"),
    '"(4, 6)"': lambda: "(4, 6)",
    'b"46"': lambda: b"46",
    "object": lambda: object,
    'type("Odd", (), {"__call__": 3})': lambda: type("Odd", (), {"__call__": 3}),
    "sys": lambda: sys,
    "NotImplemented": lambda: NotImplemented,
    "range(4, 7, 2)": lambda: range(4, 7, 2),
}


@pytest.mark.parametrize("made", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_answers_are_only_not_yet(made: Callable[[], object]) -> None:
    answer = made()
    for name in ("2.1", "1.3", "3.1"):  # a pair, an array and a number
        card = check(name, answer)
        assert card.tone == "not yet"
        assert str(card)
        assert card._repr_html_().startswith("<div")


@pytest.mark.parametrize("made", list(HOSTILE.values())[:9])
def test_hostile_answers_to_a_function_are_only_not_yet(
    made: Callable[[], object],
) -> None:
    answer = made()
    card = check("2.4", answer)
    assert "This asks for a function" in str(card)
    assert 'check("2.4", upsample)' in str(card)


@pytest.mark.parametrize(
    "made",
    [*HOSTILE.values(), *(lambda v=v: v for v in ("", "99.9", None, True, 10**5000))],
)
def test_unknown_names_get_a_friendly_answer(made: Callable[[], Any]) -> None:
    name = made()
    for ask in (lambda: check(name, 1), lambda: hint(name), lambda: solution(name)):
        card = ask()
        assert str(card).startswith("· There is no exercise ")


def test_near_names_are_listed() -> None:
    assert "Did you mean 4.1 (Predict the two sizes), 4.2" in str(check("4.22", 1))
    assert "6.6 (Write depth-to-space)" in str(check("depth_to_space", 1))
    assert "all_exercises() lists them" in str(check("zzz", 1))
    assert check(2.1, (4, 6)).tone == "correct"  # type: ignore[arg-type]


def test_function_for_a_value_and_value_for_a_function() -> None:
    assert "This asks for a value; yours is a function." in str(check("2.1", abs))
    assert "This asks for a function; yours is a number." in str(check("2.4", 3))


@pytest.mark.parametrize(
    ("name", "answer", "says"),
    [
        ("2.1", 4, "The answer is made of 2 numbers; yours is a number."),
        ("2.1", (4, 6, 1), "The answer is made of 2 numbers; yours is 3 numbers."),
        ("2.1", "4, 6", "The answer is made of 2 numbers; yours is a word."),
        ("2.1", (40, 60), 'That is not it. A hint: `exercises.hint("2.1")`.'),
        ("2.1", (4.0, 6.5), "That is not it."),
        ("3.1", (323200,), "The answer is a number; yours is 1 number"),
        ("3.1", True, "The answer is a number; yours is True or False."),
        ("1.3", [[1, 2]], "an array of 3 × 3 numbers; yours is an array of 1 × 2"),
    ],
)
def test_prediction_is_not_given_away(name: str, answer: object, says: str) -> None:
    card = check(name, answer)
    assert says in str(card)
    assert "expected" not in str(card)


def test_prediction_that_is_right_gets_the_reason() -> None:
    card = check("2.1", np.array([4, 6]))
    reason = "The first factor is for rows: 2 · 2 = 4 rows, 2 · 3 = 6 columns."
    assert str(card) == f"✓ Exercise 2.1: correct\n{reason}"


@pytest.mark.parametrize("answer", [0.693, 0.6931, np.log(2), np.float32(np.log(2))])
def test_more_decimals_than_asked_for_are_fine(answer: float) -> None:
    assert check("8.1", answer).tone == "correct"
    assert check("8.1", answer + 0.001).tone == "not yet"
    assert "bits" in str(check("8.1", 1))


def test_words_are_compared_without_case() -> None:
    assert check("9.1", " C ").tone == "correct"
    assert "estimate a covariance badly" in str(check("9.1", "b"))
    assert "The answer is a word; yours is a number." in str(check("9.1", 3))


def test_fault_of_the_checker_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("no more threads")

    monkeypatch.setattr("course_lib.exercises.checking.run", fail)
    card = check("2.4", lambda x, size: x)
    assert "The checker itself failed (RuntimeError: no more threads)." in str(card)
    assert card.tone == "note"


# Placeholders


def pass_only(x: int) -> None:
    pass


def docstring_only(x: int) -> None:
    """Says what to write."""


def dots(x: int) -> None:
    """Says what to write."""
    ...


def returns_none(x: int) -> None:
    return None


def begun(x: int) -> None:
    x += 1


def constant(x: int) -> int:
    return 3


def test_placeholders_are_told_from_answers() -> None:
    untouched = [..., None, pass_only, docstring_only, dots, returns_none]
    assert all(map(is_untouched, untouched))
    touched = [begun, constant, lambda: 3, abs, 0, "", (), Hostile(), dots(3) is None]
    assert not any(map(is_untouched, touched))
