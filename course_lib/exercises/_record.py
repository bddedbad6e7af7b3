"""Keeps the record of what a learner has solved, in a file of their own.

The file has one line of JSON for each step forward, and lines are only ever added.
So two notebooks at once lose nothing of each other's, and a damaged line costs
itself and no other. Deleting the file starts afresh.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

from course_lib.exercises._wording import TONES, Card
from course_lib.exercises.exercise import Exercise, all_exercises

VARIABLE = "COURSE_PROGRESS_FILE"
SAVED_AS = {"correct": "solved", "not yet": "tried"}

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
    """What answers came to, by the exercise's name; one not tried is missing."""
    found, path = dict(_this_session), progress_file()
    try:
        text = path.read_bytes() if path else b""
    except OSError:
        text = b""
    for line in text.splitlines():
        with contextlib.suppress(ValueError, TypeError, KeyError):  # a damaged line
            entry = json.loads(line)
            for tone, saved in SAVED_AS.items():
                if (
                    entry["status"] == saved
                    and found.get(entry["exercise"]) != "correct"
                ):
                    found[entry["exercise"]] = tone
    return found


def note(name: str, tone: str) -> str:
    """Notes a step forward, and gives a sentence if it could not be saved, else ""."""
    if statuses().get(name) in ("correct", tone):
        return ""
    _this_session[name] = tone
    path = progress_file()
    if path is None:
        return ""
    line = json.dumps({"exercise": name, "status": SAVED_AS[tone]})
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            # A line of its own, even if the last one was cut short.
            file.write(f"\n{line}\n".encode())
    except OSError as error:
        return f"Your progress could not be saved in `{path}`: {error}."
    return ""


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
    exercises = [each for each in all_exercises() if str(each.chapter) == str(chapter)]
    if not exercises:
        first, last = all_exercises()[0].chapter, all_exercises()[-1].chapter
        said = f"There are some of the chapters {first} to {last}."
        title = f"There are no exercises of chapter {chapter}"
        return Card(title, paragraphs=[said])
    found = statuses()
    rows = [("exercise", "effort", "status")]
    for each in exercises:
        tone = found.get(each.name, "not attempted")
        status = f"{TONES[tone][0]} {'solved' if tone == 'correct' else tone}"
        rows.append((f"{each.name} {each.title}", each.effort, status))
    solved, tone = _solved(exercises, found)
    return Card(f"Chapter {chapter}: {solved} solved", tone, table=rows)


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
        tones = [found.get(each.name, "not attempted") for each in exercises]
        marks = "".join(TONES[tone][0] for tone in tones)
        rows.append((str(chapter), _solved(exercises, found)[0], marks))
    solved, tone = _solved(all_exercises(), found)
    return Card(f"The course: {solved} exercises solved", tone, table=rows)


def _solved(exercises: Sequence[Exercise], found: dict[str, str]) -> tuple[str, str]:
    done = sum(found.get(each.name) == "correct" for each in exercises)
    tone = "correct" if done == len(exercises) else "note"
    return f"{done} of {len(exercises)}", tone
