"""Time how long a moved control takes until the explorer has drawn the change.

First without a browser: from a control's new value to the new HTML. Then, where
Playwright and Chromium are installed (`make browser` installs them), in JupyterLab:
from the pressed key to the painted picture. Medians and the slowest of all.
"""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import numpy as np

from course_lib import explorer

ROUNDS = 30
LARGEST = {"input_size": 5, "kernel_size": 5, "strides": 4}
CASES = [
    (name, {"view": view, **settings})
    for name, settings in (("as it opens", {}), ("the largest", LARGEST))
    for view in ("stamp", "insert zeros", "matrix", "gradient")
]

# Presses an arrow key on the step's slider of one explorer, and waits until its
# picture has changed and has been painted.
PAINTED = """([number, press]) => new Promise((done) => {
    const box = document.querySelectorAll('.course-explorer')[number];
    const old = box.querySelector('.course-picture');
    const handle = [...box.querySelectorAll('[role=slider]')].at(-1);
    handle.focus();
    const start = performance.now();
    handle.dispatchEvent(new KeyboardEvent('keydown', {key: press, bubbles: true}));
    const look = () => box.querySelector('.course-picture') === old
        ? requestAnimationFrame(look)
        : requestAnimationFrame(() => done(performance.now() - start));
    requestAnimationFrame(look);
})"""


def redraws(settings: dict[str, object]) -> list[float]:
    """Return the milliseconds of moving the step and of changing the layer."""
    shown = explorer.explore_transposed_convolution(**settings)
    strides = shown.controls["strides"]
    times = []
    for number in range(ROUNDS):
        other = 3 if strides.value == strides.max else strides.max
        for owner, name, value in (
            (shown, "step", number % shown.walk.last),
            (strides, "value", other),
        ):
            start = time.perf_counter()
            setattr(owner, name, value)
            times.append(1000 * (time.perf_counter() - start))
    return times


def redraws_in_browser() -> list[list[float]]:
    """Return, for each case, the milliseconds from pressed key to painted picture."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser"))
    from lab import new_page, open_notebook, run_all, running_lab
    from playwright.sync_api import sync_playwright

    sources = ["from course_lib import explorer"]
    for _, settings in CASES:
        sources.append(f"explorer.explore_transposed_convolution(**{settings})")
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    keys = ["ArrowLeft", "ArrowRight"] * (ROUNDS // 2)
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with (
        tempfile.TemporaryDirectory() as folder,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home,
        running_lab(Path(folder), Path(home)) as address,
        sync_playwright() as playwright,
        new_page(
            playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        ) as page,
    ):
        nbformat.write(notebook, Path(folder) / "moved.ipynb")
        open_notebook(page, address, "moved.ipynb")
        run_all(page)
        page.wait_for_function(
            "(count) => document.querySelectorAll('.course-picture').length === count",
            arg=len(CASES),
        )
        page.wait_for_timeout(1000)
        return [
            [page.evaluate(PAINTED, [number, key]) for key in keys]
            for number in range(len(CASES))
        ]


def report(title: str, times: list[list[float]]) -> None:
    """Print a line for each case."""
    print(f"\n{title}: median and slowest, in milliseconds")
    for (name, settings), found in zip(CASES, times, strict=True):
        print(f"{settings['view']:13}{name:13}{np.median(found):6.1f}{max(found):7.1f}")


if __name__ == "__main__":
    report("From a moved control to the new HTML", [redraws(case) for _, case in CASES])
    try:
        report("From a pressed key to the painted picture", redraws_in_browser())
    except ImportError:
        print("\nNot measured in the browser: run `make browser` first.")
