import base64
import io
import itertools
import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from PIL import Image

from course_lib import figures
from course_lib.figures import ROLES
from course_lib.figures._layout import MAX_WIDTH
from course_lib.figures.palette import FOOTPRINT, MINUS, PAPER, TIMES

ALT = "Two rows of cells with the numbers 1 to 4."
X = [[1, 2], [3, 4]]
KERNEL = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]


def texts(ax):
    return [text.get_text() for text in ax.texts]


def fills(ax):
    return [to_hex(colour) for colour in ax.collections[0].get_array().reshape(-1, 3)]


def outlines(ax):
    """The outlined windows, (row, column, height, width), rounded to cells."""
    boxes = [p.get_bbox() for p in ax.patches if to_hex(p.get_edgecolor()) == FOOTPRINT]
    return [tuple(round(v) for v in (b.y0, b.x0, b.height, b.width)) for b in boxes]


def shown_colours(figure):
    picture = Image.open(io.BytesIO(figures.show(figure, alt=ALT).png)).convert("RGB")
    return {to_hex(np.divide(colour, 255)) for _, colour in picture.getcolors(1 << 24)}


def contrast(*colours):
    """The contrast ratio of two colours as WCAG 2 defines it, from 1 to 21."""
    rgb = np.array([to_rgb(colour) for colour in colours])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    low, high = sorted(linear @ [0.2126, 0.7152, 0.0722])
    return (high + 0.05) / (low + 0.05)


def outputs(figure):
    return [ax for ax in figure.axes if ax.get_label() == "output"]


def test_grid_writes_every_number_short_at_its_cell():
    ax = figures.draw_grid([[1, -2, -0.001], [1.254, -np.inf, 1e9]])
    written = [(*text.get_position(), text.get_text()) for text in ax.texts]
    above = [(0.5, 0.5, "1"), (1.5, 0.5, f"{MINUS}2"), (2.5, 0.5, "0")]
    below = [(0.5, 1.5, "1.25"), (1.5, 1.5, f"{MINUS}∞"), (2.5, 1.5, "1e09")]
    assert written == above + below
    assert texts(figures.draw_grid([[0.125, True, 100]], decimals=0)) == [*"01", "100"]


def test_roles_decide_on_fill_ink_and_hatching_and_windows_are_outlined():
    ax = figures.draw_grid([list(range(6))], roles=[list(ROLES)])
    assert fills(ax) == [role.fill for role in ROLES.values()]
    assert [text.get_color() for text in ax.texts] == [r.ink for r in ROLES.values()]
    strokes = ax.collections[1].get_segments()
    assert [stroke[0].tolist() for stroke in strokes] == [[5, 0.5], [5.5, 1]]
    masks, windows = {"zero": np.array(X) == 2}, [(0, 0, 2, 1), (1, 0, 1, 2)]
    ax = figures.draw_grid(X, role="input", roles=masks, highlight=windows)
    assert fills(ax) == [ROLES[n].fill for n in ("input", "zero", "input", "input")]
    assert outlines(ax) == windows


@pytest.mark.parametrize("kind", ["grid", "matrix", "image", "difference"])
def test_given_axes_are_used_and_returned(kind):
    ax = Figure().add_subplot()
    draw = getattr(figures, f"draw_{kind}")
    assert draw([[-1, 1]], ax=ax, title="a title") is ax
    assert ax.get_title() == "a title"


def test_numbers_fit_their_cells_in_small_and_large_grids():
    for array in (X, np.full((11, 11), -25), np.eye(3) * -123.45):
        ax = figures.draw_grid(array)
        ax.figure.canvas.draw()
        cell = ax.get_window_extent().width / len(array[0])
        for text in ax.texts:
            assert text.get_window_extent().width < 0.9 * cell
        assert min(text.get_fontsize() for text in ax.texts) >= 7


