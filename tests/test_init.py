from pathlib import Path

import pytest

import course_lib

FILES = Path(course_lib.__file__).parent.iterdir()
MODULES = {
    path.stem for path in FILES if path.stem[0] != "_" and path.suffix != ".typed"
}


def test_every_module_is_an_attribute_of_the_package():
    modules = {name for name in MODULES if name != "data"}
    assert modules <= set(dir(course_lib))
    for name in modules:
        assert getattr(course_lib, name).__name__ == f"course_lib.{name}"


def test_an_unknown_attribute_is_an_error():
    with pytest.raises(AttributeError, match="no attribute 'deconvolution'"):
        _ = course_lib.deconvolution
