"""What the explorer shows is what the layers compute, in every view and step."""

import re
import xml.etree.ElementTree as ElementTree
from itertools import product

import numpy as np
import pytest
from PIL import Image

from course_lib import explorer, pytorch, shapes
from course_lib.backend import keras
from course_lib.convolution import conv2d
from course_lib.explorer._controls import MEANINGS
from course_lib.explorer._drawing import Boxes, Outline, Texts, draw_panels
from course_lib.explorer._pixels import pixels
from course_lib.explorer._scene import equals
from course_lib.explorer._sheet import sheet
from course_lib.explorer._stamps import Stamps
from course_lib.explorer._upsampling import Upsampling
from course_lib.explorer._views import VIEWS
from course_lib.explorer._windows import Convolution, Pooling
from course_lib.figures import ROLES
from course_lib.figures._palette import FOOTPRINT
from course_lib.transposed_convolution import conv2d_transpose

SMALL = np.array([[1, 2], [3, 4]])
NINE = np.arange(1, 10).reshape(3, 3)
TALL = np.array([[2, -1, 3], [5, 4, -7]])
GRID = list(
    product((1, 2, 4), (1, 2, 3, 5), (1, 2, 3), ("valid", "same"), (None, 0, 1, 2))
)


def batch(image):
    return np.asarray(image, "float32")[None, :, :, None]


def digits(*shape):
    """Whole numbers from -4 to 9 in disorder: sums of their products are exact."""
    return np.random.default_rng(list(shape)).integers(-4, 10, shape)


def shown(panel):
    """The numbers that a person reads in a panel."""
    texts = [[text.replace("−", "-") or "nan" for text in row] for row in panel.labels]
    return np.array(texts, float)


def last_panel(walk, step=None):
    return walk.panels(walk.last if step is None else step)[-1]


def cropped(walk):
    panel = last_panel(walk)
    if panel.kept is None:
        return shown(panel)
    row, column, height, width = panel.kept
    return shown(panel)[row : row + height, column : column + width]


def number_in_the_matrix(walk):
    """The row below the matrix, folded to an image again."""
    return shown(last_panel(walk))[-1, 2:].reshape(walk.output.shape)


READ = {
    "stamp": cropped,
    "insert zeros": lambda walk: shown(last_panel(walk)),
    "matrix": number_in_the_matrix,
    "gradient": lambda walk: shown(last_panel(walk)),
}

# Equal to Keras


@pytest.mark.parametrize("view", VIEWS)
def test_a_transposed_convolution_shows_what_keras_computes(view):
    for n, k, strides, padding, extra in GRID:
        image, kernel = digits(n, n + 1), digits(k, k)
        arguments = (strides, padding, extra)
        try:
            walk = VIEWS[view](image, kernel, *arguments)
        except ValueError:
            continue
        expected = keras.ops.conv_transpose(
            batch(image), kernel[:, :, None, None].astype("float32"), *arguments
        )
        np.testing.assert_array_equal(READ[view](walk), expected[0, :, :, 0])


@pytest.mark.parametrize("view", VIEWS)
def test_an_impossible_layer_is_refused_as_the_library_refuses_it(view):
    refused = 0
    for n, k, strides, padding, extra in GRID:
        try:
            shapes.conv_transpose_output_size(n, k, strides, padding, extra)
        except ValueError as error:
            refused += 1
            with pytest.raises(ValueError, match=re.escape(str(error))):
                VIEWS[view](digits(n, n), digits(k, k), strides, padding, extra)
        else:
            VIEWS[view](digits(n, n), digits(k, k), strides, padding, extra)
    assert 0 < refused < len(GRID)


@pytest.mark.parametrize(
    ("n", "k", "strides", "padding"),
    list(product((3, 4, 6), (1, 2, 3), (1, 2, 3), ("valid", "same"))),
)
def test_windows_show_what_keras_computes(n, k, strides, padding):
    image, kernel = digits(n, n + 1), digits(k, k)
    convolved = keras.ops.conv(
        batch(image), kernel[:, :, None, None].astype("float32"), strides, padding
    )
    walk = Convolution(image, kernel, strides, padding)
    np.testing.assert_array_equal(shown(last_panel(walk)), convolved[0, :, :, 0])
    for kind in ("max", "average"):
        pooled = keras.ops.__dict__[f"{kind}_pool"](batch(image), k, strides, padding)
        walk = Pooling(image, k, strides, padding, kind)
        np.testing.assert_allclose(
            shown(last_panel(walk)), pooled[0, :, :, 0], atol=0.005001
        )


