"""Metrics of what describes images: of whole samples, of neighbours."""

import warnings
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from course_lib._arguments import whole_number
from course_lib._validation import Array
from course_lib.evaluation._classifier import blocks, both, check_count, described


def frechet_distance(real: npt.ArrayLike, generated: npt.ArrayLike) -> float:
    """Measures the Fréchet distance on the features of a digit classifier.

    Both samples are taken for Gaussians: the squared distance of their means, plus how
    much their covariances differ. (The field's FID is the same on 2,048 features of a
    network for photographs.) Lower is better, 0 is equal. Even of one distribution,
    samples of n images and d features of variance 1 are about d (d + 5) / 2n apart:
    compare only values for as many images, and show that of real ones beside them.

    Args:
        real: Images, as `digit_features` takes them, or features of your own, shape
            `(n, features)`; more images than features.
        generated: As many.

    Returns:
        The squared Fréchet distance, 0 or more.

    Warns:
        UserWarning: If there are fewer than ten images for each feature.

    Reference:
        M. Heusel et al., GANs trained by a two time-scale rule, arXiv:1706.08500.

    Example:
        >>> normal = np.random.default_rng(0).normal
        >>> 8.9 < frechet_distance(normal(size=(9999, 2)), normal(3, size=(9999, 2)))
        True
    """
    x, y = both(real, generated)
    count, features = x.shape
    why = f"more than the {features} features, or their covariance is not determined"
    check_count(x, features + 1, why)
    if count < 10 * features:
        warnings.warn(
            f"{count} images are few for the covariance of {features} features: the "
            f"Fréchet distance will be too large. Take {10 * features} or more",
            stacklevel=2,
        )
    difference = x.mean(axis=0) - y.mean(axis=0)
    a, b = _root_of_covariance(x), _root_of_covariance(y)
    # The trace of the square root of (a aᵀ)(b bᵀ), without its rounding errors.
    overlap = np.linalg.svd(a.T @ b, compute_uv=False).sum()
    spread = np.square(a).sum() + np.square(b).sum()
    return float(max(difference @ difference + spread - 2 * overlap, 0.0))


def _root_of_covariance(x: Array) -> Array:
    """Returns a square matrix r where r rᵀ is the covariance."""
    mean = x.mean(axis=0)
    products = [(block - mean).T @ (block - mean) for block in blocks(x, x.shape[1])]
    variances, axes = np.linalg.eigh(sum(products) / (len(x) - 1))
    return axes * np.sqrt(np.maximum(variances, 0))


def kernel_distance(real: npt.ArrayLike, generated: npt.ArrayLike) -> float:
    """Measures the kernel distance (KID) on the features of a digit classifier.

    The squared maximum mean discrepancy with the kernel `(x · y / d + 1)³` for d
    features: how much more alike the images of one sample are than those of two. It
    assumes no Gaussians and is unbiased: samples of one distribution are at 0 on
    average, whatever their size, and often below. Lower is better. The duration grows
    with n², seconds for n = 10,000, the memory doesn't.

    Args:
        real: Images or features, as `frechet_distance` takes them; 2 or more.
        generated: As many.

    Returns:
        The squared distance; may be slightly below 0.

    Reference:
        M. Bińkowski et al., Demystifying MMD GANs, arXiv:1801.01401.

    Example:
        >>> one, other = np.zeros((2, 1)), np.ones((2, 1))
        >>> kernel_distance(one, other)  # (0 + 1)³ + (1 + 1)³ - 2 · (0 + 1)³
        7.0
    """
    x, y = both(real, generated)
    check_count(x, 2, "to compare images of the same sample")
    count, within = len(x), 0.0
    for sample in (x, y):  # without the pairs of an image and itself
        within += _kernel_sum(sample, sample)
        own = np.einsum("if,if->i", sample, sample) / sample.shape[1] + 1
        within -= float((own**3).sum())
    return float(within / (count * (count - 1)) - 2 * _kernel_sum(x, y) / count**2)


def _kernel_sum(x: Array, y: Array) -> float:
    """Adds up the kernel of all pairs."""
    bases = (block @ y.T / x.shape[1] + 1 for block in blocks(x, len(y)))
    return float(sum((base * base * base).sum() for base in bases))


class PrecisionRecall(NamedTuple):
    """How realistic, and how varied; each from 0 to 1."""

    precision: float
    recall: float


