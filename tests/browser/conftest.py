"""A server and a browser for each worker, a fresh page for each test."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab import HANG, PROJECT, running_lab
from playwright.sync_api import Browser, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
expect.set_options(timeout=1000 * HANG)


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
    shutil.copytree(PROJECT / "notebooks/pictures", clone / "notebooks/pictures")
    for path in PROJECT.glob("notebooks/*.ipynb"):
        shutil.copy(path, clone / "notebooks")
    return clone / "notebooks"


@pytest.fixture(scope="session")
def lab(notebooks: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_lab(notebooks.parent, tmp_path_factory.mktemp("home")) as address:
        yield address
