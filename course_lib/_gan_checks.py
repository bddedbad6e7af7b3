"""Which networks and images a GAN can learn from, and what says why it can't."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np

from course_lib._validation import Array, image_batch
from course_lib.backend import keras, tf

PASSING = (
    keras.layers.InputLayer,
    keras.layers.Reshape,
    keras.layers.Permute,
    keras.layers.Flatten,
    keras.layers.Cropping2D,
    keras.layers.UpSampling2D,
    keras.layers.MaxPooling2D,
    keras.layers.AveragePooling2D,
)
"""Layers that keep the range (bicubic and lanczos upsampling go a little beyond)."""

NEARLY_BLACK = 0.1
"""Images in [0, 1] have darker pixels than that, bright ones in [-1, 1] have not."""


def check_networks(generator: keras.Model, discriminator: keras.Model) -> None:
    """Raises an error unless they fit each other: whenever a GAN is made of them."""
    points, drawn = _shapes("generator", generator)
    judged, logits = _shapes("discriminator", discriminator)
    if len(points) != 1 or None in points:
        raise ValueError(
            "generator must take latent points of shape (batch, latent_dim); got "
            f"{generator.input_shape}"
        )
    if len(drawn) != 3 or None in drawn:
        raise ValueError(
            "generator must draw images of shape (batch, height, width, channels), of "
            f"a known size; got {generator.output_shape}"
        )
    if drawn != judged:
        raise ValueError(
            f"discriminator must take the generator's images, of shape {drawn}; it "
            f"takes {judged}"
        )
    if logits != (1,):
        raise ValueError(
            "discriminator must give one logit for each image, shape (batch, 1); got "
            f"{discriminator.output_shape}"
        )
    low, high = output_range(discriminator)
    if np.isfinite([low, high]).any():
        raise ValueError(
            "discriminator must give logits, since the loss applies the sigmoid; got "
            f"one whose last activation gives numbers from {low:g} to {high:g}, as a "
            "sigmoid does: leave it out"
        )
    weights = generator.trainable_variables + discriminator.trainable_variables
    half = {"float16", "bfloat16"}
    if half & {keras.config.floatx(), *(weight.dtype for weight in weights)}:
        raise ValueError(
            "the weights of generator and discriminator must be float32, as small "
            "steps are lost in 16 bits. Leave keras.config.floatx() at float32 and "
            'call keras.config.set_dtype_policy("mixed_float16") before building them'
        )


def check_trainable(generator: keras.Model, discriminator: keras.Model) -> None:
    """Raises an error if one has nothing to train: in `compile` and `fit` only."""
    for name, network in (("generator", generator), ("discriminator", discriminator)):
        if not network.trainable_variables:
            raise ValueError(
                f"the {name} must have weights to train; it has none, or is frozen. "
                "Set trainable = True: each optimizer moves its own network only"
            )


def _shapes(name: str, network: Any) -> list[tuple[Any, ...]]:
    """Shapes of the one input and of the one output, without the batch."""
    if not isinstance(network, keras.Model):
        raise TypeError(f"{name} must be a Keras model; got {type(network).__name__}")
    ends: list[Any] = [getattr(network, end, None) for end in ("inputs", "outputs")]
    if not all(ends):
        raise ValueError(
            f"{name} must be a Sequential or functional model that knows its shapes. "
            f"Wrap yours: keras.Sequential([keras.Input(shape), {name}])"
        )
    counts = [len(end) for end in ends]
    if counts != [1, 1]:
        raise ValueError(
            f"{name} must have one input and one output; got {counts} of them"
        )
    return [end[0].shape[1:] for end in ends]


def output_range(model: keras.Model) -> tuple[float, float]:
    """Bounds of the numbers that a model gives, as far as its last layers tell."""
    low, high = -np.inf, np.inf
    for one in operations_of(model):
        if isinstance(one, keras.layers.Rescaling):  # by numbers, or one a channel
            with np.errstate(invalid="ignore"):
                ends = np.multiply.outer((low, high), one.scale)
            ends = np.where(np.isnan(ends), 0, ends) + one.offset  # 0 times infinity
            low, high = float(ends.min()), float(ends.max())
        elif not (isinstance(one, PASSING) or _is_linear(one)):
            low, high = _bounds(one)
    return low, high


def operations_of(model: keras.Model) -> Iterator[Any]:
    """Layers and operations of a model in their order, with those of nested ones."""
    for one in getattr(model, "operations", None) or model.layers:
        if isinstance(one, keras.Sequential) or hasattr(one, "operations"):
            yield from operations_of(one)
        else:
            yield one


def _is_linear(operation: Any) -> bool:
    linear, kind = keras.activations.linear, keras.layers.Activation
    return isinstance(operation, kind) and operation.activation is linear


def _bounds(operation: Any) -> tuple[float, float]:
    """Least and largest value of its activation, found by trying; else infinity."""
    activation: Any = getattr(operation, "activation", None)
    if not isinstance(operation, keras.layers.Layer):  # such as ops.tanh
        activation = getattr(keras.activations, type(operation).__name__.lower(), None)
    # Many numbers near 0, few out to 600,000; beyond 1,000 a result has no bound.
    tried = np.sinh(np.linspace(-14, 14, 2001, dtype="float32"))
    low, high = -np.inf, np.inf
    with suppress(Exception):  # there is no activation, or one of somebody's own
        image = tf.constant(tried.reshape(1, 1, 1, -1))
        values = np.asarray(activation(image))
        least, most = float(values.min()), float(values.max())
        low = round(least, 3) if least > -1e3 else low
        high = round(most, 3) if most < 1e3 else high
    return low, high


class ImageChecks:
    """Checks that images have the shape and the range of those that are drawn.

    `name` is that of the argument which holds them.
    """

    def __init__(self, generator: keras.Model, name: str = "x") -> None:
        self.name = name
        self.shape = generator.output_shape[1:]
        self.low, self.high = output_range(generator)
        self.refused: Exception | None = None
        self.seen_some = False  # later batches may be bright, but not the first

    def checked(self, x: Any, check_now: bool = False) -> Any:
        """Returns a float32 array, or float32 batches, checked when they are asked for.

        With `check_now` the first is asked for at once; of images to train with it may
        not, since a shuffled dataset moves on and the order would be another.
        """
        if isinstance(x, list | tuple) or hasattr(x, "__array__"):
            return self.checked_array(x)
        if isinstance(x, Iterator):
            return ((self.checked_batch(batch),) for batch in x)
        if isinstance(x, tf.data.Dataset):
            batches = x.map(self._in_graph)
        elif isinstance(x, keras.utils.PyDataset):
            batches = _CheckedBatches(x, self)
        else:
            raise TypeError(
                f"{self.name} must be an array, a tf.data.Dataset, a "
                "keras.utils.PyDataset or a generator of batches; got "
                f"{type(x).__name__}"
            )
        if check_now:
            with self.raising_refusals():
                next(iter(batches), None)
        return batches

    @contextmanager
    def raising_refusals(self) -> Iterator[None]:
        """Raises what a check has raised: TensorFlow would pass on its text only."""
        try:
            yield
        except tf.errors.OpError:
            if self.refused:
                raise self.refused from None
            raise

    def checked_array(self, x: Any) -> Array:
        try:
            images = image_batch(x, self.name).astype("float32", copy=False)
            self._check(images)
        except (TypeError, ValueError) as error:
            self.refused = error
            raise
        return images

    def checked_batch(self, batch: Any) -> Array:
        return self.checked_array(self._images(batch))

    def _check(self, images: Array) -> None:
        if images.shape[1:] != self.shape or len(images) == 0:
            raise ValueError(
                f"{self.name} must hold images of shape {self.shape}, as the "
                f"discriminator takes them; got an array of shape {images.shape}"
            )
        least, most = images.min(), images.max()
        if least < self.low or most > self.high:
            raise ValueError(
                f"{self.name} must be in the range of the generator's output, "
                f"{self.low:g} to {self.high:g}; got {least:g} to {most:g}. Pixels "
                "from 0 to 255 become numbers from -1 to 1 by x / 127.5 - 1"
            )
        from_zero = 0 <= least < NEARLY_BLACK and least < most
        if from_zero and -np.inf < self.low < 0 and not self.seen_some:
            raise ValueError(
                f"{self.name} must use the range of the generator's output, "
                f"{self.low:g} to {self.high:g}; got {least:g} to {most:g}, nothing "
                "below 0. Numbers from 0 to 1 become such from -1 to 1 by 2 * x - 1"
            )
        self.seen_some = True

    def _in_graph(self, *batch: Any) -> Any:
        images = self._images(batch)
        checked = tf.numpy_function(self.checked_array, [images], "float32")
        return tf.ensure_shape(checked, (None, *self.shape))

    def _images(self, batch: Any) -> Any:
        """The images of `images`, `(images,)` or `(images, labels)`."""
        images, _, weights = keras.utils.unpack_x_y_sample_weight(batch)
        if weights is not None or isinstance(images, dict | tuple):
            raise TypeError(
                f"{self.name} must hold batches of images, or of (images, labels), "
                "whose labels are not used; got "
                f"{keras.tree.map_structure(type, batch)}"
            )
        return images


class _CheckedBatches(keras.utils.PyDataset):
    """Batches of another PyDataset."""

    def __init__(self, x: keras.utils.PyDataset, checks: ImageChecks) -> None:
        super().__init__(x.workers, x.use_multiprocessing, x.max_queue_size)
        self.batches, self.checks = x, checks

    @property
    def num_batches(self) -> int | None:
        return self.batches.num_batches

    def __getitem__(self, index: int) -> Array:
        return self.checks.checked_batch(self.batches[index])

    def on_epoch_begin(self) -> None:
        self.batches.on_epoch_begin()

    def on_epoch_end(self) -> None:
        self.batches.on_epoch_end()
