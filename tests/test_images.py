"""A folder of images of all kinds, each drawn here; and glyphs."""

import io
import struct
import subprocess
import sys
import zlib

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


def halves(loaded):
    """The pixels in the middle of the left and of the right half."""
    height, width, _ = loaded.shape
    return loaded[height // 2, [width // 4, -width // 4]].tolist()


def of_halves(left, right):
    return [np.float32(left).tolist(), np.float32(right).tolist()]


# What is read


@pytest.mark.parametrize("suffix", ["png", "bmp", "gif", "tif", "TIFF", "webp", "ppm"])
def test_kinds_without_loss_are_read_as_they_are(tmp_path, suffix):
    options = {"lossless": True} if suffix == "webp" else {}
    picture().save(tmp_path / f"one.{suffix}", **options)
    loaded = load(tmp_path)
    assert (loaded.shape, loaded.dtype) == ((1, 8, 8, 1), np.float32)
    assert halves(loaded[0]) == of_halves([-1], [1])
    colours = load(tmp_path, channels=3)
    assert colours.shape == (1, 8, 8, 3)
    assert halves(colours[0]) == of_halves([-1] * 3, [1] * 3)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("suffix", ["JPG", "jpeg"])
def test_photos_are_read(tmp_path, suffix, mode):
    picture(800, 600, mode=mode).save(tmp_path / f"one.{suffix}", quality=95)
    assert np.abs(np.ravel(halves(load(tmp_path)[0])) - [-1, 1]).max() < 0.05


def test_a_name_that_says_another_kind_does_no_harm(tmp_path):
    picture().save(tmp_path / "one.jpg", format="PNG")
    assert halves(load(tmp_path)[0]) == of_halves([-1], [1])


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif"])
def test_images_are_turned_as_the_camera_was_held(tmp_path, suffix):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned right: what is left comes on top
    picture(60, 60).save(tmp_path / f"one.{suffix}", exif=exif)
    loaded = load(tmp_path)[0, :, :, 0]
    assert loaded[1].max() < -0.9
    assert loaded[-2].min() > 0.9


@pytest.mark.parametrize("suffix", ["png", "tif"])
@pytest.mark.parametrize("channels", [1, 3])
def test_sixteen_bits_are_scaled_not_clipped(tmp_path, suffix, channels):
    pixels = np.full((10, 10), 20_000, np.uint16)
    Image.fromarray(pixels).save(tmp_path / f"one.{suffix}")
    loaded = load(tmp_path, channels=channels)
    np.testing.assert_allclose(loaded, 20_000 / 32_767.5 - 1, atol=1e-6)
    assert loaded.shape[-1] == channels


def test_sixteen_bits_stay_in_range_at_edges(tmp_path):
    pixels = np.zeros((64, 64), np.uint16)
    pixels[:, 30:] = 65_535  # where scaling overshoots
    Image.fromarray(pixels).save(tmp_path / "one.png")
    loaded = load(tmp_path)
    assert (loaded.min(), loaded.max()) == (-1, 1)


def transparent(kind):
    """An image whose left half is transparent, with black or red hidden there."""
    image = picture(left=RED, right=BLACK)
    mask = picture(left=BLACK, right=WHITE).convert("L")
    if kind in ("LA", "RGBA"):
        image.putalpha(mask)
        return image.convert(kind), {}
    image = image.convert(kind)
    return image, {"transparency": image.getpixel((0, 0))}


@pytest.mark.parametrize("kind", ["RGBA", "LA", "P", "RGB", "L"])
def test_what_is_transparent_becomes_white(tmp_path, kind):
    image, options = transparent(kind)
    image.save(tmp_path / "one.png", **options)
    for channels in (1, 3):
        left, right = halves(load(tmp_path, channels=channels)[0])
        assert left == [1] * channels
        assert right == [-1] * channels


def test_no_hidden_colour_shows_at_the_edge_of_a_drawing(tmp_path):
    """Scaling before the paper is put under would mix red into grey."""
    image, _ = transparent("RGBA")
    image.save(tmp_path / "one.png")
    loaded = load(tmp_path, 5, channels=3)
    np.testing.assert_allclose(np.ptp(loaded, axis=-1), 0, atol=0.01)
    assert np.abs(loaded).min() < 0.9  # there is a grey column


@pytest.mark.parametrize("mode", ["1", "L", "P"])
def test_few_colours_are_read(tmp_path, mode):
    picture().convert(mode).save(tmp_path / "one.png")
    assert halves(load(tmp_path, channels=3)[0]) == of_halves([-1] * 3, [1] * 3)


def test_of_an_animation_the_first_picture_is_taken(tmp_path):
    frames = [Image.new("RGB", (9, 9), colour) for colour in (RED, WHITE)]
    frames[0].save(tmp_path / "one.gif", save_all=True, append_images=frames[1:])
    assert load(tmp_path, channels=3)[0, 0, 0].tolist() == [1, -1, -1]


def test_colour_becomes_grey_as_eyes_see_it(tmp_path):
    Image.new("RGB", (9, 9), RED).save(tmp_path / "one.png")
    assert load(tmp_path).max() == pytest.approx(76 / 127.5 - 1)


# Sizes


@pytest.mark.parametrize(
    ("fit", "expected"),
    [("crop", [[-1, -1, 1, 1]] * 4), ("pad", [[1] * 4, [-1, -1, 1, 1], [1] * 4])],
)
def test_a_wide_image_is_cropped_or_padded(tmp_path, fit, expected):
    picture(80, 20).save(tmp_path / "one.png")
    loaded = load(tmp_path, 16, fit=fit)[0, :, :, 0]
    rows = [1, 5, 10, 14] if fit == "crop" else [5, 7, 10]
    np.testing.assert_array_equal(loaded[np.ix_(rows, [1, 5, 10, 14])], expected)


def test_a_crop_keeps_the_middle(tmp_path):
    image = Image.new("RGB", (40, 80), BLACK)
    image.paste(WHITE, (0, 20, 40, 60))
    image.save(tmp_path / "one.png")
    assert load(tmp_path, 10).min() > 0.8  # but for what is just beyond its edge


def test_height_comes_before_width(tmp_path):
    picture(50, 30).save(tmp_path / "one.png")
    assert load(tmp_path, (3, 5)).shape == (1, 3, 5, 1)


@pytest.mark.parametrize("fit", ["crop", "pad"])
@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1)])
def test_slivers_and_single_pixels_are_images_too(tmp_path, size, fit):
    Image.new("L", size, 0).save(tmp_path / "one.png")
    loaded = load(tmp_path, 7, fit=fit)
    assert loaded.min() == -1
    whole = fit == "crop" or size == (1, 1)
    assert loaded.max() == (-1 if whole else 1)


