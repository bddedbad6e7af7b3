"""The data files that are shipped with the course: which they are, and where.

`data/README.md` tells what is in them and how each is made anew.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

SHA256 = {
    "classifier.npz": (
        "9c1d7fd8a56abe2ef3b4358e25b85ff1fe8e14b7159a543397b0ff73b1bc5b65"
    ),
    "digits.npz": "d427c2b8f7a21b8d81cd6a66fc543bef2609ebfc923c82f88fc632148e0376b3",
    "generated.npz": "138cdecf60485e22f2bc6883b88cab67313ca564a5ef3e09a820f2faa358c216",
    "levers.json": "8323b8aba64b83185ef2f377e5e5932b36ec37c35211ff28f401679fbda45606",
    "restoration.json": (
        "6e03e8a72c856daa509597a3d94c200556d65b8a7657acda82814d91edbcd41a"
    ),
    "study.jsonl": "0074cb381f8e2eff55652c933f5a8ed9d5cb0e69b1a936e25704db01b5fa3c2c",
}
"""Every shipped file by name, with its checksum."""

_HERE = Path(__file__).parent
FOLDERS = (_HERE / "data", _HERE.parent / "data")
"""Where an installed package and a checkout keep the files."""
_REMEDY = "reinstall course_lib, or restore it with: git checkout data/"


def bundled_path(name: str) -> Path:
    """Finds a shipped file, wherever Python was started, and sees that it is whole."""
    for folder in FOLDERS:
        if not (path := folder / name).is_file():
            continue
        if hashlib.sha256(path.read_bytes()).hexdigest() != SHA256[name]:
            raise ValueError(
                f"{path} is damaged: its sha256 is not the one that this version of "
                f"the course expects; {_REMEDY}{name}"
            )
        return path
    places = " or ".join(map(str, FOLDERS))
    raise FileNotFoundError(f"{name} is missing from {places}; {_REMEDY}{name}")


def bundled_arrays(name: str) -> dict[str, npt.NDArray[Any]]:
    """Reads a shipped `.npz` file; nothing is unpickled."""
    with np.load(bundled_path(name), allow_pickle=False) as arrays:
        return dict(arrays)
