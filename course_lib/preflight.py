"""Checks before a long training: what keeps a GAN from learning, found in seconds."""

import textwrap
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from unittest import mock

import numpy as np

from course_lib._arguments import whole_number
from course_lib._gan_checks import (
    ImageChecks,
    check_networks,
    check_trainable,
    operations_of,
)
from course_lib._validation import Array
from course_lib.backend import keras, tf

ops = keras.ops
MOST_IMAGES, MOST_STEPS = 64, 300  # to learn by heart; fewer in slow networks
SANE = (0.003, 300.0)  # least and largest root mean square of what a layer gives
NO_GRADIENT = -1.0  # size of a gradient that is None: less than that of a zero one
FEW = 16  # batch normalization of fewer images than that is mostly noise


class Check(NamedTuple):
    """What was looked at, what was found, and what to mend: nothing if all is well."""

    name: str
    found: str
    mend: str = ""


class Report(NamedTuple):
    """What `preflight` has found; prints as a table."""

    checks: tuple[Check, ...]

    @property
    def to_mend(self) -> dict[str, str]:
        """What to mend, by the names of the checks that found it."""
        return {check.name: check.mend for check in self.checks if check.mend}

    def __str__(self) -> str:
        count = len(self.to_mend)
        lines = [f"{count} of {len(self.checks)} to mend" if count else "All is well"]
        for name, found, mend in self.checks:
            lines.append(f"{'MEND' if mend else 'ok':<6}{name:<15}{found}")
            lines += textwrap.wrap(
                mend, 82, initial_indent="   -> ", subsequent_indent=" " * 6
            )
        return "\n".join(lines)


def preflight(
    generator: keras.Model,
    discriminator: keras.Model,
    images: Any,
    *,
    batch_size: int = 128,
) -> Report:
    """Looks for what would keep two networks from learning from these images.

    Any Keras models will do. Among other things each network alone learns 64 of the
    images by heart; afterwards its weights are what they were. With networks such as
    the course's this takes some seconds.

    Args:
        generator: Model from latent points, shape `(batch, latent_dim)`, to images.
        discriminator: Model from images to logits, shape `(batch, 1)`.
        images: Real images, an array of shape `(n, height, width, channels)`.
        batch_size: Images in a step of the training to come.

    Returns:
        A `Report`: what was found, and for each fault what to mend. Print it.

    Raises:
        TypeError: If a network is no Keras model, or `images` is no array.
        ValueError: If there are no images.

    Example:
        >>> from course_lib.generators import build_discriminator
        >>> from course_lib.generators import build_upsampling_generator
        >>> generator = build_upsampling_generator(20, "leaky_relu", "tanh", maps=16)
        >>> pixels = np.random.default_rng(0).uniform(0, 255, (64, 10, 10, 1))
        >>> list(preflight(generator, build_discriminator(), pixels).to_mend)
        ['images']
    """
    if not hasattr(images, "__array__"):
        raise TypeError(
            "images must be an array: of (images, labels) take the images, of a "
            "tf.data.Dataset a large batch, next(iter(dataset)); got "
            f"{type(images).__name__}"
        )
    pixels = np.asarray(images)
    if pixels.size == 0:
        raise ValueError(f"images must hold some; got shape {pixels.shape}")
    batch_size, misfit = whole_number(batch_size, "batch_size"), ""
    try:
        check_networks(generator, discriminator)
        check_trainable(generator, discriminator)
    except ValueError as error:
        misfit = str(error)
    variables = [*generator.variables, *discriminator.variables]
    kept = [np.array(variable) for variable in variables]
    try:
        checks = _checks(generator, discriminator, pixels, batch_size, misfit)
        return Report(tuple(checks))
    finally:
        for variable, value in zip(variables, kept, strict=True):
            variable.assign(value)


