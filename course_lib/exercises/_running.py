"""Runs a learner's function where it can do no harm: in a process of its own.

A thread would not do: a loop inside a C function, such as `sum(itertools.count())`,
can't be stopped, and keeps the whole kernel. The process is started afresh, not
forked, so it is safe beside TensorFlow. It writes what happens to a file, one pickle
after the other, and the last words of `faulthandler` behind them, which needs no lock
of the interpreter: so no loop outlives its time.
"""

from __future__ import annotations

import builtins
import contextlib
import copy
import faulthandler
import io
import os
import pickle
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import numpy as np

from course_lib.exercises.exercise import Array, Function

SECONDS = 3.0
"""Of computing, for all calls together. Imports cost none of them, nor do waits."""
LONGEST = 100.0
"""By the clock, imports included: the last resort, for what computes nothing."""
MOST_PRINTED = 2_000
MOST_ENTRIES = 1_000_000
MOST_MEMORY = 4 << 30
LONGEST_MESSAGE = 300
BUSY = "COURSE_EXERCISES_WORKER"
"""Set in the process: importing a module that checks itself would start another."""
COMMAND = "from course_lib.exercises._running import work; work()"
POSIX = os.name == "posix"

Plain = Array | str
"""An array of bools, whole numbers or floats (a number has no axes), or a string."""


class UnusableError(Exception):
    """A value that can't be compared; the message says what it is, as a noun."""


@dataclass(frozen=True)
class Failure:
    """An exception: its class, what it said, in which line, and if called at all."""

    kind: str
    message: str
    line: int | None
    entered: bool


@dataclass(frozen=True)
class Outcome:
    """What a call came to: a value, or what was returned instead, or an exception."""

    value: Plain | None = None
    unusable: str | None = None
    failure: Failure | None = None
    changed: tuple[int, ...] = ()
    """Positions of the arguments that the call changed."""


@dataclass
class Run:
    """What came of all calls; fewer outcomes than inputs if it was stopped."""

    outcomes: list[Outcome] = field(default_factory=list)
    printed: str = ""
    stopped: str | None = None
    line: int | None = None


# One call


def outcome_of(function: Function, arguments: tuple[Any, ...]) -> Outcome:
    """Calls a function with copies of its arguments and notes what comes of it."""
    given = copy.deepcopy(arguments)
    try:
        value = plain(function(*given))
    except UnusableError as unusable:
        return Outcome(unusable=str(unusable))
    except BaseException as error:
        return Outcome(failure=_failure(error, function))
    same = map(_is_same, given, arguments)
    return Outcome(value, changed=tuple(i for i, kept in enumerate(same) if not kept))


def _is_same(now: Any, before: Any) -> bool:
    if isinstance(before, np.ndarray):
        return np.array_equal(now, before)
    return bool(now == before)


def _failure(error: BaseException, function: Function) -> Failure:
    message = " ".join(re.sub(r"\x1b\[[\d;]*m", "", str(error)).split())
    if len(message) > LONGEST_MESSAGE:
        message = message[:LONGEST_MESSAGE] + " …"
    code = getattr(function, "__code__", None)
    line, entered, trace = None, code is None, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code is code:
            line, entered = trace.tb_lineno, True
        trace = trace.tb_next
    return Failure(type(error).__name__, message, line, entered)


def plain(value: Any) -> Plain:
    """Turns an answer, also a tensor or a list of Fractions, into something to compare.

    Raises:
        UnusableError: If it is something else; the message says what.
    """
    if isinstance(value, str):
        return str(value)
    if value is None or callable(value):
        raise UnusableError(noun(value))
    try:
        array = np.asarray(value)
    except Exception:
        ragged = isinstance(value, list | tuple)
        parts = "a list whose parts have different lengths"
        raise UnusableError(parts if ragged else noun(value)) from None
    if array.dtype.kind == "O":  # numbers of other kinds, or no numbers
        array = _floats(array, value)
    if array.size > MOST_ENTRIES:
        raise UnusableError(
            f"an array of {array.size} numbers, far more than asked for"
        )
    if array.dtype.kind == "c":
        raise UnusableError("an array of complex numbers")
    if array.dtype.kind not in "biuf" and "float" not in array.dtype.name:
        raise UnusableError(f"an array with dtype {array.dtype}, not of numbers")
    return array


def _floats(array: Array, value: object) -> Array:
    if any(entry is None for entry in array.flat):
        raise UnusableError("a list with None in it (of a Keras shape, leave it out)")
    try:
        return array.astype(float)
    except OverflowError:
        raise UnusableError("a number of more than 300 digits") from None
    except (TypeError, ValueError):
        raise UnusableError(noun(value)) from None


def noun(value: object) -> str:
    """Says what sort of thing a value is, with its article."""
    if value is None or value is ...:
        return "None" if value is None else "the placeholder ..."
    name = type(value).__name__
    known = {
        "function": "a function",
        "builtin_function_or_method": "a function",
        "method": "a function",
        "type": "a class",
        "bool": "True or False",
        "int": "a number",
        "float": "a number",
        "str": "a word",
        "list": "a list",
        "tuple": "a tuple",
        "ndarray": "an array",
        "generator": "a generator (make a list or an array of it)",
        "dict": "a dictionary",
        "KerasTensor": "a symbolic Keras tensor, which has no numbers",
    }
    return known.get(name, f"an object of type {name}")


# All calls: in the notebook


