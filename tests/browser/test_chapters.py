"""Each chapter as a learner meets it: just cloned, then run from top to bottom."""

import re
from html import unescape
from pathlib import Path

import nbformat
import pytest
from lab import PANEL, PROJECT, READ_BY_LEARNERS, opened, run_all, violations
from playwright.sync_api import Browser, Page

# The last ones first: they train, and the other worker does the rest meanwhile.
CHAPTERS = sorted(
    (path.name for path in PROJECT.glob("notebooks/*.ipynb")), reverse=True
)


def trusted_cells(page: Page) -> int:
    """Return how many code cells JupyterLab trusts."""
    trusted = "(cell) => cell.model.type === 'code' && cell.model.trusted"
    return page.evaluate(f"{PANEL}.content.widgets.filter({trusted}).length")


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_shows_its_figures_and_runs(
    name: str, lab: str, browser: Browser, notebooks: Path
) -> None:
    stored = nbformat.read(notebooks / name, as_version=4).cells
    alt = [
        unescape(text)
        for cell in stored
        for output in cell.get("outputs", [])
        for text in re.findall(
            '<img[^>]* alt="([^"]*)"', output.get("data", {}).get("text/html", "")
        )
    ]
    with opened(browser, lab, f"notebooks/{name}") as page:
        check_stored_outputs(page, alt)
        check_run(page)


def check_stored_outputs(page: Page, expected: list[str]) -> None:
    """Check what a learner sees before anything is run or trusted."""
    assert trusted_cells(page) == 0
    images = page.locator(".jp-OutputArea-output img[alt]")
    assert images.evaluate_all("all => all.map((one) => one.alt)") == expected
    sizes = images.evaluate_all("all => all.map((one) => one.naturalWidth)")
    assert all(width > 50 for width in sizes)
    assert "Error displaying widget" not in page.inner_text("body")
    assert violations(page, READ_BY_LEARNERS) == []


def check_run(page: Page) -> None:
    """Run all cells: none fails, writes a warning or shows what can't be read."""
    ran = [cell for cell in run_all(page) if cell["cell_type"] == "code"]
    errors = [
        f"{output['ename']}: {output['evalue']}"
        for cell in ran
        for output in cell["outputs"]
        if output["output_type"] == "error"
        and "raises-exception" not in cell["metadata"].get("tags", [])
    ]
    assert errors == []
    streams = [output for cell in ran for output in cell["outputs"] if "name" in output]
    assert [stream["text"] for stream in streams if stream["name"] == "stderr"] == []
    counts = [cell["execution_count"] for cell in ran]
    assert counts == list(range(1, len(ran) + 1))
    assert trusted_cells(page) == len(ran)
    assert violations(page, READ_BY_LEARNERS) == []
