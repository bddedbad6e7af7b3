"""How long a notebook runs, beside what it can't do without.

That is: a kernel that starts and ends, the imports of the first cell, and training.
"""

import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import nbformat
import numpy as np
from turns import Row

TRAINS = "nbval-ignore-output"
PROJECT = Path(__file__).parent.parent
sys.path.append(str(PROJECT / "tools"))

from run_notebooks import execute  # noqa: E402


def spent(cell: nbformat.NotebookNode) -> float:
    """Return the seconds that a cell took."""
    asked, answered = (
        datetime.fromisoformat(cell.metadata.execution[when])
        for when in ("iopub.execute_input", "shell.execute_reply")
    )
    return (answered - asked).total_seconds()


def timed(path: Path) -> tuple[float, float]:
    """Run a notebook; return its seconds, and those of its floor."""
    notebook = nbformat.read(path, as_version=4)
    start = time.perf_counter()
    execute(notebook, path.parent)
    total = time.perf_counter() - start
    cells = [cell for cell in notebook.cells if "execution" in cell.metadata]
    compared = [c for c in cells[1:] if TRAINS not in c.metadata.get("tags", [])]
    return total, total - sum(map(spent, compared))


def rows() -> Iterator[Row]:
    """Each notebook, and then all of them."""
    times = []
    for path in sorted((PROJECT / "notebooks").glob("*.ipynb")):
        total, floor = timed(path)
        times.append((total, floor))
        yield row(f"notebook {path.stem}", total, floor)
    yield row("all notebooks, one after the other", *np.sum(times, axis=0))


def row(what: str, total: float, floor: float) -> Row:
    """Say the seconds, too."""
    peer = "kernel, imports and training"
    return Row(f"{what} ({total:.0f} s)", peer, floor / total, floor=True)
