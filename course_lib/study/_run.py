"""One run: a variant and a seed in, a result out."""

import math
import os
import platform
import re
import time
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import lru_cache, partial
from itertools import pairwise
from pathlib import Path

import numpy as np

from course_lib import __version__
from course_lib._arguments import whole_number
from course_lib._validation import Array
from course_lib.backend import keras, tf
from course_lib.digits import load_digits
from course_lib.evaluation import CLASSIFIER_SHA256, Yardstick
from course_lib.evaluation._classifier import describe
from course_lib.study._variants import build_gan

NOISE_SEED = 1000
"""Of the latent points that every run is measured with, whatever its own seed."""


@dataclass(frozen=True)
class Settings:
    """What all runs of a study have in common.

    Attributes:
        epochs: Passes over the training digits after which a run is measured, rising.
        batch_size: Digits in a step.
        train_size: Training digits, from twice `test_size` to 4,000.
        test_size: Test digits, and images in a generated set, from 33 to 1,000.
        sets: How many sets are drawn for a measurement, 2 or more.
        ema: How slowly averaged weights follow, as `GAN` takes it; 0 for none.
        jit_compile: Whether XLA compiles the training.
    """

    epochs: tuple[int, ...] = (30, 60, 120)
    batch_size: int = 128
    train_size: int = 4000
    test_size: int = 1000
    sets: int = 4
    ema: float = 0.995
    jit_compile: bool = True

    def __post_init__(self) -> None:
        epochs = self.epochs if isinstance(self.epochs, tuple) else ()
        rising = sorted({whole_number(each, "epochs") for each in epochs})
        if not epochs or list(epochs) != rising:
            wanted = "rising numbers such as (30, 60)"
            raise ValueError(f"epochs must be {wanted}; got {self.epochs!r}")
        whole_number(self.batch_size, "batch_size")
        for name, low, high in (
            ("sets", 2, 1000),
            ("test_size", 33, 1000),
            ("train_size", 2 * self.test_size, 4000),
        ):
            number = whole_number(getattr(self, name), name)
            if not low <= number <= high:
                raise ValueError(f"{name} must be from {low} to {high}; got {number}")


DEFAULT_SETTINGS = Settings()


@dataclass(frozen=True)
class Software:
    """The versions that a result depends on; of the classifier its sha256 begins."""

    course_lib: str
    classifier: str
    keras: str
    tensorflow: str
    numpy: str


@dataclass(frozen=True)
class Measurement:
    """What a run had learnt after some epochs: each metric's value for each set.

    Attributes:
        epochs: Passes over the training digits so far.
        weights: `"raw"`, or `"averaged"` over the training.
    """

    epochs: int
    weights: str
    frechet_distance: tuple[float, ...]
    kernel_distance: tuple[float, ...]
    precision: tuple[float, ...]
    recall: tuple[float, ...]
    class_imbalance: tuple[float, ...]
    confidence: tuple[float, ...]
    data_copying: tuple[float, ...]
    checkerboard: tuple[float, ...]


@dataclass(frozen=True)
class Result:
    """What one run gave: a line of the results' file.

    Attributes:
        noise_seed: Of the latent points that were drawn for the measurements.
        parameters: Trainable parameters of the generator.
        seconds: Duration of the training; other work of the machine makes it longer.
        measurements: By epochs, each with raw and then with averaged weights.
        finished: When, in UTC, as `2026-01-31T12:00:00Z`.
    """

    variant: str
    seed: int
    settings: Settings
    noise_seed: int
    parameters: int
    seconds: float
    measurements: tuple[Measurement, ...]
    software: Software
    machine: str
    finished: str

    def score(
        self, metric: str, epochs: int | None = None, weights: str | None = None
    ) -> float:
        """Returns a metric's mean over the sets of images.

        Args:
            metric: Name of a function of `evaluation`, such as `"recall"`.
            epochs: One of `settings.epochs`; by default the last.
            weights: `"raw"` or `"averaged"`; by default averaged if there are any.

        Raises:
            ValueError: If the metric is unknown, or was not measured so.
        """
        _, _, *metrics = (field.name for field in fields(Measurement))
        if metric not in metrics:
            known = ", ".join(metrics)
            raise ValueError(f"metric must be one of {known}; got {metric!r}")
        default = "averaged" if self.settings.ema else "raw"
        asked = epochs or self.settings.epochs[-1], weights or default
        measured = {(m.epochs, m.weights): m for m in self.measurements}
        if asked not in measured:
            raise ValueError(
                f"epochs and weights must be one of {list(measured)}; got {asked}"
            )
        return float(np.mean(getattr(measured[asked], metric)))


