import hashlib
from pathlib import Path

import pytest

from course_lib import _bundled

DATA = Path(__file__).parent.parent / "data"
each_file = pytest.mark.parametrize("name", _bundled.SHA256)


def test_the_registry_names_every_file_and_no_other():
    files = {path.name for path in DATA.iterdir()} - {"README.md"}
    assert files == set(_bundled.SHA256)


@each_file
def test_registry_readme_and_file_agree(name):
    assert _bundled.bundled_path(name).samefile(DATA / name)
    sha256 = hashlib.sha256((DATA / name).read_bytes()).hexdigest()
    assert sha256 == _bundled.SHA256[name]
    rows = (DATA / "README.md").read_text().splitlines()
    assert any(row.startswith(f"| `{name}`") and f"`{sha256}`" in row for row in rows)


@each_file
def test_a_missing_file_says_what_to_do(monkeypatch, tmp_path, name):
    monkeypatch.setattr(_bundled, "FOLDERS", (tmp_path,))
    with pytest.raises(FileNotFoundError, match=f"{name} is missing .*git checkout"):
        _bundled.bundled_path(name)


@pytest.mark.parametrize("name", ["classifier.npz", "digits.npz"])
def test_a_damaged_file_is_not_read(monkeypatch, tmp_path, name):
    content = bytearray((DATA / name).read_bytes())
    content[1000] ^= 1
    (tmp_path / name).write_bytes(content)
    monkeypatch.setattr(_bundled, "FOLDERS", (tmp_path,))
    with pytest.raises(ValueError, match="is damaged: its sha256"):
        _bundled.bundled_arrays(name)
