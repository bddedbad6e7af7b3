"""What the explorer shows is what the layers compute, in every view and step."""

import json
import re
import xml.etree.ElementTree as ElementTree
from functools import partial
from html import escape, unescape
from io import BytesIO
from itertools import product

import numpy as np
import pytest
from grid import PADDINGS, whole_numbers
from PIL import Image, ImageSequence

from course_lib import explorer, figures, pytorch
from course_lib.backend import keras
from course_lib.explorer._drawing import sheet, svg
from course_lib.explorer._transposed import VIEWS
from course_lib.explorer._windows import Convolution, Pooling, Upsampling
from course_lib.figures import ROLES, palette

SMALL = np.array([[1.0, 2], [3, 4]])
NINE = np.arange(1.0, 10).reshape(3, 3)
TALL = np.array([[2.0, -1, 3], [5, 4, -7]])
GRID = list(product((1, 2, 4), (1, 2, 3, 5), (1, 2, 3), PADDINGS, (None, 0, 1, 2)))
NAMES = (*VIEWS, "convolution", "max", "average", "nearest", "bilinear")


def make(name, image, kernel, strides, padding="valid", output_padding=None):
    """A walk; of the kernel, pooling takes the side, and upsampling as a factor."""
    if name in VIEWS:
        return VIEWS[name](image, kernel, strides, padding, output_padding)
    if name == "convolution":
        return Convolution(image, kernel, strides, padding)
    if name in ("max", "average"):
        return Pooling(image, len(kernel), strides, padding, name)
    return Upsampling(image, strides, len(kernel), name)


def batch(image):
    return np.asarray(image, "float32")[None, :, :, None]


def weights(kernel):
    return np.asarray(kernel, "float32")[:, :, None, None]


def read(text):
    return float(text.replace("−", "-") or "nan")


def shown(panel):
    """The numbers that a person reads in a panel; NaN in an empty cell."""
    return np.array([[read(text) for text in row] for row in panel.labels])


def inside(panel, window):
    row, column, height, width = window
    return shown(panel)[row : row + height, column : column + width]


def output(walk, step):
    """The output as the last panel shows it, without what is cut off."""
    panel = walk.panels(step)[-1]
    if "matrix" in panel.title:
        return shown(panel)[-1, 2:].reshape(walk.output.shape)
    return shown(panel)[panel.roles != "cropped"].reshape(walk.output.shape)


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

# For every layer of a grid

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
def test_numbers_code_sizes_and_key_are_those_of_keras(name):
    tried = 0
    for n, k, s, padding, *extra in GRID:
        if name not in VIEWS and extra != [None]:
            continue
        image, kernel = whole_numbers(n, n + 1), whole_numbers(k, k)
        try:
            walk = make(name, image, kernel, s, padding, *extra)
        except ValueError:
            continue
        tried += 1
        assert "None" not in walk.keras
        expected = by_keras(walk.keras, image, kernel)
        np.testing.assert_allclose(walk.output, expected, 1e-5, 1e-5)
        np.testing.assert_allclose(output(walk, walk.last), expected, atol=0.005001)
        if name in VIEWS:
            translated = pytorch.pytorch_conv_transpose(k, s, padding, *extra)
            assert walk.pytorch == translated.code(1, 1)
        letters = {"s": s, "k": k, "p": k, "size": (s, k), "output_padding": extra[0]}
        for axis, side in enumerate(("height", "width")):
            formula = walk.sizes.get(side) or walk.sizes["height and width"]
            assert sides_of(formula, n=n + axis, **letters) == {expected.shape[axis]}
        panels = [panel for step in {0, 1, walk.last} for panel in walk.panels(step)]
        roles = {role for panel in panels for role in panel.roles.ravel()}
        assert roles <= {*walk.key, *UNNAMED.get(name, ()), "pending", "gap"}
    assert tried > (150 if name in VIEWS else 40)


# Step by step


def test_the_sum_so_far_is_stamped_by_hand():
    walk, canvas = make("stamp", TALL, NINE, 2), np.zeros((5, 7))
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


