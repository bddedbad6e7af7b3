import os
import platform
import subprocess
import sys
from contextlib import suppress
from importlib import reload

import numpy as np
import pytest

from course_lib import backend, gan, generators
from course_lib.backend import silent_stderr


def run(code, **environment):
    run = [sys.executable, "-c", code]
    environment = os.environ | environment
    return subprocess.run(run, capture_output=True, text=True, env=environment)


@pytest.mark.slow
def test_importing_and_using_keras_prints_nothing():
    result = run(
        "from course_lib.backend import keras\n"
        "import numpy as np\n"
        "print(keras.layers.UpSampling2D()(np.ones((1, 2, 2, 1), 'float32')).shape)"
    )
    assert (result.stdout, result.stderr) == ("(1, 4, 4, 1)\n", "")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="as glibc does")
def test_memory_is_kept_for_the_next_step():
    """Or the 25,000 pages of an array are asked for again."""
    resource = pytest.importorskip("resource")
    faults = [0]
    for _ in range(3):
        np.ones(100 * 2**20, "uint8")
        faults.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt)
    assert faults[3] - faults[2] < 100


def test_another_backend_is_refused_where_tensorflow_is_needed(monkeypatch):
    monkeypatch.delattr(backend, "tf")
    monkeypatch.setattr(backend, "_BACKEND", "jax")
    reload(generators)
    with pytest.raises(ImportError, match="variable KERAS_BACKEND is 'jax'; unset it"):
        reload(gan)


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("torch", "variable KERAS_BACKEND is 'torch'; unset it"),
        ("keras", "needs Keras and TensorFlow; install"),
    ],
)
def test_a_backend_that_is_not_installed_is_named(missing, message):
    code = f"import sys; sys.modules[{missing!r}] = None; import course_lib.backend"
    assert message in run(code, KERAS_BACKEND="torch").stderr


def test_a_failure_shows_what_was_hidden(capfd):
    with suppress(ImportError), silent_stderr():
        os.write(2, b"the reason")
        raise ImportError
    os.write(2, b" and more")
    assert capfd.readouterr().err == "the reason and more"
