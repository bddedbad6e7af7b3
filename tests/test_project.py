"""The shape of the library: its imports, its docstrings, its packaging."""

import ast
import email
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from write_environment_yml import direct_packages, locked_versions

PROJECT = Path(__file__).parent.parent
LIBRARY = PROJECT / "course_lib"

# What each module may import, besides the standard library and itself.

FOUNDATIONS = {"numpy", "shapes", "_validation"}
REFERENCES = {"pooling", "convolution", "upsampling", "transposed_convolution"}
MAY_IMPORT = {
    "__init__": set[str](),
    "shapes": set[str](),
    "_validation": {"numpy", "shapes"},
    "_windows": FOUNDATIONS,
    "pooling": FOUNDATIONS | {"_windows"},
    "convolution": FOUNDATIONS | {"_windows"},
    "upsampling": FOUNDATIONS,
    "_convolution_matrix": FOUNDATIONS,
    "_transposed_geometry": FOUNDATIONS,
    "transposed_convolution": FOUNDATIONS
    | {"_convolution_matrix", "_transposed_geometry"},
    "kernels": FOUNDATIONS | REFERENCES,
    "pytorch": FOUNDATIONS,
    "_bundled": {"numpy"},
    "digits": {"numpy", "_bundled"},
    "figures": FOUNDATIONS | {"matplotlib", "PIL"},  # matplotlib brings PIL
    "explorer": FOUNDATIONS
    | REFERENCES
    | {"_convolution_matrix", "_transposed_geometry", "pytorch", "figures"}
    | {"ipywidgets", "matplotlib", "PIL"},
    "backend": {"keras", "tensorflow"},
    "layers": {"numpy", "shapes", "kernels", "backend"},
    "generators": {"shapes", "layers", "backend"},
    "xla": {"shapes", "layers", "backend"},
    "gan": FOUNDATIONS | {"xla", "backend"},
    "evaluation": FOUNDATIONS | {"_bundled", "backend"},
    "study": {"numpy", "scipy", "shapes", "backend"}
    | {"digits", "generators", "gan", "evaluation", "__version__"},
    "exercises": REFERENCES | {"numpy", "shapes"},
}
# What costs seconds may be imported only where it is wanted, inside a function.
MAY_IMPORT_LATE = {
    "digits": {"backend"},
    "evaluation": {"scipy"},
    "exercises": {"cloudpickle"},
    "study": {"distributed"},
}

# What only the library itself calls.
INTERNAL = {"_bundled", "_transposed_geometry", "_validation", "_windows", "xla"}

MODULES = {
    path: path.relative_to(LIBRARY).with_suffix("").parts[0]
    for path in sorted(LIBRARY.rglob("*.py"))
}
each_module = pytest.mark.parametrize(
    "path", MODULES, ids=lambda path: str(path.relative_to(LIBRARY))
)


