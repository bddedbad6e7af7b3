"""What the explorer shows is what the layers compute, in every view and step."""

import json
import re
import xml.etree.ElementTree as ElementTree
from functools import partial
from html import escape, unescape
from itertools import product

import numpy as np
import pytest
from PIL import Image, ImageColor, ImageSequence

from course_lib import explorer, figures, pytorch, shapes
from course_lib.backend import keras
from course_lib.convolution import conv2d
from course_lib.explorer._drawing import draw_panels, sheet
from course_lib.explorer._transposed import VIEWS, transposed_convolution
from course_lib.explorer._windows import convolution, pooling, upsampling
from course_lib.figures import ROLES
from course_lib.transposed_convolution import conv2d_transpose, convolution_matrix

SMALL = np.array([[1.0, 2], [3, 4]])
NINE = np.arange(1.0, 10).reshape(3, 3)
TALL = np.array([[2.0, -1, 3], [5, 4, -7]])
SPARSE = np.array([[0.0, 2, 0], [0, -1, 3]])
"""Weights and pixels of 0: they are there, though they add nothing."""
PADDINGS = ("valid", "same")
GRID = list(product((1, 2, 4), (1, 2, 3, 5), (1, 2, 3), PADDINGS, (None, 0, 1, 2)))
NAMES = (*VIEWS, "convolution", "max", "average", "nearest", "bilinear")


def make(name, image, kernel, strides, padding="valid", output_padding=None):
    """A walk; of the kernel, pooling takes the side, and upsampling as a factor."""
    if name in VIEWS:
        arguments = strides, padding, output_padding, name
        return transposed_convolution(image, kernel, *arguments)
    if name == "convolution":
        return convolution(image, kernel, strides, padding)
    if name in ("max", "average"):
        return pooling(image, len(kernel), strides, padding, name)
    return upsampling(image, strides, len(kernel), name)


stamps = partial(make, "stamp")


def batch(image):
    return np.asarray(image, "float32")[None, :, :, None]


def weights(kernel):
    return np.asarray(kernel, "float32")[:, :, None, None]


def digits(*shape):
    """Whole numbers from -4 to 9 in disorder: sums of their products are exact."""
    return np.random.default_rng(list(shape)).integers(-4, 10, shape).astype(float)


def shown(panel):
    """The numbers that a person reads in a panel; NaN in an empty cell."""
    texts = [[text.replace("−", "-") or "nan" for text in row] for row in panel.labels]
    return np.array(texts, float)


def inside(panel, window):
    row, column, height, width = window
    return shown(panel)[row : row + height, column : column + width]


def last_panel(walk, step=None):
    return walk.panels(walk.last if step is None else step)[-1]


def output(walk, step=None):
    """The output as the last panel shows it, without what is cut off."""
    panel = last_panel(walk, step)
    if "matrix" in panel.title:
        return shown(panel)[-1, 2:].reshape(walk.output.shape)
    return inside(panel, panel.kept or (0, 0, *panel.values.shape))


# For every layer of a grid

SIZES = {
    **dict.fromkeys(VIEWS, shapes.conv_transpose_output_size),
    "convolution": shapes.conv_output_size,
    "max": shapes.pool_output_size,
    "average": shapes.pool_output_size,
}
"""What refuses a layer that there is not."""
UNNAMED = {"stamp": {"input", "kernel"}, "gradient": {"zero"}}
"""Roles that the titles of a view tell, so that its key need not."""


def by_keras(line, image, kernel):
    """What the layer makes of an image that a line of code makes."""
    layer = eval(line, {"keras": keras})
    layer.build(batch(image).shape)
    if layer.weights:
        layer.set_weights([weights(kernel), np.zeros(1)])
    return layer(batch(image))[0, :, :, 0]


