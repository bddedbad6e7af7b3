"""Keeps the record of what a learner has solved, in a file of their own.

A line of JSON for each step forward is added, and none is changed: notebooks at once
lose nothing of each other's, and a damaged line costs itself only. Deleting the file
starts afresh.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable
from itertools import groupby
from operator import attrgetter
from pathlib import Path

from course_lib.exercises._wording import TONES, Card
from course_lib.exercises.exercise import Exercise, all_exercises

VARIABLE = "COURSE_PROGRESS_FILE"
TONES_SAVED = {"solved": "correct", "tried": "not yet"}
STATUSES = {tone: status for status, tone in TONES_SAVED.items()}

_this_session: dict[str, str] = {}


def progress_file() -> Path | None:
    """The file in which progress is kept.

    Returns:
        `.upsampling-course/progress.jsonl` in the home folder, or what the environment
        variable `COURSE_PROGRESS_FILE` names. None if that is empty, or pytest runs, as
        when nbval compares the notebooks: progress lasts as long as the kernel.

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


def saved_tones() -> dict[str, str]:
    """What answers came to, by the exercise's name; one not tried is missing."""
    found, path, lines = dict(_this_session), progress_file(), list[bytes]()
    with contextlib.suppress(OSError):
        lines = path.read_bytes().splitlines() if path else []
    for line in lines:
        with contextlib.suppress(ValueError, TypeError, KeyError):  # a damaged line
            entry = json.loads(line)
            if found.get(entry["exercise"]) != "correct":
                found[entry["exercise"]] = TONES_SAVED[entry["status"]]
    return found


def save_step(name: str, tone: str) -> list[str]:
    """Keeps a step forward, and gives what is to be said if it could not be saved."""
    if saved_tones().get(name) in ("correct", tone):
        return []
    _this_session[name] = tone
    path = progress_file()
    line = json.dumps({"exercise": name, "status": STATUSES[tone]})
    try:
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("ab") as file:
                # A line of its own, even if the last one was cut short.
                file.write(f"\n{line}\n".encode())
    except OSError as error:
        return [f"Your progress could not be saved in `{path}`: {error}."]
    return []


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
        some = f"There are some of the chapters 1 to {all_exercises()[-1].chapter}."
        return Card(f"There are no exercises of chapter {chapter}", paragraphs=[some])
    tones, solved, tone_of_all = _done(exercises)
    rows = [("exercise", "effort", "status")]
    for each, tone in zip(exercises, tones, strict=True):
        status = f"{TONES[tone][0]} {'solved' if tone == 'correct' else tone}"
        rows.append((f"{each.name} {each.title}", each.effort, status))
    return Card(f"Chapter {chapter}: {solved} solved", tone_of_all, table=rows)


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
        tones, solved, _ = _done(exercises)
        rows.append((str(chapter), solved, "".join(TONES[tone][0] for tone in tones)))
    _, solved, tone_of_all = _done(all_exercises())
    return Card(f"The course: {solved} exercises solved", tone_of_all, table=rows)


def _done(exercises: Iterable[Exercise]) -> tuple[list[str], str, str]:
    """What answers came to: each, how many are solved, and the tone of all."""
    found = saved_tones()
    tones = [found.get(each.name, "not attempted") for each in exercises]
    tone_of_all = "correct" if {*tones} == {"correct"} else "note"
    return tones, f"{tones.count('correct')} of {len(tones)}", tone_of_all
