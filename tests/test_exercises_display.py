"""The boxes: sound HTML, nothing by colour alone, and the same words in a terminal."""

import html.parser
import re

import pytest

from course_lib.exercises import check, checking, hint, progress, solution, summary
from course_lib.exercises.display import TONES, Card

VOID = {"br", "img", "hr"}


def words(markup: str) -> str:
    """Return the text of HTML, and fail where a tag is not closed."""
    text: list[str] = []
    open_tags: list[str] = []

    class Reader(html.parser.HTMLParser):
        def handle_starttag(self, tag: str, attributes: object) -> None:
            if tag not in VOID:
                open_tags.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert open_tags.pop() == tag

        def handle_data(self, data: str) -> None:
            text.append(data)

    Reader().feed(markup)
    assert open_tags == []
    return " ".join("".join(text).split())


def exec_function(body: str) -> object:
    namespace: dict[str, object] = {"__name__": "__main__"}
    exec(f"def f(x, size):\n    {body}\n", namespace)
    return namespace["f"]


CARDS = [
    check("2.1", ...),
    check("2.1", (4, 6)),
    check("2.1", (6, 4)),
    check("2.4", exec_function("return x")),
    check("2.4", exec_function("print('<b>hello</b> & *x*'); return x")),
    check("99.1", 0),
    hint("1.4"),
    solution("1.4"),
    summary(1),
    progress(),
]


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.title)
def test_html_is_sound_and_says_what_the_text_says(card: Card) -> None:
    markup = card._repr_html_()
    for line in str(card).splitlines():
        for part in re.split(r"  +|`|\*", line):
            assert " ".join(part.split()) in words(markup)
    assert repr(card) == str(card)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.title)
def test_symbol_and_words_say_what_the_colour_says(card: Card) -> None:
    symbol, variable, colour = TONES[card.tone]
    assert str(card).startswith(f"{symbol} {card.title}")
    assert f"var({variable},{colour})" in card._repr_html_()
    assert len({tone[0] for tone in TONES.values()}) == len(TONES)
    if card.title.startswith("Exercise") and "hint" not in card.title:
        assert card.tone in card.title or card.code


def test_what_a_learner_wrote_is_text_not_markup() -> None:
    markup = CARDS[4]._repr_html_()
    assert "<b>" not in markup
    assert "&lt;b&gt;hello&lt;/b&gt; &amp; *x*" in markup
    error = check("2.4", exec_function('raise ValueError("<script> `a` *b")'))
    assert "<script>" not in error._repr_html_()
    assert "<script>" in str(error)


def test_code_and_emphasis_are_marked_up() -> None:
    markup = Card(
        "Title", paragraphs=["`a * b * c` is *not* 2 * 3 * 4 `"]
    )._repr_html_()
    assert re.search(
        r"<code [^>]*>a \* b \* c</code> is <em>not</em> 2 \* 3 \* 4 `", markup
    )


def test_colours_follow_the_theme() -> None:
    for card in CARDS:
        for declaration in re.findall(
            r"(?:color|background):([^;\"]+)", card._repr_html_()
        ):
            assert re.match(r"var\(--jp-|inherit|none", declaration)


def test_cards_are_the_same_each_time() -> None:
    assert check("2.1", (6, 4))._repr_html_() == CARDS[2]._repr_html_()
    assert (
        check("2.4", exec_function("return x"))._repr_html_() == CARDS[3]._repr_html_()
    )


def test_hints_come_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "_hints_given", {})
    shown = [str(hint("1.4")) for _ in range(4)]
    assert ["hint 1 of 3" in shown[0], "hint 2 of 3" in shown[1]] == [True, True]
    assert "hint 3 of 3" in shown[2]
    assert shown[3] == shown[2]
    assert 'exercises.solution("1.4")' in shown[3]
    assert len(set(shown)) == 3