def test_pyplot_is_not_imported_and_settings_stay():
    code = (
        "import sys, matplotlib as mpl\n"
        "before = mpl.rcParams.copy()\n"
        "from course_lib import figures\n"
        "figures.show(figures.filmstrip([[1]], [[2]]), alt='x' * 20)\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
        "assert mpl.rcParams.copy() == before"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_matrix_zeros_are_pale_and_signs_differ():
    ax = figures.draw_matrix([[0, 1, -1, 2, 0.01]])
    zero, one, negative, two, tiny = fills(ax)
    assert zero == ROLES["zero"].fill
    assert len({zero, one, negative, two, tiny}) == 5
    assert texts(ax) == ["0", "1", f"{MINUS}1", "2", "0.01"]
    for text, fill in zip(ax.texts, fills(ax), strict=True):
        assert contrast(text.get_color(), fill) >= 4.5


def test_a_matrix_too_large_for_numbers_is_one_image_that_fits():
    matrix = np.zeros((676, 784))
    matrix[3, 4], matrix[5, 6] = 1, -1
    ax = figures.draw_matrix(matrix, blocks=(26, 28))
    colours = ax.images[0].get_array()
    drawn = [to_hex(colours[place]) for place in ((3, 4), (5, 6), (0, 0))]
    assert drawn == fills(figures.draw_matrix([[1, -1, 0]]))
    assert [len(lines.get_segments()) for lines in ax.collections] == [27, 29]
    assert ax.figure.get_figwidth() <= MAX_WIDTH
    box = ax.get_window_extent()
    assert (box.width, box.height) == pytest.approx((2 * 784, 2 * 676), abs=0.01)
    assert {drawn[0], drawn[1]} <= shown_colours(ax)  # no entry is lost


GREYS = np.array([[0, 51, 102], [153, 204, 255]], "uint8")
COLOURS = np.array([[[255, 0, 0], [102, 102, 102]]], "uint8")


def painted(ax):
    """The colours of an image as they are drawn, (height, width, RGB), 0 to 255."""
    image = ax.images[0]
    return image.to_rgba(image.get_array(), bytes=True)[..., :3]


@pytest.mark.parametrize(
    ("image", "limits", "expected"),
    [
        (GREYS[..., None], None, GREYS),
        ((GREYS / 127.5 - 1).astype("float16"), None, GREYS),
        (np.where(GREYS == 255, 900, GREYS.astype(int)), (0, 255), GREYS),
        (COLOURS, None, COLOURS),
        (COLOURS.astype(int) * 2 - 255, (-255, 255), COLOURS),
    ],
)
def test_every_kind_of_image_is_drawn_in_its_colours(image, limits, expected):
    rgb = expected if expected is COLOURS else expected[..., None].repeat(3, axis=2)
    for ax in (
        figures.draw_image(image, limits=limits),
        figures.images({"one": image}, limits=limits).axes[0],
        figures.image_sheet([image], limits=limits).axes[0],
    ):
        np.testing.assert_allclose(painted(ax), rgb, atol=1)


@pytest.mark.parametrize("limits", [None, (-2, 2)])
def test_masks_are_black_and_white_whatever_the_limits(limits):
    pictures = {"mask": [[True, False]], "image": [[-1.0, 0.5]]}
    mask, image = figures.images(pictures, limits=limits).axes
    np.testing.assert_array_equal(painted(mask)[0, :, 0], [255, 0])
    assert image.images[0].get_clim() == (limits or (-1, 1))


def test_a_picture_shows_each_of_its_pixels_in_the_same_size():
    sheet = figures.image_sheet(np.zeros((8, 64, 64)), columns=8)
    for ax in (figures.draw_image(np.zeros((64, 64))), sheet.axes[0]):
        pixels = ax.get_window_extent().width / 64
        assert pixels == pytest.approx(max(round(pixels), 1))


def test_show_keeps_every_colour():
    ax = figures.draw_grid([[1] * 6], roles=[list(ROLES)])
    assert {role.fill for role in ROLES.values()} | {PAPER} <= shown_colours(ax)
    colours = np.random.default_rng(0).integers(0, 256, (200, 200, 3), np.uint8)
    for picture in (colours, colours[:30, :30]):
        inside = picture[1:-1, 1:-1].reshape(-1, 3)  # the frame covers the border
        expected = {to_hex(colour) for colour in inside / 255}
        assert expected <= shown_colours(figures.draw_image(picture))


def test_difference_is_symmetrical_and_has_its_size_below():
    ax = figures.draw_difference([[0.5, -2.0]])
    assert ax.images[0].get_clim() == (-2, 2)
    labels = ax.child_axes[0].get_yticklabels()
    assert [text.get_text() for text in labels] == [f"{MINUS}2", "0", "+2"]
    assert figures.draw_difference([[0, 0]]).images[0].get_clim() == (-1, 1)
    assert ax.get_xlabel() == f"1 {TIMES} 2"
    assert figures.draw_image(np.ones((10, 20, 3))).get_xlabel() == f"10 {TIMES} 20"
    assert figures.draw_image([[0]], caption="").get_xlabel() == ""


def test_grids_share_cell_and_number_size():
    figure = figures.grids({"small": X, "large": np.full((7, 7), -1.25)}, between="=")
    small, large = figure.axes
    cells = [ax.get_window_extent().width / n for ax, n in ((small, 2), (large, 7))]
    assert cells[0] == pytest.approx(cells[1], abs=0.5)
    assert small.texts[0].get_fontsize() == large.texts[0].get_fontsize()
    assert [text.get_text() for text in figure.texts] == ["="]


def test_grids_options_go_to_their_panels():
    figure = figures.grids(
        {"a": X, "b": X},
        roles={"a": "input", "b": {"overlap": np.eye(2, dtype=bool)}},
        highlight={"b": (0, 1, 2, 1)},
        captions={"a": "below"},
        key={"input": "given", "footprint": "looked at"},
    )
    a, b = figure.axes[:2]
    assert fills(a) == [ROLES["input"].fill] * 4
    assert fills(b)[0] == fills(b)[3] == ROLES["overlap"].fill
    assert (outlines(a), outlines(b)) == ([], [(0, 1, 2, 1)])
    assert (a.get_xlabel(), b.get_xlabel()) == ("below", "")
    meanings = [text.get_text() for text in figure.legends[0].get_texts()]
    assert meanings == ["given", "looked at"]


def test_matrices_share_one_scale_but_not_with_images():
    arrays = {"m": [[1, 2]], "t": [[4]], "x": [[99]]}
    m, t, x = map(fills, figures.matrices(arrays, roles={"x": "input"}).axes)
    assert t == fills(figures.draw_matrix([[4]])) != m[1:]
    assert x == [ROLES["input"].fill]


def test_images_have_the_same_side_or_the_same_pixels():
    digits = {"large": np.zeros((20, 20, 1)), "small": np.zeros((10, 10))}
    for to_scale, sides in ((False, [280, 280]), (True, [280, 140])):
        options = {"captions": {"small": "lost"}, "differences": ["small"]}
        axes = figures.images(digits, to_scale=to_scale, **options).axes
        assert [ax.get_xlabel() for ax in axes] == [f"20 {TIMES} 20", "lost"]
        assert [ax.get_window_extent().width for ax in axes] == pytest.approx(sides)
        assert [len(ax.child_axes) for ax in axes] == [0, 1]  # the colour bar


def test_image_sheet_reads_row_by_row():
    batch = np.arange(6.0).reshape(6, 1, 1, 1)
    figure = figures.image_sheet(batch, columns=3, limits=(0, 5))
    boxes = [ax.get_window_extent() for ax in figure.axes]
    places = [(-round(box.y0), round(box.x0)) for box in boxes]
    assert places == sorted(places)
    assert [ax.images[0].get_array().item() for ax in figure.axes] == list(range(6))
    titles = [0.5, *"bcdef", "a title that is wider"]
    small = figures.image_sheet(np.zeros((7, 1, 1)), titles=titles).axes
    assert np.ptp(np.diff([ax.get_window_extent().x0 for ax in small])) < 1.01
    assert "".join(ax.get_title() for ax in small[:6]) == "0.5bcdef"


def test_filmstrip_shows_the_output_after_every_stamp():
    x, kernel, (down, right) = np.array(X), np.array([[100, 200]]), (2, 3)
    expected = np.zeros((4, 6), int)
    *stamps, last = outputs(figures.filmstrip(x, kernel, (down, right)))
    for (row, column), ax in zip(np.ndindex(x.shape), stamps, strict=True):
        expected[row * down, column * right :][:2] += x[row, column] * kernel[0]
        assert texts(ax) == [str(number) for number in expected.flat]
    assert texts(last) == texts(stamps[-1])


def test_filmstrip_outlines_stamps_and_marks_overlaps():
    figure = figures.filmstrip(X, KERNEL, 2)
    assert len({ax.get_window_extent().y0 for ax in outputs(figure)}) == 1  # a row
    found = [outlines(ax) for ax in outputs(figure)]
    corners = [(0, 0), (0, 2), (2, 0), (2, 2)]
    assert found == [[(*corner, 3, 3)] for corner in corners] + [[]]
    looks = np.array(fills(outputs(figure)[1])).reshape(5, 5)
    assert (looks[:3, 2] == ROLES["overlap"].fill).all()
    assert (looks[:3, [0, 1, 3, 4]] == ROLES["output"].fill).all()
    assert (looks[3:] == ROLES["zero"].fill).all()
    notes = [texts(ax.child_axes[0])[-1] for ax in outputs(figure)]
    stamps = [f"{n} {TIMES} kernel" for n in (1, 2, 3, 4)]
    assert notes == [*stamps, f"5 {TIMES} 5 output"]


@pytest.mark.parametrize(("k", "before"), [(3, 0), (4, 1)])
def test_same_padding_cuts_the_larger_part_off_the_end(k, before):
    figure = figures.filmstrip(X, np.ones((k, k)), 2, "same")
    kept = np.pad(np.ones((4, 4), bool), (before, 1))
    looks = np.reshape(fills(outputs(figure)[-1]), kept.shape)
    np.testing.assert_array_equal(looks != ROLES["cropped"].fill, kept)


@pytest.mark.parametrize(
    "figure",
    [
        lambda: figures.grids({"average pooling": X, "max pooling": X}, between="="),
        lambda: figures.grids({"narrow": [[1]]}, key=[*ROLES]),
        lambda: figures.images({"a": np.zeros((5, 5))}, differences=["a"]),
        lambda: figures.filmstrip(X, KERNEL, 2, "same"),
        lambda: figures.filmstrip(X, np.ones((5, 5)), 2),
        lambda: figures.draw_curves({"a": [1, 2], "b": [1, 2.01]}, label="c").figure,
        lambda: figures.image_sheet(np.zeros((4, 5, 5)), titles=["one title"] * 4),
    ],
)
def test_figures_fit_and_no_texts_overlap(figure):
    whole = figure()
    renderer = FigureCanvasAgg(whole).get_renderer()
    whole.draw(renderer)
    box = whole.bbox
    assert whole.get_figwidth() <= MAX_WIDTH
    axes = [*whole.axes, *(one for ax in whole.axes for one in ax.child_axes)]
    labels = [t for ax in axes for t in (ax.title, ax.xaxis.label, *ax.texts)]
    labels += [*whole.texts, *(t for key in whole.legends for t in key.get_texts())]
    boxes = [t.get_window_extent(renderer) for t in labels if t.get_text()]
    for number, one in enumerate(boxes):
        margins = (one.x0 - box.x0, box.x1 - one.x1, one.y0 - box.y0, box.y1 - one.y1)
        assert min(margins) >= 0
        assert not any(one.overlaps(other) for other in boxes[:number])


def test_titles_break_between_words_but_not_in_a_size():
    text = f"max pooled to 10 {TIMES} 10 pixels"
    lines = figures.draw_grid([[1]], title=text).get_title().splitlines()
    assert len(lines) > 1
    assert " ".join(lines) == text
    assert f"10 {TIMES} 10" in lines[-1]


def test_show_gives_an_image_with_alternative_text():
    shown = figures.show(figures.draw_grid(X), alt=f'  The "sum" <1>\n of {ALT}')
    markup = shown._repr_html_()
    assert 'alt="The &quot;sum&quot; &lt;1&gt; of Two rows' in markup
    assert f'base64,{base64.b64encode(shown.png).decode()}"' in markup
    assert f'width="{shown.width}" height="{shown.height}"' in markup
    assert repr(shown) == f'Figure: The "sum" <1> of {ALT}'
    size = Image.open(io.BytesIO(shown.png)).size
    assert size == pytest.approx((2 * shown.width, 2 * shown.height), abs=1)
    assert "tEXt" not in repr(shown.png)


def test_show_is_the_same_twice_whatever_the_settings():
    def rendered():
        figure = figures.grids({"x": X, "y": [[0.5]]}, between="=", key=["output"])
        image = figures.images({"x": X, "lost": X}, differences=["lost"], limits=(0, 4))
        return [figures.show(f, alt=ALT)._repr_html_() for f in (figure, image)]

    first = rendered()
    assert rendered() == first
    settings = {"savefig.bbox": "tight", "figure.autolayout": True, "font.size": 20}
    settings |= {"font.family": "serif", "text.color": "red", "image.origin": "lower"}
    settings |= {"figure.facecolor": "black", "axes.facecolor": "black"}
    with mpl.rc_context(settings):
        assert rendered() == first


def test_show_closes_a_pyplot_figure():
    pyplot = pytest.importorskip("matplotlib.pyplot")
    with mpl.rc_context({"backend": "agg"}):
        figure, ax = pyplot.subplots()
        figures.show(figures.draw_grid(X, ax=ax), alt=ALT)
        assert not pyplot.fignum_exists(figure.number)


def test_numbers_are_readable_and_roles_stay_apart_in_grey():
    inks = [(role.ink, role.fill) for role in ROLES.values()]
    assert min(itertools.starmap(contrast, [*inks, (FOOTPRINT, PAPER)])) >= 4.5
    told_by_fill = [role.fill for role in ROLES.values() if not role.hatched]
    pairs = itertools.combinations(told_by_fill, 2)
    assert min(itertools.starmap(contrast, pairs)) > 1.2  # so for every vision


MANY = np.zeros((41, 40))
RGB = np.zeros((4, 4, 3))
BAD = [
    (lambda: figures.draw_grid(X, highlight=(0, 0, 3, 1)), "highlight.*2 rows"),
    (lambda: figures.draw_grid(X, highlight=(-1, 0, 1, 1)), "highlight.*whole cells"),
    (lambda: figures.draw_grid(X, highlight=(0, 0)), "highlight.*whole cells"),
    (lambda: figures.draw_grid(RGB[None]), r"pick a part, as in image\[0\]"),
    (lambda: figures.draw_grid(MANY[:0]), r"image.*got shape \(0, 40\)"),
    (lambda: figures.draw_grid([[1, np.nan]]), "image.*nan"),
    (lambda: figures.draw_grid([["a"]]), "image.*numbers.*dtype"),
    (lambda: figures.draw_grid(np.ma.masked_equal(X, 1)), "image.*without a mask"),
    (lambda: figures.draw_grid(MANY), "image.*1,600.*1,640.*draw_image"),
    (lambda: figures.draw_grid(X, role="inputs"), "input, .*got 'inputs'"),
    (lambda: figures.draw_grid(X, roles={"zero": X}), "roles.*bool"),
    (lambda: figures.draw_grid(X, roles={"no": np.eye(2) > 1}), "one of.*'no'"),
    (lambda: figures.draw_image(np.zeros((4, 4, 4))), r"image\[\.\.\., :3\]"),
    (lambda: figures.draw_image([[0.0, 1.0]]), r"image.*limits=\(0, 1\)"),
    (lambda: figures.draw_image([[-128, 127]]), "image.*-128 to 127.*limits"),
    (lambda: figures.draw_image(X, limits=(1, 0)), "limits.*rise"),
    (lambda: figures.grids([X]), "arrays.*titles"),
    (lambda: figures.grids({"a": X}, roles={"b": "zero"}), "roles.*'b'"),
    (lambda: figures.grids({"a": X}, captions="b"), "captions.*title"),
    (lambda: figures.grids({"a": X}, between=["="]), "between.*0.*got 1"),
    (lambda: figures.grids({"a": X}, key=["x"]), "key.*'x'"),
    (lambda: figures.images({"a": X}, differences=["b"]), "differences.*'b'"),
    (lambda: figures.image_sheet([X], titles=["a", "b"]), "titles must be 1.*got 2"),
    (lambda: figures.image_sheet([X], 0, limits=(0, 9)), "columns must be 1 or more"),
    (lambda: figures.draw_difference(X, limit=-1), "limit must be .* above 0; got -1"),
    (lambda: figures.image_sheet(np.zeros((101, 1, 1))), "batch.*100.*101"),
    (lambda: figures.filmstrip(np.ones((28, 28)), X), "kernel and strides.*3,200"),
    (lambda: figures.show(X, alt=ALT), "figure must"),
    (lambda: figures.show(Figure(), alt=" " * 30), "alt.*20"),
    (lambda: figures.show(Figure(), alt=None), "alt must be a string"),
    (lambda: figures.draw_curves({n: [1] for n in "abcde"}), "curves.* 4 .*got 5"),
]


@pytest.mark.parametrize(("call", "message"), BAD)
def test_bad_input_is_named(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call()


def test_distributions_draw_every_number_and_the_medians():
    values = {"one": [0.0, 0.0, 3.0], "two": np.arange(4.0)}
    ax = figures.draw_distributions(values, label="pixels", limits=(0, 4))
    for drawn, given in zip(ax.collections, values.values(), strict=True):
        np.testing.assert_array_equal(drawn.get_offsets()[:, 0], given)
    heights = ax.collections[0].get_offsets()[:, 1]
    assert heights[0] != heights[1]  # equal numbers don't hide each other
    assert [line.get_xdata()[0] for line in ax.lines] == [0, 1.5]
    assert texts(ax) == ["0.00", "1.50", "median"]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["one", "two"]
    assert ax.get_xlabel() == "pixels"


def test_curves_start_at_1_and_are_named_apart_at_their_ends():
    curves = {"d_loss": [0.7, 0.6, 0.5], "g_loss": [0.7, 0.9, 0.5], "other": [3.0]}
    ax = figures.draw_curves(curves, title="training", label="loss", level=0.69)
    level, *lines = ax.lines
    assert set(level.get_ydata()) == {0.69}
    for line, values in zip(lines, curves.values(), strict=True):
        assert list(line.get_xdata()) == list(range(1, len(values) + 1))
        assert list(line.get_ydata()) == values
    assert len({line.get_linestyle() for line in lines}) == 3
    assert texts(ax) == ["d_loss", "g_loss", "other"]
    heights = sorted(text.get_position()[1] for text in ax.texts)
    assert min(np.diff(heights)) > 0.07 * np.ptp(ax.get_ylim())
    assert (ax.get_title(loc="left"), ax.get_ylabel()) == ("training", "loss")
    assert figures.draw_curves({"one": [1, 2]}, ax=ax) is ax
