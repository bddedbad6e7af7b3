"""What is said: sound HTML, nothing by colour alone, the same words in a terminal."""

import re
import sys
from xml.etree import ElementTree

import numpy as np
import pytest

from course_lib import exercises
from course_lib.exercises import check, hint, progress, solution, summary
from course_lib.exercises._judging import judge
from course_lib.exercises._running import Outcome
from course_lib.exercises._wording import TONES, Card, said_of
from course_lib.exercises.exercise import Exercise, Made


def words(markup):
    """Return the text of HTML, and fail where a tag is not closed."""
    return " ".join("".join(ElementTree.fromstring(markup).itertext()).split())


def prints(x, size):
    print("<b>hello</b> & *x*")
    return x


WRONG = check("2.4", prints)
CARDS = [check("2.1", ...), check("2.1", (4, 6)), check("2.1", (6, 4)), WRONG]
CARDS += [check("99.1", 0), hint("1.5"), solution("1.5"), summary(1), progress()]


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.title)
def test_html_is_sound_and_says_what_the_text_says(card):
    markup = card._repr_html_()
    for line in str(card).splitlines():
        for part in re.split(r"  +|`|\*", line):
            assert " ".join(part.split()) in words(markup)
    symbol, variable, colour = TONES[card.tone]
    assert repr(card).startswith(f"{symbol} {card.title}")
    assert f"var({variable},{colour})" in markup
    for declaration in re.findall(r"(?:color|background):([^;\"]+)", markup):
        assert re.match(r"var\(--jp-|inherit|none", declaration)


def test_code_and_emphasis_are_marked_up_and_all_else_is_text():
    text = "`a * b * c` is *not* 2 * 3 <u> 4 `"
    markup = Card("<i>", paragraphs=[text], code="<b>&*x*")._repr_html_()
    expected = r"<code [^>]*>a \* b \* c</code> is <em>not</em> 2 \* 3 &lt;u&gt; 4 `"
    assert re.search(expected, markup)
    assert "&lt;i&gt;" in markup
    assert "&lt;b&gt;&amp;*x*" in markup


def test_hints_come_one_by_one(monkeypatch):
    monkeypatch.setattr(exercises, "_hints_given", {})
    shown = [hint("1.5") for _ in range(4)]
    numbers = [card.title.partition(": ")[2] for card in shown]
    assert numbers == ["hint 1 of 3", "hint 2 of 3", "hint 3 of 3", "hint 3 of 3"]
    assert 'exercises.solution("1.5")' in str(shown[3])


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("zzz", "all_exercises() lists them"),
        (None, "all_exercises() lists them"),
        ("4.22", "Did you mean 4.1 (Predict what overlaps), 4.2"),
        ("depth_to_space", "Did you mean 6.6 (Write depth-to-space)?"),
    ],
)
def test_unknown_names_get_a_friendly_answer(name, says):
    for card in (check(name, 1), hint(name), solution(name)):
        assert str(card).startswith("· There is no exercise ")
        assert says in str(card)
    with pytest.raises(ValueError, match="name must be that of an exercise; got"):
        exercises.use(name, 1)


@pytest.mark.parametrize(
    ("name", "answer", "says"),
    [
        ("2.1", 4, "The answer is 2 numbers; yours is a number."),
        ("2.1", "4, 6", "The answer is 2 numbers; yours is a word."),
        ("2.1", (40, 60), 'That is not it. A hint: `exercises.hint("2.1")`.'),
        ("2.1", {4, 6}, "yours is an object of type set."),
        ("2.1", abs, "The answer is 2 numbers; yours is an object of type builtin"),
        ("3.1", (323200,), "The answer is a number; yours is 1 number"),
        ("3.1", True, "The answer is a number; yours is True or False."),
        ("3.1", np.nan, "That is not it."),
        ("1.4", [[1, 2]], "The answer is 3 × 3 numbers; yours is 1 × 2 numbers."),
        ("5.2", (1, 7, 3, 9), "These are the numbers, in another order."),
        ("9.1", 3, "The answer is a word; yours is a number."),
        ("9.1", "b", "estimate a covariance badly"),
        ("2.4", 3, "This asks for a function; yours is an object of type int."),
        ("2.4", 3, 'without calling it: `check("2.4", upsample)`'),
    ],
)
def test_prediction_is_not_given_away(name, answer, says):
    card = check(name, answer)
    assert card.tone == "not yet"
    assert says in str(card)
    assert "expected" not in str(card)


def test_prediction_that_is_right_gets_the_reason():
    reason = "The first factor is for rows: 2 · 2 = 4 rows, 2 · 3 = 6 columns."
    for answer in (np.array([4, 6]), [4.0, 6.0], range(4, 7, 2)):
        assert str(check(2.1, answer)) == f"✓ Exercise 2.1: correct\n{reason}"
    assert check("9.1", " C ").tone == "correct"


def test_input_that_differs_is_handed_out():
    assert "`_.arguments` in the next cell is this input" in str(WRONG)
    assert WRONG.arguments[0].shape == (1, 2, 3, 1)
    small = check("4.2", lambda image, kernel, stride: image)
    assert "_.arguments" not in str(small)


def test_an_input_that_is_made_for_each_call_is_named():
    def count(network, n):
        return 0

    inputs = ((Made(list), 2),)
    exercise = Exercise("1.1 Count (easy, 1 min)", "", count, {}, (), inputs)
    verdict = judge(exercise, [Outcome(np.asarray(2))])
    assert said_of(exercise, count, verdict)[0].startswith("For a `network`, `n = 2`:")


def test_fault_of_the_checker_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "cloudpickle", None)
    card = check("2.4", prints)
    assert "The checker itself failed (ModuleNotFoundError: import of" in str(card)
    assert card.tone == "note"
