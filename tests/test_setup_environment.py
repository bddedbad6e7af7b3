import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import setup_environment
from setup_environment import SetupError, set_up

TOOL = Path(setup_environment.__file__)


class Commands:
    """Stands in for the one function that runs commands: it records them."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.answer: tuple[int, str] = (0, "")
        self.fails_at = "-r"

    def __call__(self, command: list[str], folder: Path, *_: Any) -> tuple[int, str]:
        assert (folder / ".venv" / "course-setup").read_text() == ""
        self.seen.append(" ".join(command))
        if "venv" in command:
            python = folder / ".venv" / "bin" / "python"
            python.parent.mkdir()
            python.touch()
        return self.answer if self.fails_at in command else (0, "")


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> Commands:
    commands = Commands()
    monkeypatch.setattr(setup_environment, "run", commands)
    monkeypatch.setattr(setup_environment, "DISK_GB", 0)
    return commands


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project = tmp_path / "a project"
    project.mkdir()
    (project / "requirements.lock").write_text("numpy==2.0\n")
    (project / "pyproject.toml").write_text("[project]\n")
    return project


def steps(commands: Commands) -> list[str]:
    """Return the kinds of the commands that ran, and forget them."""
    kinds = {"-m venv": "make", "-r requirements.lock": "packages", "-e .": "course"}
    seen = [kind for c in commands.seen for part, kind in kinds.items() if part in c]
    assert len(seen) == len(commands.seen)
    commands.seen.clear()
    return seen


REBUILD = ["make", "packages", "course"]
UPDATE = ["packages", "course"]


def test_fresh_then_nothing_to_do(
    project: Path, commands: Commands, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(project)
    assert "--require-hashes" in commands.seen[1]
    assert steps(commands) == REBUILD
    assert "Making .venv" in capsys.readouterr().out
    set_up(project)
    assert steps(commands) == []
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_changed_requirements_update(
    name: str, project: Path, commands: Commands
) -> None:
    set_up(project)
    steps(commands)
    (project / name).write_text("changed")
    set_up(project)
    assert steps(commands) == UPDATE
    set_up(project)
    assert steps(commands) == []


def test_other_python_rebuilds(
    project: Path, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(project)
    steps(commands)
    other = SimpleNamespace(python_version=lambda: "3.12.99")
    monkeypatch.setattr(setup_environment, "platform", other)
    set_up(project)
    assert steps(commands) == REBUILD


def test_python_that_is_gone_rebuilds(project: Path, commands: Commands) -> None:
    set_up(project)
    steps(commands)
    (project / ".venv" / "bin" / "python").unlink()
    set_up(project)
    assert steps(commands) == REBUILD


def test_moved_project_rebuilds(project: Path, commands: Commands) -> None:
    set_up(project)
    steps(commands)
    set_up(project.rename(project.with_name("moved")))
    assert steps(commands) == REBUILD


@pytest.mark.parametrize("where", ["venv", "-r", "-e"])
def test_failed_set_up_starts_afresh(
    where: str, project: Path, commands: Commands
) -> None:
    commands.answer, commands.fails_at = (1, "no such luck"), where
    with pytest.raises(SetupError, match="no such luck"):
        set_up(project)
    (project / ".venv" / "rest").mkdir()
    steps(commands)
    commands.answer = (0, "")
    set_up(project)
    assert steps(commands) == REBUILD
    assert not (project / ".venv" / "rest").exists()


def test_failed_update_starts_afresh(project: Path, commands: Commands) -> None:
    set_up(project)
    (project / "requirements.lock").write_text("changed")
    commands.answer = (1, "")
    with pytest.raises(SetupError):
        set_up(project)
    commands.answer = (0, "")
    steps(commands)
    set_up(project)
    assert steps(commands) == REBUILD


def test_record_cut_short_is_no_record(project: Path, commands: Commands) -> None:
    set_up(project)
    record = project / ".venv" / "course-setup"
    record.write_text(record.read_text()[:-5])
    steps(commands)
    set_up(project)
    assert steps(commands) == REBUILD


def test_someone_elses_environment_is_left_alone(
    project: Path, commands: Commands
) -> None:
    theirs = project / ".venv" / "theirs"
    theirs.mkdir(parents=True)
    with pytest.raises(
        SetupError, match=r"not made by this course.*\n.*Move or delete"
    ):
        set_up(project)
    assert theirs.exists()
    assert steps(commands) == []


def test_a_link_to_an_environment_is_left_alone(
    project: Path, commands: Commands, tmp_path: Path
) -> None:
    """What it leads to may be the environment of another checkout."""
    set_up(project)
    other = tmp_path / "other"
    shutil.copytree(project, other, ignore=shutil.ignore_patterns(".venv"))
    (other / ".venv").symlink_to(project / ".venv")
    before = sorted((project / ".venv").iterdir())
    with pytest.raises(SetupError, match=r"is a link.*\n.*Delete the link"):
        set_up(other)
    assert sorted((project / ".venv").iterdir()) == before


def test_second_set_up_at_the_same_time_stops(
    project: Path, commands: Commands
) -> None:
    (project / ".venv").mkdir()
    first = setup_environment.lock(project / ".venv" / "course-setup")
    with first, pytest.raises(SetupError, match="Another set-up is at work"):
        set_up(project)
    assert steps(commands) == []
    set_up(project)
    assert steps(commands) == REBUILD


def test_full_disk_is_noticed_before_the_download(
    project: Path, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup_environment, "DISK_GB", 10**9)
    with pytest.raises(SetupError, match=r"GB of free disk are needed; .* has \d+\.\d"):
        set_up(project)
    assert steps(commands) == []


@pytest.mark.parametrize("version", [(3, 6, 15), (3, 10, 1), (3, 14, 0), (4, 0, 0)])
def test_other_python_is_refused(version: tuple[int, ...]) -> None:
    with pytest.raises(SetupError, match=r"3\.11, 3\.12 or 3\.13 is needed; this is"):
        setup_environment.check_python(version)


def test_python_is_looked_at_before_anything_is_made(
    project: Path, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(setup_environment, "SUPPORTED", ())
    with pytest.raises(SetupError, match="is needed"):
        set_up(project)
    assert not (project / ".venv").exists()


@pytest.mark.parametrize("minor", [11, 12, 13])
def test_supported_python_is_accepted(minor: int) -> None:
    setup_environment.check_python((3, minor, 0))


@pytest.mark.parametrize(
    ("code", "complaints", "message"),
    [
        (1, "Retrying (Retry(total=4)) after NewConnectionError", "Check the network"),
        (1, "ProxyError('Cannot connect to proxy')", "Check the network"),
        (1, "ERROR: HTTP error 503 while getting", "Check the network"),
        (1, "SSLError(CERTIFICATE_VERIFY_FAILED)", "PIP_CERT"),
        (1, "[Errno 28] No space left on device", "The disk is full"),
        (1, "THESE PACKAGES DO NOT MATCH THE HASHES FROM", "not the one"),
        (1, "ERROR: No matching distribution found for x", "no such package for this"),
        (
            1,
            "because ensurepip is not\navailable.  On Debian",
            "apt install python3-venv",
        ),
        (1, "No module named venv", "apt install python3-venv"),
        (-9, "", "stopped by signal 9"),
        (2, "\n".join("abcdefghij"), "    j"),
    ],
)
def test_failure_is_explained(
    code: int, complaints: str, message: str, tmp_path: Path
) -> None:
    explanation = setup_environment.explain("It", code, complaints, tmp_path / "none")
    assert explanation.startswith("It failed.\n")
    assert message in explanation
    assert "pip.log" not in explanation


def test_message_names_the_log(tmp_path: Path) -> None:
    log = tmp_path / "pip.log"
    log.touch()
    assert str(log) in setup_environment.explain("It", 1, "", log)


def test_command_line_tells_in_one_message_why_not(project: Path) -> None:
    """Run for real, in a folder with a space in its name."""
    (project / "tools").mkdir()
    tool = shutil.copy(TOOL, project / "tools")
    (project / ".venv").mkdir()
    (project / ".venv" / "theirs").touch()
    result = subprocess.run(
        [sys.executable, tool], capture_output=True, text=True, check=False
    )
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.startswith("\nThe set-up stopped. ")
    assert "Traceback" not in result.stderr


def test_interrupt_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(project: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(setup_environment, "set_up", interrupted)
    monkeypatch.setattr(sys, "argv", ["setup_environment.py"])
    assert setup_environment.main() == 130
    assert "starts afresh" in capsys.readouterr().err