@pytest.mark.parametrize("interpolation", ["nearest", "bilinear"])
@pytest.mark.parametrize("size", [(1, 1), (2, 3), (4, 1), (3, 2)])
def test_upsampling_shows_what_keras_computes(size, interpolation):
    walk = Upsampling(TALL, size, interpolation)
    layer = keras.layers.UpSampling2D(size, interpolation=interpolation)
    np.testing.assert_allclose(
        shown(last_panel(walk)), layer(batch(TALL))[0, :, :, 0], atol=0.005001
    )


# Step by step


def test_the_sum_so_far_is_stamped_by_hand():
    walk = Stamps(TALL, NINE, 2, "valid", None)
    canvas = np.zeros((5, 7))
    np.testing.assert_array_equal(shown(last_panel(walk, 0)), canvas)
    for step, (row, column) in enumerate(np.ndindex(2, 3), start=1):
        canvas[2 * row : 2 * row + 3, 2 * column : 2 * column + 3] += (
            TALL[row, column] * NINE
        )
        image, kernel, stamp, so_far = walk.panels(step)
        np.testing.assert_array_equal(shown(so_far), canvas)
        np.testing.assert_array_equal(shown(stamp), TALL[row, column] * NINE)
        np.testing.assert_array_equal(shown(kernel), NINE)
        assert image.outlines == ((row, column, 1, 1),)


@pytest.mark.parametrize("strides", [1, 2, 3, 4])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_the_footprint_is_where_the_sum_changes(strides, padding):
    walk = Stamps(SMALL, NINE, strides, padding, None)
    for step in range(1, walk.last + 1):
        before, after = (shown(last_panel(walk, s)) for s in (step - 1, step))
        rows, columns = np.nonzero(after - before)
        changed = rows.min(), columns.min(), np.ptp(rows) + 1, np.ptp(columns) + 1
        assert last_panel(walk, step).outlines == (changed,)


def test_roles_tell_how_often_a_cell_is_stamped():
    ones = np.ones((3, 3))
    walk = Stamps(np.ones((2, 2)), ones, 2, "valid", 1)
    panel = last_panel(walk)
    count = shown(panel)  # of ones: the sum is the count
    assert set(np.unique(count)) == {0, 1, 2, 4}
    np.testing.assert_array_equal(panel.roles == "overlap", count > 1)
    np.testing.assert_array_equal(panel.roles == "output", count == 1)
    np.testing.assert_array_equal(panel.roles == "zero", count == 0)


def test_same_marks_what_it_cuts_off():
    panel = last_panel(Stamps(SMALL, NINE, 2, "same", None))
    assert panel.kept == (0, 0, 4, 4)
    cut = np.ones((5, 5), bool)
    cut[:4, :4] = False
    np.testing.assert_array_equal(panel.roles == "cropped", cut)


PIXEL_BY_PIXEL = {
    "insert zeros": VIEWS["insert zeros"](SMALL, NINE, 2, "same", None),
    "matrix": VIEWS["matrix"](SMALL, NINE, 2, "same", None),
    "gradient": VIEWS["gradient"](SMALL, NINE, 2, "same", None),
    "convolution": Convolution(TALL, SMALL, 1, "same"),
    "max": Pooling(TALL, 2, 1, "same", "max"),
    "average": Pooling(TALL, 2, 1, "same", "average"),
    "nearest": Upsampling(TALL, (2, 3), "nearest"),
    "bilinear": Upsampling(TALL, (2, 3), "bilinear"),
}
each_walk = pytest.mark.parametrize(
    "walk", PIXEL_BY_PIXEL.values(), ids=PIXEL_BY_PIXEL.keys()
)


