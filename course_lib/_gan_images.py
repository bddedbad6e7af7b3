"""What a GAN may learn from: real images that its generator could draw."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from course_lib._validation import Array, image_batch
from course_lib.backend import keras, tf

NEARLY_BLACK = 0.1
"""Images in [0, 1] have darker pixels than that, bright ones in [-1, 1] have not."""


class RealImages:
    """Checks the images given to a GAN, whatever holds them.

    Args:
        shape: Of one image, `(height, width, channels)`.
        low: Smallest number that the generator can draw.
        high: Largest.
    """

    def __init__(self, shape: tuple[int, ...], low: float, high: float) -> None:
        self.shape = shape
        self.low = low
        self.high = high
        self.refused: Exception | None = None
        self.seen_some = False

    def of(self, x: Any, check_now: bool = False) -> Any:
        """Returns an array as a float32 array, and batches as float32 batches.

        Batches are checked when they are asked for; with `check_now` the first one at
        once, too, which for a shuffled dataset changes the order.
        """
        if isinstance(x, tf.data.Dataset):
            checked = x.map(self._in_graph)
            with self.own_words():
                if check_now:
                    next(iter(checked), None)
            return checked
        if isinstance(x, keras.utils.PyDataset):
            checked = _CheckedBatches(x, self)
            if check_now:
                checked[0]
            return checked
        if isinstance(x, Iterator):
            return (self._batch(batch) for batch in x)
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
            self._check_shape(images)
            self._check_range(images)
        except (TypeError, ValueError) as error:
            self.refused = error
            raise
        return images

    def _check_shape(self, images: Array) -> None:
        if images.shape[1:] != self.shape or len(images) == 0:
            raise ValueError(
                f"x must hold images of shape {self.shape}, as the discriminator takes "
                f"them; got an array of shape {images.shape}"
            )

    def _check_range(self, images: Array) -> None:
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

    def _batch(self, batch: Any) -> tuple[Array]:
        """The images of `images`, `(images,)` or `(images, labels)`."""
        images, _, weights = keras.utils.unpack_x_y_sample_weight(batch)
        if weights is not None:
            raise ValueError("x must not hold sample weights: every image counts alike")
        return (self._checked(images),)

    def _in_graph(self, *batch: Any) -> Any:
        images, _, weights = keras.utils.unpack_x_y_sample_weight(batch)
        if not tf.is_tensor(images) or weights is not None:
            raise TypeError(
                "x must be a dataset of batches of images, or of (images, labels), "
                f"whose labels are not used; got {tf.nest.map_structure(str, batch)}"
            )
        checked = tf.numpy_function(self._checked, [images], "float32")
        return tf.ensure_shape(checked, (None, *self.shape))


class _CheckedBatches(keras.utils.PyDataset):
    """Batches of another PyDataset."""

    def __init__(self, batches: keras.utils.PyDataset, images: RealImages) -> None:
        super().__init__(
            batches.workers, batches.use_multiprocessing, batches.max_queue_size
        )
        self.batches = batches
        self.images = images

    @property
    def num_batches(self) -> int | None:
        return self.batches.num_batches

    def __getitem__(self, index: int) -> tuple[Array]:
        return self.images._batch(self.batches[index])

    def on_epoch_begin(self) -> None:
        self.batches.on_epoch_begin()

    def on_epoch_end(self) -> None:
        self.batches.on_epoch_end()
