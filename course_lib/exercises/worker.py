"""The process in which a learner's function runs.

It reads a pickled function and its inputs from standard input, calls the function
for each input and writes what happened to standard output, one pickle after the
other. It stops itself when its time is up: the watchdog of `faulthandler` needs no
lock of the interpreter, so no loop, not even one inside a C function, outlives it.
"""

from __future__ import annotations

import builtins
import faulthandler
import io
import os
import pickle
import sys
from typing import Any, BinaryIO

from course_lib.exercises.outcomes import describe_failure, outcome_of

SECONDS_TO_LOAD = 20
"""For what the function refers to; TensorFlow alone takes about 5."""
MOST_PRINTED = 2_000
MOST_MEMORY = 4 << 30


class _Printed(io.TextIOBase):
    """Standard output of the learner's code: its first characters are passed on."""

    def __init__(self, channel: BinaryIO) -> None:
        self.channel = channel
        self.left = MOST_PRINTED

    def write(self, text: str) -> int:
        shown = str(text)[: self.left]
        self.left -= len(shown)
        if shown:
            send(self.channel, ("printed", shown))
        return len(text)


def send(channel: BinaryIO, message: tuple[str, Any]) -> None:
    """Writes one message to the parent.

    Args:
        channel: What the parent reads.
        message: A word for what it is, and the matter.

    Example:
        >>> send(io.BytesIO(), ("printed", "hello"))
    """
    pickle.dump(message, channel)
    channel.flush()


def main() -> None:
    """Runs one function for all its inputs, and ends the process.

    Example:
        `python -c "from course_lib.exercises.worker import main; main()"`
    """
    channel = os.fdopen(os.dup(1), "wb")
    faulthandler.dump_traceback_later(SECONDS_TO_LOAD, exit=True, file=channel)
    nowhere = os.open(os.devnull, os.O_RDWR)
    payload = sys.stdin.buffer.read()
    for descriptor in range(3):
        os.dup2(nowhere, descriptor)
    sys.stdout = _Printed(channel)
    vars(builtins)["display"] = print  # a notebook has it
    _limit_memory()
    try:
        function, inputs, seconds = pickle.loads(payload)
    except BaseException as error:
        send(channel, ("unloadable", describe_failure(error, None)))
        os._exit(0)
    faulthandler.dump_traceback_later(seconds, exit=True, file=channel)
    for arguments in inputs:
        send(channel, ("outcome", outcome_of(function, arguments)))
    os._exit(0)  # whatever threads the learner's code has started


def _limit_memory() -> None:
    """Lets runaway memory end in a MemoryError, where the system has limits."""
    try:
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_DATA)
        if most == resource.RLIM_INFINITY or most > MOST_MEMORY:
            resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, most))
    except (ImportError, OSError, ValueError):
        return
