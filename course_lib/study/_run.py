"""One run: a variant and a seed in, a result out."""

import math
import os
import platform
import re
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from course_lib import __version__
from course_lib._arguments import whole_number
from course_lib.digits import load_digits
from course_lib.evaluation import CLASSIFIER_SHA256, Evaluation, evaluate
from course_lib.study._variants import build_gan


@dataclass(frozen=True)
class Settings:
    """What all runs of a study have in common.

    Attributes:
        epochs: Passes over the training digits.
        batch_size: Digits in a step.
        train_size: Training digits, from twice `test_size` to 4,000.
        test_size: Test digits, from 33, more than their features, to 1,000. A set of
            generated images holds as many; `train_size // test_size` sets are drawn.
    """

    epochs: int = 30
    batch_size: int = 128
    train_size: int = 4000
    test_size: int = 1000

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            whole_number(value, name)
        if not 33 <= self.test_size <= 1000:
            raise ValueError(f"test_size must be from 33 to 1000; got {self.test_size}")
        if not 2 * self.test_size <= self.train_size <= 4000:
            raise ValueError(
                f"train_size must be from {2 * self.test_size}, twice test_size, "
                f"to 4000; got {self.train_size}"
            )


DEFAULT_SETTINGS = Settings()


@dataclass(frozen=True)
class Software:
    """The versions that a result depends on; the classifier's begins its sha256."""

    course_lib: str
    classifier: str
    keras: str
    tensorflow: str
    numpy: str


@dataclass(frozen=True)
class Result:
    """What one run gave: a line of the results' file.

    Attributes:
        parameters: Trainable parameters of the generator.
        seconds: Duration of the training; other work of the machine makes it longer.
        machine: Where it ran: processor, cores, system, Python.
        finished: When, in UTC, as `2026-01-31T12:00:00Z`.
    """

    variant: str
    seed: int
    settings: Settings
    parameters: int
    seconds: float
    evaluation: Evaluation
    software: Software
    machine: str
    finished: str


def run(variant: str, seed: int, settings: Settings = DEFAULT_SETTINGS) -> Result:
    """Trains one GAN and measures what it draws.

    On the same machine the same arguments give the same metrics, to the last bit; with
    other processors or cores sums round otherwise, and a training goes another way.

    Args:
        variant: A name in `VARIANTS`.
        seed: Decides all that is random; 0 or more.
        settings: Epochs and sizes.

    Returns:
        The metrics, with what they depend on.

    Raises:
        FloatingPointError: If the training diverges.
        ValueError: As `build_gan`.

    Example:
        >>> tiny = Settings(epochs=1, train_size=700, test_size=350)
        >>> run("upsampling", seed=0, settings=tiny).evaluation.sets
        2
    """
    gan = build_gan(variant, seed)
    train = load_digits()[0][: settings.train_size]
    real = load_digits(split="test")[0][: settings.test_size]
    start = time.perf_counter()
    gan.fit(train, epochs=settings.epochs, batch_size=settings.batch_size, verbose=0)
    seconds = time.perf_counter() - start
    sets = settings.train_size // settings.test_size
    return Result(
        variant=variant,
        seed=int(seed),
        settings=settings,
        parameters=sum(math.prod(w.shape) for w in gan.generator.trainable_variables),
        seconds=round(seconds, 2),
        evaluation=evaluate(gan.sample(sets * settings.test_size, seed), real, train),
        software=software(),
        machine=_machine(),
        finished=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


def software() -> Software:
    """Returns the versions that a result of this installation depends on."""
    others = (version(package) for package in ("keras", "tensorflow", "numpy"))
    return Software(__version__, CLASSIFIER_SHA256[:12], *others)


def _machine() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    model = cpuinfo.is_file() and re.search(r"model name\s*: (.+)", cpuinfo.read_text())
    processor = model[1] if model else platform.processor() or platform.machine()
    python = f"{platform.system()}, Python {platform.python_version()}"
    return f"{processor}, {os.cpu_count()} cores, {python}"