def sides_of(formula, **letters):
    """What each side of "n · s = 2 · 2 = 4" gives, with numbers for the letters."""
    code = formula.replace("−", "-").replace("·", "*").replace("mod", "%")
    code = re.sub(r"⌊(.*?)⌋", r"int(\1)", code)
    code = re.sub(r"⌈(.*?)⌉", r"-int(-(\1) // 1)", code)
    return {eval(side, dict(letters)) for side in code.split(" = ")}


@pytest.mark.parametrize("name", NAMES)
def test_numbers_code_sizes_and_key_are_those_of_keras_or_it_is_refused(name):
    size = SIZES.get(name, lambda *arguments: None)
    for n, k, s, padding, *extra in GRID:
        if name not in VIEWS and extra != [None]:
            continue
        image, kernel = digits(n, n + 1), digits(k, k)
        try:
            size(n, k, s, padding, *(extra if name in VIEWS else ()))
        except ValueError as error:
            with pytest.raises(ValueError, match=re.escape(str(error))):
                make(name, image, kernel, s, padding, *extra)
            continue
        walk = make(name, image, kernel, s, padding, *extra)
        expected = by_keras(walk.layer.keras, image, kernel)
        np.testing.assert_allclose(walk.output, expected, 1e-5, 1e-5)
        np.testing.assert_allclose(output(walk), expected, atol=0.005001)
        if name in VIEWS:
            translated = pytorch.pytorch_conv_transpose(k, s, padding, *extra)
            assert walk.layer.pytorch == translated.code(1, 1)
        letters = {"s": s, "k": k, "p": k, "size": (s, k), "output_padding": extra[0]}
        for axis, side in enumerate(("height", "width")):
            sizes = walk.layer.sizes
            formula = sizes.get(side) or sizes["height and width"]
            assert sides_of(formula, n=n + axis, **letters) == {expected.shape[axis]}
        panels = [panel for step in {0, 1, walk.last} for panel in walk.panels(step)]
        roles = {role for panel in panels for role in panel.roles.ravel()}
        assert roles <= {*walk.key, *UNNAMED.get(name, ()), "pending", "gap"}


# Step by step


def test_the_sum_so_far_is_stamped_by_hand():
    walk = stamps(TALL, NINE, 2)
    canvas = np.zeros((5, 7))
    np.testing.assert_array_equal(output(walk, 0), canvas)
    for step, (row, column) in enumerate(np.ndindex(2, 3), start=1):
        stamp = TALL[row, column] * NINE
        canvas[2 * row : 2 * row + 3, 2 * column : 2 * column + 3] += stamp
        image, kernel, product_panel, so_far = walk.panels(step)
        np.testing.assert_array_equal(shown(so_far), canvas)
        np.testing.assert_array_equal(shown(product_panel), stamp)
        np.testing.assert_array_equal(shown(kernel), NINE)
        assert image.outlines == ((row, column, 1, 1),)
        assert so_far.outlines == ((2 * row, 2 * column, 3, 3),)
    told = [re.findall(r"(\d+) cells? w", walk.words(step)) for step in range(7)]
    assert told == [[], [], ["3"], ["3"], ["3"], ["5"], ["5"]]


def test_roles_tell_how_often_a_cell_is_stamped_and_what_is_cut_off():
    panel = last_panel(stamps(np.ones((2, 2)), np.ones((3, 3)), 2, "valid", 1))
    count = shown(panel)  # of ones: the sum is the count
    assert set(np.unique(count)) == {0, 1, 2, 4}
    roles = np.array(["zero", "output", "overlap", "", "overlap"])
    np.testing.assert_array_equal(panel.roles, roles[count.astype(int)])
    panel = last_panel(stamps(SMALL, NINE, 2, "same"))
    assert panel.kept == (0, 0, 4, 4)
    rows, columns = np.indices((5, 5))
    here = (rows == 4) | (columns == 4)
    np.testing.assert_array_equal(panel.roles == "cropped", here)


