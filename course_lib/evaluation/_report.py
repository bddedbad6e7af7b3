"""All metrics at once, each beside its floor and its interval."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from course_lib._validation import Array, image_batch
from course_lib.evaluation._checkerboard import checkerboard
from course_lib.evaluation._classes import class_imbalance, confidence
from course_lib.evaluation._features import (
    data_copying,
    frechet_distance,
    kernel_distance,
    precision_recall,
)
from course_lib.evaluation._samples import describe


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
    """Every metric of generated digits, each named as its function; prints as a table.

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
        return {name: v for name, v in vars(self).items() if isinstance(v, Score)}

    def __str__(self) -> str:
        title = f"{self.sets} sets of {self.sample_size}"
        lines = [f"{title:<18}{'generated':^30}{'real':^30}"]
        for name, s in self.scores().items():
            generated = f"{s.value:9.4f} ({s.low:.4f} to {s.high:.4f})"
            real = f"{s.floor:9.4f} ({s.floor_low:.4f} to {s.floor_high:.4f})"
            lines.append(f"{name:<18}{generated:<30}{real:<30}".rstrip())
        return "\n".join(lines)


def evaluate(
    generated: npt.ArrayLike, real: npt.ArrayLike, train: npt.ArrayLike
) -> Evaluation:
    """Measures generated digits by every metric, with floors and intervals.

    The generated images are cut into sets of as many images as `real` has; each set is
    measured against `real`. So are sets of training images, as if they were generated
    (for `data_copying`, each against the other sets): what they score is the floor.
    With s sets, the median of all that could be drawn lies between the lowest and the
    highest with probability 1 - 2 / 2^s: 87.5 % for four.

    Args:
        generated: s * n images, as `digit_features` takes them; s is 2 or more.
        real: n images that were not trained with; more than 32, better from 320 on.
        train: 2 * n images or more: those trained with, shuffled.

    Returns:
        A `Score` for each metric.

    Raises:
        TypeError: If a sample does not hold floats.
        ValueError: If a sample has another shape or range, or too few images.

    Example:
        >>> from course_lib.digits import load_digits
        >>> train, test = load_digits()[0], load_digits(split="test")[0]
        >>> evaluation = evaluate(-train, test, train)  # white on black
        >>> evaluation.precision.high < 0.5 < evaluation.precision.floor_low
        True
    """
    samples = {
        name: _Sample(image_batch(images, name), *describe(images, name))
        for name, images in (("generated", generated), ("real", real), ("train", train))
    }
    drawn, new, known = samples.values()
    size = len(new.images)
    if len(drawn.images) < 2 * size or len(drawn.images) % size:
        raise ValueError(
            f"generated must hold 2, 3, ... times as many images as real, {size}; got "
            f"{len(drawn.images)}"
        )
    if len(known.images) < 2 * size:
        raise ValueError(
            f"train must hold at least twice as many images as real, {size}; got "
            f"{len(known.images)}"
        )
    values = [_measure(new, each, known.features) for each in _cut(drawn, size)]
    floors = []
    for number, each in enumerate(_cut(known, size)):
        mine = np.arange(number * size, (number + 1) * size)
        floors.append(_measure(new, each, np.delete(known.features, mine, axis=0)))
    scores = {n: Score(*_spread(values, n), *_spread(floors, n)) for n in values[0]}
    return Evaluation(**scores, sample_size=size, sets=len(values))


class _Sample(NamedTuple):
    images: Array
    features: Array
    probabilities: Array


def _cut(sample: _Sample, size: int) -> list[_Sample]:
    """Cuts a sample into sets of `size` images; a rest is left out."""
    firsts = range(0, len(sample.images) - size + 1, size)
    return [_Sample(*(part[f : f + size] for part in sample)) for f in firsts]


def _measure(real: _Sample, generated: _Sample, train: Array) -> dict[str, float]:
    features = real.features, generated.features
    precision, recall = precision_recall(*features)
    return {
        "frechet_distance": frechet_distance(*features),
        "kernel_distance": kernel_distance(*features),
        "precision": precision,
        "recall": recall,
        "class_imbalance": class_imbalance(real.probabilities, generated.probabilities),
        "confidence": confidence(generated.probabilities),
        "data_copying": data_copying(*features, train),
        "checkerboard": checkerboard(generated.images),
    }


def _spread(sets: list[dict[str, float]], name: str) -> tuple[float, float, float]:
    values = [each[name] for each in sets]
    return float(np.mean(values)), min(values), max(values)
