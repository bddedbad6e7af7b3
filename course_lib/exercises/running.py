"""Runs a learner's function where it can do no harm: in a process of its own.

A thread would not do: a loop inside a C function, such as `sum(itertools.count())`,
can't be stopped, and keeps the whole kernel. A process can be ended on every system.
It is started afresh, not forked, so it is safe beside TensorFlow.
"""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from course_lib.exercises import worker
from course_lib.exercises.outcomes import Failure, Outcome, code_of

SECONDS_TO_COPY = 5
SECONDS_TO_RUN = 3
"""For all calls together."""
WORKER = "COURSE_EXERCISES_WORKER"
"""Set in the worker: importing a module that checks itself would start another."""
COMMAND = "from course_lib.exercises.worker import main; main()"


@dataclass
class Run:
    """What came of running a function for all its inputs.

    Args:
        outcomes: One for each call that ended.
        printed: What the function printed.
        stopped: Why there are fewer outcomes than inputs, as a sentence; else None.
        line: Number of the line at which it was stopped, if known.
    """

    outcomes: list[Outcome]
    printed: str = ""
    stopped: str | None = None
    line: int | None = None


def run(function: Callable[..., Any], inputs: Sequence[tuple[Any, ...]]) -> Run:
    """Calls a function for each input, in a process with a time limit.

    Args:
        function: Anything callable, with whatever it refers to.
        inputs: The arguments of each call.

    Returns:
        What happened. Nothing that the function does makes this raise or hang.

    Example:
        >>> run(abs, [(-3,), (4,)]).outcomes[1].value
        array(4)
    """
    if WORKER in os.environ:
        return Run([], stopped="It is being checked already.")
    payload = _within(SECONDS_TO_COPY, lambda: _pickled(function, inputs))
    if not isinstance(payload, bytes):
        return Run([], stopped=payload)
    try:
        output, exit_code = _output(payload)
    except (OSError, ValueError) as error:
        return Run([], stopped=f"Python could not be started to run it ({error}).")
    result, rest = _read(output)
    if result.stopped is None and len(result.outcomes) < len(inputs):
        if "Timeout (" in rest:
            result.stopped = _too_long()
            result.line = _line(rest, function)
        else:
            crash = f" (signal {-exit_code})" if exit_code < 0 else ""
            result.stopped = f"It ended Python itself{crash}."
    return result


def _pickled(function: object, inputs: object) -> bytes | str:
    try:
        import cloudpickle
    except ImportError:
        return "Checking a function needs the package cloudpickle; please install it."
    try:
        return bytes(cloudpickle.dumps((function, inputs, SECONDS_TO_RUN)))
    except BaseException as error:
        kind = type(error).__name__
    return (
        f"It could not be copied out of the notebook to be run ({kind}): it refers to "
        "something of the notebook that can't be copied. Let it use its arguments only."
    )


def _within(seconds: float, work: Callable[[], bytes | str]) -> bytes | str:
    """Gives up on work that does not end; its thread is left to itself."""
    results: list[bytes | str] = []
    thread = threading.Thread(target=lambda: results.append(work()), daemon=True)
    thread.start()
    thread.join(seconds)
    if results:
        return results[0]
    return (
        "It could not be copied out of the notebook: something it refers to takes too "
        "long. It may still be busy; restart the kernel (Kernel menu) to be rid of it."
    )


def _output(payload: bytes) -> tuple[bytes, int]:
    environment = {
        **os.environ,
        WORKER: "1",
        "PYTHONPATH": os.pathsep.join(
            entry or os.getcwd() for entry in sys.path if isinstance(entry, str)
        ),
        "OPENBLAS_NUM_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    windows = sys.platform == "win32"
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", COMMAND],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        # A Ctrl-C is for the notebook, which then ends the process.
        start_new_session=not windows,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    longest = worker.SECONDS_TO_LOAD + SECONDS_TO_RUN + 2
    with process:
        try:
            output = process.communicate(payload, timeout=longest)[0]
        except subprocess.TimeoutExpired as expired:
            output = expired.stdout or b""
        finally:
            process.kill()
            exit_code = process.wait()
    return output, exit_code


def _read(output: bytes) -> tuple[Run, str]:
    """Takes the messages apart; what follows them is the watchdog's traceback."""
    result, stream, rest = Run([]), io.BytesIO(output), output
    with contextlib.suppress(Exception):  # raised by what is no message
        while True:
            kind, matter = pickle.load(stream)
            rest = output[stream.tell() :]
            if kind == "outcome":
                result.outcomes.append(matter)
            elif kind == "printed":
                result.printed += matter
            else:
                result.stopped = _unloadable(matter)
    return result, rest.decode(errors="replace")


def _too_long() -> str:
    return f"It did not finish within {SECONDS_TO_RUN} seconds and was stopped."


def _unloadable(failure: Failure) -> str:
    return (
        "It could not be run outside the notebook: something it refers to could not "
        f"be loaded there ({failure.kind}: {failure.message})."
    )


def _line(traceback: str, function: object) -> int | None:
    """Finds the learner's innermost line in what the watchdog wrote."""
    code = code_of(function)
    if code is None:
        return None
    found = re.search(rf"line (\d+) in {re.escape(code.co_name)}$", traceback, re.M)
    return int(found[1]) if found else None
