"""Runs a learner's function where it can do no harm: in a process of its own.

A thread would not do: a loop inside a C function, such as `sum(itertools.count())`,
can't be stopped, and keeps the whole kernel. The process is started afresh, not
forked, so it is safe beside TensorFlow. It writes what happens to a file, one pickle
after the other, and behind them the last words of `faulthandler`, which needs no lock
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
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np

from course_lib.exercises.exercise import Array, Function

SECONDS = 3.0
"""Of computing, for all calls together. Imports cost none of them, nor do waits."""
LONGEST = 100.0
"""By the clock, imports included: the last resort, for what computes nothing."""
MOST_PRINTED = 2_000
MOST_MEMORY = 4 << 30
LONGEST_MESSAGE = 300
BUSY = "COURSE_EXERCISES_WORKER"
"""Set in the process: importing a module that checks itself would start another."""
POSIX = os.name == "posix"

Plain = Array | str
"""An array of bools, whole numbers or floats (a number has no axes), or a string."""


class UnusableError(Exception):
    """A value that can't be compared; the message says what it is, as a noun."""


class NotRunError(Exception):
    """Why a function could not be run, as a sentence."""


@dataclass(frozen=True)
class Outcome:
    """What a call came to: a value; or a problem, said of "it", and the line of it."""

    value: Plain | None = None
    problem: str = ""
    line: int | None = None
    changed: tuple[int, ...] = ()
    """Positions of the arguments that the call changed."""


# One call


def outcome_of(function: Function, arguments: tuple[Any, ...]) -> Outcome:
    """Calls a function with copies of its arguments and notes what comes of it."""
    given = copy.deepcopy(arguments)
    try:
        value = plain(function(*given))
    except UnusableError as unusable:
        advice = " Does it end in `return`?" * (str(unusable) == "None")
        return Outcome(problem=f"it returned {unusable}.{advice}")
    except BaseException as error:
        code = getattr(function, "__code__", None)
        steps = traceback.walk_tb(error.__traceback__)
        lines = [line for frame, line in steps if frame.f_code is code]
        problem = f"it raised {_described(error)}"
        return Outcome(problem=problem, line=lines[-1] if lines else None)
    same = map(_is_same, given, arguments)
    return Outcome(value, changed=tuple(i for i, kept in enumerate(same) if not kept))


def _is_same(now: Any, before: Any) -> bool:
    is_array = isinstance(before, np.ndarray)
    return np.array_equal(now, before) if is_array else bool(now == before)


def _described(error: BaseException) -> str:
    said = " ".join(re.sub(r"\x1b\[[\d;]*m", "", str(error)).split())
    if len(said) > LONGEST_MESSAGE:
        said = said[:LONGEST_MESSAGE] + " …"
    text = type(error).__name__ + (f": {said}" if said else "")
    return text if text.endswith((".", "!", "?")) else text + "."


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
        if array.dtype.kind == "O":  # numbers of other kinds, or no numbers
            floats = [float(entry) for entry in array.flat]
            array = np.array(floats).reshape(array.shape)
    except Exception as error:
        if "NoneType" in str(error):
            what = "a list with None in it (of a Keras shape, leave it out)"
        elif "inhomogeneous" in str(error) or "broadcast" in str(error):
            what = "a list whose parts have different lengths"
        else:
            what = noun(value)
        raise UnusableError(what) from None
    if array.dtype.kind not in "biuf" and "float" not in array.dtype.name:
        raise UnusableError(f"an array with dtype {array.dtype}, not of real numbers")
    return array


