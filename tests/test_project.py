"""The shape of the project: what its docstrings say, its wheel and its locks."""

import email
import inspect
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

import course_lib

PROJECT = Path(__file__).parent.parent
LIBRARY = PROJECT / "course_lib"


# Docstrings. Which sections they have is held by ruff.


def public_functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield the functions that users call."""
    for path in sorted(LIBRARY.glob("[a-z]*")):
        if path.suffix != ".py" and not (path / "__init__.py").exists():
            continue
        try:
            module = getattr(course_lib, path.stem)
        except ModuleNotFoundError:  # `make quick` hides Keras
            assert sys.modules["keras"] is None
            continue
        for name in getattr(module, "__all__", vars(module)):
            value = getattr(module, name)
            ours = inspect.isfunction(value) and value.__module__.startswith(
                module.__name__
            )
            if ours and not name.startswith("_"):
                yield f"{path.stem}.{name}", value


def missing_words(function: Callable[..., Any]) -> list[str]:
    """Return what the docstring of a public function leaves out.

    What several functions share is said by one, and the others name it.
    """
    text = inspect.getdoc(function) or ""
    signature = str(inspect.signature(function))
    problems = [] if ">>> " in text or "Called like `" in text else ["an example"]
    takes_arrays = re.search("Array|Images|ndarray", signature)
    if takes_arrays and not re.search(r"\bshape|\b(as|of|like)\s+`", text):
        problems.append("the shape of an array")
    return problems


def test_public_functions_are_documented() -> None:
    functions = dict(public_functions())
    assert len(functions) > 50
    problems = {name: missing_words(each) for name, each in functions.items()}
    assert {name: found for name, found in problems.items() if found} == {}


def test_what_a_docstring_leaves_out_is_noticed() -> None:
    def shrink(x: "np.ndarray"):  # noqa: F821
        """Shrinks an image."""

    assert missing_words(shrink) == ["an example", "the shape of an array"]
    shrink.__doc__ = ">>> shrink(x)\n As `pool`"
    assert missing_words(shrink) == ["the shape of an array"]
    shrink.__doc__ = "Called like `pool`."
    assert missing_words(shrink) == []
    shrink.__doc__ = ">>> shrink(x), of shape `(height, width)`"
    assert missing_words(shrink) == []


# Packaging


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d"]
    subprocess.run([*command, str(folder)], cwd=PROJECT, check=True)
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        yield wheel


def test_wheel_holds_the_library_and_its_data(wheel: zipfile.ZipFile) -> None:
    names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    code = {str(path.relative_to(PROJECT)) for path in LIBRARY.rglob("*.py")}
    data = {f"course_lib/data/{path.name}" for path in PROJECT.glob("data/*")}
    assert "course_lib/data/digits.npz" in data
    assert names == code | data | {"course_lib/py.typed"}


def test_wheel_asks_reusers_for_numpy_matplotlib_and_pillow_only(
    wheel: zipfile.ZipFile,
) -> None:
    (name,) = (name for name in wheel.namelist() if name.endswith("/METADATA"))
    metadata = email.message_from_bytes(wheel.read(name))
    stated = map(Requirement, metadata.get_all("Requires-Dist", []))
    without_extra = {each.name for each in stated if "extra" not in str(each.marker)}
    assert without_extra == {"matplotlib", "numpy", "pillow"}


def locked(name: str) -> dict[str, str]:
    text = (PROJECT / name).read_text()
    assert "://" not in text
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", text, flags=re.MULTILINE))


def wanted(extra: str) -> Iterator[Requirement]:
    """Yield what an extra of this project asks of others."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    yield from map(Requirement, project["dependencies"])
    for each in map(Requirement, project["optional-dependencies"][extra]):
        if each.name == project["name"]:
            for inner in each.extras:
                yield from wanted(inner)
        else:
            yield each


@pytest.mark.parametrize(
    ("lock", "extra"),
    [("requirements.lock", "course"), ("requirements-dev.lock", "test")],
)
def test_a_lock_has_all_that_its_extra_asks_for(lock: str, extra: str) -> None:
    versions = locked(lock)
    for requirement in wanted(extra):
        assert requirement.specifier.contains(versions[requirement.name]), "make lock"
    entries = re.findall(
        r"^[\w.-]+==.*\n    --hash=sha256:", (PROJECT / lock).read_text(), re.M
    )
    assert len(entries) == len(versions)


def test_the_locks_agree_and_learners_get_no_tools_of_developers() -> None:
    learners, developers = locked("requirements.lock"), locked("requirements-dev.lock")
    assert locked("requirements.txt") == learners
    assert learners.items() <= developers.items()
    assert not {"mypy", "hypothesis", "ruff", "torch"} & set(learners)


def test_supported_pythons_are_the_same_everywhere() -> None:
    makefile = (PROJECT / "Makefile").read_text()
    workflow = (PROJECT / ".github" / "workflows" / "test.yml").read_text()
    pythons = re.findall(r'"(3\.\d+)"', workflow)
    first, last = (p.replace(".", ", ") for p in (pythons[0], pythons[-1]))
    assert f"({first}) <= sys.version_info[:2] <= ({last})" in makefile
    assert (
        f'requires-python = ">={pythons[0]}"'
        in (PROJECT / "pyproject.toml").read_text()
    )


def test_what_is_cited_has_the_version_of_the_library() -> None:
    citation = (PROJECT / "CITATION.cff").read_text()
    assert f"\nversion: {course_lib.__version__}\n" in citation
