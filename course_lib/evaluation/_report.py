"""All metrics at once, each beside its floor and its interval."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from course_lib._validation import Array, image_batch
from course_lib.evaluation._checkerboard import checkerboard
from course_lib.evaluation._classes import class_imbalance, confidence
from course_lib.evaluation._classifier import describe
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
    drawn, new, known = (
        (image_batch(images, name), *describe(images, name))
        for name, images in (("generated", generated), ("real", real), ("train", train))
    )
    features = known[1]
    total, size, trained = len(drawn[0]), len(new[0]), len(features)
    if total < 2 * size or total % size:
        raise ValueError(
            "generated must hold 2, 3, ... times as many images as real, "
            f"{size}; got {total}"
        )
    if trained < 2 * size:
        raise ValueError(
            "train must hold at least twice as many images as real, "
            f"{size}; got {trained}"
        )
    measured = [_measure(new, part, features) for part in _sets(drawn, size)]
    floors = []
    for number, part in enumerate(_sets(known, size)):
        its_own = range(number * size, (number + 1) * size)
        floors.append(_measure(new, part, np.delete(features, its_own, axis=0)))
    scores = {}
    for metric in measured[0]:
        spreads = []
        for sets in (measured, floors):
            values = [each[metric] for each in sets]
            spreads += [float(np.mean(values)), min(values), max(values)]
        scores[metric] = Score(*spreads)
    return Evaluation(**scores, sample_size=size, sets=len(measured))


def _sets(sample: tuple[Array, ...], size: int) -> list[tuple[Array, ...]]:
    """Cuts images and what describes them into sets; a rest is left out."""
    firsts = range(0, len(sample[0]) - size + 1, size)
    return [tuple(part[f : f + size] for part in sample) for f in firsts]


def _measure(
    real: tuple[Array, ...], generated: tuple[Array, ...], train: Array
) -> dict[str, float]:
    """Measures a set of images, features and probabilities by every metric."""
    features = real[1], generated[1]
    return {
        "frechet_distance": frechet_distance(*features),
        "kernel_distance": kernel_distance(*features),
        **precision_recall(*features)._asdict(),
        "class_imbalance": class_imbalance(real[2], generated[2]),
        "confidence": confidence(generated[2]),
        "data_copying": data_copying(*features, train),
        "checkerboard": checkerboard(generated[0]),
    }
