"""A server and a browser for each worker, a fresh page for each test."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from lab import HANG, running_lab
from playwright.sync_api import Browser, Page, expect, sync_playwright

PROJECT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome")
expect.set_options(timeout=1000 * HANG)
READ_BY_LEARNERS = [".jp-OutputArea-output", ".jp-RenderedMarkdown"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def notebooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the notebooks, as a fresh clone has them: not yet trusted."""
    clone = tmp_path_factory.mktemp("course")
    shutil.copytree(PROJECT / "data", clone / "data")  # a chapter reads from there
    (clone / "notebooks").mkdir()
    for path in PROJECT.glob("notebooks/*.ipynb"):
        shutil.copy(path, clone / "notebooks")
    return clone / "notebooks"


@pytest.fixture(scope="session")
def lab(notebooks: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_lab(notebooks.parent, tmp_path_factory.mktemp("home")) as address:
        yield address


@contextmanager
def new_page(browser: Browser, **options: Any) -> Iterator[Page]:
    """Open a page that waits as long as a busy machine may take."""
    page = browser.new_page(viewport={"width": 1366, "height": 900}, **options)
    page.set_default_timeout(1000 * HANG)
    yield page
    page.close()


def violations(page: Page, parts: list[str] | None = None) -> list[str]:
    """Return what axe finds in the parts of a page that are there, or in all of it."""
    here = [part for part in parts or ["html"] if page.locator(part).count()]
    found = Axe().run(page, context={"include": here}).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:200]} {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]
