import subprocess
import sys
from pathlib import Path

import pytest

import course_lib

FILES = Path(course_lib.__file__).parent.iterdir()
MODULES = {
    path.stem
    for path in FILES
    if path.suffix == ".py" or (path / "__init__.py").exists()
} - {"__init__"}


@pytest.mark.parametrize("name", sorted(MODULES))
def test_every_module_is_an_attribute_of_the_package(name):
    assert getattr(course_lib, name).__name__ == f"course_lib.{name}"


def test_an_unknown_attribute_is_an_error():
    with pytest.raises(AttributeError, match="no attribute 'deconvolution'"):
        _ = course_lib.deconvolution


WITHOUT_KERAS = """
import sys
sys.modules["keras"] = None
"""


def run(code):
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_KERAS + code],
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_keras_help_still_works():
    result = run("import course_lib; help(course_lib)")
    assert "Upsampling layers of image generators" in result.stdout
    assert result.returncode == 0


def test_without_keras_the_message_says_what_to_install():
    result = run("from course_lib import generators")
    assert "needs Keras and TensorFlow" in result.stderr
    assert 'pip install "upsampling-course[tensorflow]"' in result.stderr
