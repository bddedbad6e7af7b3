"""What a classifier takes generated images for."""

import numpy as np
import numpy.typing as npt

from course_lib.evaluation._samples import both, described


def class_imbalance(real: npt.ArrayLike, generated: npt.ArrayLike) -> float:
    """Measures how far the generated classes are from the real balance.

    The total variation distance of the shares of the classes: the part of the images
    that would have to change class. Each image counts for its most probable class.
    Lower is better; n images of ten equal classes, drawn at random, have about
    1.2 / √n.

    Args:
        real: Images, as `digit_features` takes them, or class probabilities of your
            own, shape `(n, classes)`.
        generated: As many.

    Returns:
        The distance, from 0 to 1.

    Raises:
        ValueError: If the samples differ in shape or hold no probabilities.

    Example:
        >>> class_imbalance(np.eye(4), np.eye(4)[[0, 0, 0, 1]])
        0.5
    """
    x, y = both(real, generated, "classes")
    classes = x.shape[1]
    counts = [np.bincount(p.argmax(axis=1), minlength=classes) for p in (x, y)]
    return float(np.abs(counts[0] - counts[1]).sum() / (2 * len(x)))


def confidence(images: npt.ArrayLike) -> float:
    """Measures how sure the classifier is of what it sees.

    The mean probability of each image's most probable class; real digits have about
    0.99. A single good digit, drawn again and again, is enough.

    Args:
        images: Images or class probabilities, as `class_imbalance` takes them.

    Returns:
        The mean, from 1 / classes to 1.

    Raises:
        ValueError: If it holds neither images nor probabilities.

    Example:
        >>> confidence([[0.5, 0.5], [0.0, 1.0]])
        0.75
    """
    return float(described(images, "images", "classes").max(axis=1).mean())