def run(variant: str, seed: int, settings: Settings = DEFAULT_SETTINGS) -> Result:
    """Trains one GAN and measures what it draws, now and then.

    On the same machine the same arguments give the same metrics, to the last bit; with
    other processors or threads sums round otherwise, and a training goes another way.
    That it is measured, or goes on afterwards, changes nothing.

    Args:
        variant: A name in `VARIANTS`.
        seed: Decides all that is random in the training; 0 or more.
        settings: Epochs and sizes.

    Raises:
        FloatingPointError: If the training diverges.
        ValueError: As `build_gan`.

    Example:
        >>> tiny = Settings((1,), 350, 700, 350, sets=2, jit_compile=False)
        >>> [m.weights for m in run("upsampling", seed=0, settings=tiny).measurements]
        ['raw', 'averaged']
    """
    ema, jit_compile = settings.ema or None, settings.jit_compile
    gan = build_gan(variant, seed, ema=ema, jit_compile=jit_compile)
    size = gan.generator.output_shape[1]
    train = load_digits(size)[0][: settings.train_size]
    fit = partial(gan.fit, train, batch_size=settings.batch_size, verbose=0)
    measurements, seconds = [], 0.0
    for done, epochs in pairwise((0, *settings.epochs)):
        start = time.perf_counter()
        fit(epochs=epochs, initial_epoch=done)
        seconds += time.perf_counter() - start
        for weights in ("raw", "averaged") if ema else ("raw",):
            count = settings.sets * settings.test_size
            images = gan.sample(count, NOISE_SEED, averaged=weights == "averaged")
            measured = _yardstick(settings, size).measure(images)
            rounded = {
                metric: tuple(float(f"{value:.6g}") for value in values)
                for metric, values in measured.items()
            }
            measurements.append(Measurement(epochs, weights, **rounded))
    return Result(
        variant=variant,
        seed=int(seed),
        settings=settings,
        noise_seed=NOISE_SEED,
        parameters=sum(math.prod(w.shape) for w in gan.generator.trainable_variables),
        seconds=round(seconds, 2),
        measurements=tuple(measurements),
        software=software(),
        machine=_machine(),
        finished=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


def floors(
    settings: Settings = DEFAULT_SETTINGS, image_size: int = 10
) -> dict[str, list[float]]:
    """Measures real training digits as if generated: no run can be asked for better.

    Each metric has a value for each set of `test_size` digits that `train_size` holds.

    Args:
        settings: Sizes; its number of sets is that of the runs, and plays no part here.
        image_size: Pixels along a side, 10, or 28 as the variants of two stages draw.

    Raises:
        ValueError: If `image_size` is another.

    Example:
        >>> len(floors()["recall"])
        4
    """
    return _yardstick(settings, image_size).floors


@lru_cache(maxsize=2)
def _yardstick(settings: Settings, image_size: int) -> Yardstick:
    """The real digits, described once a process."""
    if image_size not in (10, 28):
        raise ValueError(f"image_size must be 10 or 28; got {image_size!r}")
    real = load_digits(image_size, "test")[0][: settings.test_size]
    train = load_digits(image_size)[0][: settings.train_size]
    if image_size == 10:
        return Yardstick(real, train)
    return Yardstick(real, train, features=_middle, period=4)


def _middle(images: Array) -> tuple[Array, Array]:
    """Features and classes of the middle 20x20 of 28x28, averaged over 2x2 pixels."""
    small = images[:, 4:24, 4:24].reshape(-1, 10, 2, 10, 2, 1).mean(axis=(2, 4))
    return describe(small, "images")


def software() -> Software:
    """Returns the versions that a result of this installation depends on."""
    versions = (package.__version__ for package in (keras, tf, np))
    return Software(__version__, CLASSIFIER_SHA256[:12], *versions)


def _machine() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    model = cpuinfo.is_file() and re.search(r"model name\s*: (.+)", cpuinfo.read_text())
    processor = model[1] if model else platform.processor() or platform.machine()
    python = f"{platform.system()}, Python {platform.python_version()}"
    threads = tf.config.threading.get_intra_op_parallelism_threads() or "all"
    return f"{processor}, {threads} threads on {os.cpu_count()} cores, {python}"
