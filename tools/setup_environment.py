"""Make the course's Python environment, .venv, or bring it up to date.

Run by ``make lab`` and ``make test``, with any Python 3: an old one must be able
to read this file to be told that it is too old, so nothing newer than 3.6 is
used here, and only the standard library.

``.venv/course-setup`` tells what the environment holds. It is empty from before
the first package is installed until after the last, so an environment that was
only half made is never taken for a whole one.
"""

import fcntl
import hashlib
import json
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import IO, Any, Dict, List, Optional, Sequence, Tuple

PROJECT = Path(__file__).resolve().parent.parent
SUPPORTED = ((3, 11), (3, 12), (3, 13))  # TensorFlow has no wheels for others
DISK_GB = 4.5  # 2.6 for the environment, and pip's copies while it installs

# What pip says when it fails, what that means and what to do. The first that fits.
CAUSES = (
    (
        "DO NOT MATCH THE HASHES",
        "A package is not the one that requirements.lock names: the download was "
        "damaged, or something between here and the package index changed it. Try "
        "again with PIP_NO_CACHE_DIR=1; if it happens again, do not go around it, "
        "report it.",
    ),
    (
        r"No space left on device|Disk quota exceeded",
        "The disk is full. Free %g GB and try again. (pip also needs room in the "
        "folder for temporary files; TMPDIR names another.)" % DISK_GB,
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLError",
        "The package index could not be trusted: a proxy may be in between whose "
        "certificate pip does not know. PIP_CERT names a file of certificates.",
    ),
    (
        r"ProxyError|NewConnectionError|NameResolutionError|ConnectTimeout|"
        r"ReadTimeout|Connection (broken|aborted|refused|reset)|"
        r"connection error|IncompleteRead|HTTP error|HTTPError",
        "The packages could not be downloaded. Check the network (and HTTPS_PROXY, "
        "if there is a proxy) and try again.",
    ),
    (
        "No matching distribution found",
        "The package index has no such package for this computer. TensorFlow has "
        "them for Linux (x86-64 and ARM) and for Macs with Apple silicon; with one "
        "of these, check that pip reaches an index at all (PIP_NO_INDEX unset).",
    ),
    (
        r"ensurepip is not\s+available|No module named '?(venv|ensurepip)",
        "This Python came without its venv module. On Debian and Ubuntu: "
        "sudo apt install python3-venv",
    ),
)


class SetupError(Exception):
    """A step that failed, told to the learner in full."""


def wanted(project: Path) -> Dict[str, str]:
    """Return what a finished environment of this project records of itself."""
    requirements = hashlib.sha256()
    for name in ("requirements.lock", "pyproject.toml"):
        requirements.update((project / name).read_bytes())
    return {
        "python": platform.python_version(),
        "folder": str(project),  # an environment does not survive being moved
        "requirements": requirements.hexdigest(),
    }


def recorded(record: Path) -> Dict[str, str]:
    """Return what ``.venv/course-setup`` says, or {} where nothing was finished."""
    try:
        return dict(json.loads(record.read_text()))
    except (FileNotFoundError, ValueError):
        return {}


def check_python(version: Sequence[Any] = sys.version_info) -> None:
    """Stop if the course cannot run on this Python."""
    if tuple(version[:2]) not in SUPPORTED:
        raise SetupError(
            "Python 3.11, 3.12 or 3.13 is needed; this is {0}.{1}.{2} ({3}).\n"
            "Name another: make lab PYTHON=python3.12".format(
                version[0], version[1], version[2], sys.executable
            )
        )


def check_ours(environment: Path) -> None:
    """Stop at a ``.venv`` that something else made: it is not ours to change."""
    if environment.is_symlink():
        raise SetupError(
            "{0} is a link, and what it leads to may belong to another folder, so it "
            "is left as it is.\nDelete the link and try again.".format(environment)
        )
    if (environment / "course-setup").exists() or not environment.exists():
        return
    if not environment.is_dir() or any(environment.iterdir()):
        raise SetupError(
            "{0} was not made by this course, so it is left as it is.\n"
            "Move or delete it and try again.".format(environment)
        )


