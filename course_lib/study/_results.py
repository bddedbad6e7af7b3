"""The file of results: JSON lines, one for each run, and lines are only ever added."""

import json
import os
import typing
import warnings
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from course_lib._bundled import bundled_path
from course_lib.study._run import Result, Settings, software


def read_results(path: str | Path) -> list[Result]:
    """Reads the results of a study.

    Args:
        path: The file that a study wrote: a JSON object in each line.

    Returns:
        The results as they came; a run that was made twice is there once.

    Raises:
        FileNotFoundError: If there is no such file.
        ValueError: If a line is no result.

    Warns:
        UserWarning: If a line is cut off, as by a study killed while it wrote it; the
            line is left out, and its run will be made again.

    Example:
        >>> read_results("no.jsonl")
        Traceback (most recent call last):
        FileNotFoundError: [Errno 2] No such file or directory: 'no.jsonl'
    """
    text = Path(path).read_text("utf-8-sig", errors="replace")
    results: dict[tuple[Any, ...], Result] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        place = f"line {number} of {path}"
        try:
            row = _build(Result, json.loads(line))
        except (KeyError, TypeError, ValueError) as error:
            if isinstance(error, json.JSONDecodeError) and line.startswith("{"):
                warnings.warn(f"{place} is cut off, and is left out", stacklevel=2)
                continue
            raise ValueError(
                f"{place} is not a result of this version of the course "
                f"({type(error).__name__}: {error}); mend or remove it"
            ) from None
        results.setdefault((row.variant, row.seed, row.settings, row.software), row)
    return list(results.values())


def shipped_results() -> list[Result]:
    """Reads `data/study.jsonl`, which chapter 9 is about, wherever Python was started.

    Example:
        >>> "upsampling" in {result.variant for result in shipped_results()}
        True
    """
    return read_results(bundled_path("study.jsonl"))


def shipped_levers() -> dict[str, dict[str, list[float]]]:
    """Reads `data/levers.json`: what each lever of chapter 10 did to its training.

    Returns:
        By lever and number of epochs, the Fréchet distance to the real images for each
        of five seeds; `"none"` is the training without a lever.

    Example:
        >>> list(shipped_levers())
        ['none', 'hinge', 'rates', 'bilinear', 'kind', 'raw weights']
    """
    return json.loads(bundled_path("levers.json").read_text())


def results_so_far(path: Path, settings: Settings) -> list[Result]:
    """Reads the results that a study goes on from; makes the file if there is none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    results = read_results(path)
    mine = vars(settings) | vars(software())
    for result in results:
        found = vars(result.settings) | vars(result.software)
        for name, value in mine.items():
            if found[name] != value:
                raise ValueError(
                    f"{path} holds results made with {name} {found[name]}; those with "
                    f"{name} {value} must not be mixed with them: give another file"
                )
    return results


def add_result(path: Path, result: Result) -> None:
    """Adds a line; when this returns, it is on the disk."""
    line = json.dumps(asdict(result)).encode() + b"\n"
    with open(path, "a+b") as file:
        file.seek(max(file.tell() - 1, 0))
        if file.read() not in (b"", b"\n"):  # what a killed study began
            file.write(b"\n")
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


def _build(kind: type, value: Any) -> Any:
    """Makes dataclasses of what `asdict` made of them."""
    if typing.get_origin(kind) is tuple:
        return tuple(_build(typing.get_args(kind)[0], each) for each in value)
    if not is_dataclass(kind):
        return kind(value)
    parts = typing.get_type_hints(kind).items()
    return kind(**{name: _build(part, value[name]) for name, part in parts})
