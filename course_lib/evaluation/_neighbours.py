"""Metrics of each image's nearest neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from course_lib._arguments import whole_number
from course_lib._validation import Array
from course_lib.evaluation._samples import blocks, check_same_size, features_of


class PrecisionRecall(NamedTuple):
    """How realistic, and how varied; each from 0 to 1."""

    precision: float
    recall: float


def precision_recall(
    real: npt.ArrayLike, generated: npt.ArrayLike, neighbours: int = 3
) -> PrecisionRecall:
    """Measures realism (precision) and variety (recall), one apart from the other.

    Around each image of a sample lies a ball that reaches its k-th nearest neighbour
    in the sample; together they are the sample's manifold. Precision is the share of
    generated images on the real manifold, recall the share of real images on the
    generated one. Higher is better; for real images against real ones both stay
    below 1. As for `kernel_distance`, the duration grows with n², the memory doesn't.

    Args:
        real: Images of shape `(n, 10, 10, 1)`, as `digit_features` takes them, or
            features of your own of shape `(n, features)`.
        generated: As many images or features of the same shape.
        neighbours: The k; 3 in the reference. More give larger balls and values.

    Returns:
        The two shares, `precision` and `recall`.

    Raises:
        TypeError: If a sample does not hold floats or `neighbours` is not whole.
        ValueError: If the samples differ in shape, or hold no more images than
            `neighbours`.

    Reference:
        T. Kynkäänniemi et al., Improved precision and recall metric for assessing
        generative models, 2019, arXiv:1904.06991.

    Example:
        >>> real = np.array([[0.0], [1.0], [2.0], [3.0]])
        >>> precision_recall(real, real / 100, neighbours=1)
        PrecisionRecall(precision=1.0, recall=0.25)
    """
    k = whole_number(neighbours, "neighbours")
    x, y = features_of(real, "real"), features_of(generated, "generated")
    check_same_size(x, y, k + 1, f"so that each has {k} neighbours")
    return PrecisionRecall(precision=_inside(y, x, k), recall=_inside(x, y, k))


def data_copying(
    real: npt.ArrayLike, generated: npt.ArrayLike, train: npt.ArrayLike
) -> float:
    """Measures whether generated images are copies of the training images.

    The probability that a generated image is nearer to its nearest training image
    than a real image, which was not trained with, is to its own. (The U statistic of
    Mann and Whitney as a share; ties count one half.) One half is ideal: as near as
    new digits are. 1 means copies, 0 that no generated image comes near a digit. The
    duration grows with the product of both sample sizes, the memory doesn't.

    Args:
        real: Images that were not trained with, of shape `(n, 10, 10, 1)`, as
            `digit_features` takes them, or features of shape `(n, features)`.
        generated: As many images or features of the same shape.
        train: The training images or their features, of shape `(any n, ...)`.

    Returns:
        The probability, from 0 to 1.

    Raises:
        TypeError: If a sample does not hold floats.
        ValueError: If the samples don't fit each other.

    Reference:
        C. Meehan, K. Chaudhuri and S. Dasgupta, A non-parametric test to detect
        data-copying in generative models, 2020, arXiv:2004.05675.

    Example:
        >>> train = np.array([[0.0], [1.0]])
        >>> data_copying(np.array([[0.1], [0.4]]), np.array([[0.0], [1.2]]), train)
        0.75
    """
    x, y = features_of(real, "real"), features_of(generated, "generated")
    check_same_size(x, y, 1, "to have something to compare")
    known = features_of(train, "train")
    if known.shape[1] != x.shape[1]:
        raise ValueError(
            f"train must be described by the same {x.shape[1]} features as real; got "
            f"{known.shape[1]}"
        )
    new, drawn = np.sort(_nearest(x, known)), _nearest(y, known)
    ranks = np.searchsorted(new, drawn, "left") + np.searchsorted(new, drawn, "right")
    return float((2 * len(new) - ranks).sum() / (2 * len(new) ** 2))


def _inside(points: Array, sample: Array, k: int) -> float:
    """Share of points in a ball that reaches an image's k-th neighbour in a sample."""
    radii = _nearest(sample, sample, k)
    inside = [(d <= radii).any(axis=1) for d in _distances(points, sample)]
    return float(np.concatenate(inside).mean())


def _nearest(x: Array, y: Array, k: int = 0) -> Array:
    """Distance of each of `x` from the nearest of `y`, leaving out the first `k`."""
    near = (np.partition(d, k, axis=1) for d in _distances(x, y))
    return np.concatenate([d[:, k].copy() for d in near])  # a view would keep all of d


def _distances(x: Array, y: Array) -> Iterator[Array]:
    """Yields the distances of some of `x` after others from all of `y`."""
    from scipy.spatial import distance  # `checkerboard` needs NumPy only

    return (distance.cdist(block, y) for block in blocks(x, len(y)))
