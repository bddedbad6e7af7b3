"""The progress file: it survives, it is shared, and damage costs little."""

import pytest

from course_lib.exercises import _record, check, progress, progress_file, summary, use
from course_lib.exercises._record import saved_tones


def restart(monkeypatch):
    monkeypatch.setattr(_record, "_this_session", {})


@pytest.fixture(autouse=True)
def file(tmp_path, monkeypatch):
    restart(monkeypatch)
    path = tmp_path / "folder" / "progress.jsonl"
    monkeypatch.setenv(_record.VARIABLE, str(path))
    return path


def test_where_it_is_kept(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv(_record.VARIABLE, "~/mine")
    assert progress_file() == tmp_path / "mine"
    monkeypatch.delenv(_record.VARIABLE)
    assert progress_file() is None  # while pytest or nbval runs
    check("2.1", (4, 6))
    assert saved_tones() == {"2.1": "correct"}
    monkeypatch.delenv("PYTEST_VERSION")
    assert progress_file() == tmp_path / ".upsampling-course" / "progress.jsonl"
    monkeypatch.setenv(_record.VARIABLE, "")
    assert progress_file() is None


def test_progress_survives_a_restart_and_what_is_solved_stays_solved(file, monkeypatch):
    for name, answer in [("2.1", (4, 6)), ("2.2", (3, 4)), ("2.3", ...)]:
        check(name, answer)
    before = file.read_bytes()
    for name, answer in [("2.1", (6, 4)), ("2.1", (4, 6)), ("2.2", (3, 5))]:
        check(name, answer)
    assert file.read_bytes() == before
    file.write_bytes(before + b'{"exercise": "2.1", "status": "tried"}')  # another's
    restart(monkeypatch)
    assert saved_tones() == {"2.1": "correct", "2.2": "not yet"}


def test_a_solution_used_twice_is_not_an_answer():
    function = use("2.4", ...)
    assert use("2.4", function) is function
    assert saved_tones() == {}


@pytest.mark.parametrize(
    "damage",
    [
        b"\x00\xff\xfe garbage \x80",
        b'{"exercise": "2.2", "sta',
        b'{"exercise": ["2.2"], "status": "solved"}',
        b'{"exercise": "2.2", "status": "perfect"}',
    ],
)
def test_damaged_line_costs_itself_only(file, damage, monkeypatch):
    check("2.1", (4, 6))
    with file.open("ab") as end:
        end.write(damage)  # cut short: without the end of the line
    check("2.2", (4, 3))
    restart(monkeypatch)
    assert saved_tones() == {"2.1": "correct", "2.2": "correct"}
    assert damage in file.read_bytes()


def test_file_that_can_not_be_written_is_said_and_remembered(file):
    file.mkdir(parents=True)
    card = check("2.1", (4, 6))
    assert card.tone == "correct"
    assert "Your progress could not be saved in" in str(card)
    assert saved_tones() == {"2.1": "correct"}


def test_summary_and_progress_show_what_is_done():
    check("2.1", (4, 6))
    check("2.2", (3, 4))
    shown = summary(2)
    assert (shown.title, shown.tone) == ("Chapter 2: 1 of 5 solved", "note")
    title = "2.1 Predict which factor is for rows"
    assert shown.table[1] == (title, "●○○ easy · 1 min", "✓ solved")
    assert [row[2] for row in shown.table[2:4]] == ["✗ not yet", "○ not attempted"]
    assert ("2", "1 of 5", "✓✗○○○") in progress().table
    assert progress().title.startswith("The course: 1 of ")
    for number in range(1, 6):
        _record.save_step(f"2.{number}", "correct")
    assert summary(2).tone == "correct"
