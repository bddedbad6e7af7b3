"""Settings for all tests, and the choice of those that touch TensorFlow."""

import re
import sys
from pathlib import Path

import hypothesis
import pytest

# The same examples on every machine and in every run, however slow the machine.
hypothesis.settings.register_profile("repeatable", derandomize=True, deadline=None)
hypothesis.settings.load_profile("repeatable")

MODELS = "backend|layers|generators|xla|gan|preflight|evaluation|study|restoration"
TENSORFLOW = re.compile(
    rf"^\s*(from|import) (keras|tensorflow|course_lib\.({MODELS})\b|"
    rf"course_lib import .*\b({MODELS})\b)",
    flags=re.MULTILINE,
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--tensorflow",
        choices=["only", "without"],
        help="take only the files that import TensorFlow, or those that do without",
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    chosen = config.getoption("--tensorflow", None)
    if chosen is None or collection_path.suffix != ".py":
        return None
    source = collection_path.read_text()
    inside = f"course_lib/({MODELS})(/|.py$)"
    touches = TENSORFLOW.search(source) or re.search(inside, collection_path.as_posix())
    return None if bool(touches) == (chosen == "only") else True


def pytest_configure(config: pytest.Config) -> None:
    """Hold the choice to what it says: a test of the rest fails if it imports it."""
    if config.getoption("--tensorflow", None) == "without":
        sys.modules.update(dict.fromkeys(["keras", "tensorflow"]))
