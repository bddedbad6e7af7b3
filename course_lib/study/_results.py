"""The file of results: a CSV that only grows, by whole lines."""

import csv
import io
import os
import typing
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from course_lib._bundled import bundled_path
from course_lib.evaluation import Score
from course_lib.study._run import Result, Settings, software

try:
    import fcntl
except ModuleNotFoundError:  # Windows: two studies at once are not noticed there
    fcntl = None  # type: ignore[assignment]


def read_results(path: str | Path) -> list[Result]:
    """Reads the results of a study.

    Args:
        path: The CSV file that a study wrote.

    Returns:
        The results in the order in which they came. A last line that a killed study
        left half written is left out; what an editor leaves behind, such as blank
        lines or other line breaks, does no harm.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If it is not a file of results, or a line is damaged.

    Example:
        >>> read_results("no.csv")
        Traceback (most recent call last):
        FileNotFoundError: [Errno 2] No such file or directory: 'no.csv'
    """
    return _parse(_whole_lines(Path(path).read_bytes()), Path(path))


def shipped_results() -> list[Result]:
    """Reads the results that chapter 9 is about, wherever Python was started.

    Returns:
        The results of `data/study.csv`, in the order in which they came.

    Raises:
        FileNotFoundError: If the file is missing.
        ValueError: If it is damaged.

    Example:
        >>> len(shipped_results())
        70
    """
    return read_results(bundled_path("study.csv"))


class ResultsFile:
    """A file of results that one study writes to.

    Opening it makes the file or goes on with one, after removing a last line that a
    killed study left half written. It is locked against a second study.

    Args:
        path: The CSV file.
        settings: Those of all results in it.

    Raises:
        BlockingIOError: If another study is writing to it.
        ValueError: If it is not a file of results, a line is damaged, or its results
            were made with other settings or versions.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     with ResultsFile(Path(folder, "a.csv"), Settings()) as file:
        ...         print(file.results)
        []
    """

    def __init__(self, path: str | Path, settings: Settings) -> None:
        self.path = Path(path)
        self.settings = settings
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file: BinaryIO = open(self.path, "a+b", buffering=0)  # noqa: SIM115
        try:
            self._lock()
            self.results = self._recover()
            self._check_settings()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()

    def append(self, result: Result) -> None:
        """Adds a result; when this returns, it is on the disk."""
        self._write(_line(_values(result)))
        self.results.append(result)

    def _lock(self) -> None:
        if fcntl:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise BlockingIOError(
                    f"another study is writing to {self.path}; wait for it, or give "
                    "this one another file"
                ) from None

    def _recover(self) -> list[Result]:
        """Reads the file, and makes it end with a whole line."""
        self._file.seek(0)
        content = self._file.read()
        header = _line(COLUMNS)
        if header.startswith(content):  # new, or killed at once
            self._file.truncate(0)
            self._write(header)
            return []
        whole = _whole_lines(content)
        results = _parse(whole, self.path)
        if len(whole) > len(content):
            self._write(b"\n")
        elif len(whole) < len(content):
            self._file.truncate(len(whole))
        return results

    def _check_settings(self) -> None:
        expected = asdict(self.settings) | asdict(software())
        for result in self.results:
            found = asdict(result.settings) | asdict(result.software)
            other = {name: v for name, v in found.items() if v != expected[name]}
            if other:
                had = ", ".join(f"{name} {value}" for name, value in other.items())
                has = ", ".join(f"{name} {expected[name]}" for name in other)
                raise ValueError(
                    f"{self.path} holds results made with {had}; these would be made "
                    f"with {has}, and must not be mixed with them. Give them another "
                    "file"
                )

    def _write(self, line: bytes) -> None:
        written = self._file.write(line)
        if written != len(line):  # the rest is removed when the study goes on
            raise OSError(f"{self.path} took {written} of {len(line)} bytes of a line")
        os.fsync(self._file.fileno())


def _values(item: Any) -> Iterator[str]:
    """Yields the values of a result, part by part, in the order of the columns."""
    if not is_dataclass(item):
        yield str(item)
        return
    for field in fields(item):
        yield from _values(getattr(item, field.name))


def _columns(kind: type, name: str = "") -> Iterator[str]:
    if not is_dataclass(kind):
        yield name
        return
    for field, part in typing.get_type_hints(kind).items():
        yield from _columns(part, _column(kind, name, field))


def _build(kind: type, row: dict[str, str], name: str = "") -> Any:
    """Puts a result together again from the values of a row."""
    if not is_dataclass(kind):
        return kind(row[name])
    parts = typing.get_type_hints(kind).items()
    return kind(
        **{
            field: _build(part, row, _column(kind, name, field))
            for field, part in parts
        }
    )


def _column(kind: type, name: str, field: str) -> str:
    """Names a column: `recall` has the value of that score, `recall_low` the lowest."""
    if kind is not Score:
        return field
    return name if field == "value" else f"{name}_{field}"


COLUMNS = list(_columns(Result))


def _line(values: Iterable[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(values)
    return text.getvalue().encode()


def _whole_lines(content: bytes) -> bytes:
    """Leaves out a last line that was half written.

    One without its line break is whole if it ends as a line must, with the Z of its
    last column: an editor may have taken the break away.
    """
    last = content.rpartition(b"\n")[2]
    if last.count(b",") >= len(COLUMNS) - 1 and last.rstrip().endswith(b"Z"):
        return content + b"\n"
    return content[: len(content) - len(last)]


def _parse(content: bytes, path: Path) -> list[Result]:
    text = content.decode("utf-8-sig", errors="replace")
    lines = {n: line.strip() for n, line in enumerate(text.splitlines(), start=1)}
    filled = {number: line for number, line in lines.items() if line}
    header, *rows = csv.reader(filled.values()) if filled else [[]]
    if header != COLUMNS:
        raise ValueError(
            f"{path} is not a file of results of this version of the course: it must "
            f"begin with the columns {', '.join(COLUMNS[:4])}, ...; it is left as it is"
        )
    results: list[Result] = []
    seen = set()
    for number, row in zip(list(filled)[1:], rows, strict=True):
        try:
            result = _build(Result, dict(zip(COLUMNS, row, strict=True)))
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"line {number} of {path} is damaged, and is left as it is: {error}. "
                "Mend or remove that line"
            ) from None
        key = result.variant, result.seed
        if key in seen:
            raise ValueError(
                f"line {number} of {path} repeats {key[0]}, seed {key[1]}; remove one "
                "of the two"
            )
        seen.add(key)
        results.append(result)
    return results
