"""A folder of images of all kinds, each drawn here; and glyphs."""

import os
import re
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from course_lib import images
from course_lib.images import COLOURS, GLYPHS, draw_glyphs, image_files, load_folder

WHITE, BLACK, RED = (255, 255, 255), (0, 0, 0), (255, 0, 0)


def picture(width=40, height=40, left=BLACK, right=WHITE, mode="RGB"):
    """Its left half has another colour than its right half."""
    image = Image.new("RGB", (width, height), left)
    image.paste(right, (width // 2, 0, width, height))
    return image.convert(mode)


def load(folder, size=8, **options):
    return load_folder(folder, size, **options)


def halves(folder, channels):
    """The pixels in the middle of the left and of the right half of the only image."""
    (loaded,) = load(folder, channels=channels)
    assert (loaded.shape, loaded.dtype) == ((8, 8, channels), np.float32)
    return loaded[4, [2, -2]]


@pytest.mark.parametrize(
    ("name", "mode", "options"),
    [
        ("a.png", "1", {}),
        ("a.gif", "P", {}),
        ("a.TIFF", "RGB", {}),
        ("a.JPG", "CMYK", {"quality": 95}),
        ("png.jpg", "L", {"format": "PNG"}),
    ],
)
def test_many_kinds_are_read(tmp_path, name, mode, options):
    picture(400, 300, mode=mode).save(tmp_path / name, **options)
    for channels in (1, 3):
        left, right = halves(tmp_path, channels)
        np.testing.assert_allclose(left, -1, atol=0.05)
        np.testing.assert_allclose(right, 1, atol=0.05)


def test_images_are_turned_as_the_camera_was_held(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned right: what is left comes on top
    picture(60, 60).save(tmp_path / "one.jpg", exif=exif)
    loaded = load(tmp_path)[0, :, :, 0]
    assert loaded[1].max() < -0.9
    assert loaded[-2].min() > 0.9


def test_sixteen_bits_are_scaled_and_clipped_only_where_scaling_overshoots(tmp_path):
    pixels = np.full((40, 40), 20_000, np.uint16)
    pixels[:, 30:] = 65_535
    Image.fromarray(pixels).save(tmp_path / "one.png")
    for channels in (1, 3):
        left, _ = halves(tmp_path, channels)
        np.testing.assert_allclose(left, 20_000 / 32_767.5 - 1, atol=1e-5)
    assert load(tmp_path).max() == 1
    (pad,) = load(tmp_path, (8, 12), fit="pad")
    np.testing.assert_array_equal(pad[:, [0, -1]], 1)


@pytest.mark.parametrize("kind", ["RGBA", "LA", "P"])
def test_what_is_transparent_becomes_white(tmp_path, kind):
    """Its left half is transparent, with red or grey hidden there."""
    image, options = picture(left=RED, right=BLACK), {}
    if "A" in kind:
        image.putalpha(picture(mode="L"))
    image = image.convert(kind)
    if kind == "P":
        options = {"transparency": image.getpixel((0, 0))}
    image.save(tmp_path / "one.png", **options)
    for channels in (1, 3):
        left, right = halves(tmp_path, channels)
        assert (set(left), set(right)) == ({1}, {-1})
    edge = load(tmp_path, 5, channels=3)
    np.testing.assert_allclose(np.ptp(edge, axis=-1), 0, atol=0.01)  # no red in it
    assert np.abs(edge).min() < 0.9  # there is a grey column


def test_of_an_animation_the_first_picture_and_of_colour_what_eyes_see(tmp_path):
    frames = [Image.new("RGB", (9, 9), colour) for colour in (RED, WHITE)]
    frames[0].save(tmp_path / "one.gif", save_all=True, append_images=frames[1:])
    np.testing.assert_array_equal(halves(tmp_path, 3), [[1, -1, -1]] * 2)
    np.testing.assert_allclose(halves(tmp_path, 1), 76 / 127.5 - 1)


@pytest.mark.parametrize(
    ("fit", "expected"),
    [("crop", [[-1, -1, 1, 1]] * 3), ("pad", [[1] * 4, [-1, -1, 1, 1], [1] * 4])],
)
def test_a_wide_image_is_cropped_or_padded(tmp_path, fit, expected):
    picture(80, 20).save(tmp_path / "one.png")
    (loaded,) = load(tmp_path, 16, fit=fit)
    rows, columns = [1, 7, 14], [1, 5, 10, 14]
    np.testing.assert_array_equal(loaded[np.ix_(rows, columns)][:, :, 0], expected)
    assert load(tmp_path, (3, 5), fit=fit).shape == (1, 3, 5, 1)


def test_fine_detail_becomes_grey_not_stripes(tmp_path):
    stripes = np.tile(np.uint8([0, 255]), (90, 45))
    Image.fromarray(stripes).save(tmp_path / "one.png")
    assert np.abs(load(tmp_path, 10)[0, :, 2:-2]).max() < 0.1


def test_images_come_in_the_order_of_their_paths_and_nothing_hidden(
    tmp_path, monkeypatch
):
    names = ["10.png", "9.png", "B/a.png", "B/z/0.png", "a.JPG", "b.png", "c.png"]
    others = [".a.png", ".ipynb_checkpoints/b.png", "B/.x/c.png", "c.txt", "Thumbs.db"]
    for grey, name in enumerate(others + names[:-1]):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (5, 5), 20 * grey).save(tmp_path / name, "PNG")
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "c.png").symlink_to(tmp_path / "b.png")
    found = [path.relative_to(tmp_path).as_posix() for path in image_files(tmp_path)]
    assert found == names
    monkeypatch.setenv("HOME", str(tmp_path))
    greys = np.rint((load("~")[:, 0, 0, 0] + 1) * 127.5)
    assert greys.tolist() == [100, 120, 140, 160, 180, 200, 200]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"folder": None}, TypeError, "folder must be the path of a folder; got None"),
        ({"folder": "no"}, FileNotFoundError, "folder must exist; .*no does not"),
        ({"folder": "a.png"}, NotADirectoryError, "a.png is a file"),
        ({"folder": "b"}, ValueError, "folder must hold images, .*b has none"),
        ({"size": 0}, ValueError, "size must be 1 or more"),
        ({"channels": 4}, ValueError, r"channels must be one of \(1, 3\); got 4"),
        ({"on_error": "ignore"}, ValueError, "on_error must be one of .*'ignore'"),
        ({"fit": "stretch"}, ValueError, "fit must be one of .*'stretch'"),
    ],
)
def test_what_is_wrong_with_the_arguments_is_said(
    tmp_path, monkeypatch, options, error, message
):
    monkeypatch.chdir(tmp_path)
    picture().save("a.png")
    (tmp_path / "b").mkdir()
    with pytest.raises(error, match=message):
        load_folder(**{"folder": tmp_path, "size": 8, **options})


