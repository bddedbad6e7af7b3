"""Runs a learner's function where it can do no harm: in a process of its own.

A thread can't be stopped inside a C function, such as `sum(itertools.count())`. The
process is not forked, so it is safe beside TensorFlow. It writes what happens, one
pickle after the other, and ends itself in time by `faulthandler`, which needs no lock
of the interpreter and says in which line it was.
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
import textwrap
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np

from course_lib.exercises.exercise import Array, Function, Made

SECONDS = 3.0
"""Of computing, for all calls together. Imports cost none of them, nor do waits."""
LONGEST = 100.0
"""By the clock, imports included: the last resort, for what computes nothing."""
MOST_PRINTED = 2_000
MOST_MEMORY = 4 << 30
BUSY = "COURSE_EXERCISES_WORKER"
"""Set in the process: importing a module that checks itself would start another."""


@dataclass(frozen=True)
class Outcome:
    """What a call came to: a value; or a problem, said of "it", and the line of it."""

    value: Array | None = None
    problem: str = ""
    line: int | None = None
    changed: tuple[int, ...] = ()
    """Positions of the arguments that the call changed."""


# In both: what a call comes to


def outcome_of(function: Function, arguments: tuple[Any, ...]) -> Outcome:
    """Calls a function with copies of its arguments and notes what comes of it."""
    given = copy.deepcopy(arguments)
    changed = []
    try:
        value = plain(function(*given))
        if isinstance(value, str):
            return Outcome(problem=f"it returned {value}.")
        for i, (now, before) in enumerate(zip(given, arguments, strict=True)):
            if not isinstance(before, Made):
                changed += [] if np.array_equal(now, before) else [i]
            elif left := before.after(now):
                value = np.concatenate([np.ravel(value), *map(np.ravel, left)])
    except BaseException as error:  # exit() too: an answer must not end the check
        if isinstance(error, KeyboardInterrupt) and BUSY not in os.environ:
            raise  # in the notebook it is the learner, who wants to stop
        code = getattr(function, "__code__", None)
        steps = traceback.walk_tb(error.__traceback__)
        lines = [line for frame, line in steps if frame.f_code is code]
        problem = f"it raised {_described(error)}"
        return Outcome(problem=problem, line=lines[-1] if lines else None)
    return Outcome(value, changed=tuple(changed))


def _described(error: BaseException) -> str:
    """Type and message of an error, in one line, to end a sentence with."""
    text = re.sub(r"\x1b\[[\d;]*m", "", f"{type(error).__name__}: {error}")
    return textwrap.shorten(text, 300, placeholder=" …").rstrip(".:") + "."


def plain(value: Any) -> Array | str:
    """Turns an answer into an array of bools, of numbers or, without axes, of a word.

    Of what can't be compared it says what it is, as a noun.
    """
    if isinstance(value, str):
        return np.asarray(value)
    if value is None or callable(value):
        return noun(value)
    try:
        array = np.asarray(value)
        if array.dtype.kind == "O":  # numbers of other kinds, or no numbers
            array = np.vectorize(float)(array)
    except Exception as error:
        if "NoneType" in str(error):
            return "a list with None in it (of a Keras shape, leave it out)"
        if "inhomogeneous" in str(error) or "broadcast" in str(error):
            return "a list whose parts have different lengths"
        return noun(value)
    if array.dtype.kind not in "biuf" and "float" not in array.dtype.name:
        return f"an array with dtype {array.dtype}, not of real numbers"
    return array


def noun(value: object) -> str:
    """Says what sort of thing a value is."""
    name = type(value).__name__
    known = {
        "NoneType": "None (does it end in `return`?)",
        "generator": "a generator (make a list or an array of it)",
        "KerasTensor": "a symbolic Keras tensor, which has no numbers",
    }
    return known.get(name, f"an object of type {name}")


# In the notebook


def run(
    function: Function, inputs: Sequence[tuple[Any, ...]]
) -> tuple[list[Outcome], str]:
    """Calls a function for each input, in a process with a time limit.

    Gives the outcomes, fewer than inputs if it was stopped, and what it printed.
    """
    import cloudpickle

    if BUSY in os.environ:
        return [Outcome(problem="it is being checked already.")], ""
    try:
        payload = cloudpickle.dumps((function, inputs))
    except Exception as error:
        problem = (
            f"it could not be copied out of the notebook ({type(error).__name__}): it "
            "refers to something there that can't be copied. Let it use its arguments "
            "only."
        )
        return [Outcome(problem=problem)], ""
    work = f"from {__name__} import work; work({SECONDS}, {LONGEST})"
    paths = os.pathsep.join(map(str, sys.path))
    settings = {BUSY: "1", "PYTHONPATH": paths, "OPENBLAS_NUM_THREADS": "1"}
    ended = subprocess.run(
        [sys.executable, "-c", work],
        input=payload,
        capture_output=True,
        env=os.environ | settings,
    )
    said, messages = io.BytesIO(ended.stdout), list[Outcome | str]()
    with contextlib.suppress(Exception):  # at the end, or where one is cut off
        while True:
            messages.append(pickle.load(said))
    outcomes = [each for each in messages if isinstance(each, Outcome)]
    if len(outcomes) < len(inputs):
        last_words = ended.stderr.decode(errors="replace")
        outcomes.append(_stopped(ended.returncode, last_words, function))
    return outcomes, "".join(each for each in messages if isinstance(each, str))


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


# In the process


def work(seconds: float, longest: float) -> None:
    """Runs one function for all its inputs, and ends the process."""
    channel, last_words = (os.fdopen(os.dup(n), "wb", buffering=0) for n in (1, 2))
    faulthandler.dump_traceback_later(longest, exit=True, file=last_words)
    for output in (1, 2):  # what is written past Python is nobody's
        os.dup2(os.open(os.devnull, os.O_WRONLY), output)
    sys.stdout = _Printed(channel)
    vars(builtins)["display"] = print  # a notebook has it
    try:
        function, inputs = pickle.load(sys.stdin.buffer)
    except Exception as error:
        problem = f"it could not be run outside the notebook: {_described(error)}"
        pickle.dump(Outcome(problem=problem), channel)
    else:
        _limit(seconds, last_words)
        for arguments in inputs:
            pickle.dump(outcome_of(function, arguments), channel)
    os._exit(0)  # whatever threads the answer has started


class _Printed(io.TextIOBase):
    """Standard output of the learner's code: its first characters are passed on."""

    def __init__(self, channel: BinaryIO) -> None:
        self.channel, self.left = channel, MOST_PRINTED

    def write(self, text: str) -> int:
        if shown := text[: self.left]:
            pickle.dump(shown, self.channel)
        self.left -= len(shown)
        return len(text)


def _limit(seconds: float, last_words: BinaryIO) -> None:
    """Limits memory, and the seconds of computing; imports stop the clock."""
    try:
        import resource
    except ImportError:  # Windows: there is only the limit by the clock
        return
    with contextlib.suppress(OSError, ValueError):  # not each system has such a limit
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
    # chain: when the line is written, the signal's own effect ends the process
    faulthandler.register(signal.SIGPROF, file=last_words, chain=True)
    load = builtins.__import__

    def uncounted(*arguments: Any, **named: Any) -> Any:
        left, _ = signal.setitimer(signal.ITIMER_PROF, 0)
        try:
            return load(*arguments, **named)
        finally:
            signal.setitimer(signal.ITIMER_PROF, left)  # 0 within another import

    builtins.__import__ = uncounted
    signal.setitimer(signal.ITIMER_PROF, seconds)
