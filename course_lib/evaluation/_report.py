"""All metrics at once, each beside its floor and its interval."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import isnan, nan
from typing import Any

import numpy as np
import numpy.typing as npt

from course_lib._validation import Array, float_array, image_batch
from course_lib.evaluation._checkerboard import checkerboard
from course_lib.evaluation._classifier import class_imbalance, confidence, describe
from course_lib.evaluation._features import (
    data_copying,
    frechet_distance,
    kernel_distance,
    precision_recall,
)


@dataclass(frozen=True)
class Score:
    """One metric over several sets of images, beside what real images score.

    Attributes:
        value: Mean over the sets of generated images; `low` to `high` is their range.
        floor: Mean over as large sets of real training images, which a generator that
            draws real digits scores; `floor_low` to `floor_high` is their range.
    """

    value: float
    low: float
    high: float
    floor: float
    floor_low: float
    floor_high: float


@dataclass(frozen=True)
class Evaluation:
    """Every metric of generated images, each named as its function; prints as a table.

    Without class probabilities, `class_imbalance` and `confidence` are NaN, and are
    left out by `scores` and the table.

    Attributes:
        sample_size: Images in a set; real and generated alike.
        sets: How many sets of generated images.
    """

    frechet_distance: Score
    kernel_distance: Score
    precision: Score
    recall: Score
    class_imbalance: Score
    confidence: Score
    data_copying: Score
    checkerboard: Score
    sample_size: int
    sets: int

    def scores(self) -> dict[str, Score]:
        """Returns the metrics by name."""
        return {
            name: score
            for name, score in vars(self).items()
            if isinstance(score, Score) and not isnan(score.value)
        }

    def __str__(self) -> str:
        title = f"{self.sets} sets of {self.sample_size}"
        lines = [f"{title:<18}{'generated':^30}{'real':^30}"]
        for name, s in self.scores().items():
            generated = f"{s.value:9.4f} ({s.low:.4f} to {s.high:.4f})"
            real = f"{s.floor:9.4f} ({s.floor_low:.4f} to {s.floor_high:.4f})"
            lines.append(f"{name:<18}{generated:<30}{real:<30}".rstrip())
        return "\n".join(lines)


def evaluate(
    generated: npt.ArrayLike,
    real: npt.ArrayLike,
    train: npt.ArrayLike,
    features: Callable[[Array], Any] | None = None,
) -> Evaluation:
    """Measures generated images by every metric, with floors and intervals.

    The generated images are cut into sets of as many images as `real` has; each set is
    measured against `real`. So are sets of training images, as if they were generated
    (for `data_copying`, each against the other sets): what they score is the floor.
    With s sets, the median of all that could be drawn lies between the lowest and the
    highest with probability 1 - 2 / 2^s: 87.5 % for four.

    Args:
        generated: s * n images, as `digit_features` takes them, or such as `features`
            takes; s is 2 or more.
        real: n images that were not trained with; more than 32, better from 320 on.
        train: 2 * n images or more: those trained with, shuffled.
        features: For images other than digits: a function of such images that gives
            what describes them, floats of shape `(n, features)`, at best fewer than
            n / 10, or a pair, of those and class probabilities, `(n, classes)`.

    Returns:
        A `Score` for each metric.

    Example:
        >>> from course_lib.digits import load_digits
        >>> train, test = load_digits()[0], load_digits(split="test")[0]
        >>> evaluation = evaluate(-train, test, train)  # white on black
        >>> evaluation.precision.high < 0.5 < evaluation.precision.floor_low
        True
    """
    yardstick = Yardstick(real, train, features)
    measured = yardstick.measure(generated)
    scores = {}
    for metric, values in measured.items():
        both = values, yardstick.floors[metric]
        spreads = [(float(np.mean(sets)), min(sets), max(sets)) for sets in both]
        scores[metric] = Score(*spreads[0], *spreads[1])
    return Evaluation(**scores, sample_size=yardstick.size, sets=len(values))


class Yardstick:
    """Real digits to measure many samples against: they are described only once.

    Args:
        real: As `evaluate` takes them, like `train` and `features`; refused alike.
        train: Images trained with.
        features: What describes images other than digits.
        period: That of the checkerboard.

    Example:
        >>> from course_lib.digits import load_digits
        >>> train, test = load_digits()[0], load_digits(split="test")[0]
        >>> min(Yardstick(test, train).floors["recall"]) > 0.8
        True
    """

    def __init__(
        self,
        real: npt.ArrayLike,
        train: npt.ArrayLike,
        features: Callable[[Array], Any] | None = None,
        period: int = 2,
    ) -> None:
        self._features, self._period = features, period
        self._real = self._described(real, "real")
        self._train = self._described(train, "train")
        self.size, trained = len(self._real[0]), len(self._train[0])
        if trained < 2 * self.size:
            raise ValueError(
                "train must hold at least twice as many images as real, "
                f"{self.size}; got {trained}"
            )

    def measure(self, generated: npt.ArrayLike) -> dict[str, list[float]]:
        """Measures each set of generated images; returns a list for each metric."""
        drawn = self._described(generated, "generated")
        total = len(drawn[0])
        if total < 2 * self.size or total % self.size:
            raise ValueError(
                "generated must hold 2, 3, ... times as many images as real, "
                f"{self.size}; got {total}"
            )
        return self._by_metric(drawn)

    @cached_property
    def floors(self) -> dict[str, list[float]]:
        """What each set of training images scores, as `measure` returns it."""
        return self._by_metric(self._train)

    def _described(self, sample: npt.ArrayLike, name: str) -> tuple[Array, ...]:
        """Images, their features, and their class probabilities if there are some."""
        images = image_batch(sample, name)
        found = self._features(images) if self._features else describe(images, name)
        parts = [
            float_array(part, f"features({name})", ("n", "features"))
            for part in (found if isinstance(found, tuple | list) else [found])
        ]
        if {len(part) for part in parts} != {len(images)} or len(parts) > 2:
            raise ValueError(
                f"features must give an array, or two, of {len(images)} rows for the "
                f"images of {name}; got shapes {[part.shape for part in parts]}"
            )
        return images, *parts

    def _by_metric(self, sample: tuple[Array, ...]) -> dict[str, list[float]]:
        """Measures a sample set by set; a rest is left out."""
        found = defaultdict[str, list[float]](list)
        for first in range(0, len(sample[0]) - self.size + 1, self.size):
            chosen, train = slice(first, first + self.size), self._train[1]
            if sample is self._train:  # no set is a copy of itself
                train = np.delete(train, chosen, axis=0)
            images, *drawn = (part[chosen] for part in sample)
            pair, *classes = zip(self._real[1:], drawn, strict=True)
            values = {
                "frechet_distance": frechet_distance(*pair),
                "kernel_distance": kernel_distance(*pair),
                **precision_recall(*pair)._asdict(),
                "class_imbalance": class_imbalance(*classes[0]) if classes else nan,
                "confidence": confidence(classes[0][1]) if classes else nan,
                "data_copying": data_copying(*pair, train),
                "checkerboard": checkerboard(images, self._period),
            }
            for metric, value in values.items():
                found[metric].append(value)
        return found
