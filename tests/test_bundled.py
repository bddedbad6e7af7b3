import hashlib
from pathlib import Path

import pytest

from course_lib import _bundled, restoration
from course_lib.digits import load_digits

DATA = Path(__file__).parent.parent / "data"


def test_registry_readme_and_files_agree():
    files = {path.name for path in DATA.iterdir()} - {"README.md"}
    assert files == set(_bundled.SHA256)
    rows = (DATA / "README.md").read_text().splitlines()
    for name, sha256 in _bundled.SHA256.items():
        assert _bundled.bundled_path(name).samefile(DATA / name)
        assert sha256 == hashlib.sha256((DATA / name).read_bytes()).hexdigest()
        assert any(r.startswith(f"| `{name}`") and f"`{sha256}`" in r for r in rows)


@pytest.mark.parametrize(
    ("name", "read"),
    [("digits.npz", load_digits), ("restoration.json", restoration.shipped_scores)],
)
def test_a_missing_or_damaged_file_says_what_to_do(monkeypatch, tmp_path, name, read):
    monkeypatch.setattr(_bundled, "FOLDERS", (tmp_path,))
    missing = f"{name} is missing .*git checkout data/{name}"
    with pytest.raises(FileNotFoundError, match=missing):
        _bundled.bundled_path(name)
    content = bytearray((DATA / name).read_bytes())
    content[1000] ^= 1
    (tmp_path / name).write_bytes(content)
    damaged = f"{name} is damaged: its sha256 .*git checkout data/{name}"
    with pytest.raises(ValueError, match=damaged):
        read()