WALKS = {
    **{view: make(view, SMALL, NINE, 2, "same") for view in VIEWS if view != "stamp"},
    **{name: make(name, TALL, SMALL, 1, "same") for name in NAMES[4:7]},
    **{name: make(name, TALL, NINE, 2) for name in NAMES[7:]},
}
TOLD_SUM = re.compile(r"([−\d.·+ ]+·[−\d.·+ ]+) ([=≈]) (−?\d+(?:\.\d+)?)")


@pytest.mark.parametrize("name", WALKS)
def test_each_step_computes_one_more_pixel_and_says_its_value(name):
    walk, sums = WALKS[name], 0
    assert "Nothing is computed yet" in walk.words(0)
    for step, (row, column) in enumerate(np.ndindex(walk.output.shape), start=1):
        numbers, words = output(walk, step).ravel(), walk.words(step)
        assert np.count_nonzero(~np.isnan(numbers)) == step
        assert f"Pixel {step} of {walk.last}, at [{row}, {column}]: " in words
        told = re.findall(r"−?\d+(?:\.\d+)?", words.split(":")[1])
        assert numbers[step - 1] in [float(text.replace("−", "-")) for text in told]
        if name != "matrix":
            assert last_panel(walk, step).outlines == ((row, column, 1, 1),)
        if found := TOLD_SUM.search(words):
            sums += 1
            code = found[1].replace("−", "-").replace("·", "*")
            error = abs(eval(code) - float(found[3].replace("−", "-")))
            assert error < (1e-9 if found[2] == "=" else 0.1)
    assert sums or name in ("max", "average", "nearest")


def test_what_a_view_draws_gives_the_pixel():
    """The window times the kernel; the column times the input; and so on."""
    matrix = convolution_matrix(NINE, (4, 4), 2, "same")
    for step in range(1, 17):
        pixel = WALKS["matrix"].output.ravel()[step - 1]
        spread, flipped, _ = WALKS["insert zeros"].panels(step)
        (here,) = spread.outlines
        assert np.sum(inside(spread, here) * shown(flipped)) == pixel
        (panel,) = WALKS["matrix"].panels(step)
        image, column, last = (inside(panel, here) for here in panel.outlines)
        assert np.sum(image * column) == last == pixel
        np.testing.assert_array_equal(matrix[:, [step - 1]], column)
        assert f"column {step - 1} of" in WALKS["matrix"].words(step)
        unit, answer, arriving, _ = map(shown, WALKS["gradient"].panels(step))
        convolved = keras.ops.conv(batch(unit), weights(NINE), 2, "same")
        np.testing.assert_array_equal(answer, convolved[0, :, :, 0])
        assert np.sum(answer * arriving) == pixel
    # In the order of the panels: kernel 2 and pixel 1.
    assert "1·2 = 2." in WALKS["matrix"].words(2)
    assert "2·1 = 2." in WALKS["gradient"].words(2)


@pytest.mark.parametrize(("kind", "text"), [("max", "−∞"), ("average", "")])
def test_what_padding_adds_is_never_the_largest_nor_counted(kind, text):
    assert WALKS[kind].panels(0)[0].labels[-1] == [text] * 4


# What is said


UNREACHED = {
    "insert zeros": "the window holds zeros only",
    "matrix": "of the matrix is empty",
    "gradient": "no window of the convolution sees this pixel",
}


@pytest.mark.parametrize("view", UNREACHED)
def test_words_count_every_weight_that_meets_a_pixel(view):
    kernels = SPARSE, SPARSE[:2, :2], np.zeros((1, 2))
    for kernel, strides, padding in product(kernels, (1, 2, 3, 4), PADDINGS):
        walk = make(view, SPARSE, kernel, strides, padding)
        ones = np.ones((1, 2, 3, 1)), np.ones((*kernel.shape, 1, 1))
        met = conv2d_transpose(*ones, strides, padding).ravel()
        for step, count in enumerate(met, start=1):
            assert walk.words(step).count("·") == count
            assert (UNREACHED[view] in walk.words(step)) == (count == 0)


