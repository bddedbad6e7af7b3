"""The wheel as a reuser has it: outside the clone, with each extra or without."""

import json
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

PROJECT = Path(__file__).parents[2]
NUMPY_ONLY = """
import sys
import numpy as np
from course_lib import convolution, digits, figures, kernels, pooling, shapes
from course_lib import pytorch, upsampling
from course_lib.transposed_convolution import conv2d_transpose

images, labels = digits.load_digits(split="test")
shrunk = pooling.max_pool2d(images)
enlarged = upsampling.upsample2d(shrunk)
kernel = kernels.fold_upsampling(np.ones((3, 3, 1, 1)), 2)
drawn = conv2d_transpose(shrunk, kernel.astype("float32"), 2, "same")
figures.filmstrip(shrunk[0, :, :, 0], np.ones((3, 3)), strides=2)
heavy = {"keras", "tensorflow", "scipy", "IPython"} & set(sys.modules)
print(images.shape, enlarged.shape, drawn.shape, sorted(heavy))
"""
TRAINED = """
from course_lib import digits, evaluation, generators, study
from course_lib.gan import GAN

images = digits.load_digits()[0]
generator = generators.build_transposed_generator(100, "leaky_relu", "tanh")
gan = GAN(generator, generators.build_discriminator(), loss="hinge", ema=0.9, seed=0)
gan.compile()
gan.fit(images[:256], verbose=0)
distance = evaluation.checkerboard(gan.sample(64, seed=0))
print(len(study.VARIANTS) > 1, distance > 0, gan.sample(2, seed=0).shape)
"""
TYPED = """
import numpy as np
from course_lib import shapes
from course_lib.transposed_convolution import conv2d_transpose

size: int = shapes.conv_transpose_output_size(5, 3, 2, "same")
image = np.zeros((1, 5, 5, 1), np.float32)
output = conv2d_transpose(image, np.zeros((3, 3, 1, 1)), strides=(2, 2))
height: int = output.shape[1]
"""


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(build, cwd=PROJECT, check=True)
    return next(folder.glob("*.whl"))


def environment(folder, *packages):
    """Make an environment with these packages; return its Python."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    install = [python, "-m", "pip", "install", "--quiet", "--no-input", *packages]
    subprocess.run(install, check=True)
    return python


@pytest.fixture(scope="session")
def alone(wheel, tmp_path_factory):
    """Python with the wheel, and with what pip installs with it."""
    return environment(tmp_path_factory.mktemp("alone") / "env", wheel)


@pytest.fixture(scope="session")
def complete(wheel, tmp_path_factory):
    """Python with the wheel, and with the packages of the extras, as they are here."""
    folder = tmp_path_factory.mktemp("complete") / "env"
    python = environment(folder, "--no-deps", wheel)
    for place in folder.glob("lib/python*/site-packages"):
        (place / "extras.pth").write_text(sysconfig.get_path("purelib"))
    return python


def run(folder, *command):
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False
    )


def test_it_holds_the_library_and_its_data(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    code = {str(p.relative_to(PROJECT)) for p in PROJECT.glob("course_lib/**/*.py")}
    data = {f"course_lib/data/{path.name}" for path in PROJECT.glob("data/*")}
    assert names == code | data | {"course_lib/py.typed"}


def test_numpy_and_matplotlib_are_enough_for_the_references(alone, tmp_path):
    done = run(tmp_path, alone, "-c", NUMPY_ONLY)
    shapes = "(1000, 10, 10, 1) (1000, 10, 10, 1) (1000, 10, 10, 1)"
    assert done.stdout == f"{shapes} []\n", done.stderr


@pytest.mark.parametrize(
    ("use", "extra"),
    [
        ("import course_lib.gan", "tensorflow"),
        ("import course_lib.layers", "tensorflow"),
        ("from course_lib import explorer; explorer.explore_pooling()", "widgets"),
    ],
)
def test_what_needs_an_extra_names_it(alone, tmp_path, use, extra):
    complaint = run(tmp_path, alone, "-c", use).stderr
    assert f"[{extra}]" in complaint.splitlines()[-1], complaint


def test_with_the_extras_models_train(complete, tmp_path):
    done = run(tmp_path, complete, "-c", TRAINED)
    assert done.stdout == "True True (2, 10, 10, 1)\n", done.stderr


def test_a_notebook_outside_the_clone_runs(complete, tmp_path, monkeypatch):
    kernel = tmp_path / "jupyter" / "kernels" / "reuser"
    kernel.mkdir(parents=True)
    start = [str(complete), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": start, "display_name": "reuser", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    cells = [
        nbformat.v4.new_code_cell(NUMPY_ONLY.split("heavy")[0]),
        nbformat.v4.new_code_cell("from course_lib import explorer, exercises"),
        nbformat.v4.new_code_cell("explorer.explore_pooling(shrunk[0, :4, :4, 0])"),
        nbformat.v4.new_code_cell("exercises.hint('4.1')"),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(
        notebook, kernel_name="reuser", resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    assert "Explorer: Max pooling" in notebook.cells[2].outputs[0].data["text/plain"]


@pytest.mark.parametrize(("padding", "status"), [('"same"', 0), ("7", 1)])
def test_a_type_checker_reads_the_types(complete, tmp_path, padding, status):
    (tmp_path / "use.py").write_text(TYPED.replace('"same"', padding))
    check = [sys.executable, "-m", "mypy", "--strict", "--python-executable", complete]
    result = run(tmp_path, *check, "use.py")
    assert result.returncode == status, result.stdout
