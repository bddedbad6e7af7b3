"""The set-up in the Makefile, with a Python that only notes what it is asked for."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent
PYTHON = f"""#!/bin/sh
case "$1 $2" in
    -c*) exec {sys.executable} -c "import sys; sys.version_info = ($VERSION); $2" ;;
    "-m venv") echo venv; mkdir -p .venv/bin; rm -f .venv/learn
        echo prompt = upsampling-course > .venv/pyvenv.cfg; cp "$0" .venv/bin/python ;;
    "-m pip") echo pip; test ! -e broken ;;
    *) echo $2 ;;
esac
"""


@pytest.fixture
def course(tmp_path):
    folder = tmp_path / "a course"
    folder.mkdir()
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(PROJECT / name, folder)
    (folder / "python").write_text(PYTHON)
    (folder / "python").chmod(0o755)
    return folder


def make(folder, version="3, 12"):
    """Return what was done, a word a step, and what was said on stderr."""
    done = subprocess.run(
        ["make", "--silent", "lab", f"PYTHON={folder / 'python'}"],
        cwd=folder,
        env={**os.environ, "VERSION": version, "MAKEFLAGS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout, done.stderr


def test_the_first_run_installs_and_the_second_opens_the_course(course):
    assert make(course) == ("venv\npip\npip\njupyterlab\n", "")
    assert make(course) == ("jupyterlab\n", "")


def test_another_lock_is_installed_into_what_is_there_but_only_whole(course):
    make(course)
    later = (course / ".venv/learn").stat().st_mtime + 1
    os.utime(course / "requirements.lock", (later, later))
    (course / "broken").touch()
    assert make(course)[0] == "pip\n"
    (course / "broken").unlink()
    assert make(course)[0] == "venv\npip\npip\njupyterlab\n"


def test_an_environment_does_not_survive_being_moved(course):
    make(course)
    moved = course.rename(course.with_name("elsewhere"))
    assert make(moved)[0] == "venv\npip\npip\njupyterlab\n"


def test_the_environment_of_something_else_is_left_alone(course):
    (course / ".venv").mkdir()
    (course / ".venv" / "pyvenv.cfg").touch()
    done, said = make(course)
    assert done == ""
    assert "was not made by this course" in said


@pytest.mark.parametrize("version", ["3, 9", "3, 10", "3, 14"])
def test_another_python_is_told_what_is_needed(course, version):
    done, said = make(course, version=version)
    assert done == ""
    assert "Python 3.11, 3.12 or 3.13 is needed" in said
    assert not (course / ".venv").exists()