@pytest.mark.parametrize("strides", [1, 2, 3, 4])
@pytest.mark.parametrize("padding", PADDINGS)
def test_words_count_the_cells_of_padding(strides, padding):
    """One cell is, two cells are; a mean divides by the pixels that are left."""
    told = ["", " 1 of its cells is padding.", " 2 of its cells are padding."]
    ones = np.ones((1, 2, 3, 1))
    real = conv2d(ones, np.ones((1, 3, 1, 1)), strides, padding)
    walk = convolution(TALL, NINE[:1], strides, padding)
    for step, count in enumerate(real.ravel().astype(int), start=1):
        assert re.split(r"(?<=\d)\.(?!\d)", walk.words(step))[1] == told[3 - count]
    real = conv2d(ones, np.ones((2, 2, 1, 1)), strides, padding)
    walk = pooling(TALL, 2, strides, padding, "average")
    for step, count in enumerate(real.ravel().astype(int), start=1):
        assert f" / {count} " in walk.words(step)
        beyond = f"{4 - count} cells of padding do not"
        assert (beyond in walk.words(step)) == (count < 4)


@pytest.mark.parametrize(
    ("image", "kernel", "told"),
    [
        ([[0.1, 0.2]], [[1, 1]], "0.1·1 + 0.2·1 = 0.3."),
        ([[1 / 3]], [[1]], "0.33·1 ≈ 0.33."),
        ([[1 / 3]], [[3]], "0.33·3 ≈ 1."),
        ([[123456789]], [[1]], "1.2e08·1 ≈ 1.2e08."),
        (NINE[:2, :], NINE[:2, :], "1·1 + 2·2 + 3·3 + 4·4 + 5·5 + 6·6 = 91."),
        (TALL[:, [0, 1, 2, 0, 1]], np.ones((2, 5)), "… + 4·1 (10 products) = 16."),
    ],
)
def test_a_long_sum_is_shortened_and_a_rounded_one_is_not_called_equal(
    image, kernel, told
):
    assert explorer.explore_convolution(image, kernel).scene.words.endswith(told)


# Drawings


def test_a_drawing_has_every_number_and_outline_at_its_cells():
    scene = stamps(SMALL, NINE, 2, "same").scene(3)
    for panel, drawing in zip(scene.panels, draw_panels(scene), strict=True):
        boxes = [mark for mark in drawing.marks if mark.kind == "box"]
        fills = {
            box[:2]: mark.fill for mark in boxes if mark.fill for box in mark.items
        }
        texts = {
            (x - 18, y - 18): text  # half of a cell's side
            for mark in drawing.marks
            if mark.kind == "text"
            for x, y, text in mark.items
        }
        left, top = min(fills)
        for row, column in np.ndindex(panel.values.shape):
            corner = left + 36 * column, top + 36 * row
            assert texts[corner] == panel.labels[row][column]
            assert fills.pop(corner) == ROLES[panel.roles[row, column]].fill
        assert not fills
        for row, column, height, width in panel.outlines:
            place = (left + 36 * column, top + 36 * row, 36 * width, 36 * height)
            assert boxes[-1].items == (place,)


def test_pixels_have_the_colours_of_the_drawing():
    drawing = sheet(stamps(SMALL, NINE, 2).scene(4))
    image = drawing.pixels()
    assert image.size == (round(drawing.width * 2), round(drawing.height * 2))
    for mark in drawing.marks:
        for x, y, *_ in mark.items if mark.kind == "box" and mark.fill else ():
            found = image.getpixel((round(2 * x + 10), round(2 * y + 10)))
            assert found == ImageColor.getrgb(mark.fill)


