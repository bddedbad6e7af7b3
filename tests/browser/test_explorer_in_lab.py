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
    close_kernel,
    new_page,
    numbers,
    open_notebook,
    run_all,
    violations,
)
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Browser, Locator, Page, expect

from course_lib.pooling import max_pool2d
from course_lib.transposed_convolution import conv2d_transpose
from course_lib.upsampling import upsample2d

CELLS = [
    "from course_lib import explorer",
    "explorer.explore_transposed_convolution()",
    "explorer.explore_upsampling(interpolation='bilinear')",
    "explorer.explore_pooling([[3, 1, 4], [1, 5, 9], [2, 6, 5]], padding='same')",
    "explorer.explore_convolution()",
]
KERNEL = {
    "display_name": "Python 3 (ipykernel)",
    "language": "python",
    "name": "python3",
}


@pytest.fixture(scope="module")
def opened(lab: str, browser: Browser, notebooks: Path) -> Iterator[Page]:
    """Open a notebook with one explorer of each kind, once for all tests."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in CELLS])
    notebook.metadata["kernelspec"] = KERNEL
    nbformat.write(notebook, notebooks / "explorers.ipynb")
    with new_page(browser) as page:
        open_notebook(page, lab, "notebooks/explorers.ipynb")
        yield page
        close_kernel(page)


@pytest.fixture
def page(opened: Page) -> Page:
    opened.set_viewport_size({"width": 1366, "height": 900})
    change_theme(opened, "JupyterLab Light")
    return opened


@pytest.fixture
def explorers(page: Page) -> Locator:
    """Run the notebook anew and return its explorers, just opened."""
    clear = "window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')"
    page.evaluate(clear)
    found = page.locator(".course-explorer")
    expect(found).to_have_count(0)
    run_all(page)
    expect(found).to_have_count(4)
    for one in found.all():
        expect(one.locator(".course-picture svg")).not_to_have_count(0)
        expect(words(one)).to_have_count(1)
    return found


def change_theme(page: Page, theme: str) -> None:
    page.evaluate(
        "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', "
        "{theme})",
        theme,
    )
    is_light = str(theme.endswith("Light")).lower()
    page.wait_for_selector(f"body[data-jp-theme-light={is_light}]", state="attached")


def slider(explorer: Locator, name: str) -> Locator:
    return explorer.get_by_role("slider", name=name, exact=True)


def press(control: Locator, key: str, times: int = 1) -> None:
    control.focus()
    for _ in range(times):
        control.page.keyboard.press(key)


def words(explorer: Locator) -> Locator:
    return explorer.get_by_role("status")


def stamped(n: int, k: int, *arguments: object) -> np.ndarray:
    """Compute what the transposed explorer shows, with its counting numbers."""
    image = np.arange(1.0, n * n + 1).reshape(1, n, n, 1)
    kernel = np.arange(1.0, k * k + 1).reshape(k, k, 1, 1)
    return conv2d_transpose(image, kernel, *arguments)[0, :, :, 0]


def test_the_step_moves_picture_words_and_numbers(explorers: Locator) -> None:
    explorer = explorers.first
    assert numbers(explorer) == stamped(2, 3, 2).ravel().tolist()
    press(slider(explorer, "step"), "ArrowLeft")
    expect(words(explorer)).to_contain_text("Stamp 3 of 4: the pixel 3 at [1, 0]")
    so_far = np.array([[[1], [2]], [[3], [0]]], float)[None]
    kernel = np.arange(1.0, 10).reshape(3, 3, 1, 1)
    expected = conv2d_transpose(so_far, kernel, 2)
    assert numbers(explorer) == expected.ravel().tolist()
    label = explorer.locator(".course-picture").get_attribute("aria-label")
    assert "step 3 of 4" in (label or "")
    press(slider(explorer, "step"), "Home")
    expect(words(explorer)).to_contain_text("No stamp yet")
    assert numbers(explorer) == [0] * 25


def test_sizes_and_strides_change_the_numbers_and_the_formula(
    explorers: Locator,
) -> None:
    explorer = explorers.first
    press(slider(explorer, "strides"), "ArrowRight")
    expect(explorer).to_contain_text("(2 − 1) · 3 + max(3, 3) = 6")
    assert numbers(explorer) == stamped(2, 3, 3).ravel().tolist()
    press(slider(explorer, "kernel_size"), "ArrowLeft")
    expect(explorer).to_contain_text("(2 − 1) · 3 + max(2, 3) = 6")
    assert numbers(explorer) == stamped(2, 2, 3).ravel().tolist()
    press(slider(explorer, "input_size"), "ArrowRight")
    expect(explorer).to_contain_text("(3 − 1) · 3 + max(2, 3) = 9")
    assert numbers(explorer) == stamped(3, 2, 3).ravel().tolist()
    expect(explorer).to_contain_text("Conv2DTranspose(1, kernel_size=2, strides=3")


def test_an_impossible_layer_explains_itself(explorers: Locator, page: Page) -> None:
    explorer = explorers.first
    explorer.get_by_label("output_padding").focus()
    page.keyboard.type("3")
    expect(words(explorer)).to_contain_text("output_padding=3 with strides=2")
    expect(explorer.locator("svg")).to_have_count(0)
    assert violations(page, READ_BY_LEARNERS) == []
    press(slider(explorer, "strides"), "End")
    expect(explorer).to_contain_text("(2 − 1) · 4 + 3 + 3 = 10")
    assert numbers(explorer) == stamped(2, 3, 4, "valid", 3).ravel().tolist()


@pytest.mark.parametrize("view", ["insert zeros", "matrix", "gradient"])
def test_every_view_shows_the_same_output(explorers: Locator, view: str) -> None:
    explorer = explorers.first
    expected = stamped(2, 3, 2).ravel().tolist()
    views = ["stamp", "insert zeros", "matrix", "gradient"]
    press(explorer.get_by_label("view"), "ArrowDown", times=views.index(view))
    expect(words(explorer)).to_contain_text("Pixel 25 of 25")
    assert numbers(explorer)[-25:] == expected
    press(slider(explorer, "step"), "ArrowLeft", times=12)
    expect(words(explorer)).to_contain_text("Pixel 13 of 25, at [2, 2]")
    expect(words(explorer)).to_contain_text("= 36.")
    assert numbers(explorer)[-13:] == expected[:13]


def test_letters_pressed_in_a_menu_are_no_commands_to_the_notebook(
    explorers: Locator, page: Page
) -> None:
    explorer = explorers.first
    explorer.get_by_label("view").focus()
    page.keyboard.type("m")  # in JupyterLab: turn the cell into Markdown
    expect(words(explorer)).to_contain_text("the input times column")
    kinds = [cell["cell_type"] for cell in cells(page)]
    assert kinds == ["code"] * len(CELLS)


def test_the_other_layers_agree_with_the_library(explorers: Locator) -> None:
    _, upsampling, pooling, _ = explorers.all()
    image = np.array([[1.0, 2.0], [3.0, 4.0]]).reshape(1, 2, 2, 1)
    press(slider(upsampling, "size[1]"), "ArrowLeft")
    expect(upsampling).to_contain_text("n · size[1] = 2 · 1 = 2")
    expected = upsample2d(image, (2, 1), "bilinear")
    assert numbers(upsampling) == expected.ravel().tolist()
    pixels = np.array([[3.0, 1, 4], [1, 5, 9], [2, 6, 5]]).reshape(1, 3, 3, 1)
    press(slider(pooling, "pool_size"), "ArrowRight")
    expect(pooling).to_contain_text("pool_size=3")
    expected = max_pool2d(pixels, 3, padding="same")
    assert numbers(pooling) == expected.ravel().tolist()


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
    assert numbers(explorer) == stamped(2, 3, 2).ravel().tolist()
    press(explorer.get_by_role("button", name="back to the start"), "Enter")
    expect(words(explorer)).to_contain_text("No stamp yet")


def test_the_tab_key_reaches_every_control(explorers: Locator, page: Page) -> None:
    explorer = explorers.first
    slider(explorer, "input_size").focus()
    reached = []
    for _ in range(20):
        reached.append(
            page.evaluate(
                "(document.activeElement.labels?.[0]?.textContent) "
                "|| document.activeElement.getAttribute('aria-label')"
            )
        )
        page.keyboard.press("Tab")
    wanted = [
        *("input_size", "kernel_size", "strides", "padding", "output_padding", "view"),
        *("numbers", "play or pause", "back to the start", "step"),
    ]
    assert [name for name in reached if name in wanted][:10] == wanted


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
@pytest.mark.parametrize("width", [1366, 600])
def test_it_is_accessible_and_fits(
    explorers: Locator, page: Page, theme: str, width: int
) -> None:
    change_theme(page, theme)
    page.set_viewport_size({"width": width, "height": 900})
    assert violations(page, READ_BY_LEARNERS) == []
    for explorer in explorers.all():
        box = explorer.bounding_box()
        assert box
        for svg in explorer.locator("svg").all():
            inner = svg.bounding_box()
            assert inner
            assert inner["x"] + inner["width"] <= box["x"] + box["width"] + 1


def test_titles_can_be_read_in_both_themes(explorers: Locator, page: Page) -> None:
    title = explorers.first.locator(".course-picture svg g text").first
    colours = []
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        change_theme(page, theme)
        colour = title.evaluate("(one) => getComputedStyle(one).fill")
        colours.append(np.mean([int(c) for c in re.findall(r"\d+", colour)[:3]]))
    light, dark = colours
    assert light < 100 < 150 < dark
