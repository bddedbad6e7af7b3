"""The README tells the truth about the chapters."""

import re
from pathlib import Path

import nbformat
import numpy as np
import pytest
from PIL import Image, ImageSequence

import save_pictures

PROJECT = Path(__file__).parent.parent
README = (PROJECT / "README.md").read_text()
NOTEBOOKS = sorted(PROJECT.glob("notebooks/*.ipynb"))

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@each_notebook
def test_a_chapter_has_its_number_or_letter_title_and_minutes(path):
    frame = nbformat.read(path, as_version=4).cells[0].source
    number, title = re.match(r"# (\d+|[A-Z]\d?)\. (.*)", frame).groups()
    minutes = re.findall(
        r"(\d+)(?: minutes to read and run|\b for the exercises)", frame
    )
    chapter = f"**{number}. [{title}](notebooks/{path.name})**"
    row = next(line for line in README.splitlines() if chapter in line)
    assert row.endswith(f"| {' + '.join(minutes)} min |")


@each_notebook
def test_a_picture_is_the_stored_figure(path):
    picture = PROJECT / "notebooks" / "pictures" / f"{path.stem}.png"
    assert f"notebooks/pictures/{path.stem}.png" in README
    assert picture.read_bytes() == save_pictures.picture(path)


def frames(path):
    with Image.open(path) as gif:
        return [
            np.asarray(frame.convert("RGB"), float)
            for frame in ImageSequence.Iterator(gif)
        ]


def test_the_animation_is_what_the_explorer_draws(tmp_path):
    save_pictures.animate(tmp_path / "new.gif")
    stored, new = frames(save_pictures.ANIMATION), frames(tmp_path / "new.gif")
    assert len(stored) == len(new) == 5
    for one, other in zip(stored, new, strict=True):
        assert one.shape == other.shape
        assert np.abs(one - other).mean() < 1  # letters differ a little by version
    assert np.abs(stored[0] - stored[1]).mean() > 1
    assert save_pictures.ANIMATION.stat().st_size < 300_000


def test_its_code_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # it saves a page
    for code in re.findall(r"```python\n(.*?)```", README, re.DOTALL):
        exec(code, {})


def test_a_notebook_without_a_tagged_figure_is_named(tmp_path):
    path = tmp_path / "empty.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), path)
    with pytest.raises(ValueError, match=r"empty\.ipynb must have one figure"):
        save_pictures.picture(path)