@each_walk
def test_each_step_computes_one_more_pixel_and_says_its_value(walk):
    matrix = walk is PIXEL_BY_PIXEL["matrix"]
    for step in range(walk.last + 1):
        panel = last_panel(walk, step)
        numbers = (shown(panel)[-1, 2:] if matrix else shown(panel)).ravel()
        assert np.count_nonzero(~np.isnan(numbers)) == step
        if step == 0:
            assert "Nothing is computed yet" in walk.words(0)
            continue
        words = walk.words(step)
        row, column = map(int, re.search(r"at \[(\d+), (\d+)\]", words).groups())
        assert row * walk.output.shape[1] + column == step - 1
        told = re.findall(r"−?\d+(?:\.\d+)?", words.split(":")[1])
        assert numbers[step - 1] in [float(text.replace("−", "-")) for text in told]
        if not matrix:
            assert panel.outlines == ((row, column, 1, 1),)


@each_walk
def test_sums_in_words_add_up(walk):
    sums = 0
    for step in range(1, walk.last + 1):
        pattern = r"([−\d.·+ ]+·[−\d.·+ ]+) ([=≈]) (−?\d+(?:\.\d+)?)"
        found = re.search(pattern, walk.words(step))
        if found is None:
            continue
        sums += 1
        code = found[1].replace("−", "-").replace("·", "*")
        error = abs(eval(code) - float(found[3].replace("−", "-")))
        assert error < (1e-9 if found[2] == "=" else 0.1)
    assert sums or walk.layer.name.endswith("pooling") or "nearest" in walk.layer.keras


SPARSE = np.array([[0, 2, 0], [0, -1, 3]])
"""Weights and pixels of 0: they are there, though they add nothing."""
UNREACHED = {
    "insert zeros": "the window holds zeros only",
    "matrix": "of the matrix is empty",
    "gradient": "no window of the convolution sees this pixel",
}


@pytest.mark.parametrize("view", UNREACHED)
@pytest.mark.parametrize("strides", [1, 2, 3, 4])
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("kernel", [SPARSE, SPARSE[:2, :2], np.zeros((1, 2))])
def test_words_count_every_weight_that_meets_a_pixel(view, strides, padding, kernel):
    walk = VIEWS[view](SPARSE, kernel, strides, padding, None)
    met = conv2d_transpose(
        np.ones((1, 2, 3, 1)), np.ones((*kernel.shape, 1, 1)), strides, padding
    )
    for step, count in enumerate(met.ravel().astype(int), start=1):
        words = walk.words(step)
        assert words.count("·") == count
        assert (UNREACHED[view] in words) == (count == 0)


@pytest.mark.parametrize("strides", [1, 2, 3, 4])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_words_count_the_cells_of_padding(strides, padding):
    """One cell is, two cells are; a mean divides by the pixels that are left."""
    ones = np.ones((1, 2, 3, 1))
    inside = conv2d(ones, np.ones((1, 3, 1, 1)), strides, padding)
    walk = Convolution(TALL, NINE[:1], strides, padding)
    for step, count in enumerate(inside.ravel().astype(int), start=1):
        found = re.findall(r"\d of its cells .*", walk.words(step))
        told = {0: [], 1: ["1 of its cells is padding."]}
        assert found == told.get(3 - count, [f"{3 - count} of its cells are padding."])
    inside = conv2d(ones, np.ones((2, 2, 1, 1)), strides, padding)
    walk = Pooling(TALL, 2, strides, padding, "average")
    for step, count in enumerate(inside.ravel().astype(int), start=1):
        words = walk.words(step)
        assert f" / {count} " in words
        assert (f"{4 - count} cells of padding do not" in words) == (count < 4)


@pytest.mark.parametrize(
    ("total", "part", "told"),
    [
        (0.1 + 0.2, 0.1, "= 0.3"),
        (1 / 3, 1.0, "≈ 0.33"),
        (1.0, 1 / 3, "≈ 1"),
        (123456789.0, 1.0, "≈ 1.2e08"),
    ],
)
def test_what_is_written_rounded_is_not_called_equal(total, part, told):
    assert equals(total, part) == told


