"""The task of chapters 2 to 5: restore 20 x 20 digits from 10 x 10.

Every way to enlarge an image is measured alike. `python -m course_lib.restoration`
measures all anew, in some minutes, and prints what `data/restoration.json` holds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from course_lib import figures
from course_lib._bundled import bundled_path
from course_lib.backend import keras
from course_lib.digits import load_digits

SEEDS = 5
INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")
Images = npt.NDArray[np.float32]
L = keras.layers


@dataclass(frozen=True)
class Score:
    """How well one way of enlarging did.

    `parameters` counts the numbers that it learned; `errors` are mean squared errors
    on the test digits, one for each seed that matters.
    """

    chapter: int
    name: str
    parameters: int
    errors: tuple[float, ...]


def load_pairs(split: str = "train") -> tuple[Images, Images]:
    """Loads digits in both sizes: what is given, and what is to be restored.

    Args:
        split: `"train"` (4,000 digits) or `"test"` (1,000), as in `load_digits`.

    Returns:
        The small digits, `(n, 10, 10, 1)`, which are the large ones average pooled,
        and the large ones, `(n, 20, 20, 1)`; float32 in [-1, 1].

    Example:
        >>> [images.shape for images in load_pairs("test")]
        [(1000, 10, 10, 1), (1000, 20, 20, 1)]
    """
    return load_digits(10, split)[0], load_digits(20, split)[0]


def error(restore: Callable[[Images], Images]) -> float:
    """Measures a way to enlarge: its mean squared error on the test digits.

    Args:
        restore: A function or a Keras model, from images of shape `(n, 10, 10, 1)`
            to images of shape `(n, 20, 20, 1)`.

    Raises:
        ValueError: If the images that come back are of another shape.

    Example:
        >>> from course_lib.upsampling import upsample2d
        >>> round(error(upsample2d), 3)
        0.124
    """
    small, large = load_pairs("test")
    restored = np.asarray(restore(small))
    if restored.shape != large.shape:
        raise ValueError(
            f"restore must turn {small.shape} into {large.shape}; got {restored.shape}"
        )
    return float(np.mean((restored - large) ** 2))


def picture(ways: Mapping[str, Callable[[Images], Images]], digit: int = 22) -> Figure:
    """Draws a test digit: as given, restored in several ways, and as it was.

    Args:
        ways: Functions or models like those of `error`, by title; each one's error is
            written below its image.
        digit: Which of the test digits, from 0 to 999.

    Returns:
        A new figure.

    Example:
        >>> from course_lib.upsampling import upsample2d
        >>> [ax.get_xlabel() for ax in picture({"nearest": upsample2d}).axes]
        ['10 × 10', 'error 0.124', '20 × 20']
    """
    small, large = (images[digit : digit + 1] for images in load_pairs("test"))
    restored = {way: np.asarray(restore(small))[0] for way, restore in ways.items()}
    below = {way: f"error {error(restore):.3f}" for way, restore in ways.items()}
    shown = {"given": small[0], **restored, "true": large[0]}
    return figures.images(shown, captions=below, to_scale=True)


def train(layers: list[keras.Layer], seed: int = 0, epochs: int = 10) -> keras.Model:
    """Trains layers to restore the training digits, in seconds.

    Args:
        layers: From `(10, 10, 1)` to `(20, 20, 1)`. Copies of them are trained.
        seed: Decides on the first weights and on the order of the digits.
        epochs: How often each digit is seen.

    Returns:
        The trained model.

    Example:
        >>> model = train([L.Conv2DTranspose(1, 2, strides=2)], epochs=1)
        >>> model.output_shape
        (None, 20, 20, 1)
    """
    small, large = load_pairs()
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((10, 10, 1)), *layers])
    model = keras.models.clone_model(model)
    steps = epochs * -(-len(small) // 64)
    rate = keras.optimizers.schedules.CosineDecay(0.01, steps)
    model.compile(optimizer=keras.optimizers.Adam(rate), loss="mse")
    model.fit(small, large, batch_size=64, epochs=epochs, verbose=0)
    return model


def shipped_scores() -> list[Score]:
    """Reads the scores that chapters 2 to 5 show, from `data/restoration.json`.

    Example:
        >>> shipped_scores()[0].name
        'nearest'
    """
    lines = json.loads(bundled_path("restoration.json").read_text())
    return [Score(**{**line, "errors": tuple(line["errors"])}) for line in lines]


def table(chapter: int) -> str:
    """Writes the scores of all that has been tried up to a chapter, the best last.

    Args:
        chapter: From 2 to 5.

    Returns:
        A line for each: the error, the parameters, the name. An error that depends on
        the seed is the mean over the seeds, with the lowest and the highest.

    Raises:
        ValueError: If nothing has been tried up to this chapter.

    Example:
        >>> print(table(2).splitlines()[1])
        0.124           0  nearest
    """
    tried = [score for score in shipped_scores() if score.chapter <= chapter]
    if not tried:
        raise ValueError(f"chapter must be from 2 to 5; got {chapter!r}")
    lines = ["error  parameters"]  # numbers first: names may wrap on a phone
    for score in sorted(tried, key=lambda score: -np.mean(score.errors)):
        line = f"{np.mean(score.errors):.3f}{score.parameters:12}  {score.name}"
        if len(score.errors) > 1:
            line += f" ({min(score.errors):.3f} to {max(score.errors):.3f})"
        lines.append(line)
    return "\n".join(lines)


_up = partial(L.UpSampling2D, 2, None)
_conv = partial(L.Conv2D, 1, 3, padding="same")
_hidden = partial(L.Conv2D, 16, 3, padding="same", activation="relu", name="hidden")
_transposed = partial(L.Conv2DTranspose, 1, strides=2, padding="same")
WAYS: list[tuple[int, str, Callable[[], list[keras.Layer]]]] = [
    *((2, name, lambda name=name: [_up(name)]) for name in INTERPOLATIONS),
    (2, "nearest, best 3 × 3 kernel", lambda: [_up(), _conv()]),
    (2, "bilinear, best 3 × 3 kernel", lambda: [_up("bilinear"), _conv()]),
    (2, "UpSampling2D, Conv2D(16), Conv2D(1)", lambda: [_up(), _hidden(), _conv()]),
    (3, "Conv2D(16), UpSampling2D, Conv2D(1)", lambda: [_hidden(), _up(), _conv()]),
    (4, "best transposed 3 × 3 kernel", lambda: [_transposed(3)]),
    (4, "best transposed 4 × 4 kernel", lambda: [_transposed(4)]),
    (5, "Conv2D(16), Conv2DTranspose(1), 3 × 3", lambda: [_hidden(), _transposed(3)]),
    (5, "Conv2D(16), Conv2DTranspose(1), 4 × 4", lambda: [_hidden(), _transposed(4)]),
]
"""All that is tried: the chapter, the name, and how the layers are made."""


def measure(chapter: int, name: str, build: Callable[[], list[keras.Layer]]) -> Score:
    """Measures one of the `WAYS`: trained with each seed where seeds matter.

    Layers without an activation are linear in their weights. For them nothing is
    trained: least squares finds the best weights there are.

    Example:
        >>> measure(*WAYS[0]).parameters
        0
    """
    layers = build()
    if any(layer.name.startswith("hidden") for layer in layers):
        models = [train(layers, seed) for seed in range(SEEDS)]
    else:
        models = [_best_linear(layers)]
    errors = tuple(round(error(model), 5) for model in models)
    return Score(chapter, name, models[0].count_params(), errors)


def _best_linear(layers: list[keras.Layer]) -> keras.Model:
    """Finds the weights with the least squared error on the training digits."""
    small, large = load_pairs()
    model = keras.Sequential([keras.Input((10, 10, 1)), *layers])
    if not model.weights:
        return model
    kernel, bias = model.get_weights()
    columns = [np.ones(large.size)]
    for one in np.eye(kernel.size):
        model.set_weights([one.reshape(kernel.shape), np.zeros_like(bias)])
        columns.append(model.predict(small, verbose=0).ravel())
    best = np.linalg.lstsq(np.transpose(columns), large.ravel())[0]
    model.set_weights([best[1:].reshape(kernel.shape), best[:1]])
    return model


if __name__ == "__main__":
    scores = [asdict(measure(*way)) for way in WAYS]
    print(json.dumps(scores, indent=1, ensure_ascii=False))