def run(function: Function, inputs: Sequence[tuple[Any, ...]]) -> Run:
    """Calls a function for each input, in a process with a time limit.

    Nothing that the function does makes this raise or hang.
    """
    if BUSY in os.environ:
        return Run(stopped="It is being checked already.")
    try:
        import cloudpickle

        payload = cloudpickle.dumps((function, inputs))
    except ImportError:
        return Run(
            stopped="Checking a function needs the package cloudpickle; please install "
            "it."
        )
    except Exception as error:
        return Run(
            stopped="It could not be copied out of the notebook to be run "
            f"({type(error).__name__}): it refers to something of the notebook that "
            "can't be copied. Let it use its arguments only."
        )
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
        given.write(pickle.dumps((SECONDS, LONGEST)) + payload)
        given.seek(0)
        try:
            exit_code = _exit_code(given, said)
        except OSError as error:
            return Run(stopped=f"Python could not be started to run it ({error}).")
        said.seek(0)
        result, last_words = _read(said)
    if result.stopped is None and len(result.outcomes) < len(inputs):
        if POSIX and exit_code == -signal.SIGPROF:
            result.stopped = f"It did not finish within {SECONDS:g} seconds"
        elif "Timeout (" in last_words:
            result.stopped = f"It did not finish within {LONGEST:g} seconds"
        if result.stopped:
            result.stopped += " and was stopped."
            result.line = _line(last_words, function)
        else:
            crash = f" (signal {-exit_code})" if exit_code < 0 else ""
            result.stopped = f"It ended Python itself{crash}."
    return result


def _exit_code(given: BinaryIO, said: BinaryIO) -> int:
    """Runs the process, and ends all that it has started.

    It is in a group of processes with a guard, who waits for the end of a pipe and then
    ends the whole group. That end comes when the pipe is closed here, or the kernel
    dies.
    """
    paths = [entry or os.getcwd() for entry in sys.path if isinstance(entry, str)]
    environment = {
        **os.environ,
        BUSY: "1",
        "PYTHONPATH": os.pathsep.join(paths),
        "OPENBLAS_NUM_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    group: dict[str, Any] = {}
    processes: list[subprocess.Popen[bytes]] = []
    try:
        if POSIX:
            guard = subprocess.Popen(
                ["sh", "-c", "cat; kill -KILL 0"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                process_group=0,
            )
            group, processes = {"process_group": guard.pid}, [guard]
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", COMMAND],
            stdin=given,
            stdout=said,
            stderr=subprocess.DEVNULL,
            env=environment,
            **group,
        )
        processes.append(process)
        return process.wait()
    finally:
        for each in processes:
            if each.stdin:
                each.stdin.close()
            else:
                each.kill()
            each.wait()


def _read(said: BinaryIO) -> tuple[Run, str]:
    """Takes the messages apart; what follows them are the last words."""
    result, end = Run(), 0
    with contextlib.suppress(Exception):  # raised by what is no message
        while True:
            kind, matter = pickle.load(said)
            end = said.tell()
            if kind == "outcome":
                result.outcomes.append(matter)
            elif kind == "printed":
                result.printed += matter
            else:
                result.stopped = (
                    "It could not be run outside the notebook: something it refers to "
                    f"could not be loaded there ({matter.kind}: {matter.message})."
                )
    said.seek(end)
    return result, said.read().decode(errors="replace")


def _line(last_words: str, function: Function) -> int | None:
    """Finds the learner's innermost line in what `faulthandler` wrote."""
    name = getattr(function, "__name__", "")
    found = re.search(rf"line (\d+) in {re.escape(name)}$", last_words, re.M)
    return int(found[1]) if found else None


# All calls: in the process


def work() -> None:
    """Runs one function for all its inputs, and ends the process."""
    channel = os.fdopen(os.dup(1), "wb")
    seconds, longest = pickle.load(sys.stdin.buffer)
    faulthandler.dump_traceback_later(longest, exit=True, file=channel)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.stdout = _Printed(channel)
    vars(builtins)["display"] = print  # a notebook has it
    _limit_memory()
    try:
        function, inputs = pickle.load(sys.stdin.buffer)
    except BaseException as error:
        _send(channel, "unloadable", _failure(error, _send))
        os._exit(0)
    if POSIX:
        _limit_computing(seconds, channel)
    process = os.getpid()
    for arguments in inputs:
        outcome = outcome_of(function, arguments)
        if os.getpid() == process:  # not a copy of it that the answer has forked
            _send(channel, "outcome", outcome)
    os._exit(0)  # whatever threads the answer has started


def _limit_memory() -> None:
    """Lets runaway memory end in a MemoryError, where the system has limits."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        most = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, most))


def _limit_computing(seconds: float, channel: BinaryIO) -> None:
    """Ends the process after so many seconds of computing; imports stop the clock."""
    faulthandler.register(signal.SIGPROF, file=channel, chain=True)
    load = builtins.__import__

    def uncounted(*arguments: Any, **named: Any) -> Any:
        left, _ = signal.setitimer(signal.ITIMER_PROF, 0)
        try:
            return load(*arguments, **named)
        finally:
            if left:  # else an import around this one has stopped it
                signal.setitimer(signal.ITIMER_PROF, left)

    builtins.__import__ = uncounted
    signal.setitimer(signal.ITIMER_PROF, seconds)


class _Printed(io.TextIOBase):
    """Standard output of the learner's code: its first characters are passed on."""

    def __init__(self, channel: BinaryIO) -> None:
        self.channel = channel
        self.left = MOST_PRINTED

    def write(self, text: str) -> int:
        shown = str(text)[: self.left]
        self.left -= len(shown)
        if shown:
            _send(self.channel, "printed", shown)
        return len(text)


def _send(channel: BinaryIO, kind: str, matter: Any) -> None:
    pickle.dump((kind, matter), channel)
    channel.flush()