@pytest.mark.parametrize("view", VIEWS)
def test_the_key_names_every_role(view):
    for n, strides, padding in product((1, 2), (1, 2, 4), ("valid", "same")):
        walk = VIEWS[view](digits(n, n), NINE, strides, padding, None)
        shown = {
            role
            for step in range(walk.last + 1)
            for panel in walk.panels(step)
            for role in panel.roles.ravel()
        }
        shown -= {"pending", "gap"}
        if view == "stamp":
            shown -= {"input", "kernel"}  # their titles say it
        elif view == "gradient":
            shown -= {"zero"}
        assert shown <= walk.key.keys()


def test_the_window_is_what_the_sum_is_of():
    walk = PIXEL_BY_PIXEL["insert zeros"]
    for step in range(1, walk.last + 1):
        spread, flipped, output = walk.panels(step)
        ((row, column, height, width),) = spread.outlines
        window = shown(spread)[row : row + height, column : column + width]
        assert np.sum(window * shown(flipped)) == shown(output).ravel()[step - 1]


def test_the_matrix_column_times_the_input_is_the_pixel():
    walk = PIXEL_BY_PIXEL["matrix"]
    for step in range(1, walk.last + 1):
        (panel,) = walk.panels(step)
        picked = [
            shown(panel)[row : row + height, column : column + width].ravel()
            for row, column, height, width in panel.outlines
        ]
        image, weights, pixel = picked
        assert image @ weights == pixel
        number = int(re.search(r"column (\d+) of the matrix", walk.words(step))[1])
        np.testing.assert_array_equal(walk.matrix[:, number], weights)


def test_the_gradient_weighs_the_answer_of_the_convolution():
    walk = PIXEL_BY_PIXEL["gradient"]
    for step in range(1, walk.last + 1):
        unit, answer, arriving, output = walk.panels(step)
        convolved = keras.ops.conv(
            batch(shown(unit)), NINE[:, :, None, None].astype("float32"), 2, "same"
        )
        np.testing.assert_array_equal(shown(answer), convolved[0, :, :, 0])
        total = np.sum(shown(answer) * shown(arriving))
        assert total == shown(output).ravel()[step - 1]


def test_max_pooling_pads_with_minus_infinity_and_average_with_nothing():
    padded = PIXEL_BY_PIXEL["max"].panels(0)[0]
    assert padded.labels[-1] == ["−∞"] * 4
    padded = PIXEL_BY_PIXEL["average"].panels(0)[0]
    assert padded.labels[-1] == [""] * 4
    words = PIXEL_BY_PIXEL["average"].words(6)
    assert "(−7) / 1 = −7. 3 cells of padding do not count" in words


@pytest.mark.parametrize("step", [-1, 5])
def test_a_step_that_does_not_exist_is_refused(step):
    with pytest.raises(ValueError, match=f"step must be from 0 to 4; got {step}"):
        Stamps(SMALL, NINE, 2, "valid", None).scene(step)


# Sizes and code


def sides_of(formula, **letters):
    """The three sides of a formula, computed: the rule, the same in numbers, the size.

    Args:
        formula: As "n · s = 2 · 2 = 4".
        letters: What the letters of the rule stand for.
    """
    code = formula.replace("−", "-").replace("·", "*").replace("mod", "%")
    code = re.sub(r"⌊(.*?)⌋", r"int(\1)", code)
    code = re.sub(r"⌈(.*?)⌉", r"-int(-(\1) // 1)", code)
    return {eval(side, dict(letters)) for side in code.split(" = ")}


def test_size_formulas_are_right_for_every_layer():
    walks = []
    for n, k, strides, padding, extra in GRID:
        try:
            shapes.conv_transpose_output_size(n, k, strides, padding, extra)
        except ValueError:
            continue
        walk = Stamps(digits(n, n + 1), digits(k, k), strides, padding, extra)
        walks.append((walk, (k, k), {"s": strides, "output_padding": extra}))
    for k, s, padding in product((1, 2, 3), (1, 2, 3), ("valid", "same")):
        kernel = digits(k, 2)
        walk = Convolution(digits(4, 6), kernel, s, padding)
        walks.append((walk, kernel.shape, {"s": s}))
        walk = Pooling(digits(5, 3), k, s, padding, "max")
        walks.append((walk, (k, k), {"s": s, "p": k}))
    walks.append((Upsampling(TALL, (2, 3), "nearest"), (1, 1), {"size": (2, 3)}))
    for walk, kernel, letters in walks:
        formulas = walk.layer.sizes
        for axis, name in enumerate(("height", "width")):
            formula = formulas.get(name) or formulas["height and width"]
            n, k = walk.image.shape[axis], kernel[axis]
            assert sides_of(formula, n=n, k=k, **letters) == {walk.output.shape[axis]}