def test_roles_tell_how_often_a_cell_is_stamped():
    panel = make("stamp", np.ones((2, 2)), np.ones((3, 3)), 2, "valid", 1).panels(4)[-1]
    count = shown(panel)  # of ones: the sum is the count
    roles = np.array(["zero", "output", "overlap", "", "overlap"])
    np.testing.assert_array_equal(panel.roles, roles[count.astype(int)])


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
        assert numbers[step - 1] in map(read, told)
        if name != "matrix":
            assert walk.panels(step)[-1].outlines == ((row, column, 1, 1),)
        if found := TOLD_SUM.search(words):
            sums += 1
            code = found[1].replace("−", "-").replace("·", "*")
            error = abs(eval(code) - read(found[3]))
            assert error < (1e-9 if found[2] == "=" else 0.1)
    assert sums or name in ("max", "average", "nearest")


def test_what_a_view_draws_gives_the_pixel():
    """The window times the kernel; the column times the input; and so on."""
    for step in range(1, 17):
        pixel = WALKS["matrix"].output.ravel()[step - 1]
        spread, flipped, _ = WALKS["insert zeros"].panels(step)
        (here,) = spread.outlines
        assert np.sum(inside(spread, here) * shown(flipped)) == pixel
        (panel,) = WALKS["matrix"].panels(step)
        image, column, last = (inside(panel, here) for here in panel.outlines)
        assert np.sum(image * column) == last == pixel
        assert f"column {step - 1} of" in WALKS["matrix"].words(step)
        unit, answer, arriving, _ = map(shown, WALKS["gradient"].panels(step))
        convolved = keras.ops.conv(batch(unit), weights(NINE), 2, "same")
        np.testing.assert_array_equal(answer, convolved[0, :, :, 0])
        np.testing.assert_array_equal(answer.reshape(-1, 1), column)
        assert np.sum(answer * arriving) == pixel


# What is said


def words(name, *arrays, **arguments):
    return EXPLORERS[name](*arrays, **arguments).scene.words


def test_a_rounded_sum_is_not_called_equal_and_a_long_one_is_shortened():
    convolved = partial(words, "convolution")
    assert convolved([[0.1]], [[3]]).endswith("the kernel, 0.1·3 = 0.3.")
    assert convolved([[1 / 3]], [[3]]).endswith("0.33·3 ≈ 1.")
    assert convolved([[123456789]], [[1]]).endswith("1.2e08·1 ≈ 1.2e08.")
    told = convolved([[1, 2, 3, 4, 5]] * 2, np.ones((2, 5)))
    assert told.endswith("1·1 + 2·1 + 3·1 + 4·1 + … + 5·1 (10 products) = 30.")


def test_words_count_the_cells_of_padding():
    convolved = partial(words, "convolution", [[1, 2, 3]], padding="same")
    assert convolved([[4, 5, 6]]).endswith("= 23. 1 of its cells is padding.")
    assert convolved(NINE).endswith("7 of its cells are padding.")
    pooled = partial(words, "pooling", [[1, 2, 3]], padding="same")
    assert pooled().endswith("of 3 is 3. 3 cells of padding do not count.")
    mean = pooled(kind="average", step=1)
    assert mean.endswith("(1 + 2) / 2 = 1.5. 2 cells of padding do not count.")


def test_words_say_what_meets_a_pixel():
    """A weight of 0 is there, though it adds nothing; or there is none."""
    told = partial(words, "transposed", [[1, 2]], [[0, 1]], strides=3)
    assert told(view="insert zeros", step=3).endswith("zeros only, so the sum is 0.")
    assert told(view="matrix", step=3).endswith("is empty, so the sum is 0.")
    assert told(view="gradient", step=3).endswith("pixel, so its gradient is 0.")
    assert told(view="matrix", step=1).endswith("column 0 of the matrix, 1·0 = 0.")
    # In the order of the panels: weight 1 and pixel 2
    assert told(view="gradient", step=5).endswith("1·2 = 2.")
    assert words("upsampling", step=2).endswith("input pixel at [0, 0], 1.")


# Drawings


def texts(markup):
    return re.findall(r"<text[^>]*>([^<]+)</text>", markup)


def labels(scene):
    """All numbers of a scene, as its cells show them."""
    rows = [row for panel in scene.panels for row in panel.labels]
    return [text for row in rows for text in row if text]


def boxes(panel, side, colour="fill"):
    """The colour of each box of a drawing: left, top, right and bottom, in cells."""
    found = {}
    for path in ElementTree.fromstring(svg(panel, side)).iter("path"):
        for corners in re.findall(r"M([^z]*)z", path.get("d")):
            if path.get(colour) != "none":
                places = np.array(corners.split(), float) / side
                found[(*places[:2], *places[4:6])] = path.get(colour)
    return found


