import os
import subprocess
import sys

import pytest

from course_lib.backend import silent_stderr


def run(code):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )


def test_importing_and_using_keras_prints_nothing():
    result = run(
        "from course_lib.backend import keras\n"
        "import numpy as np\n"
        "print(keras.layers.UpSampling2D()(np.ones((1, 2, 2, 1), 'float32')).shape)"
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "(1, 4, 4, 1)\n"


def test_a_failed_import_shows_what_was_hidden():
    result = run(
        "import os\n"
        "from course_lib.backend import silent_stderr\n"
        "with silent_stderr():\n"
        "    os.write(2, b'the reason')\n"
        "    raise ImportError('no library')\n"
    )
    assert "the reason" in result.stderr
    assert "ImportError: no library" in result.stderr


def test_standard_error_comes_back(capfd):
    with silent_stderr():
        os.write(2, b"hidden")
    os.write(2, b"seen")
    assert capfd.readouterr().err == "seen"
    with pytest.raises(KeyError), silent_stderr():
        raise KeyError
    os.write(2, b"again")
    assert capfd.readouterr().err == "again"


def test_a_process_without_standard_error_can_import_keras():
    code = "import os; os.close(2)\nfrom course_lib.backend import keras\nprint('done')"
    assert run(code).stdout == "done\n"
