"""Each chapter as a learner meets it: just cloned, then run from top to bottom."""

import re
from html import unescape
from pathlib import Path

import nbformat
import pytest
from lab import PANEL, PROJECT, READ_BY_LEARNERS, opened, run_all, violations
from playwright.sync_api import Browser, Page

from run_notebooks import WIDGET

# The last chapters first: they train, and the other worker does the rest meanwhile.
CHAPTERS = sorted(
    (path.name for path in PROJECT.glob("notebooks/*.ipynb")),
    key=lambda name: (name[0].isdigit(), name),
    reverse=True,
)
PIXELS = re.compile(r'data:image/png;base64,[^"]+(" width="\d+" height="\d+)?')


def trusted_cells(page: Page) -> int:
    """Return how many code cells JupyterLab trusts."""
    trusted = "(cell) => cell.model.type === 'code' && cell.model.trusted"
    return page.evaluate(f"{PANEL}.content.widgets.filter({trusted}).length")


def compared(cell: dict) -> dict[str, str]:
    """Return by their kind the words and numbers of outputs that nbval compares."""
    found: dict[str, str] = {}
    if "nbval-ignore-output" in cell["metadata"].get("tags", []):
        return found
    for output in cell["outputs"]:
        text = output.get("text", output.get("evalue"))
        for kind, part in output.get("data", {output.get("name"): text}).items():
            if kind != WIDGET:
                found[kind] = found.get(kind, "") + PIXELS.sub("", "".join(part))
    return found


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_shows_its_figures_and_runs(
    name: str, lab: str, browser: Browser, notebooks: Path
) -> None:
    cells = nbformat.read(notebooks / name, as_version=4).cells
    stored = [cell for cell in cells if cell.cell_type == "code"]
    with opened(browser, lab, f"notebooks/{name}") as page:
        check_stored_outputs(page, stored)
        check_run(page, stored)


def check_stored_outputs(page: Page, stored: list[dict]) -> None:
    """Check what a learner sees before anything is run or trusted."""
    assert trusted_cells(page) == 0
    images = page.locator(".jp-OutputArea-output img[alt]")
    markup = [
        output.get("data", {}).get("text/html", "")
        for cell in stored
        for output in cell["outputs"]
    ]
    alt = re.findall('<img[^>]* alt="([^"]*)"', "".join(markup))
    assert images.evaluate_all("all => all.map((one) => one.alt)") == [
        unescape(text) for text in alt
    ]
    sizes = images.evaluate_all("all => all.map((one) => one.naturalWidth)")
    assert all(width > 50 for width in sizes)
    assert "Error displaying widget" not in page.inner_text("body")
    assert violations(page, READ_BY_LEARNERS) == []


def check_run(page: Page, stored: list[dict]) -> None:
    """Run all cells: what they show is what is stored, and can be read."""
    ran = [cell for cell in run_all(page) if cell["cell_type"] == "code"]
    for cell in ran:
        may_fail = "raises-exception" in cell["metadata"].get("tags", [])
        for output in cell["outputs"]:
            assert output.get("name") != "stderr", output
            assert output["output_type"] != "error" or may_fail, output
    counts = [cell["execution_count"] for cell in ran]
    assert counts == list(range(1, len(ran) + 1))
    for cell, before in zip(ran, stored, strict=True):
        assert compared(cell) == compared(before), cell["id"]
    assert trusted_cells(page) == len(ran)
    assert violations(page, READ_BY_LEARNERS) == []