def _checks(
    draw: Any, judge: Any, images: Any, batch_size: int, misfit: str
) -> Iterator[Check]:
    """The checks of a generator and a discriminator, whose weights they change."""
    random = np.random.default_rng(0)
    try:
        points = random.normal(size=(MOST_IMAGES, draw.input_shape[-1]))
        points = points.astype("float32")
        for _ in range(2):  # the first time takes longer
            begin = time.monotonic()
            judge(draw(points))
        slow = time.monotonic() - begin > 0.3
    except Exception as error:  # a network that can't be run may raise anything
        why = misfit or " ".join(str(error).split())
        yield Check("networks", "they can't be run", why)
        return
    weights = f"of {draw.count_params():,} and {judge.count_params():,} weights"
    yield Check("networks", weights, misfit)

    chosen = random.permutation(len(images))[: 16 if slow else MOST_IMAGES]
    mend, sample = _images(images, chosen, draw)
    found = f"{len(images):,} of shape {images.shape[1:]}"
    found += f", {float(images.min()):.3g} to {float(images.max()):.3g}"
    yield Check("images", found, mend)
    noise = random.uniform(sample.min(), sample.max(), sample.shape)
    both = np.concatenate([sample, noise.astype("float32")])

    parts = [*operations_of(draw), *operations_of(judge)]
    yield from _drawing(draw, points, np.abs(sample).max())
    yield _layers(parts, (draw, points), (judge, both))
    points = points[: len(sample)]
    signs = np.repeat(np.array([[-1], [1]], "float32"), len(sample), axis=0)
    start = np.asarray(judge(both), "float32")
    mend = (
        "it can't learn that by heart: look at what is said above; else give it more "
        "maps, less dropout or another activation"
    )
    count = f"{len(sample)} images"
    told, judge_gradients, judge_seconds = _learn(
        Check("discriminator", f"tells {count} from noise", mend),
        lambda: ops.softplus(signs * ops.cast(judge(both, training=True), "float32")),
        judge.trainable_variables,
        enough=0.2,
    )
    drew, draw_gradients, draw_seconds = _learn(
        Check("generator", f"draws {count} by heart", mend),
        lambda: ops.square(ops.cast(draw(points, training=True), "float32") - sample),
        draw.trainable_variables,
        enough=max(float(sample.var(axis=0).mean()) / 2, 1e-3),
    )
    end = np.asarray(judge(both, training=True), "float32")
    yield _gradients(parts, judge, draw_gradients + judge_gradients, sample)
    yield _logits(start, end)
    yield from (told, drew)
    step = (1.5 * judge_seconds + draw_seconds) * batch_size / len(sample)
    yield _step(parts, step, batch_size, len(images))


def _images(images: Any, chosen: Any, generator: Any) -> tuple[str, Array]:
    """What to mend in images, and a sample of them that serves the other checks."""
    least, most, mend = float(images.min()), float(images.max()), ""
    try:
        if images.dtype.kind in "iub":
            raise TypeError("images must be floats: x.astype('float32') / 127.5 - 1")
        ImageChecks(generator, "images").checked(images)
        different = len({image.tobytes() for image in images[:1000]})
        if different <= min(len(images), 1000) / 2:
            mend = f"only {different} differ: look at them, and at what loads them"
        elif most - least < 0.1:
            mend = "they are all but one colour: are they scaled twice?"
    except (TypeError, ValueError) as error:
        mend = str(error)
    shape = generator.output_shape[1:]
    if images.shape[1:] != shape or not np.isfinite(most - least):  # greys instead
        greys = np.random.default_rng(0).uniform(-1, 1, (len(chosen), 1, 1, 1))
        return mend, np.tile(greys.astype("float32"), (1, *shape))
    sample = images[chosen].astype("float32")
    if mend and most > least:
        sample = 2 * (sample - least) / (most - least) - 1
    return mend, sample


def _drawing(generator: Any, points: Array, largest: float) -> Iterator[Check]:
    """Looks at what is drawn of usual points, and of points that are far off."""
    drawn, wild = (np.asarray(generator(x), "float32") for x in (points, 1000 * points))
    mend = ""
    if not np.isfinite(drawn).all():
        mend = "the generator draws NaN or infinity: look at its weights"
    elif np.abs(wild).max() > 1.1 * max(1, largest):
        mend = (
            f"the generator may draw {wild.min():.3g} to {wild.max():.3g}, beyond all "
            'images: give its last layer activation="tanh"'
        )
    yield Check("drawn images", f"{drawn.min():.3g} to {drawn.max():.3g}", mend)
    apart, contrast = drawn.std(axis=0).mean(), drawn.std()
    same = (
        "the generator draws the same image of every latent point: is its input used, "
        "or has it collapsed?"
    )
    mend = "" if apart > 0.01 * contrast else same
    yield Check("latent points", f"{apart:.2g} apart, of {contrast:.2g}", mend)


def _layers(parts: list[Any], *networks_and_inputs: tuple[Any, Array]) -> Check:
    """Looks at the numbers that layers give, as they are in training."""
    call, known = keras.Operation.__call__, {id(part) for part in parts}
    sizes: list[float] = []
    faults: list[str] = []

    def call_and_look(layer: Any, *inputs: Any, **options: Any) -> Any:
        output = call(layer, *inputs, **options)
        for given in keras.tree.flatten(output) if id(layer) in known else ():
            values = np.asarray(given, "float32").reshape(-1, given.shape[-1])
            sizes.append(float(np.sqrt(np.square(values).mean())))
            maps = values.shape[1]
            still = np.count_nonzero(np.ptp(values, axis=0) == 0)
            if not SANE[0] < sizes[-1] < SANE[1]:
                faults.append(f"{layer.name} gives numbers of {sizes[-1]:.2g}")
            elif still > maps / 2 and maps > 1:
                faults.append(f"{still} of {maps} maps of {layer.name} are dead")
        return output

    with mock.patch.object(keras.Operation, "__call__", call_and_look):
        for network, x in networks_and_inputs:
            network(x, training=True)
    mend = (
        f"{_list(faults)}: try leaky_relu, Keras' own starting weights, batch "
        "normalization, and images from -1 to 1"
    )
    found = f"they give numbers of {min(sizes):.2g} to {max(sizes):.2g}"
    return Check("layers", found, mend if faults else "")


