"""What importing the package costs, and what it says where a part is missing."""

import subprocess
import sys

import pytest

import course_lib

HEAVY = {"keras", "tensorflow", "matplotlib", "scipy", "ipywidgets", "cloudpickle"}
LIGHT = (
    "shapes pooling convolution upsampling transposed_convolution digits images pytorch"
)


def run(code: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("modules", "absent"),
    [
        (["shapes"], HEAVY | {"numpy"}),
        (LIGHT.split(), HEAVY),
        (["evaluation"], HEAVY),
        (["exercises"], HEAVY),
        (["figures"], HEAVY - {"matplotlib"}),
    ],
)
def test_light_modules_load_nothing_heavy(modules: list[str], absent: set[str]) -> None:
    uses = "; ".join(f"course_lib.{module}" for module in modules)
    result = run(
        f"import sys, course_lib; {uses}\nprint({absent} & set(sys.modules) or '{{}}')"
    )
    assert (result.stdout.strip(), result.stderr) == ("{}", "")


def test_a_module_that_is_not_there_is_an_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'deconvolution'"):
        _ = course_lib.deconvolution


def test_without_keras_help_still_works_and_the_models_say_what_to_install() -> None:
    hidden = "import sys; sys.modules['keras'] = None; "
    assert "image generators" in run(hidden + "help('course_lib')").stdout
    complaint = run(hidden + "from course_lib import generators").stderr
    assert 'pip install "upsampling-course[tensorflow]"' in complaint
