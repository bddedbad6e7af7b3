"""One run: a variant and a seed in, a row of results out."""

import os
import platform
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import numpy as np

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
        train_size: Training digits, at most 4,000.
        test_size: Test digits, 33 (one more than features describe them) to 1,000;
            each set of generated images holds as many, and there are as many sets as
            fit into the training digits.

    Raises:
        TypeError: If a number is not whole.
        ValueError: If one is out of its range.
    """

    epochs: int = 30
    batch_size: int = 128
    train_size: int = 4000
    test_size: int = 1000

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size", "train_size", "test_size"):
            whole_number(getattr(self, name), name)
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
    """The versions that a result depends on.

    Attributes:
        course_lib: Version of the course.
        classifier: Beginning of the sha256 of the digit classifier.
        keras: Version of Keras.
        tensorflow: Version of TensorFlow.
        numpy: Version of NumPy.
    """

    course_lib: str
    classifier: str
    keras: str
    tensorflow: str
    numpy: str


@dataclass(frozen=True)
class Result:
    """What one run gave: a row of the results' file.

    Attributes:
        variant: Name of the variant.
        seed: Seed of the run.
        settings: What all runs have in common.
        parameters: Trainable parameters of the generator.
        seconds: Duration of the training; runs beside it on the same machine
            make it longer.
        evaluation: All the metrics.
        software: The versions used.
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

    On the same machine the same arguments give the same metrics, to the last bit. (On
    another processor, or another number of cores, sums are rounded in another order,
    and a training goes another way.)

    Args:
        variant: A name in `VARIANTS`.
        seed: Decides all that is random; 0 or more.
        settings: Epochs and sizes.

    Returns:
        The metrics, with what they depend on.

    Raises:
        TypeError: If `seed` is not whole.
        ValueError: If `variant` is unknown or `seed` is below 0.
        FloatingPointError: If the training diverges.

    Example:
        >>> tiny = Settings(epochs=1, train_size=700, test_size=350)
        >>> result = run("upsampling", seed=0, settings=tiny)
        >>> result.evaluation.sample_size, result.evaluation.sets
        (350, 2)
    """
    gan = build_gan(variant, seed)
    train = load_digits()[0][: settings.train_size]
    real = load_digits(split="test")[0][: settings.test_size]
    start = time.perf_counter()
    gan.fit(train, epochs=settings.epochs, batch_size=settings.batch_size, verbose=0)
    seconds = time.perf_counter() - start
    sets = settings.train_size // settings.test_size
    weights = gan.generator.trainable_variables
    return Result(
        variant=variant,
        seed=int(seed),
        settings=settings,
        parameters=sum(int(np.prod(each.shape)) for each in weights),
        seconds=round(seconds, 2),
        evaluation=evaluate(gan.sample(sets * settings.test_size, seed), real, train),
        software=software(),
        machine=_machine(),
        finished=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


def software() -> Software:
    """Returns the versions that a result of this installation depends on."""
    return Software(
        course_lib=__version__,
        classifier=CLASSIFIER_SHA256[:12],
        keras=version("keras"),
        tensorflow=version("tensorflow"),
        numpy=version("numpy"),
    )


def _machine() -> str:
    processor = platform.processor()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        lines = cpuinfo.read_text().splitlines()
        named = (line.partition(":")[2] for line in lines if "model name" in line)
        processor = next(named, processor).strip()
    return (
        f"{processor or platform.machine()}, {os.cpu_count()} cores, "
        f"{platform.system()}, Python {platform.python_version()}"
    )
