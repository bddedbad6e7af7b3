"""Write environment.yml, for conda and Binder, from pyproject.toml and the lock.

It names the packages that the course itself asks for, at the versions locked. The
lock cannot be used there: pip checks hashes for all of a call or for nothing, and
the course's own folder, ``-e .``, has none.
"""

import re
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PYTHON = "3.12"
UNLOCKED = {"bench", "browser", "pytorch"}  # extras for which no version is locked
HEADER = """\
# Written by `make lock`; a test keeps it in step with pyproject.toml and the lock.
name: upsampling-course
channels:
  - conda-forge
dependencies:
  - python={python}
  - pip
  - pip:
"""


def direct_packages(project: Path) -> list[str]:
    """Return the requirements that pyproject.toml states and the lock holds."""
    metadata = tomllib.loads((project / "pyproject.toml").read_text())["project"]
    stated = list(metadata["dependencies"])
    for extra, requirements in metadata["optional-dependencies"].items():
        stated += requirements if extra not in UNLOCKED else []
    own_extras = metadata["name"] + "["
    return sorted(line for line in set(stated) if not line.startswith(own_extras))


def locked_versions(project: Path) -> dict[str, str]:
    """Return the version of each package in requirements.lock."""
    lock = (project / "requirements.lock").read_text()
    return dict(re.findall(r"^([\w.-]+)==(\S+)", lock, flags=re.MULTILINE))


def environment_yml(project: Path) -> str:
    """Return what environment.yml must say.

    Raises:
        ValueError: if the lock lacks a package, so `make lock` has not been run.
    """
    versions = locked_versions(project)
    lines = []
    for requirement in direct_packages(project):
        name = re.split(r"[^\w.-]", requirement)[0]
        if name not in versions:
            raise ValueError(f"requirements.lock lacks {name}: run `make lock`")
        lines.append(f"      - {name}=={versions[name]}\n")
    return HEADER.format(python=PYTHON) + "".join(lines) + "      - -e .\n"


if __name__ == "__main__":
    (PROJECT / "environment.yml").write_text(environment_yml(PROJECT))
