"""Training of any generator against any discriminator, in the way of Keras."""

import math
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt

from course_lib import xla
from course_lib._arguments import whole_number
from course_lib._gan_checks import ImageChecks, check_networks, check_trainable
from course_lib._gan_losses import losses
from course_lib._gan_progress import Backup, Progress
from course_lib._validation import Array
from course_lib.backend import keras, tf

DRAWN_AT_ONCE = 256  # by `sample`: more would only take more memory
COMPILE_OPTIONS = ("jit_compile", "steps_per_execution", "run_eagerly")  # of Keras


@keras.saving.register_keras_serializable("course_lib")
class GAN(keras.Model):
    """A generator and a discriminator that learn from each other.

    In each step the discriminator learns to tell a batch of real images from as many
    generated ones, judged as one mixed batch; then the generator learns to have the
    same generated images, judged alone, taken for real. Penalties of layers, such as
    a `kernel_regularizer`, are minimized too, but are not part of the losses shown.

    With r and g the logits of real and of generated images, the losses are means of

    ==================  ==============================================  ===============
    `loss`              `d_loss`                                        `g_loss`
    ==================  ==============================================  ===============
    `"cross_entropy"`   (log(1 + exp(-r)) + log(1 + exp(g))) / 2        log(1 + exp(-g))
    `"hinge"`           (max(0, 1 - r) + max(0, 1 + g)) / 2             -g
    `"least_squares"`   ((r - 1)² + g²) / 2                             (g - 1)²
    ==================  ==============================================  ===============

    An image is taken for real above a logit of 0, with least squares of 1/2.

    An interrupted training goes on where it was, to the bit on the same machine: give
    `keras.callbacks.BackupAndRestore(folder)` to `fit`, and call it again with the
    same arguments. Weights are saved with both optimizers, all random states, and how
    far training was; `gan.generator.save("g.keras")` saves the generator alone.

    Args:
        generator: Model from latent points, shape `(batch, latent_dim)`, to images,
            shape `(batch, height, width, channels)`.
        discriminator: Model from such images to logits, shape `(batch, 1)`: no
            sigmoid at its end.
        loss: A name of the table, or your own `(d_loss(real_logits, generated_logits),
            g_loss(generated_logits))`; to `save` the GAN, register both functions as
            Keras serializable.
        ema: How much of itself the exponential moving average of the generator's
            weights keeps in a step, between 0 and 1, such as 0.999, less in the first
            steps. `averaged_generator` holds it and `sample` draws with it.
        seed: Makes noise and the order of the images repeatable, 0 or more; by
            default `keras.utils.set_random_seed` decides.
        name: Name of the model.

    Raises:
        TypeError: If one is no Keras model, or `seed` is not whole.
        ValueError: If the models do not fit each other, `loss` is unknown, `ema` is
            not between 0 and 1, or `seed` is negative.

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

    train_function: Any

    def __init__(
        self,
        generator: keras.Model,
        discriminator: keras.Model,
        *,
        loss: str | tuple[Callable[..., Any], Callable[..., Any]] = "cross_entropy",
        ema: float | None = None,
        seed: int | None = None,
        name: str = "gan",
    ) -> None:
        super().__init__(name=name)
        check_networks(generator, discriminator)
        if ema is not None and not (isinstance(ema, float) and 0 < ema < 1):
            raise ValueError(f"ema must be between 0 and 1, or None; got {ema!r}")
        self.generator, self.discriminator = generator, discriminator
        # Keras has a loss and losses of its own.
        self.given_loss, self.objectives = loss, losses(loss)
        self.ema = ema
        self.averaged_generator = None
        if ema is not None:
            self.averaged_generator = keras.models.clone_model(generator)
            self.averaged_generator.set_weights(generator.get_weights())
        self.latent_dim = generator.input_shape[-1]
        self.seed = None if seed is None else whole_number(seed, "seed", 0)
        self.noise = keras.random.SeedGenerator(self.seed)
        self.held_out_noise = keras.random.SeedGenerator(0)
        self.trackers = [
            keras.metrics.Mean(name=metric)
            for metric in ("g_loss", "d_loss", "real_accuracy", "generated_accuracy")
        ]
        self.epochs_done = 0  # in all fits; decides the order of the images
        self.epoch = 0  # of this fit: the one that is trained, or comes next
        self.step = 0  # steps of this epoch that are done; Progress counts them
        self.steps_to_skip = 0  # steps of this epoch that a checkpoint already holds
        self.built = True

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """The means over an epoch, reset at its beginning."""
        return self.trackers

    def call(self, points: Any, training: bool = False) -> Any:
        """Draws an image for each latent point; so does `predict`."""
        return self.generator(points, training=training)

    def compile(
        self, g_optimizer: Any = None, d_optimizer: Any = None, **kwargs: Any
    ) -> None:
        """Sets the optimizers; each network has its own.

        Args:
            g_optimizer: The generator's, or its name in Keras; by default Adam with
                learning rate 5e-4 and beta_1 0.5.
            d_optimizer: The discriminator's; by default likewise.
            **kwargs: `jit_compile`, `steps_per_execution` and `run_eagerly`, as in
                Keras. With `jit_compile=True` (by default not) training starts some
                seconds later and is then up to twice as fast on a CPU.

        Raises:
            TypeError: If an argument is not one of these.
            ValueError: If both networks are given the same optimizer, one is unknown,
                or a network is frozen.
        """
        foreign = kwargs.keys() - set(COMPILE_OPTIONS)
        if foreign:
            raise TypeError(
                f"compile does not take {', '.join(sorted(foreign))}: a GAN takes its "
                "loss when it is made, GAN(generator, discriminator, loss=...), has "
                "metrics of its own, and two optimizers, g_optimizer and d_optimizer"
            )
        kind = keras.optimizers.Optimizer
        if isinstance(g_optimizer, kind) and g_optimizer is d_optimizer:
            raise ValueError(
                "g_optimizer and d_optimizer must be two optimizers, since each keeps "
                "the state of its own network; got the same one twice"
            )
        check_trainable(self.generator, self.discriminator)
        g_optimizer = _optimizer("g_optimizer", g_optimizer, self.generator)
        d_optimizer = _optimizer("d_optimizer", d_optimizer, self.discriminator)
        super().compile(optimizer=None, **{"jit_compile": False, **kwargs})
        self.g_optimizer, self.d_optimizer = g_optimizer, d_optimizer
        self.optimizer = SimpleNamespace(  # where callbacks look for rates and steps
            optimizers=[g_optimizer, d_optimizer],
            variables=[*g_optimizer.variables, *d_optimizer.variables],
            iterations=g_optimizer.iterations,
            built=True,
        )
        devices = {device.device_type for device in tf.config.list_logical_devices()}
        fast = self.jit_compile and devices == {"CPU"}  # the same meaning, for XLA
        self.normal = xla.normal if fast else keras.random.normal
        self.call_network = xla.call if fast else keras.Model.__call__

    def fit(
        self,
        x: Any,
        *,
        batch_size: int = 128,
        epochs: int = 1,
        shuffle: bool = True,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_data: Any = None,
        callbacks: Any = None,
        **kwargs: Any,
    ) -> keras.callbacks.History:
        """Trains both networks.

        Args:
            x: Real images of shape `(n, height, width, channels)`, as floats in the
                range of the generator's output: an array or tensor; or batches in an
                order of their own: a `tf.data.Dataset`, `keras.utils.PyDataset` or
                generator. Labels in it are not used.
            batch_size: Images in a step, for an array. All steps have as many: the
                last of an epoch is filled up with images of the first.
            epochs: Passes over the images; the number of the last one.
            shuffle: Whether an array is shuffled anew for each epoch.
            initial_epoch: Number of the first epoch.
            steps_per_epoch: Steps in an epoch; by default a pass over the images.
            validation_data: Held-out images, as `x`, for `val_g_loss`, `val_d_loss`.
            callbacks: Keras callbacks.
            **kwargs: As in `keras.Model.fit`.

        Returns:
            The history: a value for each metric and epoch.

        Raises:
            TypeError: If the images are not floats or a size is not whole.
            ValueError: If the images do not fit the discriminator, or the range of
                the generator's output, a network is frozen, or an argument is not
                for a GAN.
            FloatingPointError: If a loss is no longer a number; says what to try.
            OSError: If a checkpoint to go on from is damaged.
        """
        check_trainable(self.generator, self.discriminator)
        _refuse_labels(kwargs)
        real = ImageChecks(self.generator)
        held_out = ImageChecks(self.generator, "validation_data")
        x = real.checked(x)
        if isinstance(x, np.ndarray):
            x = self._batches(x, batch_size, shuffle, steps_per_epoch)
            steps_per_epoch = None
        if isinstance(validation_data, tuple):  # with labels
            validation_data, *_ = validation_data
        if validation_data is not None:
            validation_data = held_out.checked(validation_data, check_now=True)
            if isinstance(validation_data, np.ndarray):
                kwargs.setdefault("validation_batch_size", batch_size)
        # A Backup restores as it is made: epoch and step are then its checkpoint's.
        self.epoch, self.step = initial_epoch, 0
        backup = keras.callbacks.BackupAndRestore
        given = [
            Backup(callback, self) if isinstance(callback, backup) else callback
            for callback in keras.tree.flatten(callbacks or [])
        ]
        self.steps_to_skip, self.step = self.step, 0
        with real.raising_refusals(), held_out.raising_refusals():
            return super().fit(
                x,
                epochs=epochs,
                initial_epoch=self.epoch,
                steps_per_epoch=steps_per_epoch,
                validation_data=validation_data,
                shuffle=False,  # done in _batches
                callbacks=[Progress(), *given],
                **kwargs,
            )

    def evaluate(
        self, x: Any, *, batch_size: int | None = 128, **kwargs: Any
    ) -> dict[str, float] | list[float]:
        """Computes both losses on held-out images, and leaves the training as it is.

        The latent points are the same each time. `fit` uses it for `validation_data`.

        Args:
            x: Real images, as in `fit`.
            batch_size: Images at once, for an array.
            **kwargs: As in `keras.Model.evaluate`.

        Returns:
            The value of each metric, as `keras.Model.evaluate` returns it.

        Raises:
            TypeError: If the images are not floats.
            ValueError: If the images do not fit, or an argument is not for a GAN.
        """
        _refuse_labels(kwargs)
        real = ImageChecks(self.generator)
        x = real.checked(x)
        batch_size = batch_size if isinstance(x, np.ndarray) else None
        self.steps_to_skip = 0  # else reset_metrics would keep the training's means
        self.held_out_noise.state.assign([0, 0])
        with real.raising_refusals():
            return super().evaluate(x, batch_size=batch_size, **kwargs)

    def _batches(
        self, x: Array, batch_size: int, shuffle: bool, steps: int | None
    ) -> tf.data.Dataset:
        """Batches in an order that follows from the seed and the number of epochs.

        Keras asks for it as an epoch begins, when a checkpoint has been restored.
        """
        count = len(x)
        batch_size = min(whole_number(batch_size, "batch_size"), count)
        if steps is None:
            steps = math.ceil(count / batch_size)

        def one_epoch() -> Iterator[npt.NDArray[np.int64]]:
            order = np.arange(count)
            if shuffle:
                first, _ = np.asarray(self.noise.state)  # which a checkpoint holds
                seed = int(np.random.default_rng(first).integers(2**31))
                np.random.default_rng((seed, self.epochs_done)).shuffle(order)
            yield np.resize(order, (steps, batch_size))

        images = tf.constant(x)
        signature = tf.TensorSpec((steps, batch_size), "int64")
        orders = tf.data.Dataset.from_generator(one_epoch, output_signature=signature)
        batches = orders.unbatch().map(lambda order: tf.gather(images, order))
        # Else the end of an epoch may wait, as long as it took, for a tuning thread.
        options = tf.data.Options()
        options.autotune.enabled = False
        batches = batches.apply(tf.data.experimental.assert_cardinality(steps))
        return batches.with_options(options)

    def make_train_function(self, force: bool = False) -> None:
        """Makes the function that takes a step, or skips one a checkpoint holds."""
        if self.train_function and not force:
            return
        super().make_train_function(force=True)
        train = self.train_function

        def go_on(iterator: Iterator[Any]) -> dict[str, Any]:
            if self.step < self.steps_to_skip:
                for _ in range(self.steps_per_execution):
                    next(iterator, None)
                return self.get_metrics_result()
            self.steps_to_skip = 0
            return train(iterator)

        self.train_function = go_on

    def reset_metrics(self) -> None:
        """Starts the means anew, but not inside an epoch that goes on."""
        if not self.steps_to_skip:
            super().reset_metrics()

    def train_step(self, data: Any) -> dict[str, Any]:
        """One step of the discriminator, then one of the generator."""
        real = _real(data)
        with tf.control_dependencies([real]):  # a refused batch leaves all as it was
            with tf.GradientTape() as drawing:
                generated = self._draw(_count(real), self.noise, training=True)
            with tf.GradientTape() as judging:
                logits = self._judge_both(real, tf.stop_gradient(generated), True)
                d_loss = self.objectives.discriminator(*logits)
            _minimize(d_loss, judging, self.discriminator, self.d_optimizer)
            with drawing:  # goes on: back through the images as they were drawn
                judged = self._judge(generated, training=True)
                g_loss = self.objectives.generator(judged)
            _minimize(g_loss, drawing, self.generator, self.g_optimizer)
            if self.averaged_generator is not None:
                self._average(self.averaged_generator.weights)
            return self._results(g_loss, d_loss, *logits)

    def test_step(self, data: Any) -> dict[str, Any]:
        """Both losses, without a step."""
        real = _real(data)
        generated = self._draw(_count(real), self.held_out_noise, training=False)
        logits = self._judge_both(real, generated, training=False)
        g_loss = self.objectives.generator(logits[1])
        return self._results(g_loss, self.objectives.discriminator(*logits), *logits)

    def _average(self, averages: list[keras.Variable]) -> None:
        """Moves the averaged weights towards those of the last step."""
        steps = keras.ops.cast(self.g_optimizer.iterations, "float32")
        keep = keras.ops.minimum(self.ema, (1 + steps) / (10 + steps))
        for average, weight in zip(averages, self.generator.weights, strict=True):
            average.assign(keep * average + (1 - keep) * weight)

    def _results(
        self, g_loss: Any, d_loss: Any, real_logits: Any, generated_logits: Any
    ) -> dict[str, Any]:
        boundary = self.objectives.boundary
        right = real_logits > boundary, generated_logits < boundary
        shares = [keras.ops.mean(keras.ops.cast(some, "float32")) for some in right]
        values = g_loss, d_loss, *shares
        for tracker, value in zip(self.trackers, values, strict=True):
            tracker.update_state(value, sample_weight=_count(real_logits))
        return self.get_metrics_result()

    def _draw(self, count: Any, seeds: Any, training: bool) -> Any:
        points = self.normal((count, self.latent_dim), seed=seeds)
        return self.call_network(self.generator, points, training=training)

    def _judge(self, images: Any, training: bool) -> Any:
        logits = self.call_network(self.discriminator, images, training=training)
        return keras.ops.cast(logits, "float32")

    def _judge_both(self, real: Any, generated: Any, training: bool) -> tuple[Any, Any]:
        """Logits of real and of generated images, judged as one batch."""
        images = [real, keras.ops.cast(generated, real.dtype)]
        logits = self._judge(keras.ops.concatenate(images), training)
        return logits[: _count(real)], logits[_count(real) :]

    def sample(
        self, count: int, seed: int | None = None, *, averaged: bool | None = None
    ) -> npt.NDArray[np.float32]:
        """Draws images for random latent points, a block at a time.

        Args:
            count: How many, at least 1.
            seed: The same seed gives the same latent points; by default
                `keras.utils.set_random_seed` decides.
            averaged: Whether the averaged weights draw; by default if there are some.

        Returns:
            Images of shape `(count, height, width, channels)`, float32.

        Raises:
            TypeError: If `count` is not a whole number.
            ValueError: If it is below 1, or there are no averaged weights.
        """
        if averaged and self.averaged_generator is None:
            raise ValueError(
                "averaged must be False, as this GAN keeps no averaged weights; "
                "GAN(..., ema=0.999) does"
            )
        generator = None if averaged is False else self.averaged_generator
        generator = generator or self.generator
        points = latent_points(count, self.latent_dim, seed)
        images = np.empty((len(points), *generator.output_shape[1:]), "float32")
        for start in range(0, len(points), DRAWN_AT_ONCE):
            some = slice(start, start + DRAWN_AT_ONCE)
            images[some] = np.asarray(generator(points[some], training=False))
        return images

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments, so that `save` and `clone_model` work."""
        names = "generator", "discriminator", "ema", "seed", "name"
        given = {name: getattr(self, name) for name in names}
        return keras.saving.serialize_keras_object({**given, "loss": self.given_loss})

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> "GAN":
        """Makes a GAN of the arguments that `get_config` returned."""
        return cls(**keras.saving.deserialize_keras_object(config, custom_objects))

    def get_compile_config(self) -> dict[str, Any]:
        """Returns the arguments of `compile`."""
        if not self.compiled:
            return {}
        names = "g_optimizer", "d_optimizer", *COMPILE_OPTIONS
        given = {name: getattr(self, name) for name in names}
        return keras.saving.serialize_keras_object(given)

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compiles with the arguments that `get_compile_config` returned."""
        self.compile(**keras.saving.deserialize_keras_object(config))

    def save_own_variables(self, store: Any) -> None:
        """Adds what Keras leaves out: random states, means, how far training was."""
        store["progress"] = np.array([self.epochs_done, self.epoch, self.step])
        for name, state in self._states().items():
            store[name] = np.asarray(state)

    def load_own_variables(self, store: Any) -> None:
        """Takes back what `save_own_variables` saved."""
        states = self._states()
        if set(store.keys()) != {"progress", *states}:
            raise ValueError("it must hold the states of a GAN with the same layers")
        for name, state in states.items():
            state.assign(store[name])
        self.epochs_done, self.epoch, self.step = map(int, store["progress"])

    def _states(self) -> dict[str, keras.Variable]:
        """Random states of all layers, and the means of the epoch."""
        states = [v for v in self.variables if v.name == "seed_generator_state"]
        states += [v for tracker in self.trackers for v in tracker.variables]
        return {f"state_{number}": state for number, state in enumerate(states)}

    def save_weights(self, filepath: str | Path, overwrite: bool = True) -> None:
        """As in Keras, but all that training goes on from; never half a file."""
        path = Path(filepath)
        if path.exists() and not overwrite:
            raise FileExistsError(f"{path} exists; pass overwrite=True to replace it")
        partial = path.with_name("partial." + path.name)
        super().save_weights(partial, overwrite=True)
        partial.replace(path)

    def load_weights(self, filepath: str | Path, **kwargs: Any) -> None:
        """As in Keras, but an error says what to do about the file."""
        try:
            super().load_weights(filepath, **kwargs)
        except (OSError, KeyError, ValueError) as error:
            kind: type[Exception] = ValueError
            fault = "was not saved by a GAN with the same layers and optimizers"
            if isinstance(error, OSError):
                kind, fault = OSError, "is damaged or no file of weights"
            raise kind(
                f"{filepath} {fault}, and is left as it is. Move it away to begin "
                f"anew. (Keras says: {error})"
            ) from None


class SampleHistory(keras.callbacks.Callback):
    """Keeps images of the same latent points as training goes on.

    Args:
        count: How many latent points, at least 1.
        every: Epochs between two samples, at least 1.
        seed: The same seed gives the same latent points.
        watch: Called with the number of epochs done and the images when some are
            kept: to show them while the training goes on.

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
        self._keep()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Keeps what it draws now, if it is time."""
        if self.model.epochs_done % self.every == 0:
            self._keep()

    def _keep(self) -> None:
        epoch = self.model.epochs_done
        if epoch not in self.epochs[-1:]:
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
        seed: The same seed gives the same points; by default
            `keras.utils.set_random_seed` decides.

    Returns:
        Points of shape `(count, latent_dim)`, float32.

    Raises:
        TypeError: If a number is not whole.
        ValueError: If one is below 1.

    Example:
        >>> latent_points(3, 100, seed=0).shape
        (3, 100)
    """
    shape = whole_number(count, "count"), whole_number(latent_dim, "latent_dim")
    if seed is None:
        seed = random.getrandbits(64)
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def _count(x: Any) -> Any:
    return keras.ops.shape(x)[0]