def test_fine_detail_becomes_grey_not_stripes(tmp_path):
    stripes = np.tile(np.uint8([0, 255]), (90, 45))
    Image.fromarray(stripes).save(tmp_path / "one.png")
    assert np.abs(load(tmp_path, 10)[0, :, 2:-2]).max() < 0.1


# Which files


def test_files_come_in_the_order_of_their_paths_whatever_holds_them(tmp_path):
    names = ["b.png", "B/a.png", "a.JPG", "B/z/0.png", "10.png", "9.png"]
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        picture().save(path)
    found = [path.relative_to(tmp_path).as_posix() for path in image_files(tmp_path)]
    assert found == ["10.png", "9.png", "B/a.png", "B/z/0.png", "a.JPG", "b.png"]
    assert len(load(str(tmp_path))) == len(names)


def test_images_are_in_the_order_of_their_files(tmp_path):
    for grey in (30, 10, 20):
        Image.new("L", (5, 5), grey).save(tmp_path / f"{grey}.png")
    greys = np.rint((load(tmp_path)[:, 0, 0, 0] + 1) * 127.5)
    assert greys.tolist() == [10, 20, 30]


def test_hidden_files_and_what_is_no_image_are_left_out(tmp_path):
    for name in (".a.png", ".ipynb_checkpoints/b.png", "c.txt", "d.mp4", "Thumbs.db"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"nothing")
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    picture().save(tmp_path / "e.png")
    (tmp_path / "f.png").symlink_to(tmp_path / "e.png")
    assert [path.name for path in image_files(tmp_path)] == ["e.png", "f.png"]
    assert len(load(tmp_path)) == 2


