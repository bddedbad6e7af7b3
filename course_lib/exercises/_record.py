"""Keeps the record of what a learner has solved, in a file of their own.

The file has one line of JSON for each step forward, and lines are only ever added.
So two notebooks at once lose nothing of each other's, and a damaged line costs
itself and no other. Deleting the file starts afresh.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

from course_lib.exercises._wording import TONES, Card
from course_lib.exercises.exercise import Exercise, all_exercises

VARIABLE = "COURSE_PROGRESS_FILE"
TRIED, SOLVED = "tried", "solved"
STATUS_WORDS = {
    SOLVED: f"{TONES['correct'][0]} solved",
    TRIED: f"{TONES['not yet'][0]} not yet",
    None: f"{TONES['not attempted'][0]} not attempted",
}

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
    """What was tried and what was solved, by the exercise's name."""
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

    Gives a sentence why it could not be saved, or "".
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


def summary(chapter: int) -> Card:
    """Shows which exercises of a chapter are done.

    Args:
        chapter: Its number.

    Returns:
        A `Card` to be displayed.

    Example:
        >>> summary(0)
        · There are no exercises of chapter 0
        There are some of the chapters 1 to 9.
    """
    number = str(chapter).strip()
    exercises = [each for each in all_exercises() if str(each.chapter) == number]
    if not exercises:
        first, last = all_exercises()[0].chapter, all_exercises()[-1].chapter
        return Card(
            f"There are no exercises of chapter {number[:20]}",
            paragraphs=[f"There are some of the chapters {first} to {last}."],
        )
    found = statuses()
    rows = [("exercise", "effort", "status")]
    for each in exercises:
        status = STATUS_WORDS[found.get(each.name)]
        rows.append((f"{each.name} {each.title}", each.effort, status))
    solved, tone = _solved(exercises, found)
    return Card(f"Chapter {number}: {solved} solved", tone, table=rows)


def progress() -> Card:
    """Shows how much of the whole course is done.

    Returns:
        A `Card` to be displayed.

    Example:
        >>> progress().table[0]
        ('chapter', 'solved', '')
    """
    found = statuses()
    rows = [("chapter", "solved", "")]
    for chapter in dict.fromkeys(each.chapter for each in all_exercises()):
        exercises = [each for each in all_exercises() if each.chapter == chapter]
        marks = "".join(STATUS_WORDS[found.get(each.name)][0] for each in exercises)
        rows.append((str(chapter), _solved(exercises, found)[0], marks))
    solved, tone = _solved(all_exercises(), found)
    return Card(f"The course: {solved} exercises solved", tone, table=rows)


def _solved(exercises: Sequence[Exercise], found: dict[str, str]) -> tuple[str, str]:
    done = sum(found.get(each.name) == SOLVED for each in exercises)
    tone = "correct" if done == len(exercises) else "note"
    return f"{done} of {len(exercises)}", tone
