"""JupyterLab on this machine, and what the tests ask of it in the browser."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page

HANG = 300
"""Seconds after which something has hung: on any machine it comes long before."""
CHAPTER_HANG = 1500
"""The same for a chapter: two of them train generators."""
SETTINGS = {
    # Every output is in the page, whether it has been scrolled to or not.
    "notebook-extension/tracker": {"windowingMode": "none"},
    "docmanager-extension/plugin": {"autosave": False},
    "apputils-extension/notification": {"fetchNews": "false"},
}
PROJECT = Path(__file__).parents[2]
READ_BY_LEARNERS = [".jp-OutputArea-output", ".jp-RenderedMarkdown"]
PANEL = "window.jupyterapp?.shell.currentWidget"


@contextmanager
def running_lab(folder: Path, home: Path) -> Iterator[str]:
    """Run JupyterLab for a folder, with a home of its own; yield its address."""
    for name, values in SETTINGS.items():
        file = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    # Jupyter keeps all below HOME, unless one of these variables says otherwise.
    elsewhere = "JUPYTER", "IPYTHON", "XDG_", "PYTEST_"
    kept = {k: v for k, v in os.environ.items() if not k.startswith(elsewhere)}
    places = {"HOME": str(home), "JUPYTERLAB_SETTINGS_DIR": str(home / "settings")}
    port = free_port()
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"),
        *("--IdentityProvider.token=", f"--ServerApp.root_dir={folder}"),
        # Ports that two kernels want at once would hang one of them.
        *("--LabApp.expose_app_in_browser=True", "--KernelManager.transport=ipc"),
    ]
    # The path of a kernel's socket may have about a hundred letters: a short folder.
    with (home / "log").open("w") as log, TemporaryDirectory() as runtime:
        environment = kept | places | {"JUPYTER_RUNTIME_DIR": runtime}
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(address, server, home / "log")
            yield address
        finally:
            server.terminate()
            server.wait(timeout=HANG)


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + HANG
    while time.monotonic() < end and server.poll() is None:
        with suppress(OSError):
            urllib.request.urlopen(f"{address}/api", timeout=5).close()
            return
        time.sleep(0.25)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()}")


@contextmanager
def new_page(browser: Browser, **options: Any) -> Iterator[Page]:
    """Open a page that waits as long as a busy machine may take."""
    page = browser.new_page(viewport={"width": 1366, "height": 900}, **options)
    page.set_default_timeout(1000 * HANG)
    yield page
    page.close()


@contextmanager
def alone(browser: Browser, own: str) -> Iterator[Page]:
    """Open a page without a network, which asks for its own files only, in order."""
    asked: list[str] = []
    errors: list[object] = []
    with new_page(browser, offline=True) as page:
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: errors.append(error))
        yield page
    assert [url for url in asked if not url.startswith(("data:", own))] == []
    assert errors == []


@contextmanager
def opened(browser: Browser, address: str, path: str) -> Iterator[Page]:
    """Open a notebook in a page of its own, with its kernel."""
    with new_page(browser) as page:
        page.goto(f"{address}/lab/tree/{path}?reset")
        page.wait_for_function(f"{PANEL}?.context?.isReady")
        command(page, "application:toggle-left-area")
        idle = f"{PANEL}.sessionContext.session?.kernel?.status === 'idle'"
        page.wait_for_function(idle)
        yield page
        page.evaluate(f"{PANEL}.sessionContext.shutdown()")


def command(page: Page, name: str, **arguments: Any) -> None:
    """Have JupyterLab do what a menu would."""
    done = page.evaluate(
        """([name, arguments, seconds]) => Promise.race([
            window.jupyterapp.commands.execute(name, arguments).then(() => 'done'),
            new Promise((stop) => setTimeout(() => stop('hung'), 1000 * seconds)),
        ])""",
        [name, arguments, CHAPTER_HANG],
    )
    assert done == "done"


def run_all(page: Page) -> list[dict[str, Any]]:
    """Run all cells of the open notebook; return its cells with their outputs.

    The command ends at the first error, even one that the cell's tag expects, while
    the cells after it wait for the kernel; so does an empty cell sent behind them.
    """
    command(page, "notebook:run-all-cells")
    kernel = f"{PANEL}.sessionContext.session.kernel"
    page.evaluate(f"{kernel}.requestExecute({{code: ''}}).done.then(() => true)")
    return cells(page)


def cells(page: Page) -> list[dict[str, Any]]:
    """Return the cells of the open notebook, as its file would have them."""
    found: list[dict[str, Any]] = page.evaluate(
        f"{PANEL}.content.model.sharedModel.toJSON().cells"
    )
    return found


def numbers(part: Page | Locator) -> list[float]:
    """Read the numbers in the last panel of the explorer's picture, row by row."""
    panel = part.locator(".course-picture svg").last
    places = panel.locator("g[fill^='#'] text").evaluate_all(
        "all => all.map((one) => [+one.getAttribute('y'), +one.getAttribute('x'), "
        "one.textContent])"
    )
    return [float(text.replace("−", "-")) for _, _, text in sorted(places)]


def violations(page: Page, parts: Sequence[str] = ("html",)) -> list[str]:
    """Return what axe finds in the parts of a page that are there."""
    here = [part for part in parts if page.locator(part).count()]
    found = Axe().run(page, context={"include": here}).response["violations"]
    return [
        f"{violation['id']}: {node['html'][:200]} {node['failureSummary']}"
        for violation in found
        for node in violation["nodes"]
    ]
