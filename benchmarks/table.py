"""Time the course beside others, in one table: python benchmarks/table.py --help.

Each number says how many times as long (or as much memory) as the course a peer
takes, measured in turns in one run: the median and the middle half. Below 1 the course
is slower; these lines come first.
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


def main() -> None:
    """Print the rows as they come, and write them in order."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sections", nargs="*", default=SECTIONS, metavar="section")
    parser.add_argument("--output", type=Path, help="a Markdown file for the table")
    options = parser.parse_args()
    found = []
    for section in options.sections:
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, spawn) as process:
            found += process.submit(rows, section).result()
    found.sort(key=lambda row: np.median(row.ratios))
    head = "| what | beside | takes so many times as long |\n|---|---|---|"
    table = "\n".join([head, *map(line, found)])
    about = __doc__.split("\n", 2)[2]
    text = f"# How fast\n\n{about}\n{machine()}\n\n{table}\n"
    print(f"\n{text}")
    if options.output:
        options.output.write_text(text)


if __name__ == "__main__":
    main()
