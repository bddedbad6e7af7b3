"""Keras on TensorFlow, without TensorFlow's start-up messages.

TensorFlow's C++ code writes to the process' standard error as it is loaded, past
Python's `sys.stderr`; in a notebook that is a red box above the lesson. Write
`from course_lib.backend import keras` instead of `import keras` to be spared it.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@contextmanager
def silent_stderr() -> Iterator[None]:
    """Hides what is written to file descriptor 2, unless the block fails.

    Raises:
        BaseException: Whatever the block raises, after showing what was hidden.

    Example:
        >>> with silent_stderr():
        ...     _ = os.write(2, b"not seen")
    """
    try:
        visible = os.dup(2)
    except OSError:  # there is none: nothing to hide, nothing to show
        yield
        return
    if sys.stderr is not None:
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


try:
    with silent_stderr():
        import keras
        import tensorflow as tf
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f"{error.msg}. This part of course_lib needs Keras and TensorFlow; install "
        'them with: pip install "upsampling-course[tensorflow]"',
        name=error.name,
    ) from None

__all__ = ["keras", "silent_stderr", "tf"]
