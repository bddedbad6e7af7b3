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
"""Layers after which numbers are in the range that they were in before."""

NEARLY_BLACK = 0.1
"""Images in [0, 1] have darker pixels than that, bright ones in [-1, 1] have not."""


def check_networks(generator: keras.Model, discriminator: keras.Model) -> None:
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
            "the weights must be float32, as small steps are lost in 16 bits; got "
            "float16. Leave keras.config.floatx() at float32 and call "
            'keras.config.set_dtype_policy("mixed_float16") before building the models'
        )


def check_trainable(*networks: keras.Model) -> None:
    for network in networks:
        if not network.trainable_variables:
            raise ValueError(
                f"the {network.name} must have weights to train; it is frozen. Set "
                "trainable = True: each optimizer moves its own network only"
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
    for step in steps_of(model):
        if isinstance(step, keras.layers.Rescaling):  # by numbers, or one a channel
            ends = np.multiply.outer((low, high), step.scale) + step.offset
            low, high = float(ends.min()), float(ends.max())
        elif not (isinstance(step, PASSING) or _is_linear(step)):
            low, high = _bounds(step)
    return low, high


def steps_of(model: keras.Model) -> Iterator[Any]:
    """Layers and operations of a model in their order, with those of nested ones."""
    for step in getattr(model, "operations", None) or model.layers:
        if isinstance(step, keras.Sequential) or hasattr(step, "operations"):
            yield from steps_of(step)
        else:
            yield step


def _is_linear(step: Any) -> bool:
    linear = keras.activations.linear
    return isinstance(step, keras.layers.Activation) and step.activation is linear


def _bounds(step: Any) -> tuple[float, float]:
    """Least and largest value of its activation, found by trying; else infinity."""
    activation: Any = getattr(step, "activation", None)
    if not isinstance(step, keras.layers.Layer):  # an operation such as ops.tanh
        activation = getattr(keras.activations, type(step).__name__.lower(), None)
    low, high = -np.inf, np.inf
    with suppress(Exception):  # none, or one of somebody's own
        tried = np.sinh(np.linspace(-14, 14, 2001, dtype="float32"))
        values = np.asarray(activation(tf.constant(tried.reshape(1, 1, 1, -1))))
        least, most = float(values.min()), float(values.max())
        low = round(least, 3) if least > -1e3 else low
        high = round(most, 3) if most < 1e3 else high
    return low, high


class RealImages:
    """Checks the images given to a GAN, whatever holds them.

    They must have the shape and the range of those that the generator draws.
    """

    def __init__(self, generator: keras.Model) -> None:
        self.shape = generator.output_shape[1:]
        self.low, self.high = output_range(generator)
        self.refused: Exception | None = None
        self.seen_some = False

    def of(self, x: Any, check_now: bool = False) -> Any:
        """Returns an array as a float32 array, and batches as float32 batches.

        Batches are checked when they are asked for; with `check_now` the first one at
        once, too, which for a shuffled dataset changes the order.
        """
        if isinstance(x, list | tuple) or hasattr(x, "__array__"):
            return self._checked(x)
        if isinstance(x, Iterator):
            return ((self._checked(_images(batch)),) for batch in x)
        if isinstance(x, tf.data.Dataset):
            batches = x.map(self._in_graph)
        elif isinstance(x, keras.utils.PyDataset):
            batches = _CheckedBatches(x, self)
        else:
            raise TypeError(
                "x must be an array, a tf.data.Dataset, a keras.utils.PyDataset or a "
                f"generator of batches; got {type(x).__name__}"
            )
        if check_now:
            with self.own_words():
                next(iter(batches), None)
        return batches

    @contextmanager
    def own_words(self) -> Iterator[None]:
        """Raises what a check has raised: TensorFlow would pass on its text only."""
        try:
            yield
        except tf.errors.OpError:
            if self.refused:
                raise self.refused from None
            raise

    def _checked(self, x: Any) -> Array:
        try:
            images = image_batch(x, "x").astype("float32", copy=False)
            self._check(images)
        except (TypeError, ValueError) as error:
            self.refused = error
            raise
        return images

    def _check(self, images: Array) -> None:
        if images.shape[1:] != self.shape or len(images) == 0:
            raise ValueError(
                f"x must hold images of shape {self.shape}, as the discriminator takes "
                f"them; got an array of shape {images.shape}"
            )
        least, most = images.min(), images.max()
        if least < self.low or most > self.high:
            raise ValueError(
                f"x must be in the range of the generator's output, {self.low:g} to "
                f"{self.high:g}; got {least:g} to {most:g}. Pixels from 0 to 255 "
                "become numbers from -1 to 1 by x / 127.5 - 1"
            )
        from_zero = 0 <= least < NEARLY_BLACK and least < most
        if from_zero and -np.inf < self.low < 0 and not self.seen_some:
            raise ValueError(
                f"x must use the range of the generator's output, {self.low:g} to "
                f"{self.high:g}; got {least:g} to {most:g}, nothing below 0. Numbers "
                "from 0 to 1 become such from -1 to 1 by 2 * x - 1"
            )
        self.seen_some = True

    def _in_graph(self, *batch: Any) -> Any:
        checked = tf.numpy_function(self._checked, [_images(batch)], "float32")
        return tf.ensure_shape(checked, (None, *self.shape))


def _images(batch: Any) -> Any:
    """The images of `images`, `(images,)` or `(images, labels)`."""
    images, _, weights = keras.utils.unpack_x_y_sample_weight(batch)
    if weights is not None or isinstance(images, dict | tuple):
        raise TypeError(
            "x must hold batches of images, or of (images, labels), whose labels are "
            f"not used; got {keras.tree.map_structure(type, batch)}"
        )
    return images


class _CheckedBatches(keras.utils.PyDataset):
    """Batches of another PyDataset."""

    def __init__(self, x: keras.utils.PyDataset, images: RealImages) -> None:
        super().__init__(x.workers, x.use_multiprocessing, x.max_queue_size)
        self.batches, self.images = x, images

    @property
    def num_batches(self) -> int | None:
        return self.batches.num_batches

    def __getitem__(self, index: int) -> Array:
        return self.images._checked(_images(self.batches[index]))

    def on_epoch_begin(self) -> None:
        self.batches.on_epoch_begin()

    def on_epoch_end(self) -> None:
        self.batches.on_epoch_end()