def noun(value: object) -> str:
    """Says what sort of thing a value is, with its article."""
    name = type(value).__name__
    known = {
        "NoneType": "None",
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


def run(
    function: Function, inputs: Sequence[tuple[Any, ...]]
) -> tuple[list[Outcome], str]:
    """Calls a function for each input, in a process with a time limit.

    Gives the outcomes, fewer than inputs if it was stopped, and what it printed.

    Raises:
        NotRunError: If that was not possible.
    """
    if BUSY in os.environ:
        raise NotRunError("It is being checked already.")
    try:
        import cloudpickle

        payload = cloudpickle.dumps((function, inputs))
    except ImportError:
        raise NotRunError(
            "Checking a function needs the package cloudpickle; please install it."
        ) from None
    except Exception as error:
        raise NotRunError(
            f"It could not be copied out of the notebook ({type(error).__name__}): it "
            "refers to something there that can't be copied. Let it use its arguments "
            "only."
        ) from None
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
        given.write(pickle.dumps((SECONDS, LONGEST)) + payload)
        given.seek(0)
        try:
            exit_code = _exit_code(given, said)
        except OSError as error:
            raise NotRunError(f"Python could not be started ({error}).") from None
        messages, last_words = _read(said)
    for message in messages:
        if isinstance(message, NotRunError):
            raise message
    outcomes = [each for each in messages if isinstance(each, Outcome)]
    if len(outcomes) < len(inputs):
        outcomes.append(_stopped(exit_code, last_words, function))
    return outcomes, "".join(each for each in messages if isinstance(each, str))


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
    command = [sys.executable, "-P", "-c", f"from {__name__} import work; work()"]
    nothing = subprocess.DEVNULL
    group: dict[str, Any] = {}
    processes: list[subprocess.Popen[bytes]] = []
    try:
        if POSIX:
            guard = subprocess.Popen(
                ["sh", "-c", "cat; kill -KILL 0"],
                stdin=subprocess.PIPE,
                stdout=nothing,
                process_group=0,
            )
            processes, group = [guard], {"process_group": guard.pid}
        process = subprocess.Popen(
            command, stdin=given, stdout=said, stderr=nothing, env=environment, **group
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


def _read(said: BinaryIO) -> tuple[list[Outcome | str | NotRunError], str]:
    """Takes the messages apart; what follows them are the last words."""
    messages: list[Outcome | str | NotRunError] = []
    end = said.seek(0)
    with contextlib.suppress(Exception):  # raised by what is no message
        while True:
            messages.append(pickle.load(said))
            end = said.tell()
    said.seek(end)
    return messages, said.read().decode(errors="replace")


def _stopped(exit_code: int, last_words: str, function: Function) -> Outcome:
    # By its words, not by its signal: it may crash while it looks for the line.
    if "most recent call first" not in last_words:
        crash = f" (signal {-exit_code})" if exit_code < 0 else ""
        return Outcome(problem=f"it ended Python itself{crash}.")
    limit = LONGEST if "Timeout (" in last_words else SECONDS
    name = re.escape(getattr(function, "__name__", ""))
    line = re.search(rf"line (\d+) in {name}$", last_words, re.M)
    problem = f"it did not finish within {limit:g} seconds and was stopped."
    return Outcome(problem=problem, line=int(line[1]) if line else None)


# All calls: in the process


def work() -> None:
    """Runs one function for all its inputs, and ends the process."""
    channel = os.fdopen(os.dup(1), "wb")
    seconds, longest = pickle.load(sys.stdin.buffer)
    faulthandler.dump_traceback_later(longest, exit=True, file=channel)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    sys.stdout = _Printed(channel)
    vars(builtins)["display"] = print  # a notebook has it
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource  # which not all systems have

        most = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, most))
    try:
        function, inputs = pickle.load(sys.stdin.buffer)
    except BaseException as error:
        said = f"It could not be run outside the notebook: {_described(error)}"
        _send(channel, NotRunError(said))
        os._exit(0)
    if POSIX:
        _limit_computing(seconds, channel)
    process = os.getpid()
    for arguments in inputs:
        outcome = outcome_of(function, arguments)
        if os.getpid() == process:  # not a copy of it that the answer has forked
            _send(channel, outcome)
    os._exit(0)  # whatever threads the answer has started


def _limit_computing(seconds: float, channel: BinaryIO) -> None:
    """Ends the process after so many seconds of computing; imports stop the clock."""
    faulthandler.register(signal.SIGPROF, file=channel, chain=True)
    load = builtins.__import__

    def uncounted(*arguments: Any, **named: Any) -> Any:
        left, _ = signal.setitimer(signal.ITIMER_PROF, 0)
        try:
            return load(*arguments, **named)
        finally:
            signal.setitimer(signal.ITIMER_PROF, left)  # 0 within another import

    builtins.__import__ = uncounted
    signal.setitimer(signal.ITIMER_PROF, seconds)


class _Printed(io.TextIOBase):
    """Standard output of the learner's code: its first characters are passed on."""

    def __init__(self, channel: BinaryIO) -> None:
        self.channel, self.left = channel, MOST_PRINTED

    def write(self, text: str) -> int:
        shown = str(text)[: self.left]
        self.left -= len(shown)
        if shown:
            _send(self.channel, shown)
        return len(text)


def _send(channel: BinaryIO, matter: Outcome | str | NotRunError) -> None:
    pickle.dump(matter, channel)
    channel.flush()