CODE = {
    "transposed": (Stamps(TALL, NINE, 2, "same", 1), TALL, NINE),
    "transposed, as it is": (Stamps(SMALL, NINE, 1, "valid", None), SMALL, NINE),
    "convolution": (Convolution(NINE, SMALL, 2, "same"), NINE, SMALL),
    "max pooling": (Pooling(NINE, 2, 1, "same", "max"), NINE, None),
    "average pooling": (Pooling(NINE, 2, None, "valid", "average"), NINE, None),
    "upsampling": (Upsampling(SMALL, (2, 3), "bilinear"), SMALL, None),
}


@pytest.mark.parametrize(("walk", "image", "kernel"), CODE.values(), ids=CODE.keys())
def test_the_line_of_keras_makes_the_layer(walk, image, kernel):
    layer = eval(walk.layer.keras, {"keras": keras})
    layer.build(batch(image).shape)
    if kernel is not None:
        bias = layer.get_weights()[1]
        layer.set_weights([kernel[:, :, None, None].astype("float32"), bias])
    expected = layer(batch(image))[0, :, :, 0]
    np.testing.assert_allclose(walk.output, expected, rtol=1e-6)


def test_the_lines_of_pytorch_are_the_course_s_translation():
    walk = Stamps(SMALL, NINE, 2, "same", None)
    translated = pytorch.pytorch_conv_transpose(3, 2, "same").code(1, 1)
    assert walk.layer.pytorch == translated
    assert "[:, :, :-1, :-1]" in translated


# Drawings


def texts_of(svg):
    root = ElementTree.fromstring(svg)
    return [text.text for text in root.iter() if text.tag.endswith("text")]


def test_a_drawing_has_every_number_at_its_cell():
    scene = Stamps(SMALL, NINE, 2, "same", None).scene(3)
    for panel, pair in zip(scene.panels, draw_panels(scene), strict=True):
        drawing = pair[-1]
        boxes = {}
        for mark in drawing.marks:
            if isinstance(mark, Boxes):
                boxes |= {(x, y): mark.fill for x, y, _, _ in mark.places}
        xs = sorted({x for x, _ in boxes})
        ys = sorted({y for _, y in boxes})
        assert (len(ys), len(xs)) == panel.values.shape
        side = 36
        numbers = {}
        for mark in drawing.marks[1:]:
            if isinstance(mark, Texts):
                numbers |= {(x - side / 2, y - side / 2): t for x, y, t in mark.items}
        for row, column in np.ndindex(panel.values.shape):
            corner = xs[column], ys[row]
            assert numbers[corner] == panel.labels[row][column]
            assert boxes[corner] == ROLES[panel.roles[row, column]].fill


def test_outlines_lie_on_their_cells():
    scene = Stamps(SMALL, NINE[:, :2], 2, "valid", None).scene(2)
    drawing = draw_panels(scene)[-1][-1]
    (boxes, *_) = (mark for mark in drawing.marks if isinstance(mark, Boxes))
    left = min(x for x, _, _, _ in boxes.places)
    top = min(y for _, y, _, _ in boxes.places)
    (outline,) = (mark for mark in drawing.marks if isinstance(mark, Outline))
    assert (outline.x - left, outline.y - top) == (2 * 36, 0)
    assert (outline.width, outline.height) == (2 * 36, 3 * 36)