def _gradients(
    parts: list[Any], judge: Any, sizes: list[tuple[str, float]], sample: Array
) -> Check:
    """Looks at what reached the weights, and reaches the generator."""
    pixels = tf.constant(sample)
    with tf.GradientTape() as tape:
        tape.watch(pixels)
        logits = judge(pixels)
    back = tape.gradient(logits, pixels)
    weighty = [part for part in parts if getattr(part, "weights", None)]
    frozen = [part.name for part in weighty if not part.trainable]
    faults = {
        "no gradient reaches {}: a layer between it and the loss has none, such as "
        "one with round, argmax, stop_gradient, integers or NumPy in it": [
            path for path, size in sizes if size == NO_GRADIENT
        ],
        "only zeros reach {}: look for a dead ReLU, or a product with 0": [
            path for path, size in sizes if size == 0
        ],
        "{} is frozen: set trainable = True, unless you mean it": frozen,
        "no gradient passes through {} to the generator": (
            [] if back is not None and np.any(back) else [judge.name]
        ),
    }
    said = [text.format(_list(names)) for text, names in faults.items() if names]
    return Check("gradients", f"of {len(sizes)} kernels", "; ".join(said))


def _logits(start: Array, end: Array) -> Check:
    """Looks at what the discriminator gave before it learned, and gives after."""
    mend = ""
    if 0 <= end.min() < end.max() <= 1:
        mend = (
            "the discriminator gives numbers from 0 to 1 whatever it learns: leave out "
            "its last activation, as the loss applies the sigmoid"
        )
    elif np.abs(start).max() > 20:
        mend = "far from 0: take smaller starting weights, or scale the images"
    return Check("logits", f"{start.min():.2g} to {start.max():.2g} at first", mend)


def _step(parts: list[Any], seconds: float, batch_size: int, count: int) -> Check:
    """Says how long a step and an epoch take; looks at the size of the batch."""
    epoch = seconds * -(-count // batch_size)
    kind = keras.layers.BatchNormalization
    normal = [part.name for part in parts if isinstance(part, kind)]
    mend = f"too few for {_list(normal)}: take {FEW} or more, or LayerNormalization"
    found = f"{batch_size} images: about {seconds:.2g} s, an epoch {epoch:.2g} s"
    return Check("step", found, mend if normal and batch_size < FEW else "")


def _learn(
    check: Check, losses_now: Callable[[], Any], weights: list[Any], enough: float
) -> tuple[Check, list[tuple[str, float]], float]:
    """Trains until the loss is low enough, at most 300 steps or four seconds.

    Where time ran out, a loss below that at first is taken for learned. Returns the
    check with what was found, the largest gradient of each kernel, and the seconds of
    a step.
    """
    optimizer = keras.optimizers.Adam(1e-3, beta_1=0.5)
    optimizer.build(weights)

    @tf.function  # type: ignore[untyped-decorator]
    def step() -> Any:
        with tf.GradientTape() as tape:
            loss = ops.mean(losses_now())
        found = tape.gradient(loss, [weight.value for weight in weights])
        reached = [(g, w) for g, w in zip(found, weights, strict=True) if g is not None]
        if reached:
            optimizer.apply(*zip(*reached, strict=True))
        return loss, [NO_GRADIENT if g is None else ops.max(ops.abs(g)) for g in found]

    losses: list[float] = []
    largest = np.full(len(weights), NO_GRADIENT)
    begin = 0.0
    while len(losses) < MOST_STEPS:
        loss, sizes = step()
        now = time.monotonic()
        begin = begin or now  # the first step compiles
        losses.append(float(loss))
        largest = np.maximum(largest, sizes)
        if not losses[-1] > enough or now - begin >= 4:  # or NaN
            break
    fallen = len(losses) < MOST_STEPS and losses[-1] < 0.98 * losses[0]
    found = f"{check.found}: loss {losses[0]:.2g} to {losses[-1]:.2g}"
    mend = "" if losses[-1] <= enough or fallen else check.mend
    pairs = zip(weights, largest, strict=True)
    gradients = [(w.path, size) for w, size in pairs if len(w.shape) > 1]
    seconds = (now - begin) / max(len(losses) - 1, 1)
    return Check(check.name, found, mend), gradients, seconds


def _list(names: list[str]) -> str:
    return ", ".join(names[:3]) + (" and others" if names[3:] else "")
