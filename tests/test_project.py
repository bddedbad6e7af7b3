"""The project around the library: docstrings, documents, locks."""

import inspect
import re
import sys
import tomllib
from pathlib import Path

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
    for path in sorted(PROJECT.glob("course_lib/[a-z]*")):
        if path.suffix != ".py" and not (path / "__init__.py").exists():
            continue
        try:
            module = getattr(course_lib, path.stem)
        except ModuleNotFoundError:  # `make quick` hides Keras
            assert sys.modules["keras"] is None
            continue
        for name in getattr(module, "__all__", vars(module)):
            value = getattr(module, name)
            ours = getattr(value, "__module__", "").startswith(module.__name__)
            if ours and inspect.isfunction(value) and not name.startswith("_"):
                yield f"{path.stem}.{name}", inspect.getdoc(value), value


def missing_words(text, takes_arrays):
    """Return what a docstring leaves out; what several share, one says, others name."""
    if ">>> " not in text and "Called like `" not in text:
        yield "an example"
    if takes_arrays and not re.search(r"\bshape|\b(as|of|like)\s+`", text):
        yield "the shape of an array"


def test_public_functions_are_documented():
    problems = {}
    for name, text, function in public_functions():
        signature = str(inspect.signature(function))
        takes_arrays = re.search("Array|Images|ndarray", signature)
        problems[name] = list(missing_words(text or "", takes_arrays))
    assert len(problems) > 50
    assert {name: found for name, found in problems.items() if found} == {}


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("Shrinks an image.", ["an example", "the shape of an array"]),
        ("Called like `pool`.", []),
        (">>> shrink(x), of shape `(height, width)`", []),
        (">>> shrink(x)", ["the shape of an array"]),
    ],
)
def test_what_a_docstring_leaves_out_is_noticed(text, missing):
    assert list(missing_words(text, takes_arrays=True)) == missing


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


@pytest.mark.parametrize(
    "text",
    [
        "[x](gone.md)",
        '<img src="gone.png">',
        "`make tea`",
        "make tea",
        "`tools/tea.py`",
    ],
)
def test_names_of_what_is_not_there_are_noticed(text):
    assert list(dead_names(text, PROJECT)) != []


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