def test_pixels_have_the_colours_of_the_marks():
    drawing = sheet(Stamps(SMALL, NINE, 2, "valid", None).scene(4))
    image = pixels(drawing, scale=2)
    assert image.size == (round(drawing.width * 2), round(drawing.height * 2))
    for mark in drawing.marks:
        if isinstance(mark, Boxes):
            for x, y, _, _ in mark.places:
                fill = Image.new("RGB", (1, 1), mark.fill).getpixel((0, 0))
                assert image.getpixel((round(2 * x + 10), round(2 * y + 10))) == fill
        if isinstance(mark, Outline):
            middle = round(2 * mark.x), round(2 * mark.y + mark.height)
            rust = Image.new("RGB", (1, 1), FOOTPRINT).getpixel((0, 0))
            assert image.getpixel(middle) == rust


def test_large_matrices_are_drawn_without_numbers():
    walk = VIEWS["matrix"](digits(5, 5), digits(5, 5), 4, "valid", None)
    scene = walk.scene(20)
    ((drawing,),) = draw_panels(scene)
    boxes = [mark for mark in drawing.marks if isinstance(mark, Boxes)]
    weights = [mark for mark in boxes if mark.fill == ROLES["kernel"].fill]
    side = min(height for _, _, _, height in weights[0].places)
    area = sum(width * height for _, _, width, height in weights[0].places)
    assert round(area / side**2) == 25 * 25
    assert len([mark for mark in drawing.marks if isinstance(mark, Texts)]) == 1


# The widget

EXPLORERS = {
    "transposed": explorer.explore_transposed_convolution,
    "convolution": explorer.explore_convolution,
    "pooling": explorer.explore_pooling,
    "upsampling": explorer.explore_upsampling,
}
each_explorer = pytest.mark.parametrize(
    "explore", EXPLORERS.values(), ids=EXPLORERS.keys()
)


