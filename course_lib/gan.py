"""Training of any generator against any discriminator, in the way of Keras."""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from course_lib import xla
from course_lib._arguments import whole_number
from course_lib._validation import Array, image_batch
from course_lib.backend import keras, tf


class GAN(keras.Model):
    """A generator and a discriminator that learn from each other.

    In each step the discriminator learns to tell a batch of real images from as many
    generated ones, and then the generator learns to have the same generated images
    taken for real. Real counts as 1, generated as 0.

    An interrupted training goes on where it was, to the bit on the same machine: give
    `keras.callbacks.BackupAndRestore(folder)` to `fit`, and call it again with the
    same arguments. Weights are saved with all that the next step depends on: both
    optimizers, the random state of noise and dropout, and how many epochs were done,
    from which follows the order of the images.

    Save the generator alone to use it elsewhere: `gan.generator.save("g.keras")`.

    Only the two losses are minimized: penalties of layers, such as a
    `kernel_regularizer`, are not added.

    Args:
        generator: Model from latent points, shape `(batch, latent_dim)`, to images,
            shape `(batch, height, width, channels)`.
        discriminator: Model from such images to logits, shape `(batch, 1)`: no
            sigmoid at its end.
        seed: Makes noise and the order of the images repeatable; by default random.
        name: Name of the model.

    Raises:
        ValueError: If the shapes of the two models do not fit each other.

    Example:
        >>> from course_lib.generators import build_discriminator
        >>> from course_lib.generators import build_transposed_generator
        >>> generator = build_transposed_generator(100, "leaky_relu", "tanh")
        >>> gan = GAN(generator, build_discriminator())
        >>> gan.compile()
        >>> history = gan.fit(np.zeros((8, 10, 10, 1), "float32"), verbose=0)
        >>> sorted(history.history)
        ['d_loss', 'g_loss', 'generated_accuracy', 'real_accuracy']
    """

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        seed: int | None = None,
        name: str = "gan",
    ) -> None:
        super().__init__(name=name)
        _check_models(generator, discriminator)
        self.generator = generator
        self.discriminator = discriminator
        self.latent_dim = generator.input_shape[-1]
        self.noise = keras.random.SeedGenerator(seed)
        self.order_seed = int(np.random.default_rng(seed).integers(2**31))
        self.epochs_done = self._counter("epochs_done")
        self.epochs_of_this_fit = self._counter("epochs_of_this_fit")
        self.trackers = [
            keras.metrics.Mean(name=metric)
            for metric in ("g_loss", "d_loss", "real_accuracy", "generated_accuracy")
        ]
        self.built = True

    def _counter(self, name: str) -> keras.Variable:
        return self.add_weight(
            name=name, shape=(), dtype="int64", initializer="zeros", trainable=False
        )

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """The means over an epoch, reset at its beginning."""
        return self.trackers

    def call(self, points: Any, training: bool = False) -> Any:
        """Draws an image for each latent point, so that `predict` does."""
        return self.generator(points, training=training)

    def compile(
        self,
        g_optimizer: keras.optimizers.Optimizer | None = None,
        d_optimizer: keras.optimizers.Optimizer | None = None,
        **kwargs: Any,
    ) -> None:
        """Sets the optimizers; each network has its own.

        Args:
            g_optimizer: The generator's; by default Adam with learning rate 5e-4 and
                beta_1 0.5.
            d_optimizer: The discriminator's; by default likewise.
            **kwargs: `jit_compile`, `steps_per_execution` and `run_eagerly`, as in
                `keras.Model.compile`. With `jit_compile=True` training starts some
                seconds later and is then up to twice as fast on a CPU.

        Raises:
            ValueError: If both networks are given the same optimizer.
        """
        if g_optimizer is not None and g_optimizer is d_optimizer:
            raise ValueError(
                "g_optimizer and d_optimizer must be two optimizers, since each keeps "
                "the state of its own network; got the same one twice"
            )
        super().compile(optimizer=None, **kwargs)
        self.g_optimizer = _optimizer(g_optimizer, self.generator)
        self.d_optimizer = _optimizer(d_optimizer, self.discriminator)

    def fit(
        self,
        x: Any,
        *,
        batch_size: int = 128,
        epochs: int = 1,
        shuffle: bool = True,
        initial_epoch: int = 0,
        callbacks: Any = None,
        **kwargs: Any,
    ) -> keras.callbacks.History:
        """Trains both networks.

        Args:
            x: Real images of shape `(n, height, width, channels)`, as floats in the
                range of the generator's output; or a `tf.data.Dataset` or
                `keras.utils.PyDataset` of batches of them, which then decides on
                their order.
            batch_size: Images in a step, for an array. All steps have as many: the
                last of an epoch is filled up with images of the first.
            epochs: Passes over the images; the number of the last one.
            shuffle: Whether an array is shuffled anew for each epoch.
            initial_epoch: Number of the first epoch.
            callbacks: Keras callbacks.
            **kwargs: As in `keras.Model.fit`.

        Returns:
            The history: a value for each metric and epoch.

        Raises:
            TypeError: If the images are not floats or a size is not whole.
            ValueError: If the images do not fit the discriminator, or some pixels
                are values that the generator can never draw.
            FloatingPointError: If a loss is no longer a number; says what to try.
            OSError: If a checkpoint to go on from is damaged.
        """
        if isinstance(x, np.ndarray | list | tuple):
            x = self._batches(x, whole_number(batch_size, "batch_size"), shuffle)
        given = [] if callbacks is None else callbacks
        given = list(given) if isinstance(given, list | tuple) else [given]
        return super().fit(
            x,
            epochs=epochs,
            initial_epoch=initial_epoch,
            shuffle=False,  # done in _batches
            callbacks=[_BeforeOthers(initial_epoch, given), *given, _AfterOthers()],
            **kwargs,
        )

    def _batches(self, x: Any, batch_size: int, shuffle: bool) -> tf.data.Dataset:
        """Batches in an order that follows from the seed and the number of epochs.

        Keras asks for an iterator at the beginning of each epoch, so what the
        generator function reads then is the state that a checkpoint has restored.
        """
        images = tf.constant(self._checked_images(x))
        count = len(images)
        batch_size = min(batch_size, count)
        steps = -(-count // batch_size)

        def one_epoch() -> Iterator[npt.NDArray[np.int64]]:
            order = np.arange(count)
            if shuffle:
                seed = (self.order_seed, _number(self.epochs_done))
                order = np.random.default_rng(seed).permutation(count)
            yield np.resize(order, (steps, batch_size))

        signature = tf.TensorSpec((steps, batch_size), "int64")
        orders = tf.data.Dataset.from_generator(one_epoch, output_signature=signature)
        batches = orders.unbatch().map(lambda order: tf.gather(images, order))
        return batches.apply(tf.data.experimental.assert_cardinality(steps))

    def _checked_images(self, x: Any) -> Array:
        images = image_batch(x, "x").astype("float32", copy=False)
        expected = self.discriminator.input_shape[1:]
        if images.shape[1:] != expected or len(images) == 0:
            raise ValueError(
                f"x must hold images of shape {expected}, as the discriminator takes "
                f"them; got an array of shape {images.shape}"
            )
        low, high = _output_range(self.generator)
        if images.min() < low or images.max() > high:
            raise ValueError(
                f"x must be in the range of the generator's output, {low} to {high}; "
                f"got {images.min():g} to {images.max():g}. Pixels from 0 to 255 "
                "become numbers from -1 to 1 by x / 127.5 - 1"
            )
        return images

    def train_step(self, data: Any) -> dict[str, Any]:
        """One step of the discriminator, then one of the generator."""
        real, _, _ = keras.utils.unpack_x_y_sample_weight(data)
        real = keras.ops.cast(real, "float32")
        count = keras.ops.shape(real)[0]
        points = xla.normal((count, self.latent_dim), self.noise)
        with tf.GradientTape() as drawing:
            generated = self._run(self.generator, points)
        d_loss, real_logits, generated_logits = self._train_discriminator(
            real, tf.stop_gradient(generated)
        )
        g_loss = self._train_generator(drawing, generated)
        values = (
            g_loss,
            d_loss,
            keras.ops.mean(keras.ops.cast(real_logits > 0, "float32")),
            keras.ops.mean(keras.ops.cast(generated_logits < 0, "float32")),
        )
        for tracker, value in zip(self.trackers, values, strict=True):
            tracker.update_state(value)
        return {tracker.name: tracker.result() for tracker in self.trackers}

    def _run(self, model: keras.Model, inputs: Any) -> Any:
        if self.jit_compile:
            return xla.call(model, inputs, training=True)
        return model(inputs, training=True)

    def _train_discriminator(self, real: Any, generated: Any) -> tuple[Any, Any, Any]:
        images = keras.ops.concatenate(
            [real, keras.ops.cast(generated, real.dtype)], axis=0
        )
        count = keras.ops.shape(real)[0]
        weights = self.discriminator.trainable_variables
        with tf.GradientTape() as tape:
            logits = self._run(self.discriminator, images)
            logits = keras.ops.cast(logits, "float32")
            real_logits, generated_logits = logits[:count], logits[count:]
            loss = (_loss(real_logits, 1) + _loss(generated_logits, 0)) / 2
            scaled = self.d_optimizer.scale_loss(loss)
        gradients = tape.gradient(scaled, [weight.value for weight in weights])
        self.d_optimizer.apply(gradients, weights)
        return loss, real_logits, generated_logits

    def _train_generator(self, drawing: tf.GradientTape, generated: Any) -> Any:
        """Sends the discriminator's gradient back through the images as drawn."""
        with tf.GradientTape() as tape:
            tape.watch(generated)
            logits = self._run(self.discriminator, generated)
            loss = _loss(keras.ops.cast(logits, "float32"), 1)
            scaled = self.g_optimizer.scale_loss(loss)
        weights = self.generator.trainable_variables
        gradients = drawing.gradient(
            generated,
            [weight.value for weight in weights],
            output_gradients=tape.gradient(scaled, generated),
        )
        self.g_optimizer.apply(gradients, weights)
        return loss

    def sample(self, count: int, seed: int | None = None) -> npt.NDArray[np.float32]:
        """Draws images for random latent points.

        Args:
            count: How many, at least 1.
            seed: The same seed gives the same latent points.

        Returns:
            Images of shape `(count, height, width, channels)`, float32.

        Raises:
            TypeError: If `count` is not a whole number.
            ValueError: If it is below 1.
        """
        count = whole_number(count, "count")
        points = latent_points(count, self.latent_dim, seed)
        return np.asarray(self.generator(points, training=False), dtype="float32")

    def save_own_variables(self, store: Any) -> None:
        """Adds the state of all random generators, which Keras leaves out."""
        super().save_own_variables(store)
        for number, state in enumerate(self._random_states()):
            store[f"random_state_{number}"] = np.asarray(state)

    def load_own_variables(self, store: Any) -> None:
        """Takes back what `save_own_variables` saved."""
        states = self._random_states()
        names = [f"random_state_{number}" for number in range(len(states))]
        stored = list(store.keys())
        saved = {name for name in stored if name.startswith("random_state_")}
        if saved != set(names):
            raise ValueError(
                "the weights must have been saved by a GAN with the same layers; "
                f"these have {len(saved)} random states instead of {len(names)}"
            )
        own = {name: store[name] for name in stored if name not in saved}
        super().load_own_variables(own)
        for name, state in zip(names, states, strict=True):
            state.assign(store[name])

    def _random_states(self) -> list[keras.Variable]:
        return [v for v in self.variables if v.name == "seed_generator_state"]

    def save_weights(self, filepath: str | Path, overwrite: bool = True) -> None:
        """Saves all that training goes on from; the file is never half written.

        Args:
            filepath: Where to; ends in `.weights.h5`.
            overwrite: Whether a file there may be replaced.

        Raises:
            FileExistsError: If it may not, and there is one.
        """
        path = Path(filepath)
        if path.exists() and not overwrite:
            raise FileExistsError(f"{path} exists; pass overwrite=True to replace it")
        partial = path.with_name("partial." + path.name)
        super().save_weights(partial, overwrite=True)
        os.replace(partial, path)

    def load_weights(self, filepath: str | Path, **kwargs: Any) -> None:
        """Takes back what `save_weights` saved, optimizers and random states too.

        Args:
            filepath: A file of `save_weights`, of a GAN with the same layers.
            **kwargs: As in `keras.Model.load_weights`.

        Raises:
            OSError: If the file is damaged.
            ValueError: If it was saved by another kind of model.
        """
        try:
            super().load_weights(filepath, **kwargs)
        except OSError as error:
            raise OSError(
                f"{filepath} is damaged or no file of weights, and is left as it is. "
                f"Move it away to begin anew. (h5py says: {error})"
            ) from None
        except (KeyError, ValueError) as error:
            raise ValueError(
                f"{filepath} was not saved by a GAN with the same layers and "
                "optimizers, and is left as it is. Move it away to begin anew. (Keras "
                f"says: {error})"
            ) from None


class SampleHistory(keras.callbacks.Callback):
    """Keeps images of the same latent points as training goes on.

    Args:
        count: How many latent points, at least 1.
        every: Epochs between two samples, at least 1.
        seed: The same seed gives the same latent points.
        watch: Called with the number of epochs done and the images, whenever some
            are kept: to show them while the training goes on.

    Raises:
        TypeError: If a number is not whole, or `watch` can't be called.
        ValueError: If a number is below 1.

    Example:
        >>> SampleHistory(count=10, every=5).images
        []
    """

    def __init__(
        self,
        count: int = 10,
        every: int = 1,
        seed: int = 0,
        watch: Callable[[int, npt.NDArray[np.float32]], object] | None = None,
    ) -> None:
        super().__init__()
        self.count = whole_number(count, "count")
        self.every = whole_number(every, "every")
        self.seed = seed
        if watch is not None and not callable(watch):
            raise TypeError(f"watch must be a function or None; got {watch!r}")
        self.watch = watch
        self.epochs: list[int] = []
        self.images: list[npt.NDArray[np.float32]] = []

    def on_train_begin(self, logs: Any = None) -> None:
        """Keeps what the generator draws before training."""
        self._keep(_number(self.model.epochs_done))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Keeps what it draws now, if it is time."""
        epoch = _number(self.model.epochs_done)
        if epoch % self.every == 0:
            self._keep(epoch)

    def _keep(self, epoch: int) -> None:
        if not self.epochs or self.epochs[-1] != epoch:
            self.epochs.append(epoch)
            self.images.append(self.model.sample(self.count, self.seed))
            if self.watch:
                self.watch(epoch, self.images[-1])


def latent_points(
    count: int, latent_dim: int, seed: int | None = None
) -> npt.NDArray[np.float32]:
    """Draws latent points: each number from the standard normal distribution.

    Args:
        count: How many points, at least 1.
        latent_dim: Numbers in each, at least 1.
        seed: The same seed gives the same points.

    Returns:
        Points of shape `(count, latent_dim)`, float32.

    Raises:
        TypeError: If a number is not whole.
        ValueError: If one is below 1.

    Example:
        >>> latent_points(3, 100, seed=0).shape
        (3, 100)
    """
    shape = (
        whole_number(count, "count"),
        whole_number(latent_dim, "latent_dim"),
    )
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


class _BeforeOthers(keras.callbacks.Callback):
    """Counts epochs, and stops at NaN, before another callback saves anything."""

    def __init__(self, initial_epoch: int, others: Sequence[Any]) -> None:
        super().__init__()
        self.initial_epoch = initial_epoch
        self.others = others

    def on_train_begin(self, logs: Any = None) -> None:
        self.model.epochs_of_this_fit.assign(self.initial_epoch)
        for callback in self.others:
            if isinstance(callback, keras.callbacks.BackupAndRestore):
                _forget_half_written(Path(callback.backup_dir))

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        for name in ("d_loss", "g_loss"):
            if not np.isfinite(logs[name]):
                raise FloatingPointError(
                    f"{name} is {logs[name]} after epoch {epoch + 1}, so the weights "
                    "are lost. Start again with a lower learning rate, check that the "
                    "images are finite and in the range of the generator's output, "
                    "or give the optimizers clipnorm=1"
                )
        self.model.epochs_done.assign_add(1)
        self.model.epochs_of_this_fit.assign(epoch + 1)


class _AfterOthers(keras.callbacks.Callback):
    """Starts where the restored weights say, not where a second file says.

    A run may be killed after BackupAndRestore has written the one and before the other.
    """

    def on_train_begin(self, logs: Any = None) -> None:
        self.model._initial_epoch = _number(self.model.epochs_of_this_fit)


def _forget_half_written(folder: Path) -> None:
    """Removes a metadata file that a killed run left unfinished."""
    path = folder / "training_metadata.json"
    try:
        json.loads(path.read_text())
    except FileNotFoundError:
        pass
    except ValueError:
        path.unlink()


def _number(counter: keras.Variable) -> int:
    return int(keras.ops.convert_to_numpy(counter))


def _loss(logits: Any, target: int) -> Any:
    """Mean binary cross-entropy of logits, against all real (1) or generated (0)."""
    targets = keras.ops.full_like(logits, target)
    return keras.ops.mean(
        keras.ops.binary_crossentropy(targets, logits, from_logits=True)
    )


def _optimizer(
    given: keras.optimizers.Optimizer | None, network: keras.Model
) -> keras.optimizers.Optimizer:
    """The optimizer given or the default, with its state made for the network."""
    optimizer = given or keras.optimizers.Adam(5e-4, beta_1=0.5)
    if "float16" in [layer.compute_dtype for layer in network.layers]:
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    optimizer.build(network.trainable_variables)
    return optimizer


def _output_range(generator: keras.Model) -> tuple[float, float]:
    """What the generator can draw, as far as its last activation tells."""
    activation = getattr(generator.layers[-1], "activation", None)
    if activation is keras.activations.tanh:
        return -1, 1
    if activation is keras.activations.sigmoid:
        return 0, 1
    return -np.inf, np.inf


def _check_models(generator: keras.Model, discriminator: keras.Model) -> None:
    if generator.output_shape[1:] != discriminator.input_shape[1:]:
        raise ValueError(
            f"discriminator must take the generator's images, of shape "
            f"{generator.output_shape[1:]}; it takes {discriminator.input_shape[1:]}"
        )
    if discriminator.output_shape[1:] != (1,):
        raise ValueError(
            "discriminator must give one logit for each image, shape (batch, 1); got "
            f"{discriminator.output_shape}"
        )
    if (
        getattr(discriminator.layers[-1], "activation", None)
        is keras.activations.sigmoid
    ):
        raise ValueError(
            "discriminator must give logits, since the loss applies the sigmoid; got "
            "one whose last layer has activation='sigmoid': leave it out"
        )
    if len(generator.input_shape) != 2:
        raise ValueError(
            "generator must take latent points of shape (batch, latent_dim); got "
            f"{generator.input_shape}"
        )
