"""The built site: every page, from files, without a network, wide and narrow."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from lab import PROJECT, alone, violations
from playwright.sync_api import Browser, Page, expect

SITE = PROJECT / "build" / "site"
PAGES = sorted(
    str(path.relative_to(SITE))
    for path in SITE.rglob("*.html")
    if path.parent.name not in {"_static", "explorers"}
)
NARROW = {"width": 390, "height": 844}


def test_the_site_was_built() -> None:
    chapters = sorted(path.stem for path in PROJECT.glob("notebooks/*.ipynb"))
    assert [Path(p).stem for p in PAGES if p.startswith("notebooks/")] == chapters
    assert {"index.html", "symptoms.html", "api/gan.html"} <= set(PAGES)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with alone(browser, SITE.as_uri()) as page:
        yield page


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_narrow_screens_and_is_accessible(page: Page, name: str) -> None:
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    page.goto((SITE / name).as_uri())
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= NARROW["width"]
    page.evaluate("document.querySelectorAll('details').forEach((d) => d.open = true)")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        assert violations(page, ["article"]) == []


def test_answers_stay_folded_until_asked_for(page: Page) -> None:
    page.goto((SITE / "notebooks/01_pooling.html").as_uri())
    answers = page.locator("details.answer")
    assert answers.count() > 5
    answer = answers.first
    assert answer.locator("div.cell").count() > 0
    expect(answer.locator("div.cell").first).not_to_be_visible()
    answer.locator("summary").press("Enter")
    expect(answer.locator("div.cell").first).to_be_visible()


def test_explorers_play_on_the_page(page: Page) -> None:
    page.goto((SITE / "notebooks/04_transposed_convolution.html").as_uri())
    frame = page.frame_locator("iframe.explorer").first
    frame.get_by_role("button", name="Back").press("Enter")
    expect(frame.get_by_role("status")).to_contain_text("Stamp 3 of 4")


def test_the_search_finds_a_word(page: Page) -> None:
    page.goto((SITE / "search.html").as_uri() + "?q=checkerboard")
    expect(page.locator("#search-results li").first).to_be_visible()
