"""Keeps the record of what a learner has solved, in a file of their own.

The file has one line of JSON for each step forward, and lines are only ever added.
So two notebooks at once lose nothing of each other's, and a damaged line costs
itself and no other. Deleting the file starts afresh.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import attrgetter
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
    return Path.home() / ".upsampling-course" / "progress.jsonl"


def statuses() -> dict[str, str]:
    """What answers came to, by the exercise's name; one not tried is missing."""
    found, path = dict(_this_session), progress_file()
    tones = {saved: tone for tone, saved in SAVED_AS.items()}
    try:
        lines = path.read_bytes().splitlines() if path else []
    except OSError:
        lines = []
    for line in lines:
        with contextlib.suppress(ValueError, TypeError, KeyError):  # a damaged line
            entry = json.loads(line)
            if found.get(entry["exercise"]) != "correct":
                found[entry["exercise"]] = tones[entry["status"]]
    return found


def note(name: str, tone: str) -> str:
    """Notes a step forward, and gives a sentence if it could not be saved, else ""."""
    if statuses().get(name) in ("correct", tone):
        return ""
    _this_session[name] = tone
    path = progress_file()
    line = json.dumps({"exercise": name, "status": SAVED_AS[tone]})
    try:
        if path:
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
        There are some of the chapters 1 to 10.
    """
    exercises = [each for each in all_exercises() if str(each.chapter) == str(chapter)]
    if not exercises:
        last = all_exercises()[-1].chapter
        said = f"There are some of the chapters 1 to {last}."
        return Card(f"There are no exercises of chapter {chapter}", paragraphs=[said])
    tones = _tones(exercises)
    rows = [("exercise", "effort", "status")]
    for each, tone in zip(exercises, tones, strict=True):
        status = f"{TONES[tone][0]} {'solved' if tone == 'correct' else tone}"
        rows.append((f"{each.name} {each.title}", each.effort, status))
    return _card(f"Chapter {chapter}: {_solved(tones)} solved", tones, rows)


def progress() -> Card:
    """Shows how much of the whole course is done.

    Returns:
        A `Card` to be displayed.

    Example:
        >>> progress().table[0]
        ('chapter', 'solved', '')
    """
    rows = [("chapter", "solved", "")]
    for chapter, exercises in groupby(all_exercises(), attrgetter("chapter")):
        tones = _tones(exercises)
        marks = "".join(TONES[tone][0] for tone in tones)
        rows.append((str(chapter), _solved(tones), marks))
    tones = _tones(all_exercises())
    return _card(f"The course: {_solved(tones)} exercises solved", tones, rows)


def _tones(exercises: Iterable[Exercise]) -> list[str]:
    found = statuses()
    return [found.get(each.name, "not attempted") for each in exercises]


def _solved(tones: list[str]) -> str:
    return f"{tones.count('correct')} of {len(tones)}"


def _card(title: str, tones: list[str], rows: Sequence[Sequence[str]]) -> Card:
    return Card(title, "correct" if {*tones} == {"correct"} else "note", table=rows)