def test_large_matrices_are_drawn_without_numbers():
    five = digits(5, 5)
    walk = transposed_convolution(five, five, 4, "valid", None, "matrix")
    (drawing,) = draw_panels(walk.scene(20))
    (kernel,) = (m for m in drawing.marks if m.fill == ROLES["kernel"].fill)
    side = min(height for *_, height in kernel.items)
    area = sum(width * height for *_, width, height in kernel.items)
    assert round(area / side**2) == 25 * 25
    assert [mark.kind for mark in drawing.marks].count("text") == 1  # the title


# The widget


def drawn(numbers):
    grid = figures.draw_grid(numbers.reshape(1, -1))
    return figures.show(grid, alt=f"A grid of one row with the numbers {numbers}.")


EXPLORERS = {
    "transposed": explorer.explore_transposed_convolution,
    "convolution": explorer.explore_convolution,
    "pooling": explorer.explore_pooling,
    "upsampling": explorer.explore_upsampling,
    "numbers": partial(explorer.explore_numbers, drawn),
}
each_explorer = pytest.mark.parametrize("explore", [*EXPLORERS.values()][:4])


def values(view):
    """What is shown between the controls and the style: picture, words and facts."""
    return [widget.value for widget in view.children[2:5]]


def texts(markup):
    return re.findall(r"<text[^>]*>([^<]*)</text>", markup)


def options(control):
    if hasattr(control, "max"):
        return range(control.min, control.max + 1)
    return [value for _, value in control.options]


@each_explorer
def test_every_value_of_every_control_is_drawn_or_explained(explore):
    for name in explore().controls:
        view, seen = explore(), set()
        for option in options(view.controls[name]):
            view.controls[name].value = option
            assert view.walk or "There is no such layer" in values(view)[1]
            seen.add("".join(values(view)))
        assert len(seen) > 1, name


@each_explorer
def test_what_is_shown_follows_the_step_with_a_kernel_and_without(explore):
    view = explore()
    play, slider = view.children[1].children
    for step in (0, 1, view.walk.last):
        slider.value = step
        assert (view.step, play.max) == (step, view.walk.last)
        picture, words, facts = values(view)
        assert texts(picture)
        assert view.walk.words(step) in unescape(words)
        assert view.scene.alt in unescape(picture)
        assert view.walk.layer.keras in unescape(facts)
        assert values(explore(step=step)) == [picture, words, facts]
    bundle = view._repr_mimebundle_()
    assert bundle["text/plain"] == f"Explorer: {view.scene.alt}"
    assert "application/vnd.jupyter.widget-view+json" in bundle
    image = f'<img alt="{escape(view.scene.alt)}" src="data:image/png;base64,'
    assert image in bundle["text/html"]
    assert bundle["text/html"] == explore()._repr_mimebundle_()["text/html"]


def test_an_impossible_combination_explains_itself_and_can_be_left():
    view = explorer.explore_transposed_convolution()
    good = values(view)
    view.controls["output_padding"].value = 2
    why = "output_padding must be less than strides; got output_padding=2 with"
    picture, words, facts = values(view)
    assert picture == facts == ""
    for told in (words, repr(view), view._repr_mimebundle_()["text/html"]):
        assert why in told
    for ask in (lambda: view.save_html("nowhere.html"), lambda: view.scene):
        with pytest.raises(ValueError, match=why):
            ask()
    view.controls["output_padding"].value = None
    assert values(view) == good


def test_the_step_stays_at_the_end_or_where_it_was():
    view = explorer.explore_convolution(input_size=2)  # there is no such layer
    view.controls["padding"].value = "same"
    assert view.step == 4
    view = explorer.explore_transposed_convolution()
    assert view.step == 4
    view.controls["input_size"].value = 3
    assert view.step == 9
    view.step = 2
    view.controls["view"].value = "matrix"
    assert view.step == 2
    view.step = 30
    view.controls["input_size"].value = 1
    assert view.step == view.walk.last == 9


