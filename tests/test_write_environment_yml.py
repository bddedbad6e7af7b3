import shutil
from pathlib import Path

import pytest
import yaml

from write_environment_yml import environment_yml

PROJECT = Path(__file__).parent.parent


def test_file_is_in_step() -> None:
    wanted = environment_yml(PROJECT)
    assert (PROJECT / "environment.yml").read_text() == wanted, "run `make lock`"


def test_it_names_python_the_packages_and_the_course() -> None:
    environment = yaml.safe_load(environment_yml(PROJECT))
    python, pip, packages = environment["dependencies"]
    assert (python, pip) == ("python=3.12", "pip")
    *pinned, course = packages["pip"]
    assert course == "-e ."
    names = {line.split("==")[0] for line in pinned}
    assert names >= {"jupyterlab", "matplotlib", "nbval", "numpy", "pytest"}
    assert names >= {"ipywidgets", "keras", "tensorflow"}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(PROJECT / name, tmp_path)
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_it_follows_the_lock(copy: Path) -> None:
    change(copy / "requirements.lock", "\nnumpy==", "\nnumpy==0.")
    assert environment_yml(copy) != environment_yml(PROJECT)


def test_a_package_missing_from_the_lock_is_named(copy: Path) -> None:
    change(copy / "pyproject.toml", '"numpy>=2.0"', '"numpy>=2.0", "new-package>=1"')
    with pytest.raises(ValueError, match=r"lacks new-package: run `make lock`"):
        environment_yml(copy)
