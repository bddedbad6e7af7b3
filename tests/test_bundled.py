import hashlib
from pathlib import Path

import pytest

from course_lib import _bundled

DATA = Path(__file__).parent.parent / "data"


def test_registry_readme_and_files_agree():
    files = {path.name for path in DATA.iterdir()} - {"README.md"}
    assert files == set(_bundled.SHA256)
    rows = (DATA / "README.md").read_text().splitlines()
    for name, sha256 in _bundled.SHA256.items():
        assert _bundled.bundled_path(name).samefile(DATA / name)
        assert sha256 == hashlib.sha256((DATA / name).read_bytes()).hexdigest()
        assert any(r.startswith(f"| `{name}`") and f"`{sha256}`" in r for r in rows)


def test_a_missing_or_damaged_file_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(_bundled, "FOLDERS", (tmp_path,))
    missing = r"digits.npz is missing .*git checkout data/digits.npz"
    with pytest.raises(FileNotFoundError, match=missing):
        _bundled.bundled_path("digits.npz")
    content = bytearray((DATA / "digits.npz").read_bytes())
    content[1000] ^= 1
    (tmp_path / "digits.npz").write_bytes(content)
    damaged = r"is damaged: its sha256 .*git checkout data/digits.npz"
    with pytest.raises(ValueError, match=damaged):
        _bundled.bundled_arrays("digits.npz")