def test_a_home_is_known(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    picture().save(tmp_path / "one.png")
    assert len(load("~")) == 1


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("nowhere", FileNotFoundError, "folder must exist; .*nowhere does not"),
        ("one.png", NotADirectoryError, "one.png is a file. That of the file is"),
        ("empty", ValueError, "folder must hold images, .*empty has 1 other files"),
    ],
)
def test_a_folder_without_images_says_so(tmp_path, name, error, message):
    picture().save(tmp_path / "one.png")
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "notes.txt").touch()
    with pytest.raises(error, match=message):
        load(tmp_path / name)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"folder": None}, TypeError, "folder must be the path of a folder; got None"),
        ({"size": 0}, ValueError, "size must be 1 or more"),
        ({"size": 8.5}, TypeError, "size must be a whole number"),
        ({"channels": 4}, ValueError, r"channels must be one of \(1, 3\); got 4"),
        ({"on_error": "ignore"}, ValueError, "on_error must be one of .*'ignore'"),
        ({"fit": "stretch"}, ValueError, "fit must be one of .*'stretch'"),
    ],
)
def test_bad_arguments_are_named(tmp_path, options, error, message):
    picture().save(tmp_path / "one.png")
    with pytest.raises(error, match=message):
        load_folder(**{"folder": tmp_path, "size": 8, **options})


# Files that can't be read


def encoded(kind, **options):
    file = io.BytesIO()
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    Image.fromarray(noise).save(file, kind, **options)
    return file.getvalue()


def enormous_png():
    """Of 100,000 x 100,000 pixels, in some bytes."""
    header = b"IHDR" + struct.pack(">IIBBBBB", 100_000, 100_000, 8, 0, 0, 0, 0)
    check = struct.pack(">I", zlib.crc32(header))
    data = struct.pack(">I", 0) + b"IDAT" + struct.pack(">I", zlib.crc32(b"IDAT"))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + check + data


def float_tiff():
    file = io.BytesIO()
    Image.fromarray(np.full((4, 4), 0.5, np.float32)).save(file, "TIFF")
    return file.getvalue()


BROKEN = {
    "cut.jpg": (encoded("JPEG")[:-900], "truncated"),
    "cut.png": (encoded("PNG")[:-900], "truncated"),
    "cut.webp": (encoded("WEBP")[:-900], "."),
    "empty.jpg": (b"", "it is empty"),
    "text.png": (b"no image at all", "no image that Pillow knows"),
    "drawing.svg": (b"<svg/>", "save it as JPEG or PNG"),
    "phone.HEIC": (b"\0\0\0\x18ftypheic", "save it as JPEG, or install pillow-heif"),
    "bomb.png": (enormous_png(), "exceeds limit .* raise PIL.Image.MAX_IMAGE_PIXELS"),
    "measured.tif": (float_tiff(), "32 bits a pixel"),
}
each_broken = pytest.mark.parametrize("name", BROKEN)


@each_broken
def test_a_broken_file_is_named_with_the_reason(tmp_path, name):
    content, message = BROKEN[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=f"{name} can't be read: .*{message}"):
        load(tmp_path)


def test_a_link_to_nothing_is_named(tmp_path):
    (tmp_path / "gone.png").symlink_to(tmp_path / "nothing.png")
    with pytest.raises(ValueError, match=r"gone.png can't be read: .*No such file"):
        load(tmp_path)