def precision_recall(
    real: npt.ArrayLike, generated: npt.ArrayLike, neighbours: int = 3
) -> PrecisionRecall:
    """Measures realism (precision) and variety (recall), one apart from the other.

    A ball around each image of a sample reaches its k-th nearest neighbour there;
    precision is the share of generated images in the balls of the real ones, recall
    the share of real images in those of the generated. Higher is better; real images
    against real ones stay below 1. The duration grows with n², the memory doesn't.

    Args:
        real: Images or features, as `frechet_distance` takes them.
        generated: As many.
        neighbours: The k, 1 to n - 1; 3 in the reference. More give larger balls.

    Returns:
        The two shares, `precision` and `recall`.

    Reference:
        T. Kynkäänniemi et al., Improved precision and recall metric, arXiv:1904.06991.

    Example:
        >>> real = np.array([[0.0], [1.0], [2.0], [3.0]])
        >>> precision_recall(real, real / 100, neighbours=1)
        PrecisionRecall(precision=1.0, recall=0.25)
    """
    k = whole_number(neighbours, "neighbours")
    x, y = both(real, generated)
    check_count(x, k + 1, f"so that each has {k} neighbours")
    of_real, of_generated = _nearest(x, x, k), _nearest(y, y, k)  # the balls' radii
    realistic, covered = np.zeros(len(y), bool), 0
    for radii, d in zip(blocks(of_real, len(y)), _distances(x, y), strict=True):
        realistic |= (d <= radii[:, None]).any(axis=0)
        covered += int((d <= of_generated).any(axis=1).sum())
    return PrecisionRecall(float(realistic.mean()), covered / len(x))


def data_copying(
    real: npt.ArrayLike, generated: npt.ArrayLike, train: npt.ArrayLike
) -> float:
    """Measures whether generated images are copies of the training images.

    The probability that a generated image is nearer to its nearest training image
    than a real image, which was not trained with, is to its own. (Mann and Whitney's U
    as a share; ties count one half.) One half is ideal: as near as new digits are. 1
    means copies, 0 that none comes near a digit. The memory doesn't grow with n².

    Args:
        real: Images not trained with, or features, as `frechet_distance` takes them.
        generated: As many.
        train: The training images or their features; any number.

    Returns:
        The probability, from 0 to 1.

    Reference:
        C. Meehan et al., A test to detect data-copying, arXiv:2004.05675.

    Example:
        >>> train = np.array([[0.0], [1.0]])
        >>> data_copying(np.array([[0.1], [0.4]]), np.array([[0.0], [1.2]]), train)
        0.75
    """
    from scipy import stats  # `checkerboard` needs NumPy only

    x, y = both(real, generated)
    known = _known(train, x, "real")
    u = stats.mannwhitneyu(_nearest(x, known), _nearest(y, known)).statistic
    return float(u / len(x) ** 2)


def nearest_images(
    generated: npt.ArrayLike, train: npt.ArrayLike, count: int = 1
) -> npt.NDArray[np.int64]:
    """Finds the training images that are most like each generated one.

    To be looked at beside it: a copy shows, and so does what was learned instead.

    Args:
        generated: Images or features, as `frechet_distance` takes them. The pixels of
            images of any size are features, too: `images.reshape(len(images), -1)`.
        train: The training images or their features; any number.
        count: How many for each, at most those of `train`.

    Returns:
        Places in `train`, int64 of shape `(n, count)`, the nearest first.

    Example:
        >>> train = np.array([[0.0], [1.0], [5.0]])
        >>> nearest_images(np.array([[4.0], [0.2]]), train, count=2)
        array([[2, 1],
               [0, 1]])
    """
    x = described(generated, "generated")
    known, k = _known(train, x, "generated"), whole_number(count, "count")
    if k > len(known):
        raise ValueError(f"count must be at most {len(known)}, those of train; got {k}")
    orders = (d.argsort(axis=1, kind="stable") for d in _distances(x, known))
    return np.concatenate([order[:, :k].copy() for order in orders])


def _known(train: npt.ArrayLike, x: Array, name: str) -> Array:
    """The features of training images, as many as others have."""
    known = described(train, "train")
    if known.shape[1] != x.shape[1]:
        raise ValueError(
            f"train must be described by the same {x.shape[1]} features as {name}; got "
            f"{known.shape[1]}"
        )
    return known


def _nearest(x: Array, y: Array, k: int = 0) -> Array:
    """Distance of each of `x` from the nearest of `y`, leaving out the first `k`."""
    parts = (np.partition(d, k, axis=1) for d in _distances(x, y))
    return np.concatenate([part[:, k].copy() for part in parts])


def _distances(x: Array, y: Array) -> Iterator[Array]:
    """Yields the distances of a block of `x` after the other from all of `y`."""
    from scipy.spatial import distance

    for block in blocks(x, len(y)):
        yield distance.cdist(block, y)