def _real(data: Any) -> Any:
    real, _, _ = keras.utils.unpack_x_y_sample_weight(data)
    return keras.ops.cast(real, "float32")


def _refuse_labels(options: dict[str, Any]) -> None:
    """Refuses what is no image among the options of Keras."""
    for name in ("y", "sample_weight", "class_weight", "validation_split"):
        if options.get(name) is not None:
            raise ValueError(
                f"{name} must be left out: a GAN learns from images alone, which "
                "all count alike; give those to keep apart as validation_data"
            )


def _minimize(
    loss: Any,
    tape: tf.GradientTape,
    network: keras.Model,
    optimizer: keras.optimizers.Optimizer,
) -> None:
    """Moves the weights of one network; the gradients of all devices are added."""
    with tape:
        whole = sum(network.losses, start=loss)
        devices = tf.distribute.get_strategy().num_replicas_in_sync
        scaled = optimizer.scale_loss(whole / devices)
    weights = network.trainable_variables
    gradients = tape.gradient(scaled, [weight.value for weight in weights])
    optimizer.apply(gradients, weights)


def _optimizer(
    argument: str, given: Any, network: keras.Model
) -> keras.optimizers.Optimizer:
    """The optimizer given, named or the default, its state made for the network."""
    if given is None:
        given = keras.optimizers.Adam(5e-4, beta_1=0.5, name=argument)
    try:
        optimizer = keras.optimizers.get(given)
    except (ValueError, TypeError):
        raise ValueError(
            f"{argument} must be a Keras optimizer, its name such as 'adam', or None; "
            f"got {given!r}"
        ) from None
    if isinstance(given, str):
        optimizer.name = argument
    half = "float16" in [layer.compute_dtype for layer in network.layers]
    if half and not isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    optimizer.build(network.trainable_variables)
    return optimizer