@pytest.mark.parametrize(
    ("explore", "arguments", "image"),
    [
        (
            "transposed",
            {"input_size": 3, "numbers": "ones"},
            np.ones((3, 3)),
        ),
        ("pooling", {"input_size": 3}, [[0, 7, 4], [1, 8, 5], [2, 9, 6]]),
        ("convolution", {"input_size": 4}, np.arange(16).reshape(4, 4) % 9 + 1),
        ("upsampling", {"image": [[2, 4, 6]]}, [[2, 4, 6]]),
    ],
)
def test_numbers_are_ones_or_count_or_are_in_disorder_or_given(
    explore, arguments, image
):
    view = EXPLORERS[explore](**arguments)
    np.testing.assert_array_equal(shown(view.scene.panels[0]), image)
    assert ("input_size" in view.controls) == ("image" not in arguments)


@pytest.mark.parametrize(
    ("explore", "arguments", "message"),
    [
        ("transposed", {"strides": 5}, "strides must be from 1 to 4; got 5"),
        ("transposed", {"strides": 0}, "strides must be 1 or more; got 0"),
        ("transposed", {"view": "stamps"}, "view must be one of 'stamp', "),
        ("transposed", {"padding": "full"}, 'padding must be "valid" or "same"'),
        ("transposed", {"output_padding": True}, "output_padding must be one of None"),
        ("transposed", {"step": 5}, "step must be from 0 to 4; got 5"),
        ("transposed", {"step": -1}, "step must be 0 or more; got -1"),
        ("transposed", {"step": 1.5}, "step must be a whole number"),
        ("transposed", {"image": np.ones((7, 2))}, "image must have at most 6 rows"),
        ("transposed", {"kernel": [1, 2]}, "kernel must be .* of shape"),
        ("convolution", {"input_size": 7}, "input_size must be from 1 to 6; got 7"),
        ("pooling", {"kind": "min"}, "kind must be one of 'max', 'average'"),
        ("pooling", {"image": [[np.inf]]}, "image must hold finite numbers"),
        ("upsampling", {"size": (2, 5)}, r"size\[1\] must be from 1 to 4; got 5"),
        ("numbers", {"start": []}, "start must be 1 to 12 numbers from -3 to 3"),
        ("numbers", {"start": [0] * 13}, "start must be 1 to 12"),
        ("numbers", {"start": [5]}, "from -3 to 3; got"),
        ("numbers", {"start": [5], "high": 6, "names": "ab"}, "names must be 1 texts"),
    ],
)
def test_a_wrong_argument_is_named(explore, arguments, message):
    with pytest.raises((TypeError, ValueError), match=message):
        EXPLORERS[explore](**arguments)


def test_a_slider_for_any_number_redraws_the_picture():
    view = explorer.explore_numbers(drawn, [1, 9], names=["left", "right"], high=9)
    before = view._repr_mimebundle_()["text/html"]
    view.sliders[1].value = -0.5
    assert repr(view) == "Sliders: A grid of one row with the numbers [ 1. -0.5]."
    bundle = view._repr_mimebundle_()
    assert bundle["text/plain"] == repr(view)
    assert 'alt="A grid of one row with the numbers [ 1. -0.5]."' in bundle["text/html"]
    assert bundle["text/html"] != before
    assert [slider.description for slider in view.sliders] == ["left", "right"]


# Files


@pytest.fixture
def view():
    return explorer.explore_transposed_convolution(padding="same")


def test_the_page_holds_every_step_and_asks_for_nothing_from_elsewhere(view, tmp_path):
    page = view.save_html(tmp_path / "walk.html").read_text()
    data = re.search(r'<script type="application/json" id="steps">(.*?)</script>', page)
    for (picture, words), scene in zip(
        json.loads(data[1]), view.walk.scenes(), strict=True
    ):
        assert words == scene.words
        assert escape(scene.alt) in picture
        cells = [text for p in scene.panels for row in p.labels for text in row if text]
        titles = [t for p in scene.panels for t in (p.title, p.operator) if t]
        assert sorted(texts(picture)) == sorted([*cells, *titles, *scene.key.values()])
    assert re.findall(r"(?:src|href)=|url\(|@import|https?:", page) == []
    assert escape(view.walk.layer.keras) in page


