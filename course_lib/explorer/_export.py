"""Walks as files: a page that plays, an animated picture, SVG frames."""

from __future__ import annotations

import re
from collections import Counter
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from course_lib.explorer._drawing import Drawing
from course_lib.explorer._pixels import pixels
from course_lib.explorer._player import player
from course_lib.explorer._scene import Scene, Walk
from course_lib.explorer._sheet import sheet
from course_lib.explorer._svg import number, svg_marks
from course_lib.figures._palette import PAPER

MOST_FRAMES = 100
COLOURS = 96


def save_html(walk: Walk, path: str | Path, *, overwrite: bool = False) -> Path:
    """Writes all steps of a walk as one page that needs no kernel and no network."""
    target = _target(path, ".html", overwrite)
    target.write_text(player(walk), encoding="utf-8")
    return target


def save_gif(
    walk: Walk, path: str | Path, *, seconds: float = 1.0, overwrite: bool = False
) -> Path:
    """Writes all steps of a walk as an animated picture that begins anew."""
    target = _target(path, ".gif", overwrite)
    if not 0.02 <= seconds <= 60:
        raise ValueError(f"seconds must be from 0.02 to 60; got {seconds!r}")
    if walk.last >= MOST_FRAMES:
        raise ValueError(
            f"an animated picture can have {MOST_FRAMES} frames at most; this layer "
            f"has {walk.last + 1}: use a smaller one, or save_html"
        )
    frames = [pixels(sheet(scene)) for scene in _scenes(walk)]
    size = max(f.width for f in frames), max(f.height for f in frames)
    colours = _colours(frames)
    even = [_indexed(_on_paper(frame, size), colours) for frame in frames]
    milliseconds = [round(seconds * 1000)] * (len(even) - 1)
    content = BytesIO()
    even[0].save(
        content,
        "GIF",
        save_all=True,
        append_images=even[1:],
        duration=[*milliseconds, round(seconds * 3000)],
        loop=0,
        optimize=True,
    )
    target.write_bytes(content.getvalue())
    return target


def save_svg_frames(
    walk: Walk, folder: str | Path, *, overwrite: bool = False
) -> list[Path]:
    """Writes each step of a walk as an SVG file, step-0.svg and so on."""
    place = Path(folder)
    _folder(place.parent)
    if place.exists() and not place.is_dir():
        raise NotADirectoryError(f"{place} is no folder; name another one")
    there = [f for f in place.glob("step-*.svg") if re.fullmatch(r"step-\d+", f.stem)]
    if there and not overwrite:
        raise FileExistsError(
            f"{place} has frames already; pass overwrite=True to replace them"
        )
    place.mkdir(exist_ok=True)
    for old in there:
        old.unlink()
    digits = len(str(walk.last))
    files = []
    for scene in _scenes(walk):
        files.append(place / f"step-{scene.step:0{digits}}.svg")
        files[-1].write_text(_svg_file(sheet(scene), scene), encoding="utf-8")
    return files


def _scenes(walk: Walk) -> list[Scene]:
    return [walk.scene(step) for step in range(walk.last + 1)]


def _target(path: str | Path, suffix: str, overwrite: bool) -> Path:
    target = Path(path)
    if target.suffix.lower() != suffix:
        raise ValueError(f"path must end in {suffix}; got {str(path)!r}")
    _folder(target.parent)
    if target.exists() and not overwrite:
        raise FileExistsError(
            f"{target} exists already; pass overwrite=True to replace it"
        )
    return target


def _folder(place: Path) -> None:
    if not place.is_dir():
        raise FileNotFoundError(f"there is no folder {place}; make it first")


def _colours(frames: list[Image.Image]) -> npt.NDArray[np.int_]:
    """The most frequent colours of all frames, of shape (colours, 3)."""
    counts: Counter[Any] = Counter()
    for frame in frames:
        for count, colour in frame.getcolors(frame.width * frame.height) or []:
            counts[colour] += count
    return np.array([colour for colour, _ in counts.most_common(COLOURS)])


def _indexed(image: Image.Image, colours: npt.NDArray[np.int_]) -> Image.Image:
    """An image in the nearest of some colours; Pillow's own choice is less exact."""
    packed = np.asarray(image, np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    found, inverse = np.unique(packed, return_inverse=True)
    parts = found[:, None] >> np.array([16, 8, 0], np.uint32) & 255
    distances = np.square(parts[:, None].astype(int) - colours).sum(-1)
    nearest = distances.argmin(1).astype(np.uint8)
    flat = Image.fromarray(nearest[inverse].reshape(packed.shape))
    flat.putpalette(colours.astype(np.uint8).tobytes())
    return flat


def _on_paper(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    paper = Image.new("RGB", size, PAPER)
    paper.paste(image, (0, 0))
    return paper


def _svg_file(drawing: Drawing, scene: Scene) -> str:
    width, height = number(drawing.width), number(drawing.height)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f"<title>{escape(scene.words)}</title><desc>{escape(scene.alt)}</desc>"
        f'<rect width="100%" height="100%" fill="{PAPER}"/>'
        f"{svg_marks(drawing)}</svg>\n"
    )
