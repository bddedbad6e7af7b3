"""Time the course beside others: python benchmarks/table.py --help.

Each section runs in a process of its own and gets a table: first what is slower than
its peer. `--output` names a Markdown file in which these tables are written anew.
"""

import argparse
import os
import platform
import re
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import numpy as np
from turns import Row, new_process

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


def line(row: Row) -> str:
    """Write a row as Markdown."""
    low, middle, high = (f"{n:.3g}" for n in np.percentile(row.ratios, (25, 50, 75)))
    return f"| {row.what} | {row.peer} | {middle} ({low} to {high}) |"


def table(section: str) -> str:
    """Run a section; what is slower than its peer comes first, floors come last."""
    found = []
    for row in import_module(section).rows():
        print(line(row), flush=True)
        found.append(row)
    found.sort(key=lambda row: (row.floor, np.median(row.ratios)))
    return "\n".join([HEAD, *map(line, found)])


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
    """Run the sections one after the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sections", nargs="*", default=SECTIONS, metavar="section")
    parser.add_argument("--output", type=Path, help="a Markdown file for the tables")
    options = parser.parse_args()
    for section in options.sections:
        title = SECTIONS[section]
        print(f"\n## {title}\n\n{HEAD}", flush=True)
        with new_process() as process:
            found = process.submit(table, section).result()
        if options.output:
            before, _, after = options.output.read_text().partition(f"## {title}\n")
            _, following, rest = after.partition("\n## ")
            text = f"{before}## {title}\n\n{machine()}\n\n{found}\n{following}{rest}"
            options.output.write_text(text)


if __name__ == "__main__":
    main()