def test_the_animated_picture_has_every_step(view, tmp_path):
    path = view.save_gif(tmp_path / "walk.gif", seconds=0.5)
    with Image.open(path) as gif:
        assert gif.info["loop"] == 0
        frames = ImageSequence.Iterator(gif)
        for frame, scene in zip(frames, view.walk.scenes(), strict=True):
            assert frame.info["duration"] == (1500 if scene.step == 4 else 500)
            paper = Image.new("RGB", frame.size, "white")
            paper.paste(sheet(scene).pixels())
            difference = np.subtract(frame.convert("RGB"), paper, dtype=float)
            assert np.abs(difference).mean() < 0.5
    assert path.stat().st_size < 100_000


def test_svg_frames_tell_what_they_show(view, tmp_path):
    files = view.save_svg_frames(tmp_path / "frames")
    assert [file.name for file in files] == [f"step-{step}.svg" for step in range(5)]
    for file, scene in zip(files, view.walk.scenes(), strict=True):
        title, description, *_ = (e.text for e in ElementTree.parse(file).getroot())
        assert (title, description) == (scene.words, scene.alt)
        found = texts(file.read_text())
        assert "var(" not in file.read_text()
        assert scene.words in " ".join(found)
        cells = {text for p in scene.panels for row in p.labels for text in row if text}
        assert cells <= set(found)


def test_files_are_replaced_only_when_asked_and_then_all(view, tmp_path):
    for suffix in ("html", "gif"):
        path, save = tmp_path / f"walk.{suffix}", getattr(view, f"save_{suffix}")
        path.write_text("mine")
        with pytest.raises(FileExistsError, match="pass overwrite=True to replace it"):
            save(path)
        assert path.read_text() == "mine"
        save(str(path), overwrite=True)
        assert path.stat().st_size > 1000
    view.save_svg_frames(tmp_path / "frames")
    other = tmp_path / "frames/step-1b.svg"
    other.write_text("mine")
    view.controls["input_size"].value = 1
    with pytest.raises(FileExistsError, match="has frames already; pass overwrite"):
        view.save_svg_frames(other.parent)
    assert len(list(other.parent.iterdir())) == 6
    view.save_svg_frames(other.parent, overwrite=True)
    names = {file.name for file in other.parent.iterdir()}
    assert names == {"step-0.svg", "step-1.svg", "step-1b.svg"}
    assert "1 by 1" in (other.parent / "step-1.svg").read_text()
    assert other.read_text() == "mine"


@pytest.mark.parametrize(
    ("save", "name", "error", "message"),
    [
        ("save_html", "walk.gif", ValueError, r"path must end in \.html"),
        ("save_gif", "walk", ValueError, r"path must end in \.gif; got '.*walk'"),
        ("save_html", "no/walk.html", FileNotFoundError, "no/walk.html"),
        ("save_svg_frames", "no/frames", FileNotFoundError, "no/frames"),
        ("save_svg_frames", "file", FileExistsError, "file"),
    ],
)
def test_a_place_that_cannot_be_is_named(view, tmp_path, save, name, error, message):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(error, match=message):
        getattr(view, save)(tmp_path / name)
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_too_long_an_animation_is_refused(view, tmp_path):
    with pytest.raises(ValueError, match=r"seconds must be from 0\.02 to 60; got 0"):
        view.save_gif(tmp_path / "fast.gif", seconds=0)
    view = explorer.explore_transposed_convolution(input_size=5, view="matrix")
    with pytest.raises(ValueError, match="at most; this layer has 122"):
        view.save_gif(tmp_path / "long.gif")