def all_widgets(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from all_widgets(child)


def values(view):
    """What is shown below its style: the picture, the words and the facts."""
    found = [one.value for one in all_widgets(view) if type(one).__name__ == "HTML"]
    return found[1:]


def numbers_in(html):
    return [text for svg in re.findall("<svg.*?</svg>", html) for text in texts_of(svg)]


@each_explorer
def test_every_control_changes_what_is_shown(explore):
    for name in explore().controls:
        view = explore()
        control, before = view.controls[name], values(view)
        if hasattr(control, "max"):
            control.value = control.min if control.value > control.min else control.max
        else:
            control.index = (control.index + 1) % len(control.options)
        assert values(view) != before, name


@each_explorer
def test_it_is_made_of_plain_labelled_widgets(explore):
    kinds = {type(widget).__name__ for widget in all_widgets(explore())}
    assert kinds <= {
        "Explorer", "GridBox", "HBox", "HTML", "IntSlider", "Dropdown", "Play"
    }  # fmt: skip
    for control in explore().controls.values():
        assert control.tooltip == MEANINGS[control.description]


@each_explorer
def test_moving_the_step_moves_picture_and_words(explore):
    view = explore()
    slider, play = (
        next(one for one in all_widgets(view) if getattr(one, what, None) == value)
        for what, value in (("description", "step"), ("tooltip", "Play the steps"))
    )
    for step in (0, 1, view.walk.last):
        slider.value = step
        assert (view.step, play.max) == (step, view.walk.last)
        picture, words, facts = values(view)
        assert numbers_in(picture)
        assert view.walk.words(step).replace("'", "&#x27;") in words
        assert view.scene.alt in picture
        assert view.walk.layer.keras.replace('"', "&quot;") in facts


def test_the_picture_has_the_numbers_of_the_library():
    view = explorer.explore_transposed_convolution(SMALL, NINE, padding="same")
    view.controls["strides"].value = 3
    picture, _, facts = values(view)
    expected = np.kron(SMALL, NINE)  # stamps that just touch
    shown_numbers = [int(text) for text in numbers_in(picture) if text.isdigit()]
    *_, cells = np.split(np.array(shown_numbers), [len(shown_numbers) - 36])
    assert sorted(cells) == sorted(expected.ravel())
    assert "n · s = 2 · 3 = 6" in facts


def test_an_impossible_combination_explains_itself_and_can_be_left():
    view = explorer.explore_transposed_convolution()
    good = values(view)
    view.controls["output_padding"].value = 2
    why = (
        "output_padding must be less than strides; got output_padding=2 with strides=2"
    )
    assert why in values(view)[1]
    assert "<svg" not in values(view)[0]
    assert "Keras" not in values(view)[2]
    assert why in repr(view)
    with pytest.raises(ValueError, match=why):
        view.save_html("nowhere.html")
    with pytest.raises(ValueError, match=why):
        _ = view.scene
    assert why in view._repr_mimebundle_()["text/html"]
    view.controls["output_padding"].value = None
    assert values(view) == good


def test_an_impossible_beginning_explains_itself():
    view = explorer.explore_convolution(input_size=2, kernel_size=3)
    assert "Use a smaller one, or padding=&quot;same&quot;" in values(view)[1]
    view.controls["padding"].value = "same"
    assert view.scene.step == 4


def test_the_step_stays_at_the_end_or_where_it_was():
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
    with pytest.raises(ValueError, match="step must be from 0 to 9; got 10"):
        view.step = 10


@each_explorer
def test_every_setting_in_reach_is_drawn_or_explained(explore):
    view = explore()
    for name, control in view.controls.items():
        options = (
            range(control.min, control.max + 1)
            if hasattr(control, "max")
            else [value for _, value in control.options]
        )
        for option in options:
            for other in view.controls.values():
                if other is not control and hasattr(other, "max"):
                    other.value = other.min
            control.value = option
            assert view.walk or "There is no such layer" in values(view)[1], name


@each_explorer
def test_it_shows_a_described_picture_where_no_kernel_runs(explore):
    view, same = explore(), explore()
    bundle = view._repr_mimebundle_()
    assert bundle["text/plain"] == f"Explorer: {view.scene.alt}"
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert f'<img alt="{view.scene.alt}" src="data:image/png;base64,' in (
        bundle["text/html"].replace("&#x27;", "'")
    )
    other = same._repr_mimebundle_()
    assert {k: v for k, v in bundle.items() if k.startswith("text/")} == {
        k: v for k, v in other.items() if k.startswith("text/")
    }


def test_ones_count_the_overlaps():
    view = explorer.explore_transposed_convolution(numbers="ones", input_size=3)
    assert shown(view.scene.panels[-1]).max() == 4


@pytest.mark.parametrize(
    ("explore", "arguments", "message"),
    [
        ("transposed", {"strides": 5}, "strides must be from 1 to 4; got 5"),
        ("transposed", {"strides": 0}, "strides must be 1 or more; got 0"),
        ("transposed", {"kernel_size": 6}, "kernel_size must be from 1 to 5; got 6"),
        ("transposed", {"view": "stamps"}, "view must be one of 'stamp', "),
        ("transposed", {"padding": "full"}, 'padding must be "valid" or "same"'),
        ("transposed", {"output_padding": True}, "output_padding must be one of None"),
        ("transposed", {"numbers": "random"}, "numbers must be one of 'counting'"),
        ("transposed", {"step": 5}, "step must be from 0 to 4; got 5"),
        ("transposed", {"step": -1}, "step must be 0 or more; got -1"),
        ("transposed", {"image": np.ones((7, 2))}, "image must have at most 6 rows"),
        ("transposed", {"kernel": [1, 2]}, "kernel must have the shape"),
        ("convolution", {"input_size": 7}, "input_size must be from 1 to 6; got 7"),
        ("pooling", {"kind": "min"}, "kind must be one of 'max', 'average'"),
        ("pooling", {"image": [[np.inf]]}, "image must hold finite numbers"),
        ("upsampling", {"size": (2, 5)}, r"size\[1\] must be from 1 to 4; got 5"),
        ("upsampling", {"size": (2, 2, 2)}, "size must be a whole number or a pair"),
    ],
)
def test_a_wrong_argument_is_named(explore, arguments, message):
    with pytest.raises(ValueError, match=message):
        EXPLORERS[explore](**arguments)


@pytest.mark.parametrize("step", [1.5, True, "2"])
def test_a_step_is_a_whole_number(step):
    with pytest.raises(TypeError, match="step must be a whole number"):
        explorer.explore_pooling(step=step)
