"""The explorer moved by keyboard in JupyterLab: what is seen is the library's."""

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import numpy as np
import pytest
from lab import (
    READ_BY_LEARNERS,
    cells,
    command,
    numbers,
    opened,
    run_all,
    violations,
)
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser, Locator, Page, expect

from course_lib.transposed_convolution import conv2d_transpose

CELLS = [
    "from course_lib import explorer",
    "explorer.explore_transposed_convolution()",
    "explorer.explore_upsampling(interpolation='bilinear')",
    "explorer.explore_pooling([[3, 1, 4], [1, 5, 9], [2, 6, 5]], padding='same')",
    "explorer.explore_convolution(step=3)",
]


@pytest.fixture(scope="module")
def page(lab: str, browser: Browser, notebooks: Path) -> Iterator[Page]:
    """Open a notebook with one explorer of each kind, once for all tests."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in CELLS])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, notebooks / "explorers.ipynb")
    with opened(browser, lab, "notebooks/explorers.ipynb") as page:
        yield page


@pytest.fixture
def explorers(page: Page) -> Locator:
    """Run the notebook anew and return its explorers, just opened."""
    command(page, "notebook:clear-all-cell-outputs")
    found = page.locator(".course-explorer")
    expect(found).to_have_count(0)
    run_all(page)
    expect(found).to_have_count(4)
    for one in found.all():
        expect(one.locator(".course-picture svg")).not_to_have_count(0)
        expect(words(one)).to_have_count(1)
    return found


def slider(explorer: Locator, name: str) -> Locator:
    return explorer.get_by_role("slider", name=name, exact=True)


def press(control: Locator, key: str, times: int = 1) -> None:
    control.focus()
    for _ in range(times):
        control.page.keyboard.press(key)


def words(explorer: Locator) -> Locator:
    return explorer.get_by_role("status")


def stamped(n: int, k: int, *arguments: object) -> list[float]:
    """Compute what the transposed explorer shows, with its counting numbers."""
    image = np.arange(1.0, n * n + 1).reshape(1, n, n, 1)
    kernel = np.arange(1.0, k * k + 1).reshape(k, k, 1, 1)
    return conv2d_transpose(image, kernel, *arguments).ravel().tolist()


def test_the_step_moves_picture_words_and_numbers(explorers: Locator) -> None:
    explorer = explorers.first
    assert numbers(explorer) == stamped(2, 3, 2)
    press(slider(explorer, "step"), "ArrowLeft")
    expect(words(explorer)).to_contain_text("Stamp 3 of 4: the pixel 3 at [1, 0]")
    assert numbers(explorer)[-10:] == [12, 15, 18, 0, 0, 21, 24, 27, 0, 0]
    label = explorer.locator(".course-picture").get_attribute("aria-label")
    assert "step 3 of 4" in (label or "")
    press(slider(explorer, "step"), "Home")
    expect(words(explorer)).to_contain_text("No stamp yet")
    assert numbers(explorer) == [0] * 25
    expect(words(explorers.last)).to_contain_text("Pixel 3 of 9")  # as it was asked


def test_controls_change_the_layer_also_to_an_impossible_one_and_back(
    explorers: Locator, page: Page
) -> None:
    explorer = explorers.first
    explorer.get_by_label("output_padding").focus()
    page.keyboard.type("3")
    expect(words(explorer)).to_contain_text("output_padding=3 with strides=2")
    expect(explorer.locator("svg")).to_have_count(0)
    assert violations(page, READ_BY_LEARNERS) == []
    press(slider(explorer, "strides"), "End")
    expect(explorer).to_contain_text("(2 − 1) · 4 + 3 + 3 = 10")
    expect(explorer).to_contain_text("Conv2DTranspose(1, kernel_size=3, strides=4")
    assert numbers(explorer) == stamped(2, 3, 4, "valid", 3)


def test_letters_pressed_in_a_menu_are_no_commands_to_the_notebook(
    explorers: Locator, page: Page
) -> None:
    explorer = explorers.first
    explorer.get_by_label("view").focus()
    page.keyboard.type("m")  # in JupyterLab: turn the cell into Markdown
    expect(words(explorer)).to_contain_text("the input times column")
    assert numbers(explorer)[-25:] == stamped(2, 3, 2)
    kinds = [cell["cell_type"] for cell in cells(page)]
    assert kinds == ["code"] * len(CELLS)


def test_it_plays(explorers: Locator) -> None:
    explorer = explorers.first
    step = slider(explorer, "step")
    press(step, "Home")
    expect(words(explorer)).to_contain_text("No stamp yet")
    # Noted in the page: a busy machine may look too late to see each step.
    step.evaluate(
        """(handle) => {
            window.steps = [];
            new MutationObserver(() => steps.push(+handle.ariaValueNow))
                .observe(handle, {attributeFilter: ['aria-valuenow']});
        }"""
    )
    press(explorer.get_by_role("button", name="play or pause"), "Enter")
    expect(words(explorer)).to_contain_text("Stamp 4 of 4")
    assert explorer.page.evaluate("window.steps") == [1, 2, 3, 4]
    assert numbers(explorer) == stamped(2, 3, 2)
    press(explorer.get_by_role("button", name="back to the start"), "Enter")
    expect(words(explorer)).to_contain_text("No stamp yet")


def test_the_tab_key_reaches_every_control(explorers: Locator, page: Page) -> None:
    slider(explorers.first, "input_size").focus()
    reached = []
    for _ in range(20):
        focused = page.locator("*:focus")
        name = "one.labels?.[0]?.textContent || one.getAttribute('aria-label')"
        reached.append(focused.evaluate(f"(one) => {name}"))
        page.keyboard.press("Tab")
    wanted = [
        *("input_size", "kernel_size", "strides", "padding", "output_padding", "view"),
        *("numbers", "play or pause", "back to the start", "step"),
    ]
    assert [name for name in reached if name in wanted][:10] == wanted


def test_it_is_accessible_and_fits_in_both_themes(
    explorers: Locator, page: Page
) -> None:
    brightness = []
    for theme in ("Dark", "Light"):
        command(page, "apputils:change-theme", theme=f"JupyterLab {theme}")
        is_light = str(theme == "Light").lower()
        body = f"body[data-jp-theme-light={is_light}]"
        page.wait_for_selector(body, state="attached")
        picture = explorers.first.locator(".course-picture")
        colour = picture.evaluate("(one) => getComputedStyle(one).color")
        brightness.append(np.mean([int(c) for c in re.findall(r"\d+", colour)[:3]]))
        for width in (600, 1366):
            page.set_viewport_size({"width": width, "height": 900})
            assert violations(page, READ_BY_LEARNERS) == []
            for explorer in explorers.all():
                edges = explorer.evaluate(
                    "(box) => [box, ...box.querySelectorAll('svg')].map("
                    "(one) => one.getBoundingClientRect().right)"
                )
                assert max(edges) <= edges[0] + 1
    dark, light = brightness
    assert light < 100 < 150 < dark
