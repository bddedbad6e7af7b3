"""How long a notebook runs, beside what it can't do without.

That is: a kernel that starts and ends, the imports of the first cell, and training.
"""

import sys
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

import nbformat
import numpy as np
from turns import Row, seconds

TRAINS = "nbval-ignore-output"
PROJECT = Path(__file__).parent.parent
sys.path.append(str(PROJECT / "tools"))

from run_notebooks import execute  # noqa: E402


def timed(path: Path) -> tuple[float, float]:
    """Run a notebook; return its seconds, and those of its floor."""
    notebook = nbformat.read(path, as_version=4)
    run = partial(execute, notebook, path.parent)
    floor = total = seconds([run], rounds=1, warm_up=0).item()
    ran = [cell for cell in notebook.cells if "execution" in cell.metadata]
    for cell in ran[1:]:
        if TRAINS not in cell.metadata.get("tags", []):
            asked, answered = (
                datetime.fromisoformat(cell.metadata.execution[when])
                for when in ("iopub.execute_input", "shell.execute_reply")
            )
            floor -= (answered - asked).total_seconds()
    return total, floor


def row(what: str, total: float, floor: float) -> Row:
    """Say the seconds, too."""
    peer = "kernel, imports and training"
    return Row(f"{what} ({total:.0f} s)", peer, floor / total, floor=True)


def rows() -> Iterator[Row]:
    """Each notebook, and then all of them."""
    times = []
    for path in sorted((PROJECT / "notebooks").glob("*.ipynb")):
        times.append(timed(path))
        yield row(f"notebook {path.stem}", *times[-1])
    yield row("all notebooks, one after the other", *np.sum(times, axis=0))