def imports(node: ast.AST, late: bool = False) -> Iterator[tuple[str, bool]]:
    """Yield the name of each import, and whether it is inside a function."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield alias.name, late
        elif isinstance(child, ast.ImportFrom):
            origin = "." * child.level + (child.module or "")
            for alias in child.names:
                yield f"{origin}.{alias.name}", late
        else:
            inside = isinstance(child, ast.FunctionDef | ast.Lambda)
            yield from imports(child, late or inside)


def forbidden_imports(module: str, source: str) -> list[str]:
    """Return the imports of a module that the table does not grant it."""
    if module not in MAY_IMPORT:
        return [f"{module} is not in the table: say what it may import"]
    problems = []
    for name, late in imports(ast.parse(source)):
        top = name.removeprefix("course_lib.").split(".")[0]
        granted = {module} | sys.stdlib_module_names | MAY_IMPORT[module]
        if late:
            granted |= MAY_IMPORT_LATE.get(module, set())
        if top not in granted:
            problems.append(f"{module} must not import {name}")
    return problems


@each_module
def test_modules_import_only_what_the_table_grants(path: Path) -> None:
    assert forbidden_imports(MODULES[path], path.read_text()) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("shapes", "import numpy"),
        ("shapes", "from course_lib import pooling"),
        ("pooling", "from course_lib.convolution import conv2d"),
        ("pooling", "def f():\n    import tensorflow as tf"),
        ("pooling", "from . import upsampling"),
        ("pooling", "if True:\n    import course_lib.backend"),
        ("digits", "from course_lib.backend import keras"),
        ("generators", "import keras"),
        ("utils", ""),
    ],
)
def test_forbidden_import_is_noticed(module: str, source: str) -> None:
    assert forbidden_imports(module, source) != []


def test_granted_imports_pass() -> None:
    source = "import os.path\nimport numpy.typing as npt\nfrom course_lib import shapes"
    assert forbidden_imports("pooling", source) == []
    late = "def f():\n    from course_lib.backend import keras"
    assert forbidden_imports("digits", late) == []


HEAVY = {"keras", "tensorflow", "matplotlib", "scipy", "ipywidgets"}


@pytest.mark.parametrize(
    ("modules", "absent"),
    [
        ([""], HEAVY | {"numpy"}),
        ([".shapes"], HEAVY | {"numpy"}),
        ([f".{name}" for name in sorted(REFERENCES | {"digits"})], HEAVY),
        ([".evaluation"], HEAVY),
        ([".figures"], HEAVY - {"matplotlib"}),
        ([".exercises"], HEAVY | {"cloudpickle"}),
    ],
)
def test_light_modules_load_nothing_heavy(modules: list[str], absent: set[str]) -> None:
    lines = [f"import course_lib{module}" for module in modules]
    lines.append(f"import sys; print(sorted({absent} & set(sys.modules)))")
    loaded = subprocess.check_output([sys.executable, "-c", "\n".join(lines)])
    assert loaded.decode().strip() == "[]"


# Docstrings

ARRAY = re.compile(r"Array|Images|NDArray|ndarray")
SHAPE_IN_WORDS = re.compile(r"\bshape|\(.*\w+, .*\w+\)", flags=re.DOTALL)
Documented = ast.FunctionDef | ast.ClassDef


def public(source: str) -> Iterator[Documented]:
    """Yield the functions and classes at the top of a module that users may call."""
    for node in ast.parse(source).body:
        if isinstance(node, Documented) and not node.name.startswith("_"):
            yield node


def is_exported(name: str, path: Path) -> bool:
    """Return whether users see a name: a package shows what it imports itself."""
    if path.parent == LIBRARY:
        return MODULES[path] not in INTERNAL
    package = ast.parse((path.parent / "__init__.py").read_text())
    return any(shown.endswith(f".{name}") for shown, _ in imports(package))


def section(docstring: str, title: str) -> str:
    """Return the text of one Google section, "" where there is none."""
    pattern = rf"^{title}:\n((?:[ \t]+.*\n|\n)+)"
    found = re.search(pattern, docstring + "\n", flags=re.MULTILINE)
    return found[1] if found else ""


def own_nodes(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """Walk a function, but not the functions defined in it."""
    waiting = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))  # type: ignore[arg-type]


def gives(function: ast.FunctionDef, *kinds: type[ast.AST]) -> bool:
    """Return whether a function returns, yields or raises something."""
    return any(
        isinstance(node, kinds) and getattr(node, "value", None) is not None
        for node in own_nodes(function)
    )


def missing_documentation(function: ast.FunctionDef) -> list[str]:
    """Return what the docstring of a public function does not say."""
    docstring = ast.get_docstring(function)
    if not docstring:
        return [f"{function.name} has no docstring"]
    problems = []
    arguments = section(docstring, "Args")
    returns = section(docstring, "Returns") + section(docstring, "Yields")
    signature = function.args
    for argument in signature.posonlyargs + signature.args + signature.kwonlyargs:
        entry = re.search(
            rf"^ +{argument.arg}: (.*?)(?=^ {{4}}\w+: |\Z)",
            arguments,
            flags=re.MULTILINE | re.DOTALL,
        )
        if not entry:
            problems.append(f"Args lacks {argument.arg}")
        elif is_array(argument.annotation) and not SHAPE_IN_WORDS.search(entry[1]):
            problems.append(f"{argument.arg} has no shape in words")
    if gives(function, ast.Return, ast.Yield) and not returns:
        problems.append("no Returns")
    elif is_array(function.returns) and not SHAPE_IN_WORDS.search(returns):
        problems.append("the returned array has no shape in words")
    raises = any(isinstance(node, ast.Raise) for node in own_nodes(function))
    if raises and not section(docstring, "Raises"):
        problems.append("no Raises")
    if ">>> " not in section(docstring, "Example"):
        problems.append("no Example")
    return [f"{function.name}: {problem}" for problem in problems]


def is_array(annotation: ast.expr | None) -> bool:
    return annotation is not None and bool(ARRAY.search(ast.unparse(annotation)))


@each_module
def test_public_functions_and_classes_are_documented(path: Path) -> None:
    problems = []
    for node in public(path.read_text()):
        if not is_exported(node.name, path):
            continue
        if isinstance(node, ast.FunctionDef):
            problems += missing_documentation(node)
        elif not ast.get_docstring(node):
            problems.append(f"{node.name} has no docstring")
    assert problems == []


GOOD = '''
def shrink(x: Array, size: int = 2) -> Array:
    """Shrinks an image.

    Args:
        x: Image of shape `(height, width)`.
        size: By how much, in pixels.

    Returns:
        Image of shape `(height, width)`, smaller.

    Raises:
        ValueError: If it cannot.

    Example:
        >>> shrink(np.ones((4, 4)))
    """
    if size < 1:
        raise ValueError
    return x[::size]
'''


def problems_of(source: str) -> list[str]:
    (function,) = public(source)
    assert isinstance(function, ast.FunctionDef)
    return missing_documentation(function)


def test_documented_function_passes() -> None:
    assert problems_of(GOOD) == []
    assert list(public(GOOD.replace("shrink", "_shrink"))) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (GOOD[GOOD.index('    """') : GOOD.rindex("    if")], "", "has no docstring"),
        ("        size: By how much, in pixels.\n", "", "Args lacks size"),
        ("x: Image of shape `(height, width)`.", "x: Image.", "x has no shape"),
        ("of shape `(height, width)`, smaller", "smaller", "returned array has no"),
        ("Returns:", "It returns:", "no Returns"),
        ("Raises:", "Errors:", "no Raises"),
        (">>> ", "", "no Example"),
    ],
)
def test_missing_documentation_is_noticed(old: str, new: str, problem: str) -> None:
    assert old in GOOD
    (found,) = problems_of(GOOD.replace(old, new))
    assert problem in found


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
    code = {str(path.relative_to(PROJECT)) for path in MODULES}
    data = {f"course_lib/data/{path.name}" for path in PROJECT.glob("data/*")}
    assert "course_lib/data/digits.npz" in data
    assert names == code | data | {"course_lib/py.typed"}


