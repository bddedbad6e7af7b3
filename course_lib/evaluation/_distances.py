"""Distances between two samples as wholes."""

from __future__ import annotations

import warnings

import numpy as np
import numpy.typing as npt

from course_lib._validation import Array
from course_lib.evaluation._samples import blocks, check_same_size, features_of


def frechet_distance(real: npt.ArrayLike, generated: npt.ArrayLike) -> float:
    """Measures the Fréchet distance on the features of a digit classifier.

    Both samples are taken for Gaussians: the measure is the squared distance of their
    means, plus how much their covariances differ. (The field's FID is the same on
    2,048 features of a network for photographs.) Lower is better, 0 is equal.

    It falls as the samples grow, even between samples of the same distribution: with d
    features of variance 1 and n images each, to about d (d + 5) / 2n. So compare only
    values for as many images, and state beside it the value for real images, as
    `evaluate` does.

    Args:
        real: Images of shape `(n, 10, 10, 1)`, as `digit_features` takes them, or
            features of your own of shape `(n, features)`.
        generated: As many images or features of the same shape.

    Returns:
        The squared Fréchet distance, 0 or more.

    Raises:
        TypeError: If a sample does not hold floats.
        ValueError: If the samples differ in shape, or hold no more images than there
            are features: then the covariances are not determined.

    Warns:
        UserWarning: If there are fewer than ten images for each feature.

    Reference:
        M. Heusel et al., GANs trained by a two time-scale update rule converge to a
        local Nash equilibrium, 2017, arXiv:1706.08500.

    Example:
        >>> normal = np.random.default_rng(0).normal
        >>> 8.9 < frechet_distance(normal(size=(9999, 2)), normal(3, size=(9999, 2)))
        True
    """
    x, y = features_of(real, "real"), features_of(generated, "generated")
    count, features = len(x), x.shape[-1]
    why = f"more than the {features} features, or their covariance is not determined"
    check_same_size(x, y, features + 1, why)
    if count < 10 * features:
        warnings.warn(
            f"{count} images are few for the covariance of {features} features: "
            "samples of the same distribution will have a large Fréchet distance. "
            f"Take {10 * features} or more",
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
    mean, count = x.mean(axis=0), len(x)
    products = [(block - mean).T @ (block - mean) for block in blocks(x, x.shape[1])]
    variances, axes = np.linalg.eigh(sum(products) / (count - 1))
    return axes * np.sqrt(np.maximum(variances, 0))


def kernel_distance(real: npt.ArrayLike, generated: npt.ArrayLike) -> float:
    """Measures the kernel distance (KID) on the features of a digit classifier.

    The squared maximum mean discrepancy with the kernel `(x · y / d + 1)³` for d
    features: how much more alike the images of one sample are than those of two. It
    assumes no Gaussians, and its estimate is unbiased: for samples of the same
    distribution it is 0 on average, whatever their size, and often below. Lower is
    better. All pairs are compared, some at a time: the duration grows with n², seconds
    for n = 10,000, the memory doesn't.

    Args:
        real: Images of shape `(n, 10, 10, 1)`, as `digit_features` takes them, or
            features of your own of shape `(n, features)`.
        generated: As many images or features of the same shape.

    Returns:
        The squared distance; may be slightly below 0.

    Raises:
        TypeError: If a sample does not hold floats.
        ValueError: If the samples differ in shape or hold fewer than 2 images.

    Reference:
        M. Bińkowski et al., Demystifying MMD GANs, 2018, arXiv:1801.01401.

    Example:
        >>> one, other = np.zeros((2, 1)), np.ones((2, 1))
        >>> kernel_distance(one, other)  # (0 + 1)³ + (1 + 1)³ - 2 · (0 + 1)³
        7.0
    """
    x, y = features_of(real, "real"), features_of(generated, "generated")
    check_same_size(x, y, 2, "to compare images of the same sample")
    count = len(x)
    within = _kernel_sum(x, x) - _own(x) + _kernel_sum(y, y) - _own(y)
    return float(within / (count * (count - 1)) - 2 * _kernel_sum(x, y) / count**2)


def _kernel_sum(x: Array, y: Array) -> float:
    """Adds up the kernel of all pairs."""
    bases = (block @ y.T / x.shape[1] + 1 for block in blocks(x, len(y)))
    return float(sum((base * base * base).sum() for base in bases))


def _own(x: Array) -> float:
    """Adds up the kernel of each image with itself."""
    return float(((np.einsum("if,if->i", x, x) / x.shape[1] + 1) ** 3).sum())