BROKEN = {
    "cut.jpg": "image file is truncated",
    "empty.jpg": "^it is empty",
    "gone.png": "No such file",
    "measured.tif": "32 bits a pixel",
    "phone.HEIC": "save it as JPEG, or install pillow-heif",
    "text.png": "no image that Pillow knows; save it as JPEG",
}


def test_broken_files_are_skipped_and_each_is_reported_with_the_reason(tmp_path):
    for number, name in enumerate(["a.png", "m.png", "z.png"]):
        Image.new("L", (5, 5), 10 * number).save(tmp_path / name)
    Image.effect_noise((64, 64), 50).save(tmp_path / "cut.jpg")
    os.truncate(tmp_path / "cut.jpg", 1000)
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "gone.png").symlink_to(tmp_path / "nothing.png")
    Image.new("F", (5, 5)).save(tmp_path / "measured.tif")
    (tmp_path / "phone.HEIC").write_bytes(b"\0\0\0\x18ftypheic")
    (tmp_path / "text.png").write_text("no image at all")
    with pytest.warns(images.SkippedImages, match="6 files were left out") as caught:
        loaded = load(tmp_path, on_error="skip")
    assert np.rint((loaded[:, 0, 0, 0] + 1) * 127.5).tolist() == [0, 10, 20]
    (warning,) = caught
    assert "test_images" in warning.filename
    assert [path.name for path in warning.message.files] == sorted(BROKEN)
    for path, why in warning.message.files.items():
        assert re.search(BROKEN[path.name], why), why
        assert f"{tmp_path / path.name}: {why}" in str(warning.message)


