"""Numbers that judge generated images.

No single number does: each metric can be fooled. `evaluate` computes them all, beside
what real images score. All raise a `TypeError` if a sample does not hold floats or a
number is not whole, and a `ValueError` if samples are too small, out of range or don't
fit each other, or an argument is none of those it can be.
"""

from course_lib.evaluation._checkerboard import checkerboard
from course_lib.evaluation._classifier import (
    CLASSIFIER_SHA256,
    class_imbalance,
    confidence,
    digit_features,
    digit_probabilities,
)
from course_lib.evaluation._features import (
    PrecisionRecall,
    data_copying,
    frechet_distance,
    kernel_distance,
    nearest_images,
    precision_recall,
)
from course_lib.evaluation._report import Evaluation, Score, Yardstick, evaluate

__all__ = [
    "CLASSIFIER_SHA256",
    "Evaluation",
    "PrecisionRecall",
    "Score",
    "Yardstick",
    "checkerboard",
    "class_imbalance",
    "confidence",
    "data_copying",
    "digit_features",
    "digit_probabilities",
    "evaluate",
    "frechet_distance",
    "kernel_distance",
    "nearest_images",
    "precision_recall",
]
