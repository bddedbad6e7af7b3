"""Keras, by default on TensorFlow, without TensorFlow's start-up messages.

TensorFlow's C++ code writes to the process' standard error as it is loaded, past
Python's `sys.stderr`; in a notebook that is a red box above the lesson. Write
`from course_lib.backend import keras` instead of `import keras` to be spared it.

With the GNU C library (most of Linux) the process keeps memory that it has once used:
training asks for the same large blocks at every step, and to hand them back and get
them anew, filled with zeros, takes up to half of a step.

Where the environment variable `KERAS_BACKEND` names another backend, `keras` is that
one. `tf` then can't be imported from here, so training, which needs it, is refused.
"""

import ctypes
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@contextmanager
def silent_stderr() -> Iterator[None]:
    """Hides what is written to file descriptor 2, unless the block raises.

    Example:
        >>> with silent_stderr():
        ...     _ = os.write(2, b"not seen")
    """
    visible = os.dup(2)
    sys.stderr.flush()
    with tempfile.TemporaryFile() as hidden:
        os.dup2(hidden.fileno(), 2)
        try:
            yield
        except BaseException:
            hidden.seek(0)
            os.write(visible, hidden.read())
            raise
        finally:
            os.dup2(visible, 2)
            os.close(visible)


def __getattr__(name: str) -> Any:
    """Refuses `tf` where Keras runs on something else; it is a variable elsewhere."""
    if name == "tf":
        raise ImportError(
            "this part of course_lib needs Keras on TensorFlow, but the environment "
            f"variable KERAS_BACKEND is {_BACKEND!r}; unset it and start Python anew"
        )
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _keep_memory() -> None:
    """Has the C library take memory from the system in one growing piece only.

    Before TensorFlow starts its threads, since each would get a piece of its own. The
    numbers of the options are those of glibc's `malloc.h`.
    """
    trim_threshold, mmap_max, arena_max = -1, -4, -8
    if platform.libc_ver()[0] == "glibc":
        set_option = ctypes.CDLL(None).mallopt
        set_option(trim_threshold, -1)
        set_option(mmap_max, 0)
        set_option(arena_max, 1)


_keep_memory()
try:
    with silent_stderr():
        import keras

        _BACKEND = keras.config.backend()
        if _BACKEND == "tensorflow":
            import tensorflow as tf
except ModuleNotFoundError as error:
    remedy = (
        "This part of course_lib needs Keras and TensorFlow; install them with: "
        'pip install "upsampling-course[tensorflow]"'
    )
    if error.name not in ("keras", "tensorflow"):
        remedy = (
            f"The environment variable KERAS_BACKEND is {os.environ['KERAS_BACKEND']!r}"
            "; unset it to have Keras on TensorFlow, or install what it names"
        )
    raise ModuleNotFoundError(f"{error.msg}. {remedy}", name=error.name) from None

__all__ = ["keras", "silent_stderr", "tf"]
