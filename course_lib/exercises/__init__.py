"""Exercises that say what you got wrong.

`check("4.2", my_function)` compares an answer with the solution on hidden inputs and
names the mistake it looks like; `hint("4.2")` and `solution("4.2")` help;
`summary(4)` and `progress()` show what is done. How to add an exercise:
`CONTRIBUTING.md`.
"""

from course_lib.exercises._record import progress, progress_file, summary
from course_lib.exercises.checking import check, hint, solution
from course_lib.exercises.exercise import all_exercises

__all__ = [
    "all_exercises",
    "check",
    "hint",
    "progress",
    "progress_file",
    "solution",
    "summary",
]