def test_a_drawing_has_every_number_and_outline_at_its_cells():
    for panel in make("stamp", TALL, NINE, 2, "same").panels(2):
        assert boxes(panel, 36) == {
            (column, row, column + 1, row + 1): ROLES[role].fill
            for (row, column), role in np.ndenumerate(panel.roles)
        }
        outlines = boxes(panel, 36, "stroke")
        for row, column, height, width in panel.outlines:
            box = column, row, column + width, row + height
            assert outlines[box] == palette.FOOTPRINT
        found = {
            (float(text.get("y")) // 36, float(text.get("x")) // 36): text.text
            for text in ElementTree.fromstring(svg(panel, 36)).iter("text")
        }
        assert found == dict(np.ndenumerate(panel.labels))


def test_large_matrices_are_drawn_without_numbers_and_edges():
    (panel,) = make("matrix", NINE, NINE, 4).panels(20)
    drawn = boxes(panel, 4).items()
    kernel = [box for box, fill in drawn if fill == ROLES["kernel"].fill]
    assert {right - left for left, _, right, _ in kernel} == {3}  # a row in one box
    assert texts(svg(panel, 4)) == []


# The widget


each_explorer = pytest.mark.parametrize("explore", [*EXPLORERS.values()][:4])


def values(view):
    """What is shown between the controls and the style: picture, words and facts."""
    return [widget.value for widget in view.children[2:5]]


@each_explorer
def test_every_value_of_every_control_is_drawn_or_explained(explore):
    for name in explore().controls:
        view, seen = explore(), set()
        control = view.controls[name]
        if hasattr(control, "max"):
            options = range(control.min, control.max + 1)
        else:
            options = [value for _, value in control.options]
        for option in options:
            control.value = option
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
        assert view.walk.keras in unescape(facts)
        assert values(explore(step=step)) == [picture, words, facts]
    bundle = view._repr_mimebundle_()
    assert bundle["text/plain"] == f"Explorer: {view.scene.alt}"
    assert "application/vnd.jupyter.widget-view+json" in bundle
    image = f'<img alt="{escape(view.scene.alt)}" src="data:image/png;base64,'
    assert image in bundle["text/html"]
    assert view.scene.words in unescape(bundle["text/html"])


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
    view.controls["input_size"].value = 3
    assert view.step == 9
    view.step = 6
    view.controls["strides"].value = 2
    assert view.step == view.walk.last == 4
    view.step = 2
    view.controls["strides"].value = 1
    assert view.step == 2


def test_numbers_are_ones_or_count_or_are_in_disorder_or_given():
    def image(name, **arguments):
        return shown(EXPLORERS[name](**arguments).scene.panels[0]).tolist()

    assert image("transposed", numbers="ones") == [[1, 1], [1, 1]]
    assert image("pooling", input_size=3) == [[0, 7, 4], [1, 8, 5], [2, 9, 6]]
    assert image("upsampling") == [[1, 2], [3, 4]]
    assert image("upsampling", image=[[2, 4, 6]]) == [[2, 4, 6]]
    given = explorer.explore_convolution([[1, 2]], [[3]]).controls
    assert [*given] == ["strides", "padding"]


@pytest.mark.parametrize(
    ("explore", "arguments", "message"),
    [
        ("transposed", {"strides": 5}, "strides must be from 1 to 4; got 5"),
        ("transposed", {"strides": 1.5}, "strides must be a whole number"),
        ("transposed", {"view": "stamps"}, "view must be one of 'stamp', "),
        ("transposed", {"padding": "full"}, 'padding must be "valid" or "same"'),
        ("transposed", {"output_padding": True}, "output_padding must be one of None"),
        ("transposed", {"step": 5}, "step must be from 0 to 4; got 5"),
        ("transposed", {"image": np.ones((7, 2))}, "image must have at most 6 rows"),
        ("transposed", {"kernel": [1, 2]}, "kernel must be .* of shape"),
        ("pooling", {"image": [[np.inf]]}, "image must hold finite numbers"),
        ("upsampling", {"size": (2, 5)}, r"size\[1\] must be from 1 to 4; got 5"),
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
    view.sliders[1].value = -0.5
    bundle = view._repr_mimebundle_()
    told = "A grid of one row with the numbers [ 1. -0.5]."
    assert bundle["text/plain"] == repr(view) == f"Sliders: {told}"
    assert f'alt="{told}"' in view.children[1].value
    assert view.children[1].value in bundle["text/html"]
    assert [slider.description for slider in view.sliders] == ["left", "right"]


# Files


@pytest.fixture
def view():
    return explorer.explore_transposed_convolution(input_size=1, padding="same")


def test_the_page_holds_every_step_and_asks_for_nothing_from_elsewhere(view, tmp_path):
    page = view.save_html(tmp_path / "walk.html").read_text()
    data = re.search(r'<script type="application/json" id="steps">(.*?)</script>', page)
    steps = json.loads(data[1])
    for (picture, words), scene in zip(steps, view.walk.scenes(), strict=True):
        assert words == scene.words
        assert escape(scene.alt) in picture
        assert sorted(texts(picture)) == sorted(labels(scene))
        for told in (*(panel.title for panel in scene.panels), *view.walk.key.values()):
            assert told in picture
    assert re.findall(r"(?:src|href)=|url\(|@import|https?:", page) == []
    assert escape(view.walk.keras) in page


def test_the_animated_picture_has_every_step(view, tmp_path):
    path = view.save_gif(tmp_path / "walk.gif", seconds=0.5)
    assert path.stat().st_size < 100_000
    durations, heights = [], []
    with Image.open(path) as gif:
        assert gif.info["loop"] == 0
        frames = zip(ImageSequence.Iterator(gif), view.walk.scenes(), strict=True)
        for frame, scene in frames:
            durations.append(frame.info["duration"])
            png = figures.show(sheet(scene, told=True), scene.alt).png
            picture = Image.open(BytesIO(png))
            heights.append(picture.height)
            paper = Image.new("RGB", frame.size, "white")
            paper.paste(picture)
            difference = np.subtract(frame.convert("RGB"), paper, dtype=float)
            assert np.abs(difference).mean() < 0.5
    assert gif.height == max(heights)
    assert durations == [500, 1500]


def test_svg_frames_show_and_tell_the_same_as_the_drawings(view, tmp_path):
    files = view.save_svg_frames(tmp_path / "frames")
    assert [file.name for file in files] == [f"step-{step}.svg" for step in (0, 1)]
    for file, scene in zip(files, view.walk.scenes(), strict=True):
        title, description, *_ = (e.text for e in ElementTree.parse(file).getroot())
        assert (title, description) == (scene.words, scene.alt)
        found = texts(file.read_text())
        assert scene.words in " ".join(found)
        assert set(labels(scene)) <= set(found)
        fills = set(re.findall("fill: (#[0-9a-f]{6})", file.read_text()))
        for panel in scene.panels:
            assert set(boxes(panel, 36).values()) <= fills


def test_files_are_replaced_only_when_asked_and_then_all(view, tmp_path):
    for suffix in ("html", "gif"):
        path, save = tmp_path / f"walk.{suffix}", getattr(view, f"save_{suffix}")
        path.write_text("mine")
        with pytest.raises(FileExistsError, match="pass overwrite=True to replace it"):
            save(path)
        assert path.read_text() == "mine"
        save(str(path), overwrite=True)
        assert path.stat().st_size > 1000
    folder = tmp_path / "frames"
    folder.mkdir()
    for name in ("step-1b.svg", "step-1.svg", "step-9.svg"):
        (folder / name).write_text("mine")
    with pytest.raises(FileExistsError, match="has frames already; pass overwrite"):
        view.save_svg_frames(folder)
    view.save_svg_frames(folder, overwrite=True)
    names = {file.name for file in folder.iterdir()}
    assert names == {"step-0.svg", "step-1.svg", "step-1b.svg"}
    assert "1 by 1" in (folder / "step-1.svg").read_text()


def test_a_file_that_cannot_be_is_refused(view, tmp_path):
    with pytest.raises(ValueError, match=r"path must end in \.gif; got '.*walk'"):
        view.save_gif(tmp_path / "walk")
    with pytest.raises(ValueError, match=r"seconds must be from 0\.02 to 60; got 0"):
        view.save_gif(tmp_path / "fast.gif", seconds=0)
    view = explorer.explore_transposed_convolution(input_size=5, view="matrix")
    with pytest.raises(ValueError, match="at most; this layer has 122"):
        view.save_gif(tmp_path / "long.gif")
