"""What is done, of a chapter and of the whole course."""

from __future__ import annotations

from course_lib.exercises import record
from course_lib.exercises.catalogue import all_exercises
from course_lib.exercises.display import Card
from course_lib.exercises.exercise import Exercise

STATUS_WORDS = {
    record.SOLVED: "✓ solved",
    record.TRIED: "✗ not yet",
    None: "○ not attempted",
}


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
    number = str(chapter).strip() if type(chapter) in (int, str) else ""
    exercises = [each for each in all_exercises() if str(each.chapter) == number]
    if not exercises:
        chapters = sorted({each.chapter for each in all_exercises()})
        return Card(
            f"There are no exercises of chapter {number[:20] or '?'}",
            paragraphs=[
                f"There are some of the chapters {chapters[0]} to {chapters[-1]}."
            ],
        )
    statuses = record.statuses()
    rows = [("exercise", "effort", "status")]
    for each in exercises:
        status = STATUS_WORDS[statuses.get(each.name)]
        rows.append((f"{each.name} {each.title}", each.effort, status))
    solved, tone = _solved(exercises, statuses)
    return Card(f"Chapter {number}: {solved} solved", tone, table=rows)


def progress() -> Card:
    """Shows how much of the whole course is done.

    Returns:
        A `Card` to be displayed.

    Example:
        >>> progress().table[0]
        ('chapter', 'solved', '')
    """
    statuses = record.statuses()
    rows = [("chapter", "solved", "")]
    for chapter in dict.fromkeys(each.chapter for each in all_exercises()):
        exercises = [each for each in all_exercises() if each.chapter == chapter]
        marks = "".join(STATUS_WORDS[statuses.get(each.name)][0] for each in exercises)
        rows.append((str(chapter), _solved(exercises, statuses)[0], marks))
    solved, tone = _solved(all_exercises(), statuses)
    return Card(f"The course: {solved} exercises solved", tone, table=rows)


def _solved(
    exercises: list[Exercise] | tuple[Exercise, ...], statuses: dict[str, str]
) -> tuple[str, str]:
    done = sum(statuses.get(each.name) == record.SOLVED for each in exercises)
    tone = "correct" if done == len(exercises) else "note"
    return f"{done} of {len(exercises)}", tone
