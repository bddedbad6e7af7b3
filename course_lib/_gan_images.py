"""What a GAN may learn from: real images that its generator could draw."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from course_lib._gan_networks import output_range
from course_lib._validation import Array, image_batch
from course_lib.backend import keras, tf

NEARLY_BLACK = 0.1
"""Images in [0, 1] have darker pixels than that, bright ones in [-1, 1] have not."""


class RealImages:
    """Checks the images given to a GAN, whatever holds them.

    Args:
        generator: Draws images of the shape and in the range of those it learns from.
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
        if isinstance(x, tf.data.Dataset):
            batches = x.map(self._in_graph)
            with self.own_words():
                if check_now:
                    next(iter(batches), None)
            return batches
        if isinstance(x, keras.utils.PyDataset):
            checked = _CheckedBatches(x, self)
            if check_now:
                checked[0]
            return checked
        if isinstance(x, Iterator):
            return ((self._checked(_images(batch)),) for batch in x)
        if isinstance(x, list | tuple) or hasattr(x, "__array__"):
            return self._checked(x)
        raise TypeError(
            "x must be an array, a tf.data.Dataset, a keras.utils.PyDataset or a "
            f"generator of batches; got {type(x).__name__}"
        )

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
        self.seen_some = True
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
