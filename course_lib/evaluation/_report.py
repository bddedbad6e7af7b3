"""All metrics at once, each beside its floor and its interval."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from course_lib._validation import Array, float_array, image_batch
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
        named = vars(self).items()
        scores = {name: score for name, score in named if isinstance(score, Score)}
        return {name: s for name, s in scores.items() if not math.isnan(s.value)}

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
            what describes them, floats of shape `(n, features)`, or a pair, of those
            and class probabilities, `(n, classes)`. Fewer features than n / 10 are
            best.

    Returns:
        A `Score` for each metric.

    Raises:
        TypeError: If a sample does not hold floats.
        ValueError: If a sample has another shape or range, or too few images, or
            `features` gives no such floats.

    Example:
        >>> from course_lib.digits import load_digits
        >>> train, test = load_digits()[0], load_digits(split="test")[0]
        >>> evaluation = evaluate(-train, test, train)  # white on black
        >>> evaluation.precision.high < 0.5 < evaluation.precision.floor_low
        True
    """
    drawn, new, known = (
        _described(images, name, features)
        for name, images in (("generated", generated), ("real", real), ("train", train))
    )
    trained_with = known[1]
    total, size, trained = (len(each[0]) for each in (drawn, new, known))
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
    measured = [_measure(new, part, trained_with) for part in _sets(drawn, size)]
    floors = []
    for number, part in enumerate(_sets(known, size)):
        its_own = range(number * size, (number + 1) * size)
        floors.append(_measure(new, part, np.delete(trained_with, its_own, axis=0)))
    scores = {}
    for metric in measured[0]:
        spreads = []
        for sets in (measured, floors):
            values = [each[metric] for each in sets]
            spreads += [float(np.mean(values)), min(values), max(values)]
        scores[metric] = Score(*spreads)
    return Evaluation(**scores, sample_size=size, sets=len(measured))


def _described(
    sample: npt.ArrayLike, name: str, features: Callable[[Array], Any] | None
) -> tuple[Array, ...]:
    """Images, their features, and their class probabilities if there are some."""
    images = image_batch(sample, name)
    if features is None:
        return images, *describe(images, name)
    found = features(images)
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


def _sets(sample: tuple[Array, ...], size: int) -> list[tuple[Array, ...]]:
    """Cuts images and what describes them into sets; a rest is left out."""
    firsts = range(0, len(sample[0]) - size + 1, size)
    return [tuple(part[f : f + size] for part in sample) for f in firsts]


def _measure(
    real: tuple[Array, ...], generated: tuple[Array, ...], train: Array
) -> dict[str, float]:
    """Measures a set of images, features and probabilities by every metric."""
    features = real[1], generated[1]
    known = len(real) > 2  # of which classes they are
    return {
        "frechet_distance": frechet_distance(*features),
        "kernel_distance": kernel_distance(*features),
        **precision_recall(*features)._asdict(),
        "class_imbalance": class_imbalance(real[2], generated[2])
        if known
        else math.nan,
        "confidence": confidence(generated[2]) if known else math.nan,
        "data_copying": data_copying(*features, train),
        "checkerboard": checkerboard(generated[0]),
    }