def check_disk(project: Path) -> None:
    """Stop before a download that could not be kept."""
    free = shutil.disk_usage(str(project)).free / 1e9
    if free < DISK_GB:
        raise SetupError(
            "{0} GB of free disk are needed; {1} has {2:.1f} GB. Free some and "
            "try again.".format(DISK_GB, project, free)
        )


def lock(record: Path) -> IO[str]:
    """Open the record, held against a second set-up until this and its pip end."""
    file = record.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise SetupError(
            "Another set-up is at work in this folder: wait until it ends."
        ) from None
    return file


def clear(environment: Path) -> None:
    """Delete everything in the environment but the record."""
    for path in environment.iterdir():
        if path.name == "course-setup":
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(str(path))
        else:
            path.unlink()


def run(
    command: List[str], folder: Path, held: IO[str], stdout: Optional[int] = None
) -> Tuple[int, str]:
    """Run a command, its progress in view; return its exit code and its complaints.

    The child inherits the lock: one that outlives a killed set-up still holds it.
    """
    child = subprocess.Popen(
        command,
        cwd=str(folder),
        stdout=stdout,
        stderr=subprocess.PIPE,
        pass_fds=[held.fileno()],
    )
    out, complaints = child.communicate()
    return child.returncode, ((out or b"") + complaints).decode(errors="replace")


def explain(what: str, code: int, complaints: str, log: Path) -> str:
    """Return the one message for a command that failed."""
    lines = [what + " failed."]
    if code < 0:
        lines.append(
            "It was stopped by signal {0}, often for lack of memory. Try again.".format(
                -code
            )
        )
    else:
        for pattern, meaning in CAUSES:
            if re.search(pattern, complaints):
                lines.append(meaning)
                break
        else:
            lines.append("Its last words:")
            lines.extend("    " + line for line in complaints.splitlines()[-8:])
    if log.exists():
        lines.append("Everything it said: {0}".format(log))
    return "\n".join(lines)


def install(project: Path, environment: Path, held: IO[str], rebuild: bool) -> None:
    """Fill the environment with the locked packages and the course itself."""
    log = environment / "pip.log"

    def step(what: str, *command: str, stdout: Optional[int] = None) -> None:
        code, complaints = run(list(command), project, held, stdout)
        if code != 0:
            raise SetupError(explain(what, code, complaints, log))

    def pip_install(what: str, *arguments: str) -> None:
        python = str(environment / "bin" / "python")
        options = ("--disable-pip-version-check", "--no-input", "--log", str(log))
        step(what, python, "-m", "pip", "install", *(options + arguments))

    if rebuild:
        # The venv module complains on standard output.
        make_venv = (sys.executable, "-m", "venv", str(environment))
        step("Making .venv", *make_venv, stdout=subprocess.PIPE)
    pip_install(
        "Installing the packages", "--require-hashes", "-r", "requirements.lock"
    )
    pip_install("Installing course_lib", "--no-deps", "--no-build-isolation", "-e", ".")


def is_whole(environment: Path) -> bool:
    """Return whether the environment's Python is there: its target may be gone."""
    return (environment / "bin" / "python").exists()


def set_up(project: Path) -> None:
    """Leave a finished ``.venv`` in the project's folder, or raise a SetupError."""
    environment = project / ".venv"
    record = environment / "course-setup"
    check_python()
    check_ours(environment)
    if recorded(record) == wanted(project) and is_whole(environment):
        return
    environment.mkdir(exist_ok=True)
    with lock(record) as held:
        old, new = recorded(record), wanted(project)
        same_place = all(old.get(key) == new[key] for key in ("python", "folder"))
        rebuild = not (same_place and is_whole(environment))
        held.truncate(0)
        if rebuild:
            print("Making .venv from requirements.lock: 0.8 GB to download.")
            clear(environment)
            check_disk(project)
        else:
            print("Bringing .venv up to date with requirements.lock.")
        sys.stdout.flush()
        install(project, environment, held, rebuild)
        held.write(json.dumps(new))


def main() -> int:
    """Set up, or say in one message why not."""
    if sys.argv[1:] == ["--is-supported"]:
        return 0 if sys.version_info[:2] in SUPPORTED else 1
    try:
        set_up(PROJECT)
    except (SetupError, OSError) as error:
        sys.stderr.write("\nThe set-up stopped. {0}\n".format(error))
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nThe set-up was interrupted. The next run starts afresh.\n")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