def test_a_bomb_that_pillow_only_warns_of_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    picture().save(tmp_path / "one.png")  # of 1,600 pixels
    with pytest.raises(ValueError, match=r"one.png can't be read: .*exceeds limit"):
        load(tmp_path)


def test_broken_files_are_skipped_and_reported(tmp_path):
    for name, (content, _) in BROKEN.items():
        (tmp_path / name).write_bytes(content)
    for number, name in enumerate(["a.png", "m.png", "z.png"]):
        Image.new("L", (5, 5), 10 * number).save(tmp_path / name)
    with pytest.warns(images.SkippedImages, match="9 files were left out") as caught:
        loaded = load(tmp_path, on_error="skip")
    assert np.rint((loaded[:, 0, 0, 0] + 1) * 127.5).tolist() == [0, 10, 20]
    (warning,) = caught
    assert "test_images" in warning.filename
    skipped = warning.message.files
    assert {path.name for path in skipped} == set(BROKEN)
    assert all(
        f"{path}: {why}" in str(warning.message) for path, why in skipped.items()
    )


def test_where_all_are_broken_there_is_nothing_to_learn_from(tmp_path):
    (tmp_path / "one.png").touch()
    with (
        pytest.warns(images.SkippedImages, match="one.png: it is empty"),
        pytest.raises(ValueError, match="has none"),
    ):
        load(tmp_path, on_error="skip")


# Many, and large ones


def test_it_says_how_far_it_is_when_it_takes_long(tmp_path, capsys, monkeypatch):
    for number in range(3):
        picture().save(tmp_path / f"{number}.png")
    load(tmp_path)
    assert capsys.readouterr().out == ""
    monkeypatch.setattr(images, "_SECONDS", 0)
    load(tmp_path, verbose=False)
    assert capsys.readouterr().out == ""
    load(tmp_path)
    lines = capsys.readouterr().out.split("\r")
    said = [f"{number} of 3 images" for number in range(4)]
    assert lines == ["", *said[:3], said[3] + "\n"]


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


# Glyphs


def test_glyphs_have_the_colour_and_class_that_are_said():
    drawn, classes, colours = draw_glyphs(300)
    assert (drawn.shape, drawn.dtype) == ((300, 32, 32, 3), np.float32)
    assert (drawn.min(), drawn.max()) == (-1, 1)
    assert set(classes) == set(range(len(GLYPHS)))
    assert set(colours) == set(range(len(COLOURS)))
    paints = np.array(list(COLOURS.values())) / 127.5 - 1
    inkiest = np.abs(drawn - 1).sum(axis=-1).reshape(300, -1).argmax(axis=1)
    seen = drawn.reshape(300, -1, 3)[np.arange(300), inkiest]
    np.testing.assert_allclose(seen, paints[colours], atol=0.05)
    assert (drawn[:, 0] == 1).all()  # none is cut off
    assert (drawn[:, :, [0, -1]] == 1).all()
    assert (drawn[:, -1] == 1).all()


def test_glyphs_of_a_class_look_alike():
    """The nearest other glyph, by its ink, is mostly of the same class."""
    drawn, classes, _ = draw_glyphs(600, seed=1)
    ink = (1 - drawn).max(axis=-1).reshape(600, -1)
    ink /= np.linalg.norm(ink, axis=1, keepdims=True)
    alike = ink @ ink.T
    np.fill_diagonal(alike, 0)
    assert (classes[alike.argmax(axis=1)] == classes).mean() > 0.8


def test_a_seed_repeats_the_glyphs():
    one, same, other = (draw_glyphs(5, 16, seed)[0] for seed in (3, 3, 4))
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 0.1


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((0,), ValueError, "count must be 1 or more"),
        ((5, 7), ValueError, "size must be 8 or more; got 7"),
        ((5, 16, "a"), TypeError, "seed must be a whole number"),
    ],
)
def test_bad_arguments_of_glyphs_are_named(arguments, error, message):
    with pytest.raises(error, match=message):
        draw_glyphs(*arguments)
