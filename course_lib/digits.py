"""Handwritten digits, shipped with the course: no download at run time."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from course_lib._bundled import bundled_arrays

GENERATED_AFTER = (0, 2, 6, 12, 30, 60)
"""After so many epochs of training the images of `load_generated` were drawn."""


def load_digits(
    size: int = 10, split: str = "train", source: str = "bundled"
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """Loads handwritten digits, centred, as a generator with `tanh` draws them.

    Args:
        size: Height and width in pixels: 28 (as in MNIST), 20 (the box around the
            ink, centred; no ink is lost) or 10 (that, 2x2 average pooled).
        split: `"train"` or `"test"`.
        source: `"bundled"`: 4,000 train and 1,000 test digits, as many of each
            class. `"keras"`: all 70,000 of MNIST, which Keras fetches once from the
            network.

    Returns:
        The images, float32 of shape `(n, size, size, 1)` in [-1, 1] (-1 is paper, 1
        is ink), and their labels, int64 of shape `(n,)` in 0..9. Both are shuffled,
        the same way each time.

    Raises:
        ValueError: If an argument is not one of the above, or the file is damaged.
        FileNotFoundError: If the file is missing.

    Reference:
        Y. LeCun, C. Cortes and C. Burges, the MNIST database (CC BY-SA 3.0).

    Example:
        >>> images, labels = load_digits(size=10, split="test")
        >>> images.shape, labels.shape
        ((1000, 10, 10, 1), (1000,))
    """
    for name, value, choices in (
        ("size", size, (10, 20, 28)),
        ("split", split, ("train", "test")),
        ("source", source, ("bundled", "keras")),
    ):
        if not isinstance(value, int | np.integer | str) or value not in choices:
            raise ValueError(f"{name} must be one of {choices}; got {value!r}")
    if source == "bundled":
        arrays = bundled_arrays("digits.npz")
        pixels, labels = arrays[f"{split}_images"], arrays[f"{split}_labels"]
    else:
        from course_lib.backend import keras

        train, test = keras.datasets.mnist.load_data()
        pixels, labels = train if split == "train" else test
    images = (pixels if size == 28 else _ink_boxes(pixels)).astype(np.float32)
    if size == 10:
        images = images.reshape(-1, 10, 2, 10, 2).mean(axis=(2, 4))
    return images[..., None] / np.float32(127.5) - 1, labels.astype(np.int64)


def load_generated() -> dict[str, npt.NDArray[np.float32]]:
    """Loads what the two generators of chapter 8 drew while they were trained.

    Returns:
        For `"UpSampling2D"` and `"Conv2DTranspose"` the images of the same eight
        latent points after each number of epochs in `GENERATED_AFTER`, float32 of
        shape `(6, 8, 10, 10, 1)` in [-1, 1].

    Raises:
        ValueError: If the file is damaged.
        FileNotFoundError: If the file is missing.

    Example:
        >>> load_generated()["Conv2DTranspose"].shape
        (6, 8, 10, 10, 1)
    """
    drawn = bundled_arrays("generated.npz")
    return {
        name: pixels[..., None].astype(np.float32) / np.float32(127.5) - 1
        for name, pixels in drawn.items()
    }


def _ink_boxes(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Cuts each digit's ink, of up to 20 x 20 pixels, out and centres it in a box."""
    boxes = np.zeros((len(images), 20, 20), np.uint8)
    for box, image in zip(boxes, images, strict=True):
        rows, columns = (image.any(axis=axis).nonzero()[0] for axis in (1, 0))
        ink = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        top, left = ((20 - length) // 2 for length in ink.shape)
        box[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return boxes