def test_wheel_asks_reusers_for_numpy_and_matplotlib_only(
    wheel: zipfile.ZipFile,
) -> None:
    (name,) = (name for name in wheel.namelist() if name.endswith("/METADATA"))
    metadata = email.message_from_bytes(wheel.read(name))
    stated = map(Requirement, metadata.get_all("Requires-Dist", []))
    without_extra = {each.name for each in stated if "extra" not in str(each.marker)}
    assert without_extra == {"matplotlib", "numpy"}
    extras = set(metadata.get_all("Provides-Extra", []))
    assert extras >= {"course", "tensorflow", "test", "widgets"}


def test_lock_has_hashes_and_no_addresses() -> None:
    lock = (PROJECT / "requirements.lock").read_text()
    assert "://" not in lock
    assert "file:" not in lock
    entries = re.split(
        r"^(?=\S)", re.sub(r"^\s*#.*\n", "", lock, flags=re.M), flags=re.M
    )
    for entry in filter(None, entries):
        assert re.match(r"[\w.-]+==\S+ .*\\\n    --hash=sha256:[0-9a-f]{64}", entry)


def test_lock_satisfies_pyproject() -> None:
    versions = locked_versions(PROJECT)
    for requirement in map(Requirement, direct_packages(PROJECT)):
        assert requirement.name in versions, "run `make lock`"
        version = versions[requirement.name]
        assert requirement.specifier.contains(version), (
            f"{requirement}: run `make lock`"
        )


def test_supported_pythons_are_the_same_everywhere() -> None:
    from setup_environment import SUPPORTED

    supported = [".".join(map(str, version)) for version in SUPPORTED]
    metadata = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]
    assert metadata["requires-python"] == f">={supported[0]}"
    workflow = (PROJECT / ".github" / "workflows" / "test.yml").read_text()
    assert re.findall(r'"(3\.\d+)"', workflow) == supported
