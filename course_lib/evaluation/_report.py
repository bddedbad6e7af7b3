"""All metrics at once, each beside its floor and its interval."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from course_lib._validation import Array, image_batch
from course_lib.evaluation._checkerboard import checkerboard
from course_lib.evaluation._classes import class_imbalance, confidence
from course_lib.evaluation._distances import frechet_distance, kernel_distance
from course_lib.evaluation._neighbours import data_copying, precision_recall
from course_lib.evaluation._samples import describe


@dataclass(frozen=True)
class Score:
    """One metric over several sets of images, beside what real images score.

    Attributes:
        value: Mean over the sets of generated images.
        low: The lowest of the sets.
        high: The highest of the sets.
        floor: Mean over as large sets of real training images; a generator that
            draws real digits scores this.
        floor_low: The lowest of them.
        floor_high: The highest of them.
    """

    value: float
    low: float
    high: float
    floor: float
    floor_low: float
    floor_high: float


@dataclass(frozen=True)
class Evaluation:
    """Every metric of generated digits; `print` shows it as a table.

    Attributes:
        frechet_distance: Lower is better; see the function of the same name.
        kernel_distance: Lower is better.
        precision: Realism; higher is better.
        recall: Variety; higher is better.
        class_imbalance: Lower is better.
        confidence: As high as that of real digits is best.
        data_copying: One half is best, 1 means copies.
        checkerboard: As low as that of real digits is best.
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
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: v for name, v in values.items() if isinstance(v, Score)}

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

    The generated images are cut into sets of as many images as `real` has, and each
    set is measured against `real`. The training images are cut and measured in the
    same way, as if they had been generated: what they score is the floor. (For
    `data_copying` each set of them is left out of the training images.) With s sets,
    the median of all sets that could be drawn lies between the lowest and the
    highest with probability 1 - 2 / 2^s: 87.5 % for four.

    Args:
        generated: Images of shape `(s * n, 10, 10, 1)`, as `digit_features` takes
            them; s is 2 or more.
        real: Images that were not trained with, shape `(n, 10, 10, 1)`.
        train: The images trained with, shape `(2 * n or more, 10, 10, 1)`, shuffled.

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
            f"generated must hold 2, 3, ... times as many images as real, {size}, so "
            f"that its sets show how much the metrics vary; got {len(drawn.images)}"
        )
    if len(known.images) < 2 * size:
        raise ValueError(
            f"train must hold at least twice as many images as real, {size}, so that "
            f"its sets show how much the metrics vary; got {len(known.images)}"
        )
    values = [_measure(new, each, known.features) for each in _cut(drawn, size)]
    floors = []
    for number, each in enumerate(_cut(known, size)):
        mine = np.arange(number * size, (number + 1) * size)
        floors.append(_measure(new, each, np.delete(known.features, mine, axis=0)))
    scores = {
        name: Score(*_spread(values, name), *_spread(floors, name))
        for name in values[0]
    }
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
