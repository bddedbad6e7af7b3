"""Images of one's own, as a generator with `tanh` draws them: from -1 to 1."""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError

from course_lib import shapes
from course_lib._arguments import pair, whole_number

KINDS = (
    *(".apng", ".avif", ".bmp", ".gif", ".heic", ".heif", ".jfif", ".jp2", ".jpe"),
    *(".jpeg", ".jpg", ".pbm", ".pgm", ".png", ".pnm", ".ppm", ".svg", ".tga", ".tif"),
    *(".tiff", ".webp"),
)
"""Names of images end so, in small letters or capitals; not all can be read."""
GLYPHS = "AGKMRSX&"
"""The classes of `draw_glyphs`, in their order."""
COLOURS = {
    "vermilion": (213, 94, 0),
    "blue": (0, 114, 178),
    "green": (0, 158, 115),
    "purple": (170, 60, 140),
    "orange": (240, 170, 0),
    "black": (30, 30, 30),
}
"""The colours of `draw_glyphs`, red, green and blue from 0 to 255, in their order."""
_SECONDS = 2.0
"""After so long, and then as often, it is said how many images are read."""


class SkippedImages(UserWarning):
    """Names the files that `load_folder` left out; `files` has the reason for each."""

    def __init__(self, files: dict[Path, str]) -> None:
        left_out = "\n".join(f"  {path}: {why}" for path, why in files.items())
        super().__init__(f"{len(files)} files were left out:\n{left_out}")
        self.files = files


def load_folder(
    folder: str | os.PathLike[str],
    size: shapes.Size,
    *,
    channels: int = 1,
    on_error: str = "raise",
    fit: str = "crop",
    verbose: bool = True,
) -> npt.NDArray[np.float32]:
    """Loads the images of a folder, all in one size, as a GAN learns from them.

    They are turned as the camera was held, and scaled with care for fine detail. What
    is transparent becomes white. Of animations the first picture is taken. 16 bits
    are scaled, not clipped. The memory is that of the result and one image.

    Args:
        folder: Path of the folder; `image_files` says which files of it are read.
        size: Height and width of the result in pixels, an int or `(height, width)`.
        channels: 1 for grey, 3 for colours.
        on_error: What to do about a file that can't be read: `"raise"` an error, or
            `"skip"` it, and at the end warn of all that were skipped.
        fit: `"crop"` cuts off what is too long, as much at both ends; `"pad"` keeps
            all of the image, between white margins.
        verbose: Whether to print how far it is, if it takes more than two seconds.

    Returns:
        Images of shape `(n, height, width, channels)`, float32 in [-1, 1] (-1 is
        black, 1 is white), in the order of `image_files`.

    Raises:
        ValueError: If an argument is not one of the above, a file can't be read (it
            is named), or no image is left.
        OSError: If the folder is missing or is none.

    Warns:
        SkippedImages: If files were skipped. Its `files` says why each was.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     Image.new("RGB", (40, 30), "white").save(Path(folder, "paper.png"))
        ...     load_folder(folder, 28, channels=3).shape
        (1, 28, 28, 3)
    """
    height, width = pair(size, "size")
    for name, value, choices in (
        ("channels", channels, (1, 3)),
        ("on_error", on_error, ("raise", "skip")),
        ("fit", fit, ("crop", "pad")),
    ):
        if value not in choices:
            raise ValueError(f"{name} must be one of {choices}; got {value!r}")
    files = image_files(folder)
    images = np.empty((len(files), height, width, channels), np.float32)
    skipped: dict[Path, str] = {}
    loaded = 0
    for path in _counted(files, verbose):
        try:
            images[loaded] = _pixels(path, height, width, channels, fit == "crop")
            loaded += 1
        except Exception as error:  # decoders of broken files raise all kinds
            skipped[path] = _reason(path, error)
            if on_error == "raise":
                raise ValueError(
                    f"{path} can't be read: {skipped[path]}. Mend or remove it, or "
                    'pass on_error="skip"'
                ) from error
    if skipped:
        warnings.warn(SkippedImages(skipped), stacklevel=2)
    if not loaded:
        raise ValueError(f"folder must hold images that can be read; {folder} has none")
    return images[:loaded]


def image_files(folder: str | os.PathLike[str]) -> list[Path]:
    """Finds the images of a folder, and of the folders in it.

    A file is an image if its name ends like one (`KINDS`). Hidden files and folders,
    whose names begin with a dot, are left out, and links to folders are not followed.

    Args:
        folder: Path of the folder; `~` is the user's own.

    Returns:
        The files that `load_folder` reads, in its order, that of their sorted paths.
        `[file.parent.name for file in image_files(folder)]` are labels, where each
        class has a folder.

    Raises:
        TypeError: If it is no path.
        ValueError: If there is no image.
        OSError: If there is no such folder, or it is a file.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     for name in ("b.PNG", "a.jpg", ".c.png", "notes.txt"):
        ...         Path(folder, name).touch()
        ...     [file.name for file in image_files(folder)]
        ['a.jpg', 'b.PNG']
    """
    if not isinstance(folder, str | os.PathLike):
        raise TypeError(f"folder must be the path of a folder; got {folder!r}")
    top = Path(folder).expanduser()
    if not top.exists():
        raise FileNotFoundError(f"folder must exist; {top.absolute()} does not")
    if not top.is_dir():
        raise NotADirectoryError(f"folder must be a folder of images; {top} is a file")
    found = [
        path
        for path in top.rglob("*")
        if path.suffix.lower() in KINDS
        and not path.is_dir()
        and not any(part.startswith(".") for part in path.relative_to(top).parts)
    ]
    if not found:
        raise ValueError(
            f"folder must hold images, files named .jpg or the like; {top} has none"
        )
    return sorted(found)


