"""A server and a browser for each worker, a fresh page for each test."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from lab import HANG, PROJECT, running_lab
from playwright.sync_api import Browser, expect, sync_playwright

expect.set_options(timeout=1000 * HANG)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ["CHROMIUM"]  # `make browser` finds it
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
    leave = shutil.ignore_patterns(".*")
    shutil.copytree(PROJECT / "notebooks", clone / "notebooks", ignore=leave)
    return clone / "notebooks"


@pytest.fixture(scope="session")
def lab(notebooks: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_lab(notebooks.parent, tmp_path_factory.mktemp("home")) as address:
        yield address
