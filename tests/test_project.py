"""The project around the library: docstrings, documents, locks."""

import inspect
import pkgutil
import re
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest
from packaging.requirements import Requirement

import course_lib

PROJECT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((PROJECT / "pyproject.toml").read_text())
STATED = PYPROJECT["project"]
MAKEFILE = (PROJECT / "Makefile").read_text()
DOCUMENTS = [
    *PROJECT.glob("*.md"),
    *PROJECT.glob("docs/*.md"),
    PROJECT / "data/README.md",
]


# Docstrings. Which sections they have is held by ruff.


def public_functions():
    """Yield the functions that users call."""
    for room in pkgutil.iter_modules(course_lib.__path__):
        if room.name.startswith("_"):
            continue
        try:
            module = getattr(course_lib, room.name)
        except ModuleNotFoundError:  # `make quick` hides Keras
            assert sys.modules["keras"] is None
            continue
        for name in getattr(module, "__all__", vars(module)):
            value = getattr(module, name)
            ours = getattr(value, "__module__", "").startswith(module.__name__)
            if ours and inspect.isfunction(value) and not name.startswith("_"):
                yield f"{room.name}.{name}", value


def lacks(function):
    """Say what a docstring leaves out; what several share, one says, others name."""
    text, signature = inspect.getdoc(function) or "", str(inspect.signature(function))
    if ">>> " not in text and "Called like `" not in text:
        return "an example"
    takes_arrays = re.search("Array|Images|ndarray", signature)
    if takes_arrays and not re.search(r"\bshape|\b(as|of|like)\s+`", text):
        return "the shape of an array"
    return None


def test_public_functions_are_documented():
    functions = dict(public_functions())
    assert len(functions) > 50
    lacking = {name: lacks(function) for name, function in functions.items()}
    assert {name: what for name, what in lacking.items() if what} == {}


def test_what_a_docstring_leaves_out_is_noticed():
    def pool(x: np.ndarray):
        """Shrinks an image."""

    assert lacks(pool) == "an example"
    pool.__doc__ += "\n>>> pool(x)"
    assert lacks(pool) == "the shape of an array"
    pool.__doc__ += " of shape (2, 2)"
    assert lacks(pool) is None


# Documents


def dead_names(text, folder):
    """Yield what a document names and the project has not."""
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)|src=\"([^\"]+)\"", text)
    for link in (one or other for one, other in links):
        if ":" not in link and not (folder / link).exists():
            yield link
    for line in re.findall(r"^\s*make .*|`make [^`]+`", text, re.M):
        for word in line.strip("` ").partition("#")[0].split()[1:]:
            if "=" not in word and not re.search(rf"^{word}:", MAKEFILE, re.M):
                yield f"make {word}"
    for path in re.findall(r"[` ]((?:course_lib|docs|tests|tools)/[\w./]*\w)", text):
        if not (PROJECT / path.replace("_N.py", "_1.py")).exists():
            yield path


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_documents_name_what_is_there(path):
    assert list(dead_names(path.read_text(), path.parent)) == []


def test_names_of_what_is_not_there_are_noticed():
    text = '[x](gone.md) <img src="gone.png"> `make tea` `tools/tea.py`\nmake coffee'
    gone = ["gone.md", "gone.png", "make tea", "make coffee", "tools/tea.py"]
    assert list(dead_names(text, PROJECT)) == gone


# Packaging. `make wheel` tries the wheel.


def locked(name):
    text = (PROJECT / name).read_text()
    assert "://" not in text  # of an index
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.M))


LEARNERS, DEVELOPERS = locked("requirements.lock"), locked("requirements-dev.lock")


@pytest.mark.parametrize(
    "extra", ["tensorflow", "evaluation", "widgets", "course", "test"]
)
def test_the_locks_have_what_is_asked_for(extra):
    versions = DEVELOPERS if extra == "test" else LEARNERS
    wanted = [*STATED["dependencies"], *STATED["optional-dependencies"][extra]]
    for each in map(Requirement, wanted):
        if each.name != STATED["name"]:
            assert each.specifier.contains(versions[each.name]), "make lock"


def test_the_locks_agree_and_learners_get_no_tools_of_developers():
    assert locked("requirements.txt") == LEARNERS
    assert LEARNERS.items() <= DEVELOPERS.items()
    assert not {"mypy", "hypothesis", "ruff", "torch"} & set(LEARNERS)


def test_what_is_said_in_several_places_is_the_same():
    workflow = (PROJECT / ".github" / "workflows" / "test.yml").read_text()
    pythons = re.findall(r'"(3\.\d+)"', workflow)
    first, last = (each.replace(".", ", ") for each in (pythons[0], pythons[-1]))
    assert f"({first}) <= sys.version_info[:2] <= ({last})" in MAKEFILE
    assert STATED["requires-python"] == f">={pythons[0]}"
    citation = (PROJECT / "CITATION.cff").read_text()
    assert f"\nversion: {course_lib.__version__}\n" in citation
    alone = sorted(Requirement(each).name for each in STATED["dependencies"])
    assert alone == ["matplotlib", "numpy", "pillow"]  # the README says so
