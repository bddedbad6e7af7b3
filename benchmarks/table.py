"""Time the course beside others: python benchmarks/table.py --help.

Each section runs in a process of its own. `--output` names a Markdown file, whose end,
from the heading of the last run on, is written anew.
"""

import argparse
import multiprocessing
import os
import platform
import re
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import numpy as np
from turns import Row

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

HEADING = "## The last run"
FLOORS = """### Beside what can't be done without

Here 1 would be the best that there is."""
SECTIONS = "training", "references", "folded", "metrics", "waiting", "course"


def rows(section: str) -> list[Row]:
    """Run a section; each in a process of its own."""
    found = []
    for row in import_module(section).rows():
        print(line(row), flush=True)
        found.append(row)
    return found


def line(row: Row) -> str:
    """Write a row as Markdown."""
    low, middle, high = (f"{n:.3g}" for n in np.percentile(row.ratios, (25, 50, 75)))
    return f"| {row.what} | {row.peer} | {middle} ({low} to {high}) |"


def machine() -> str:
    """Say in words what it was measured on."""
    cpuinfo = Path("/proc/cpuinfo")
    text = cpuinfo.read_text() if cpuinfo.is_file() else ""
    model = re.search(r"model name\s*: (.+)", text)
    wide = "with" if "avx512f" in text else "without"
    names = "tensorflow", "keras", "numpy"
    software = ", ".join(f"{name} {version(name)}" for name in names)
    return (
        f"{model[1] if model else platform.machine()}, {os.cpu_count()} cores, {wide} "
        f"AVX-512, {platform.system()}; Python {platform.python_version()}, {software}."
    )


def table(found: list[Row]) -> str:
    """Write rows as a table, what is slower than its peer first."""
    head = "| what | beside | takes so many times as long |\n|---|---|---|"
    found = sorted(found, key=lambda row: np.median(row.ratios))
    return "\n".join([head, *map(line, found)])


def main() -> None:
    """Print the rows as they come, and write them in order."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sections", nargs="*", default=SECTIONS, metavar="section")
    parser.add_argument("--output", type=Path, help="a Markdown file for the tables")
    options = parser.parse_args()
    found = []
    for section in options.sections:
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, spawn) as process:
            found += process.submit(rows, section).result()
    peers = table([row for row in found if not row.floor])
    floors = table([row for row in found if row.floor])
    text = f"{HEADING}\n\n{machine()}\n\n{peers}\n\n{FLOORS}\n\n{floors}\n"
    print(f"\n{text}")
    if options.output:
        before, _, _ = options.output.read_text().partition(HEADING)
        options.output.write_text(before + text)


if __name__ == "__main__":
    main()
