"""What notebooks A and B say of PyTorch and JAX, where they are installed.

Neither comes with the course. So A writes each line as text, beside what it gives, in
dictionaries named `elsewhere`; here the lines are run. An answer of a B that shows
PyTorch's numbers by other means is compared with PyTorch.
"""

import ast
import re
from itertools import product
from pathlib import Path

import nbformat
import numpy as np
import pytest
from grid import whole_numbers

from course_lib.transposed_convolution import conv2d_transpose

(NOTEBOOK,) = Path(__file__).parent.parent.glob("notebooks/A_*.ipynb")
ANSWERS = sorted(NOTEBOOK.parent.glob("B*.ipynb"))
IN_WORDS = {"corners": "1 1.333 1.667 2", "edges": "1 1.25 1.75 2"}
NUMBERS = [  # the id of an answer, and a line of PyTorch that gives what it shows
    ("average-pool-border", "9 * nn.AvgPool2d(3, 1, 1)(torch.ones(1, 4, 4))[0, 0]"),
    ("adaptive-pooling", "nn.AdaptiveAvgPool1d(3)(ramp[..., :5] + 10)"),
    ("nearest-positions", "nn.Upsample(10, mode='nearest')(3 * ramp[..., :4])"),
    ("nearest-positions", "nn.Upsample(10, mode='nearest-exact')(3 * ramp[..., :4])"),
    ("strided-porting", "torch.conv1d(ramp[..., 1:], 10 ** ramp[..., :3], None, 2, 1)"),
    ("max-pool-porting", "nn.MaxPool1d(3, 2, padding=1)(-ramp[..., 1:])"),
    ("ceil-mode", "nn.MaxPool1d(2, 2, ceil_mode=True)(ramp + 1)"),
    ("ceil-mode", "nn.MaxPool1d(3, 2, ceil_mode=True)(ramp + 1)"),
    ("flatten-order", "torch.arange(8).reshape(2, 2, 2).permute(2, 0, 1).flatten()"),
]


def said():
    """Yields each line that the notebook only prints, and what it says of it."""
    for cell in nbformat.read(NOTEBOOK, as_version=4).cells:
        if cell.cell_type == "code" and "elsewhere = " in cell.source:
            for node in ast.parse(cell.source).body:
                if isinstance(node, ast.Assign) and node.targets[0].id == "elsewhere":
                    yield from ast.literal_eval(node.value).items()


def names(framework):
    """What the lines speak of, with the axes that the framework wants."""
    module = pytest.importorskip(framework)
    image, taps = np.array([0.0, 0, 1, 0, 0]), np.array([1.0, 2, 3])
    known = {
        "image": image,
        "taps": taps,
        "pixels": np.array([[1.0, 2], [3, 4]]).reshape(1, 2, 2, 1),
        "weights": np.arange(1.0, 10).reshape(3, 3, 1, 1),
        "pair": np.array([[[1.0, 2.0]]]),
        "ramp": np.arange(7.0).reshape(1, 1, 7),
    }
    if framework == "torch":
        known |= {"x": image.reshape(1, 1, 5), "k": taps.reshape(1, 1, 3)}
        known = {name: module.from_numpy(array) for name, array in known.items()}
        known["nn"] = module.nn
    else:
        known |= {"x": image.reshape(1, 5, 1), "k": taps.reshape(3, 1, 1)}
    return known | {framework: module}


def test_the_notebook_speaks_of_both():
    frameworks = [line.partition(".")[0] for line, _ in said()]
    assert len(frameworks) >= 10
    assert set(frameworks) == {"torch", "jax"}


@pytest.mark.parametrize(("line", "result"), list(said()))
def test_what_is_said_is_what_it_gives(line, result):
    expected = np.array(IN_WORDS.get(result, result).split(), float)
    given = np.ravel(np.asarray(eval(line, names(line.partition(".")[0]))))
    if len(given) > len(expected):  # at both ends, zeros that the notebook leaves out
        given = np.trim_zeros(given)
    np.testing.assert_allclose(given, expected, atol=1e-3)


@pytest.mark.parametrize(("answer", "line"), NUMBERS)
def test_an_answer_shows_the_numbers_of_pytorch(answer, line):
    cells = [cell for path in ANSWERS for cell in nbformat.read(path, 4).cells]
    (cell,) = (cell for cell in cells if cell.id == answer)
    rows = re.findall(r"\[(.*?)\]", cell.outputs[0].text)
    shown = [np.array(row.replace(",", " ").split(), float) for row in rows]
    given = np.ravel(np.asarray(eval(line, names("torch"))))
    assert any(len(row) == len(given) and np.allclose(row, given) for row in shown)


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_jax_takes_a_kernel_of_keras(padding):
    jax = pytest.importorskip("jax")
    for k, s in product((1, 2, 3, 4, 5), (1, 2, 3)):
        x, kernel = whole_numbers(2, 5, 4, 3), whole_numbers(k, k, 2, 3)
        expected = conv2d_transpose(x, kernel, s, padding)
        other = kernel[::-1, ::-1].swapaxes(2, 3)
        for weights, told in ((kernel, True), (other, False)):
            given = jax.lax.conv_transpose(
                x, weights, (s, s), padding.upper(), transpose_kernel=told
            )
            np.testing.assert_allclose(given, expected, atol=1e-3)
