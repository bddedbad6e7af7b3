"""Checks before a long training: what keeps a GAN from learning, found in seconds."""

import textwrap
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from course_lib._arguments import whole_number
from course_lib._gan_images import RealImages
from course_lib._gan_networks import check_networks, check_trainable, steps_of
from course_lib._validation import Array
from course_lib.backend import keras, tf

ops = keras.ops
MOST_IMAGES, MOST_STEPS = 64, 300
"""So many images are learned by heart in so many steps, fewer in slow networks."""
SANE = (0.003, 300.0)
"""Between these is the root mean square of the numbers that a layer gives."""
FEW = 16
"""Batch normalization of fewer images than that is mostly noise."""


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
            indent = " " * 6
            lines += textwrap.wrap(
                mend, 82, initial_indent="   -> ", subsequent_indent=indent
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
    flight = _Flight(generator, discriminator, images, batch_size)
    variables = [*generator.variables, *discriminator.variables]
    kept = [np.array(variable) for variable in variables]
    try:
        return Report(tuple(flight.checks()))
    finally:
        for variable, value in zip(variables, kept, strict=True):
            variable.assign(value)


class _Lesson(NamedTuple):
    """How a network learned by heart."""

    losses: list[float]
    gradients: dict[str, float | None]
    """The largest that reached each kernel in any step."""
    seconds: float
    """Of a step."""
    learned: bool

    def check(self, name: str, what: str) -> Check:
        found = f"{what}: loss {self.losses[0]:.2g} to {self.losses[-1]:.2g}"
        mend = (
            "it can't learn that by heart: look at what is said above; else give it "
            "more maps, less dropout or another activation"
        )
        return Check(name, found, "" if self.learned else mend)


class _Flight:
    """The checks of one pair of networks, which change the weights."""

    def __init__(
        self, generator: Any, discriminator: Any, images: Any, batch_size: int
    ) -> None:
        if isinstance(images, tuple | list) or not hasattr(images, "__array__"):
            raise TypeError(
                "images must be an array: of (images, labels) take the images, of a "
                "tf.data.Dataset a large batch, next(iter(dataset)); got "
                f"{type(images).__name__}"
            )
        self.images = np.asarray(images)
        if self.images.size == 0:
            raise ValueError(f"images must hold some; got shape {self.images.shape}")
        self.batch_size = whole_number(batch_size, "batch_size")
        self.generator, self.discriminator = generator, discriminator
        self.networks = (generator, discriminator)
        self.random = np.random.default_rng(0)
        self.misfit = ""
        try:
            check_networks(generator, discriminator)
            check_trainable(generator, discriminator)
        except ValueError as error:
            self.misfit = str(error)

    def checks(self) -> Iterator[Check]:
        try:
            points = self.random.normal(size=(64, self.generator.input_shape[-1]))
            points = points.astype("float32")
            self.discriminator(self.generator(points))
            begin = time.monotonic()
            self.discriminator(self.generator(points))
            slow = time.monotonic() - begin > 0.3
        except Exception as error:  # a network that can't be run may raise anything
            why = self.misfit or " ".join(str(error).split())
            yield Check("networks", "they can't be run", why)
            return
        weights = " and ".join(f"{each.count_params():,}" for each in self.networks)
        yield Check("networks", f"of {weights} weights", self.misfit)
        check, sample = self._images(16 if slow else MOST_IMAGES)
        yield check
        yield from self._drawing(points, sample)
        noise = self.random.uniform(sample.min(), sample.max(), sample.shape)
        both = np.concatenate([sample, noise.astype("float32")])
        yield self._layers(points, both)
        yield from self._learning(points[: len(sample)], sample, both)

    def _images(self, count: int) -> tuple[Check, Array]:
        """Looks at the images, and makes a sample that serves the other checks."""
        images, shape = self.images, self.generator.output_shape[1:]
        least, most = float(images.min()), float(images.max())
        mend = ""
        try:
            if images.dtype.kind in "iub":
                raise TypeError("x must be floats: x.astype('float32') / 127.5 - 1")
            RealImages(self.generator).of(images)
            different = len({image.tobytes() for image in images[:1000]})
            if different <= min(len(images), 1000) / 2:
                mend = f"only {different} differ: look at them, and at what loads them"
            elif most - least < 0.1:
                mend = "they are all but one colour: are they scaled twice?"
        except (TypeError, ValueError) as error:
            mend = "images" + str(error).removeprefix("x")
        found = (
            f"{len(images):,} of shape {images.shape[1:]}, {least:.3g} to {most:.3g}"
        )
        if images.shape[1:] == shape and np.isfinite(most - least):
            chosen = self.random.permutation(len(images))[:count]
            sample = images[chosen].astype("float32")
            if mend and most > least:
                sample = 2 * (sample - least) / (most - least) - 1
        else:  # greys in their place
            greys = self.random.uniform(-1, 1, (count, 1, 1, 1)).astype("float32")
            sample = np.tile(greys, (1, *shape))
        return Check("images", found, mend), sample

    def _drawing(self, points: Array, sample: Array) -> Iterator[Check]:
        """Looks at what is drawn of usual points, and of points that are far off."""
        draw = self.generator
        drawn, wild = (np.asarray(draw(x), "float32") for x in (points, 1000 * points))
        found, mend = f"{drawn.min():.3g} to {drawn.max():.3g}", ""
        if not np.isfinite(drawn).all():
            mend = "the generator draws NaN or infinity: look at its weights"
        elif np.abs(wild).max() > 1.1 * max(1, np.abs(sample).max()):
            mend = (
                f"the generator may draw {wild.min():.3g} to {wild.max():.3g}, beyond "
                'all images: give its last layer activation="tanh"'
            )
        yield Check("drawn images", found, mend)
        apart, contrast = drawn.std(axis=0).mean(), drawn.std()
        same = (
            "the generator draws the same image of every latent point: is its input "
            "used, or has it collapsed?"
        )
        mend = "" if apart > 0.01 * contrast else same
        yield Check("latent points", f"{apart:.2g} apart, of {contrast:.2g}", mend)

    def _layers(self, points: Array, both: Array) -> Check:
        """Looks at the numbers that layers give, as they are in training."""
        sizes, faults = [], []
        for network, x in zip(self.networks, (points, both), strict=True):
            for name, given in _given_by_layers(network, x):
                values = np.asarray(given, "float32").reshape(-1, given.shape[-1])
                sizes.append(float(np.sqrt(np.square(values).mean())))
                maps = values.shape[1]
                still = int((np.ptp(values, axis=0) == 0).sum())
                if not SANE[0] < sizes[-1] < SANE[1]:
                    faults.append(f"{name} gives numbers of {sizes[-1]:.2g}")
                elif still > maps / 2 and maps > 1:
                    faults.append(f"{still} of {maps} maps of {name} are dead")
        mend = (
            f"{_list(faults)}: try leaky_relu, Keras' own starting weights, batch "
            "normalization, and images from -1 to 1"
        )
        found = f"they give numbers of {min(sizes):.2g} to {max(sizes):.2g}"
        return Check("layers", found, mend if faults else "")

    def _learning(self, points: Array, sample: Array, both: Array) -> Iterator[Check]:
        """Has each network learn by heart, and looks at how it does."""
        signs = np.repeat(np.array([[-1], [1]], "float32"), len(sample), axis=0)
        judge, draw = self.discriminator, self.generator

        def telling() -> Any:
            logits = ops.cast(judge(both, training=True), "float32")
            return ops.mean(ops.softplus(signs * logits))

        def drawing() -> Any:
            drawn = ops.cast(draw(points, training=True), "float32")
            return ops.mean(ops.square(drawn - sample))

        start = np.asarray(judge(both), "float32")
        half = max(float(sample.var(axis=0).mean()) / 2, 1e-3)
        told, drew = _learn(judge, telling, 0.2), _learn(draw, drawing, half)
        end = np.asarray(judge(both, training=True), "float32")
        yield self._gradients(drew, told, sample)
        mend = ""
        if end.min() >= 0 and end.max() <= 1:
            mend = (
                "the discriminator gives numbers from 0 to 1 whatever it learns: leave "
                "out its last activation, as the loss applies the sigmoid"
            )
        elif np.abs(start).max() > 20:
            mend = "far from 0: take smaller starting weights, or scale the images"
        yield Check("logits", f"{start.min():.2g} to {start.max():.2g} at first", mend)
        yield told.check("discriminator", f"tells {len(sample)} images from noise")
        yield drew.check("generator", f"draws {len(sample)} images by heart")
        normal = [
            each.name
            for network in self.networks
            for each in steps_of(network)
            if isinstance(each, keras.layers.BatchNormalization)
        ]
        mend = f"too few for {_list(normal)}: take {FEW} or more, or LayerNormalization"
        step = (1.5 * told.seconds + drew.seconds) * self.batch_size / len(sample)
        epoch = step * -(-len(self.images) // self.batch_size)
        found = f"{self.batch_size} images: about {step:.2g} s, an epoch {epoch:.2g} s"
        yield Check("step", found, mend if normal and self.batch_size < FEW else "")

    def _gradients(self, drew: _Lesson, told: _Lesson, sample: Array) -> Check:
        """Looks at what reached the weights, and reaches the generator."""
        sizes = [*drew.gradients.items(), *told.gradients.items()]
        pixels = tf.constant(sample)
        with tf.GradientTape() as tape:
            tape.watch(pixels)
            logits = self.discriminator(pixels)
        back = tape.gradient(logits, pixels)
        frozen = [
            each.name
            for network in self.networks
            for each in steps_of(network)
            if getattr(each, "weights", None) and not each.trainable
        ]
        none = [path for path, size in sizes if size is None]
        zero = [path for path, size in sizes if size == 0]
        faults = {
            "no gradient reaches {}: a layer between it and the loss has none, such as "
            "one with round, argmax, stop_gradient, integers or NumPy in it": none,
            "only zeros reach {}: look for a dead ReLU, or a product with 0": zero,
            "{} is frozen: set trainable = True, unless you mean it": frozen,
            "no gradient passes through {} to the generator": (
                [] if back is not None and np.any(back) else [self.discriminator.name]
            ),
        }
        said = [text.format(_list(names)) for text, names in faults.items() if names]
        return Check("gradients", f"of {len(sizes)} kernels", "; ".join(said))


def _given_by_layers(network: Any, x: Array) -> list[tuple[str, Any]]:
    """What each layer gives, whatever other models it is also part of."""
    layers = [each for each in steps_of(network) if hasattr(each, "call")]
    given: list[tuple[str, Any]] = []

    def watched(layer: Any, call: Callable[..., Any]) -> Callable[..., Any]:
        def call_and_keep(*inputs: Any, **options: Any) -> Any:
            output = call(*inputs, **options)
            given.extend((layer.name, each) for each in keras.tree.flatten(output))
            return output

        return call_and_keep

    try:
        for layer in layers:
            layer.call = watched(layer, layer.call)
        network(x, training=True)
    finally:
        for layer in layers:
            vars(layer).pop("call", None)
    return given


def _learn(network: Any, loss_of: Callable[[], Any], enough: float) -> _Lesson:
    """Trains until the loss is low enough, or four seconds are over.

    A loss that was still falling then is taken for learned.
    """
    weights = network.trainable_variables
    optimizer = keras.optimizers.Adam(1e-3, beta_1=0.5)
    optimizer.build(weights)
    reached: list[Any] = []

    def step() -> Any:
        with tf.GradientTape() as tape:
            loss = loss_of()
        found = tape.gradient(loss, [weight.value for weight in weights])
        reached[:] = [w for g, w in zip(found, weights, strict=True) if g is not None]
        found = [gradient for gradient in found if gradient is not None]
        if found:
            optimizer.apply(found, reached)
        return loss, [ops.max(ops.abs(gradient)) for gradient in found]

    step_in_graph = tf.function(step)
    losses: list[float] = []
    gradients: dict[str, float | None] = {
        weight.path: None for weight in weights if len(weight.shape) > 1
    }
    begin = now = time.monotonic()
    while not losses or (
        len(losses) < MOST_STEPS and losses[-1] > enough and now - begin < 4
    ):
        loss, largest = step_in_graph()
        now = time.monotonic()
        begin = begin if losses else now  # the first step compiles
        losses.append(float(loss))
        for weight, size in zip(reached, largest, strict=True):
            if weight.path in gradients:
                gradients[weight.path] = max(gradients[weight.path] or 0.0, float(size))
    falling = len(losses) < MOST_STEPS and losses[-1] < 0.98 * losses[0]
    seconds = (now - begin) / max(len(losses) - 1, 1)
    return _Lesson(losses, gradients, seconds, losses[-1] <= enough or falling)


def _list(names: list[str]) -> str:
    return ", ".join(names[:3]) + (" and others" if names[3:] else "")
