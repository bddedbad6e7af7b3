"""The metrics beside the same sums written with SciPy and scikit-learn."""

import tracemalloc
from collections.abc import Iterator
from functools import partial

import numpy as np
from scipy import linalg
from sklearn.metrics.pairwise import polynomial_kernel
from sklearn.neighbors import NearestNeighbors
from turns import Call, Row, beside

from course_lib import evaluation

FEATURES = 32
PEER = "SciPy, scikit-learn"


def frechet(x: np.ndarray, y: np.ndarray) -> float:
    """Write the distance as papers do, with the root of a product of matrices."""
    difference = x.mean(0) - y.mean(0)
    a, b = np.cov(x.T), np.cov(y.T)
    root = linalg.sqrtm(a @ b).real
    return float(difference @ difference + np.trace(a + b - 2 * root))


def kernel(x: np.ndarray, y: np.ndarray) -> float:
    """Mean kernel within each sample, less that between them."""
    n, cubic = len(x), partial(polynomial_kernel, degree=3, coef0=1)
    own = sum((k.sum() - np.trace(k)) / (n * (n - 1)) for k in (cubic(x), cubic(y)))
    return float(own - 2 * cubic(x, y).mean())


def share(x: np.ndarray, y: np.ndarray) -> float:
    """Share of `y` nearer to some of `x` than that one's third neighbour in `x`."""
    radius = NearestNeighbors(n_neighbors=4).fit(x).kneighbors(x)[0][:, -1]
    apart = np.sqrt(np.maximum((y**2).sum(1)[:, None] + (x**2).sum(1) - 2 * y @ x.T, 0))
    return float((apart <= radius).any(axis=1).mean())


def precision_recall(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Both ways."""
    return share(x, y), share(y, x)


def peak(call: Call) -> int:
    """Bytes of arrays that a call holds at once."""
    tracemalloc.start()
    call()
    found = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return found


def rows() -> Iterator[Row]:
    """Time and memory of 1,000 and 10,000 images' features."""
    random = np.random.default_rng(0)
    for count in (1_000, 10_000):
        x, y = random.normal(size=(2, count, FEATURES))
        for metric, peer in (
            (evaluation.frechet_distance, frechet),
            (evaluation.kernel_distance, kernel),
            (evaluation.precision_recall, precision_recall),
        ):
            ours, theirs = partial(metric, x, y), partial(peer, x, y)
            np.testing.assert_allclose(ours(), theirs(), rtol=1e-6, atol=1e-9)
            what = f"{metric.__name__}, {count:,} images"
            yield beside(what, ours, PEER, theirs)
            yield Row(f"{what}: memory", PEER, peak(theirs) / peak(ours))
