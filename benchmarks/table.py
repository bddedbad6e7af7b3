"""Time the course beside others: python benchmarks/table.py --help.

Each section runs in a process of its own and gets a table: first what is slower than
its peer. `--output` names a Markdown file in which these tables are written anew.
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

SECTIONS = {
    "training": "Training",
    "references": "The layers in NumPy",
    "folded": "UpsampledConv2D",
    "metrics": "Metrics",
    "waiting": "People's waiting",
    "course": "Notebooks",
}
HEAD = "| what | beside | takes so many times as long |\n|---|---|---|"


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
    """Write rows, what is slower than its peer first; floors come last."""
    found = sorted(found, key=lambda row: (row.floor, np.median(row.ratios)))
    return "\n".join([HEAD, *map(line, found)])


def replaced(text: str, title: str, table: str) -> str:
    """Put a table under its heading, in the place of what was there."""
    before, heading, after = text.partition(f"## {title}\n")
    _, following, rest = after.partition("\n## ")
    parts = before, heading or f"\n## {title}\n", f"\n{machine()}\n\n{table}\n"
    return "".join([*parts, following, rest])


def main() -> None:
    """Run the sections one after the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sections", nargs="*", default=SECTIONS, metavar="section")
    parser.add_argument("--output", type=Path, help="a Markdown file for the tables")
    options = parser.parse_args()
    for section in options.sections:
        title = SECTIONS[section]
        print(f"\n## {title}\n\n{HEAD}", flush=True)
        spawn = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, spawn) as process:
            found = process.submit(rows, section).result()
        if options.output:
            text = replaced(options.output.read_text(), title, table(found))
            options.output.write_text(text)


if __name__ == "__main__":
    main()