def test_where_all_are_broken_there_is_nothing_to_learn_from(tmp_path):
    (tmp_path / "one.png").touch()
    with pytest.raises(ValueError, match=r"one.png can't be read: it is empty. Mend"):
        load(tmp_path)
    with (
        pytest.warns(images.SkippedImages, match="one.png: it is empty"),
        pytest.raises(ValueError, match="has none"),
    ):
        load(tmp_path, on_error="skip")


def test_it_says_how_far_it_is_when_it_takes_long(tmp_path, capsys, monkeypatch):
    picture().save(tmp_path / "a.png")
    picture().save(tmp_path / "b.png")
    load(tmp_path)
    monkeypatch.setattr(images, "_SECONDS", 0)
    load(tmp_path, verbose=False)
    assert capsys.readouterr().out == ""
    load(tmp_path)
    said = "\r0 of 2 images\r1 of 2 images\r2 of 2 images\n"
    assert capsys.readouterr().out == said


MEASURE = """
import re, sys
from pathlib import Path
from course_lib.images import load_folder
def peak():  # resource.getrusage would count the parent's, too
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
before = peak()
load_folder(sys.argv[1], 16, channels=3, verbose=False)
print((peak() - before) / 1024)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(("suffix", "most"), [("png", 40), ("jpg", 20)])
def test_memory_is_that_of_one_image(tmp_path, suffix, most):
    """Of 2,500 x 2,500 pixels, which Pillow holds in 25 MB."""
    picture(2500, 2500).save(tmp_path / f"0.{suffix}")
    for number in range(1, 12):
        (tmp_path / f"{number}.{suffix}").symlink_to(tmp_path / f"0.{suffix}")
    command = [sys.executable, "-c", MEASURE, str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert float(result.stdout) < most


def test_glyphs_have_the_colour_and_class_that_are_said():
    drawn, classes, colours = draw_glyphs(400)
    assert (drawn.shape, drawn.dtype) == ((400, 32, 32, 3), np.float32)
    assert (drawn.min(), drawn.max()) == (-1, 1)
    assert set(classes) == set(range(len(GLYPHS)))
    assert set(colours) == set(range(len(COLOURS)))
    paints = np.array(list(COLOURS.values())) / 127.5 - 1
    inkiest = np.abs(drawn - 1).sum(axis=-1).reshape(400, -1).argmax(axis=1)
    seen = drawn.reshape(400, -1, 3)[np.arange(400), inkiest]
    np.testing.assert_allclose(seen, paints[colours], atol=0.05)
    border = np.pad(np.zeros((30, 30), bool), 1, constant_values=True)
    assert (drawn[:, border] == 1).all()  # none is cut off
    ink = (1 - drawn).max(axis=-1).reshape(400, -1)
    ink /= np.linalg.norm(ink, axis=1, keepdims=True)
    alike = ink @ ink.T
    np.fill_diagonal(alike, 0)  # the most similar other one is mostly of the same class
    assert (classes[alike.argmax(axis=1)] == classes).mean() > 0.8


def test_a_seed_repeats_the_glyphs_and_a_size_too_small_is_named():
    one, same, other = (draw_glyphs(5, 16, seed)[0] for seed in (3, 3, 4))
    assert (one == same).all()
    assert (one != other).any()
    with pytest.raises(ValueError, match="size must be 8 or more; got 7"):
        draw_glyphs(5, 7)
