"""The progress file: it survives, it is shared, and damage costs little."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from course_lib.exercises import _record as record
from course_lib.exercises import check, progress, progress_file, summary


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "_this_session", {})
    monkeypatch.delenv(record.VARIABLE, raising=False)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "folder" / "progress.jsonl"
    monkeypatch.setenv(record.VARIABLE, str(path))
    return path


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do what a restart of the kernel does."""
    monkeypatch.setattr(record, "_this_session", {})


def test_nothing_is_kept_while_pytest_or_nbval_runs() -> None:
    assert "PYTEST_VERSION" in os.environ
    assert progress_file() is None
    check("2.1", (4, 6))
    assert record.statuses() == {"2.1": "solved"}


def test_nothing_is_kept_if_the_variable_is_empty(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(record.VARIABLE, "")
    monkeypatch.delenv("PYTEST_VERSION")
    assert progress_file() is None


def test_home_folder_is_the_usual_place(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("PYTEST_VERSION")
    assert progress_file() == tmp_path / ".upsampling-course" / "progress.jsonl"


def test_progress_survives_a_restart(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert record.statuses() == {}
    check("2.1", (4, 6))
    check("2.2", (3, 4))
    check("2.3", ...)
    forget(monkeypatch)
    assert record.statuses() == {"2.1": "solved", "2.2": "tried"}
    file.unlink()
    assert record.statuses() == {}


def test_what_is_solved_stays_solved(file: Path) -> None:
    check("2.1", (4, 6))
    before = file.read_bytes()
    check("2.1", (6, 4))
    check("2.1", (4, 6))
    assert file.read_bytes() == before
    assert record.statuses() == {"2.1": "solved"}


@pytest.mark.parametrize(
    "damage",
    [
        b"\x00\xff\xfe garbage \x80",
        b'{"exercise": "2.2", "sta',
        b"[" * 100_000,
        b'{"exercise": ["2.2"], "status": "solved"}',
        b'{"exercise": "2.2", "status": ["solved"]}',
        b'{"exercise": "2.2", "status": "perfect"}',
        b"3",
        b"null",
        b'"exercise"',
    ],
)
def test_damaged_line_costs_itself_only(
    file: Path, damage: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    check("2.1", (4, 6))
    with file.open("ab") as end:
        end.write(damage)  # cut short: without the end of the line
    forget(monkeypatch)
    assert record.statuses() == {"2.1": "solved"}
    check("2.3", [0, 0, 0.5, 1.5, 2.5, 3.5, 4, 4])
    forget(monkeypatch)
    assert record.statuses() == {"2.1": "solved", "2.3": "solved"}
    assert damage in file.read_bytes()


def test_many_kernels_at_once_lose_nothing(file: Path) -> None:
    names = [f"{chapter}.{number}" for chapter in range(1, 9) for number in range(1, 9)]
    code = (
        "import sys; from course_lib.exercises import _record as record\n"
        "for name in sys.argv[1:]: record.note(name, 'tried')\n"
        "for name in sys.argv[1:]: record.note(name, 'solved')\n"
    )
    kernels = [
        subprocess.Popen([sys.executable, "-c", code, *names[start::4]])
        for start in range(4)
    ]
    assert [kernel.wait() for kernel in kernels] == [0, 0, 0, 0]
    assert record.statuses() == dict.fromkeys(names, "solved")


def test_file_that_can_not_be_written_is_said_and_remembered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (tmp_path, tmp_path / "a file" / "progress.jsonl"):
        (tmp_path / "a file").touch()
        monkeypatch.setenv(record.VARIABLE, str(path))
        forget(monkeypatch)
        card = check("2.1", (4, 6))
        assert card.tone == "correct"
        assert "Your progress could not be saved in" in str(card)
        assert record.statuses() == {"2.1": "solved"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in folders here")
def test_pipe_in_place_of_the_file_does_not_hang(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = tmp_path / "progress.jsonl"
    os.mkfifo(pipe)
    monkeypatch.setenv(record.VARIABLE, str(pipe))
    assert "it is not a file" in str(check("2.1", (4, 6)))


def test_summary_and_progress_show_what_is_done(file: Path) -> None:
    assert summary(2).title == "Chapter 2: 0 of 5 solved"
    check("2.1", (4, 6))
    check("2.2", (3, 4))
    shown = summary(2)
    assert shown.title == "Chapter 2: 1 of 5 solved"
    assert [row[2] for row in shown.table[1:4]] == [
        "✓ solved",
        "✗ not yet",
        "○ not attempted",
    ]
    assert shown.table[1][:2] == (
        "2.1 Predict which factor is for rows",
        "●○○ easy · 1 min",
    )
    assert ("2", "1 of 5", "✓✗○○○") in progress().table
    assert "exercises solved" in progress().title
    for name in range(1, 7):
        record.note(f"2.{name}", "solved")
    assert (summary(2).tone, summary("2").tone) == ("correct", "correct")  # type: ignore[arg-type]


@pytest.mark.parametrize("chapter", [0, 99, "two", None, 2.5])
def test_summary_of_no_chapter_is_friendly(chapter: int) -> None:
    assert "There are no exercises of chapter" in str(summary(chapter))
