"""The exported page plays in a browser that has neither a kernel nor a network."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from lab import alone, numbers, violations
from playwright.sync_api import Browser, Page, expect

from course_lib import explorer
from course_lib.transposed_convolution import conv2d_transpose

OUTPUT = conv2d_transpose(
    np.arange(1.0, 5).reshape(1, 2, 2, 1), np.arange(1.0, 10).reshape(3, 3, 1, 1), 2
)


@pytest.fixture
def player(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    path = explorer.explore_transposed_convolution().save_html(tmp_path / "walk.html")
    with alone(browser, path.as_uri()) as page:
        page.goto(path.as_uri())
        yield page


def test_it_plays_to_the_end_and_stops(player: Page) -> None:
    player.clock.install(time=0)
    player.reload()
    player.clock.pause_at(3600)  # else it runs on by itself, too
    words = player.get_by_role("status")
    expect(words).to_contain_text("Stamp 4 of 4")
    expect(player.locator(".course-facts")).to_contain_text("max(3, 2) = 5")
    player.get_by_role("button", name="Play").press("Enter")
    expect(words).to_contain_text("No stamp yet")
    assert numbers(player) == [0] * 25
    expect(player.get_by_role("button", name="Pause")).to_be_visible()
    for step in range(1, 5):
        player.clock.run_for(1000)  # the page's clock, which a test may turn
        expect(words).to_contain_text(f"Stamp {step} of 4")
    expect(player.get_by_role("button", name="Play")).to_be_visible()
    assert numbers(player) == OUTPUT.ravel().tolist()


def test_slider_and_buttons_move_it_by_keyboard(player: Page) -> None:
    words = player.get_by_role("status")
    player.get_by_role("slider", name="Step").press("ArrowLeft")
    expect(words).to_contain_text("Stamp 3 of 4")
    assert 0 in numbers(player)
    player.get_by_role("button", name="Back").press("Enter")
    expect(words).to_contain_text("Stamp 2 of 4")
    player.get_by_role("button", name="Next").press("Enter")
    expect(words).to_contain_text("Stamp 3 of 4")
    label = player.get_by_role("img").first.get_attribute("aria-label")
    assert "step 3 of 4" in (label or "")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible(player: Page, scheme: str) -> None:
    player.emulate_media(color_scheme=scheme)
    assert violations(player) == []
