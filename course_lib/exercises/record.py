"""What a learner has solved, kept over restarts in a file of their own.

The file has one line of JSON for each step forward, and lines are only ever added.
So two notebooks at once lose nothing of each other's, and a damaged line costs
itself and no other. Deleting the file starts afresh.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

VARIABLE = "COURSE_PROGRESS_FILE"
TRIED, SOLVED = "tried", "solved"

_this_session: dict[str, str] = {}


def progress_file() -> Path | None:
    """The file in which progress is kept.

    The environment variable `COURSE_PROGRESS_FILE` names another one; if it is empty,
    or pytest is running (as it is when nbval compares the notebooks), none is read or
    written, and progress lasts as long as the kernel.

    Returns:
        `.upsampling-course/progress.jsonl` in the home folder, or another; None if
        progress is not kept.

    Example:
        >>> progress_file() is None  # in a test
        True
    """
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named).expanduser()
    if named == "" or "PYTEST_VERSION" in os.environ:
        return None
    try:
        return Path.home() / ".upsampling-course" / "progress.jsonl"
    except RuntimeError:  # there is no home folder
        return None


def statuses() -> dict[str, str]:
    """Reads what was tried and what was solved, by the exercise's name.

    Returns:
        `"tried"` or `"solved"` for each name; a name that is not there is neither.

    Example:
        >>> statuses().get("0.0") is None
        True
    """
    found = dict(_this_session)
    path = progress_file()
    try:
        # Of a pipe or a device there may be no end.
        text = path.read_bytes() if path is not None and path.is_file() else b""
    except OSError:
        text = b""
    for line in text.splitlines():
        try:
            entry = json.loads(line)
            name, status = entry["exercise"], entry["status"]
        except (ValueError, TypeError, KeyError, RecursionError):
            continue  # a damaged line
        if isinstance(name, str) and status in (TRIED, SOLVED):
            found[name] = _better(found.get(name), status)
    return found


def note(name: str, status: str) -> str:
    """Notes a step forward; a step back is none.

    Args:
        name: The exercise.
        status: `"tried"` or `"solved"`.

    Returns:
        Why it could not be saved, as a sentence; "" if it was, or needn't be.

    Example:
        >>> note("1.1", "solved")  # nothing is saved in a test
        ''
        >>> statuses()["1.1"]
        'solved'
    """
    known = statuses().get(name)
    if _better(known, status) == known:
        return ""
    _this_session[name] = status
    path = progress_file()
    if path is None:
        return ""
    line = json.dumps({"exercise": name, "status": status})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.is_file():
            raise OSError("it is not a file")
        with path.open("ab") as file:
            # A line of its own, even if the last one was cut short.
            file.write(f"\n{line}\n".encode())
    except OSError as error:
        return f"Your progress could not be saved in `{path}`: {error}."
    return ""


def _better(one: str | None, other: str) -> str:
    return SOLVED if SOLVED in (one, other) else other