def draw_glyphs(
    count: int, size: int = 32, seed: int = 0
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Draws letters in colours on white: images of which class and colour are known.

    Each is one of `GLYPHS` in one of `COLOURS`, turned by up to 15 degrees and moved
    and scaled a little, in a font that comes with matplotlib.

    Args:
        count: How many, at least 1.
        size: Height and width in pixels, at least 8.
        seed: The same seed draws the same glyphs.

    Returns:
        The images, float32 of shape `(count, size, size, 3)` in [-1, 1]; their
        classes and their colours, each int64 of shape `(count,)`: places in `GLYPHS`
        and in `COLOURS`.

    Raises:
        TypeError: If a number is not whole.
        ValueError: If a number is too small.

    Example:
        >>> images, classes, colours = draw_glyphs(100)
        >>> images.shape, GLYPHS[classes[0]], list(COLOURS)[colours[0]]
        ((100, 32, 32, 3), 'X', 'green')
    """
    from matplotlib import get_data_path

    count, size = whole_number(count, "count"), whole_number(size, "size", minimum=8)
    random = np.random.default_rng(whole_number(seed, "seed", minimum=0))
    side = 4 * size  # drawn larger, for smooth edges and small moves
    font = Path(get_data_path(), "fonts", "ttf", "DejaVuSans-Bold.ttf")
    heights = range(65 * side // 100, 85 * side // 100)
    fonts = [ImageFont.truetype(font, height) for height in heights]
    classes = random.integers(len(GLYPHS), size=count)
    colours = random.integers(len(COLOURS), size=count)
    paints = np.array(list(COLOURS.values()), np.float32)[colours] / 127.5 - 1
    images = np.empty((count, size, size, 3), np.float32)
    for number, glyph in enumerate(classes):
        letter, angle = fonts[random.integers(len(fonts))], random.uniform(-15, 15)
        drawn = Image.new("L", (side, side))
        across, down = side * (0.5 + random.uniform(-0.05, 0.05, 2))
        left, top, right, bottom = letter.getbbox(GLYPHS[glyph])
        corner = across - (left + right) / 2, down - (top + bottom) / 2
        ImageDraw.Draw(drawn).text(corner, GLYPHS[glyph], fill=255, font=letter)
        turned = drawn.rotate(angle, Image.Resampling.BICUBIC)
        ink = np.asarray(turned.reduce(4), np.float32)[..., None] / 255
        images[number] = ink * paints[number] + (1 - ink)
    return images, classes, colours


def _pixels(
    path: Path, height: int, width: int, channels: int, crop: bool
) -> npt.NDArray[np.float32]:
    """One image from -1 to 1, of shape `(height, width, channels or 1)`."""
    size = width, height
    with Image.open(path) as image:
        enough = 2 * max(size)
        image.draft(None, (enough, enough))  # a JPEG needn't be decoded larger
        ImageOps.exif_transpose(image, in_place=True)
        plain = _plain(image)
        white = 255 if plain.mode == "F" else "white"
        fit = ImageOps.fit if crop else partial(ImageOps.pad, color=white)
        small = fit(plain, size)
    if small.mode == "RGBA":  # not before it is scaled: no hidden colour at its edges
        small = Image.alpha_composite(Image.new("RGBA", size, "white"), small)
    if small.mode != "F":
        small = small.convert("L" if channels == 1 else "RGB")
    pixels = np.asarray(small, np.float32).reshape(height, width, -1)
    return np.clip(pixels / np.float32(127.5) - 1, -1, 1)


def _plain(image: Image.Image) -> Image.Image:
    """The image as L, RGB, RGBA, or F for 16 bits; each from 0 to 255."""
    if image.mode.startswith("I;16"):
        return Image.fromarray(np.asarray(image, np.float32) / 257)
    if image.mode in ("I", "F"):
        raise ValueError("it has 32 bits a pixel, of unknown range; save it with 8")
    grey = image.mode == "L"
    mode = "RGBA" if image.has_transparency_data else "L" if grey else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _reason(path: Path, error: Exception) -> str:
    """Why a file can't be read, in words that help."""
    if not isinstance(error, UnidentifiedImageError):
        return str(error) or type(error).__name__
    if path.stat().st_size == 0:
        return "it is empty"
    if path.suffix.lower() in (".heic", ".heif"):
        return (
            "it is HEIC; save it as JPEG, or install pillow-heif and call "
            "pillow_heif.register_heif_opener()"
        )
    return "it is no image that Pillow knows; save it as JPEG or PNG"


def _counted(files: list[Path], verbose: bool) -> Iterator[Path]:
    """Gives one file after the other, and says how far it is, if it takes long."""
    said, printed = time.monotonic(), False
    for number, path in enumerate(files):
        if verbose and time.monotonic() - said > _SECONDS:
            said, printed = time.monotonic(), True
            print(f"\r{number:,} of {len(files):,} images", end="", flush=True)
        yield path
    if printed:
        print(f"\r{len(files):,} of {len(files):,} images")
