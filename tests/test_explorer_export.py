"""Exported files hold every step, and no file is replaced unasked."""

import json
import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from PIL import Image, ImageSequence

from course_lib import explorer
from course_lib.explorer._pixels import pixels
from course_lib.explorer._sheet import sheet


@pytest.fixture
def shown():
    return explorer.explore_transposed_convolution(padding="same")


def scenes(shown):
    return [shown.walk.scene(step) for step in range(shown.walk.last + 1)]


def texts(markup):
    return re.findall(r"<text[^>]*>([^<]*)</text>", markup)


def test_the_page_holds_every_step(shown, tmp_path):
    page = shown.save_html(tmp_path / "walk.html").read_text()
    data = re.search(r'<script type="application/json" id="steps">(.*?)</script>', page)
    steps = json.loads(data[1])
    assert len(steps["frames"]) == 5
    for frame, scene in zip(steps["frames"], scenes(shown), strict=True):
        assert frame["words"] == scene.words
        assert frame["alt"] == scene.alt
        for pair, panel in zip(frame["panels"], scene.panels, strict=True):
            *_, (_, _, marks) = pair
            found = texts("".join(steps["marks"][mark] for mark in marks))
            numbers = [text for row in panel.labels for text in row if text]
            assert sorted(found) == sorted([panel.title, *numbers])


def test_the_page_asks_for_nothing_from_elsewhere(shown, tmp_path):
    page = shown.save_html(tmp_path / "walk.html").read_text()
    assert re.findall(r"(?:src|href)=|url\(|@import|https?:", page) == []
    assert shown.walk.layer.keras.replace('"', "&quot;") in page


def test_the_animated_picture_has_every_step(shown, tmp_path):
    path = shown.save_gif(tmp_path / "walk.gif", seconds=0.5)
    with Image.open(path) as gif:
        assert gif.info["loop"] == 0
        frames = [
            (np.asarray(frame.convert("RGB"), float), frame.info["duration"])
            for frame in ImageSequence.Iterator(gif)
        ]
    assert [duration for _, duration in frames] == [500] * 4 + [1500]
    height, width, _ = frames[0][0].shape
    drawings = []
    for scene in scenes(shown):
        paper = Image.new("RGB", (width, height), "white")
        paper.paste(pixels(sheet(scene)))
        drawings.append(np.asarray(paper, float))
    for number, (frame, _) in enumerate(frames):
        distances = [np.abs(frame - drawn).mean() for drawn in drawings]
        assert np.argmin(distances) == number
        assert distances[number] < 0.5
    assert path.stat().st_size < 100_000


def test_svg_frames_tell_what_they_show(shown, tmp_path):
    files = shown.save_svg_frames(tmp_path / "frames")
    assert [file.name for file in files] == [f"step-{step}.svg" for step in range(5)]
    for file, scene in zip(files, scenes(shown), strict=True):
        root = ElementTree.parse(file).getroot()
        title, description, *_ = (child.text for child in root)
        assert (title, description) == (scene.words, scene.alt)
        assert "var(" not in file.read_text()
        found = texts(file.read_text())
        for panel in scene.panels:
            assert {text for row in panel.labels for text in row if text} <= set(found)


@pytest.mark.parametrize(
    ("save", "name"), [("save_html", "walk.html"), ("save_gif", "walk.gif")]
)
def test_a_file_is_replaced_only_when_asked(shown, tmp_path, save, name):
    path = tmp_path / name
    path.write_text("mine")
    with pytest.raises(FileExistsError, match="pass overwrite=True to replace it"):
        getattr(shown, save)(path)
    assert path.read_text() == "mine"
    getattr(shown, save)(str(path), overwrite=True)
    assert path.stat().st_size > 1000


def test_frames_are_replaced_only_when_asked_and_then_all(shown, tmp_path):
    shown.save_svg_frames(tmp_path)
    other = tmp_path / "step-by-step.svg"
    other.write_text("mine")
    before = (tmp_path / "step-1.svg").read_text()
    shown.controls["input_size"].value = 1
    with pytest.raises(FileExistsError, match="has frames already; pass overwrite"):
        shown.save_svg_frames(tmp_path)
    assert (tmp_path / "step-1.svg").read_text() == before
    shown.save_svg_frames(tmp_path, overwrite=True)
    assert sorted(file.name for file in tmp_path.glob("step-?.svg")) == [
        "step-0.svg",
        "step-1.svg",
    ]
    assert (tmp_path / "step-1.svg").read_text() != before
    assert other.read_text() == "mine"


@pytest.mark.parametrize(
    ("save", "name", "error", "message"),
    [
        ("save_html", "walk.gif", ValueError, r"path must end in \.html"),
        ("save_gif", "walk", ValueError, r"path must end in \.gif; got '.*walk'"),
        ("save_html", "no/walk.html", FileNotFoundError, "there is no folder"),
        ("save_svg_frames", "no/frames", FileNotFoundError, "there is no folder"),
        ("save_svg_frames", "file", NotADirectoryError, "is no folder"),
    ],
)
def test_a_place_that_cannot_be_is_named(shown, tmp_path, save, name, error, message):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(error, match=message):
        getattr(shown, save)(tmp_path / name)
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_too_long_an_animation_is_refused(tmp_path):
    shown = explorer.explore_transposed_convolution(input_size=5, view="matrix")
    with pytest.raises(ValueError, match="at most; this layer has 122"):
        shown.save_gif(tmp_path / "long.gif")
    with pytest.raises(ValueError, match=r"seconds must be from 0\.02 to 60; got 0"):
        explorer.explore_pooling().save_gif(tmp_path / "fast.gif", seconds=0)
