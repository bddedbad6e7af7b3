import subprocess
import sys
from functools import cache, partial
from pathlib import Path

import numpy as np
import pytest
from small_gan import (
    discriminator,
    generator,
    restarted,
    shared_gan,
    small_gan,
    small_images,
    weights,
)

from course_lib.backend import keras, tf
from course_lib.gan import GAN, SampleHistory, latent_points
from course_lib.generators import build_discriminator, build_subpixel_generator

IMAGES = small_images()
STEPS = 8
ADAM, SGD, LAYERS = keras.optimizers.Adam, keras.optimizers.SGD, keras.layers


def train(gan, epochs=1, images=IMAGES, **kwargs):
    kwargs = {"batch_size": 8, "verbose": 0, **kwargs}
    return gan.fit(images, epochs=epochs, **kwargs).history


@cache
def trained(epochs=1, **kwargs):
    """The weights that such a training makes."""
    gan = small_gan()
    train(gan, epochs, **kwargs)
    return weights(gan)


def assert_same(found, expected, atol=0.0):
    """Of a GAN, all that training has made; otherwise arrays of equal number."""
    found = weights(found) if isinstance(found, GAN) else found
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=atol)


def updates(gan):
    return int(gan.g_optimizer.iterations), int(gan.d_optimizer.iterations)


# What it learns


@pytest.mark.parametrize(
    ("still", "loss"), [("g_optimizer", "d_loss"), ("d_optimizer", "g_loss")]
)
def test_each_network_learns_and_moves_no_weights_of_the_other(still, loss):
    rates = {"g_optimizer": ADAM(0.01), "d_optimizer": ADAM(0.01), still: SGD(0.0)}
    gan = small_gan(**rates)
    networks = {"g_optimizer": gan.generator, "d_optimizer": gan.discriminator}
    before = {name: network.get_weights() for name, network in networks.items()}
    history = train(gan, 12, 0.05 * IMAGES + 0.9)
    assert history[loss][-1] < 0.8 * history[loss][0]
    for name, network in networks.items():
        pairs = zip(network.get_weights(), before[name], strict=True)
        assert {np.any(new != old) for new, old in pairs} == {name != still}


@keras.saving.register_keras_serializable("test")
def wasserstein_critic(real, generated):
    return keras.ops.mean(generated) - keras.ops.mean(real)


@keras.saving.register_keras_serializable("test")
def wasserstein_generator(generated):
    return -keras.ops.mean(generated)


softplus, relu = partial(np.logaddexp, 0), partial(np.maximum, 0)
OWN = (wasserstein_critic, wasserstein_generator)
TEXTBOOK = {  # of real, of generated, the generator's, the boundary
    "cross_entropy": (lambda r: softplus(-r), softplus, lambda g: softplus(-g), 0),
    "hinge": (lambda r: relu(1 - r), lambda g: relu(1 + g), np.negative, 0),
    "least_squares": (lambda r: (r - 1) ** 2, np.square, lambda g: (g - 1) ** 2, 0.5),
    OWN: (lambda r: -2 * r, lambda g: 2 * g, np.negative, 0),
}


@pytest.mark.parametrize("loss", TEXTBOOK)
def test_the_losses_are_those_of_the_textbook(loss):
    """With learning rates of 0 and no dropout, computed again with NumPy."""
    gan = GAN(generator(), discriminator(dropout=0), loss=loss, seed=0)
    gan.compile(SGD(0.0), SGD(0.0), run_eagerly=True)
    points = keras.random.normal((60, 5), seed=keras.random.SeedGenerator(0))
    history = train(gan, batch_size=60)
    evaluated = gan.evaluate(IMAGES, batch_size=60, verbose=0, return_dict=True)
    real = np.asarray(gan.discriminator(IMAGES))
    generated = np.asarray(gan.discriminator(gan.generator(points)))
    of_real, of_generated, of_generator, boundary = TEXTBOOK[loss]
    expected = {
        "d_loss": (of_real(real).mean() + of_generated(generated).mean()) / 2,
        "g_loss": of_generator(generated).mean(),
        "real_accuracy": np.mean(real > boundary),
        "generated_accuracy": np.mean(generated < boundary),
    }
    for name, value in expected.items():
        np.testing.assert_allclose(history[name], value, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(evaluated[name], value, rtol=1e-5, atol=1e-6)


def test_weights_are_averaged_as_they_are_trained():
    """Step by step, computed again with NumPy."""
    gan = small_gan(ema=0.6, run_eagerly=True)
    expected = gan.generator.get_weights()
    for step in range(1, 6):
        gan.train_on_batch(IMAGES[:8])
        keep = min(0.6, (1 + step) / (10 + step))
        pairs = zip(expected, gan.generator.get_weights(), strict=True)
        expected = [keep * average + (1 - keep) * weight for average, weight in pairs]
    assert keep == 0.4  # the warm-up; 0.6 comes at the tenth step
    assert_same(gan.averaged_generator.get_weights(), expected, atol=1e-6)


def test_averaged_weights_draw_the_samples_and_change_nothing_else():
    plain, gan = shared_gan(), small_gan(ema=0.9)
    train(plain, 2)
    train(gan, 2)
    np.testing.assert_array_equal(gan.sample(4, 0, averaged=False), plain.sample(4, 0))
    averaged = np.asarray(gan.averaged_generator(latent_points(4, 5, seed=0)))
    np.testing.assert_array_equal(gan.sample(4, 0), averaged)
    assert np.abs(averaged - plain.sample(4, 0)).max() > 1e-4


@pytest.mark.parametrize("network", ["generator", "discriminator"])
def test_penalties_of_layers_are_minimized(network):
    """The gradient of L2(0.5) is the weight itself."""
    after = []
    for penalty in (None, keras.regularizers.L2(0.5)):
        options = {"kernel_initializer": "ones", "kernel_regularizer": penalty}
        last = LAYERS.Dense(1, use_bias=False, **options)
        judge = network == "discriminator"
        networks = generator(*[last][judge:]), discriminator(*[last][:judge])
        gan = GAN(*networks, seed=0)
        gan.compile(SGD(1.0), SGD(1.0), run_eagerly=True)
        train(gan, images=IMAGES[:8])
        after.append(float(last.kernel.numpy()[0, 0]))
    np.testing.assert_allclose(after[0] - after[1], 1, atol=1e-4)


# Whatever holds the images


def dataset(images):
    """Batches of 8, in order, the last one filled up as `GAN` does."""
    filled = np.concatenate([images, images[:4]])
    return tf.data.Dataset.from_tensor_slices(filled).batch(8)


def with_labels(images):
    return dataset(images).map(lambda x: (x, tf.zeros(8)))


def from_generator(images):
    return iter(dataset(images).as_numpy_iterator())


class Batches(keras.utils.PyDataset):
    def __init__(self, images):
        super().__init__()
        self.batches = [*with_labels(images).as_numpy_iterator()]

    def __len__(self):
        return STEPS

    def __getitem__(self, index):
        return self.batches[index]


@pytest.mark.parametrize("hold", [list, np.float64])
def test_any_array_is_shuffled_and_cut_alike(hold):
    gan = shared_gan()
    train(gan, 2, hold(IMAGES))
    assert updates(gan) == (2 * STEPS, 2 * STEPS)
    assert_same(gan, trained(2))


@pytest.mark.parametrize("hold", [with_labels, Batches, from_generator])
def test_batches_are_taken_in_their_own_order(hold):
    gan = shared_gan()
    train(gan, images=hold(IMAGES), steps_per_epoch=STEPS)
    assert_same(gan, trained(shuffle=False))


def test_each_epoch_takes_all_images_in_an_order_of_its_own():
    seen = []

    class Watched(GAN):
        def train_step(self, data):
            seen.extend(np.asarray(data))
            return super().train_step(data)

    gan = Watched(generator(), discriminator(), seed=0)
    gan.compile(run_eagerly=True)
    train(gan, 2)
    first, second = np.reshape(seen, (2, STEPS * 8, 16))[:, : len(IMAGES)]
    assert np.any(first != second)
    for epoch in (first, second):
        assert {*map(bytes, epoch)} == {*map(bytes, IMAGES)}


PIXELS = (127.5 * IMAGES + 127.5, r"the range .*, -1 to 1; got .* / 127\.5 - ")


@pytest.mark.parametrize(
    ("hold", "images", "message"),
    [
        (tf.constant, *PIXELS),
        (with_labels, *PIXELS),
        (Batches, *PIXELS),
        (from_generator, *PIXELS),
        (dataset, IMAGES / 2 + 0.5, r"got .*, nothing below 0\. .* 2 \* x - 1"),
        (dataset, IMAGES[:, :3], r"of shape \(4, 4, 1\), .* \(8, 3, 4, 1\)"),
    ],
)
def test_no_images_get_past_the_checks(hold, images, message):
    gan = shared_gan()
    with pytest.raises(ValueError, match=message):
        train(gan, images=hold(images))
    with pytest.raises(ValueError, match=message):
        gan.evaluate(hold(images), verbose=0)
    if hold is not from_generator:  # it gives its batches once
        with pytest.raises(ValueError, match=f"validation_data must .*{message}"):
            train(gan, validation_data=hold(images))
    assert updates(gan) == (0, 0)


def test_only_the_start_of_batches_must_use_the_range():
    """A bright batch may come later, but none out of the range."""
    gan, start = shared_gan(), IMAGES[:48]  # six batches
    train(gan, images=dataset(np.concatenate([start, abs(IMAGES[48:])])))
    with pytest.raises(ValueError, match="-1 to 1; got"):
        train(gan, images=dataset(np.concatenate([start, 2 * IMAGES[48:]])))


def ends_in_an_operation():
    model = generator(activation=None)
    return keras.Model(model.inputs, keras.ops.tanh(model.outputs[0]))


def point_ignored():
    """As a generator that has collapsed, whatever the point."""
    return keras.Sequential([keras.Input((5,)), LAYERS.Rescaling(0), generator()])


BOUNDED = {
    "subpixel": lambda: build_subpixel_generator(5, "leaky_relu", "tanh", image_size=4),
    "nested": lambda: keras.Sequential([keras.Input((5,)), ends_in_an_operation()]),
    "point ignored": point_ignored,
    "linear": lambda: generator(LAYERS.Activation("linear")),
    "by channel": lambda: generator(LAYERS.Rescaling([2], [-1]), activation="sigmoid"),
}


@pytest.mark.parametrize("form", BOUNDED)
def test_the_last_activation_is_found_where_it_is(form):
    with pytest.raises(ValueError, match=r"-1 to 1; got -?\d"):
        GAN(BOUNDED[form](), discriminator()).fit(1.5 * IMAGES)


def test_pixels_may_reach_the_ends_of_the_range():
    """To the last digit: so MNIST is often normalized."""
    ends = LAYERS.Rescaling(1 / 0.3081, -0.1307 / 0.3081), LAYERS.Activation("linear")
    gan = GAN(generator(*ends, activation="sigmoid"), discriminator())
    gan.compile()
    train(gan, images=((IMAGES > 0) - 0.1307) / 0.3081)


# Going on after an interruption


HALVE = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)


def interrupted(gan, folder, moment, epochs=4, more=(), **options):
    """Stops a training as Ctrl-C does, in the given epoch and step."""

    def stop(step, logs):
        if (gan.epoch, step) == moment:
            raise KeyboardInterrupt

    interrupt = keras.callbacks.LambdaCallback(on_train_batch_end=stop)
    backup = keras.callbacks.BackupAndRestore(folder / "backup", **options)
    with pytest.raises(KeyboardInterrupt):
        train(gan, epochs, callbacks=[backup, interrupt, *more])
    return backup


@pytest.mark.parametrize(
    ("save_freq", "moment", "kept", "options"),
    [
        ("epoch", (2, 0), 16, {}),
        (3, (1, 4), 12, {"loss": "hinge", "ema": 0.9}),
        (8, (1, 7), 16, {"seed": None}),
    ],
)
def test_an_interrupted_training_goes_on_to_the_bit(
    save_freq, moment, kept, options, tmp_path
):
    """It begins with as many steps as were kept, and ends as if uninterrupted."""
    keras.utils.set_random_seed(3)  # decides where no seed is given
    gan = small_gan(**options)
    start = weights(gan)
    expected = train(gan, 4)["d_loss"]
    whole = weights(gan)
    backup = interrupted(restarted(gan, start), tmp_path, moment, save_freq=save_freq)
    keras.utils.set_random_seed(4)
    again, begun_with = small_gan(**options), []
    note = keras.callbacks.LambdaCallback(
        on_train_begin=lambda logs: begun_with.append(updates(again)[0])
    )
    losses = train(again, 4, callbacks=[backup, note])["d_loss"]
    assert begun_with == [kept]
    assert updates(again) == (4 * STEPS, 4 * STEPS)
    assert_same(again, whole)
    assert losses == expected[-len(losses) :]
    assert not (tmp_path / "backup").exists()


def test_resuming_in_the_same_process_gives_the_same(tmp_path):
    """An earlier fit counts for the order, but not for the epochs of this one.

    Learning rates, too, go on where they were.
    """
    gan = shared_gan()
    train(gan)
    train(gan, 4, callbacks=HALVE)
    whole = weights(gan)
    gan = shared_gan()
    train(gan)
    backup = interrupted(gan, tmp_path, (2, 5), more=[HALVE])
    train(gan, 4, callbacks=[backup, HALVE])
    assert_same(gan, whole)


def test_the_random_seed_of_keras_decides_where_none_is_given():
    runs = []
    for seed in (3, 3, 4):
        keras.utils.set_random_seed(seed)
        gan = small_gan(seed=None, run_eagerly=True)
        train(gan, steps_per_epoch=2)
        runs.append((gan.sample(2, seed=0), latent_points(2, 5)))
    for once, again, other in zip(*runs, strict=True):
        np.testing.assert_array_equal(once, again)
        assert np.abs(once - other).max() > 0


def test_a_damaged_or_foreign_checkpoint_is_named_and_kept(tmp_path):
    path = tmp_path / "latest.weights.h5"
    gan = shared_gan()
    gan.discriminator.save_weights(path)
    foreign = path.read_bytes()
    for content, error, message in (
        (foreign, ValueError, "was not saved by a GAN with the same layers"),
        (foreign[: len(foreign) // 2], OSError, r"latest\.weights\.h5 is damaged"),
    ):
        path.write_bytes(content)
        with pytest.raises(error, match=message):
            train(gan, callbacks=keras.callbacks.BackupAndRestore(tmp_path))
        assert path.read_bytes() == content


def test_saved_weights_are_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    gan, path = shared_gan(), tmp_path / "gan.weights.h5"
    path.write_text("before")
    with pytest.raises(FileExistsError, match="overwrite=True"):
        gan.save_weights(path, overwrite=False)

    def fail(self, path, **_):
        path.write_text("half")
        raise KeyboardInterrupt

    monkeypatch.setattr(keras.Model, "save_weights", fail)
    with pytest.raises(KeyboardInterrupt):
        gan.save_weights(path)
    assert path.read_text() == "before"


@pytest.mark.parametrize("save_freq", ["epoch", 1])
def test_nan_stops_the_training_with_advice_and_is_never_saved(save_freq, tmp_path):
    backup = keras.callbacks.BackupAndRestore(tmp_path / "backup", save_freq)
    lost = small_gan(g_optimizer=SGD(float("nan")), run_eagerly=True)
    with pytest.raises(FloatingPointError, match="lower learning rate"):
        train(lost, 3, callbacks=backup)
    assert not (tmp_path / "backup").exists()


# What users of Keras expect of a model


def test_it_is_saved_whole(tmp_path):
    """With its losses, averages and progress; the generator alone as well."""
    path = tmp_path / "gan.keras"
    gan = small_gan(loss=OWN, ema=0.9)
    start = weights(gan)
    train(gan, 4)
    longer = weights(gan)
    train(restarted(gan, start), 2, callbacks=keras.callbacks.ModelCheckpoint(path))
    loaded = keras.saving.load_model(path)
    assert_same(loaded, weights(gan))
    assert (loaded.objectives, loaded.ema) == (gan.objectives, 0.9)
    train(loaded, 2)
    assert_same(loaded, longer)
    assert keras.models.clone_model(gan).generator is not gan.generator
    gan.generator.save(path)
    alone = keras.saving.load_model(path)
    points = latent_points(3, 5, seed=0)
    expected = gan.sample(3, seed=0, averaged=False)
    for drawn in (alone(points), gan.predict(points, verbose=0)):
        np.testing.assert_allclose(drawn, expected, atol=1e-6)


def test_held_out_images_are_judged_and_nothing_is_touched():
    gan = shared_gan()
    history = train(gan, 2, validation_data=(IMAGES[:20], np.zeros(20)))
    assert_same(gan, trained(2))
    options = {"batch_size": 8, "verbose": 0, "return_dict": True}
    judged = gan.evaluate(IMAGES[:20], **options)
    for name, value in judged.items():
        np.testing.assert_allclose(history[f"val_{name}"][-1], value, rtol=1e-5)
    assert gan.evaluate(IMAGES[:20], **options) == judged


def test_callbacks_set_the_rates_of_both():
    """Of the same kind, too: each optimizer is named as its argument."""
    gan = small_gan(g_optimizer="sgd", d_optimizer="sgd", run_eagerly=True)
    history = train(gan, 2, callbacks=HALVE, steps_per_epoch=1)
    rates = [values for name, values in history.items() if "learning_rate" in name]
    np.testing.assert_allclose(rates, [[0.005, 0.0025]] * 2)
    assert gan.d_optimizer.name == "d_optimizer"


def test_other_callbacks_find_what_they_need(tmp_path):
    stop = keras.callbacks.EarlyStopping(
        "g_loss", 99, patience=0, mode="min", restore_best_weights=True
    )
    gan = shared_gan()
    table = keras.callbacks.CSVLogger(tmp_path / "losses.csv")
    history = train(gan, 9, callbacks=[table, [stop]])
    assert set(history) == {"g_loss", "d_loss", "real_accuracy", "generated_accuracy"}
    assert len(history["g_loss"]) == gan.epochs_done == 2
    restored = gan.get_weights()
    train(shared_gan())
    assert_same(restored, gan.get_weights())


def test_averaged_weights_of_an_optimizer_are_the_last():
    """As in Keras: with momentum 1 the average stays as it was after one step."""
    ended = []
    for steps, averaging in ((2, {"use_ema": True, "ema_momentum": 1.0}), (1, {})):
        gan = small_gan(g_optimizer=SGD(0.1, **averaging), run_eagerly=True)
        train(gan, steps_per_epoch=steps)
        ended.append(gan.generator.get_weights())
    assert_same(*ended, atol=1e-6)


@pytest.mark.parametrize("options", [{"steps_per_execution": 3}, {"run_eagerly": True}])
def test_other_ways_of_running_give_the_same(options):
    gan = small_gan(**options)
    train(gan, 2)
    assert_same(gan, trained(2), atol=1e-5)


def test_only_what_was_asked_for_is_compiled(monkeypatch):
    """With a GPU too, which is never given the way of computing that suits a CPU."""
    gan = small_gan()
    assert not gan.jit_compile
    monkeypatch.setattr("course_lib.xla.call", None)
    gan.compile(jit_compile=True)
    with pytest.raises(TypeError, match="'NoneType' object is not callable"):
        gan.train_step(IMAGES[:8])
    gpu = tf.config.LogicalDevice("GPU:0", "GPU")
    monkeypatch.setattr(tf.config, "list_logical_devices", lambda kind=None: [gpu])
    gan.compile(jit_compile=True)
    gan.train_step(IMAGES[:8])


@pytest.mark.slow
def test_compiled_by_xla_it_learns_and_goes_on_to_the_bit(tmp_path):
    """XLA draws other random numbers, so only the learning is the same."""
    options = {"jit_compile": True, "steps_per_execution": 2}
    gan = small_gan(d_optimizer=ADAM(0.01), ema=0.9, **options)
    start = weights(gan)
    history = train(gan, 12)
    assert history["d_loss"][-1] < 0.95 * history["d_loss"][0]
    whole = weights(gan)
    restarted(gan, start)
    backup = interrupted(gan, tmp_path, (10, 5), epochs=12, save_freq=4)
    train(restarted(gan, start), 12, callbacks=backup)
    assert_same(gan, whole)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision(policy):
    """A LossScaleOptimizer that is given is not wrapped once more."""
    scaling = keras.optimizers.LossScaleOptimizer(ADAM(0.01))
    keras.config.set_dtype_policy(policy)
    try:
        gan = small_gan(g_optimizer=SGD(0.0), d_optimizer=scaling)
    finally:
        keras.config.set_dtype_policy("float32")
    assert gan.d_optimizer is scaling
    history = train(gan, 12)
    assert history["d_loss"][-1] < 0.95 * history["d_loss"][0]
    assert gan.generator.trainable_variables[0].dtype == "float32"
    assert gan.sample(2).dtype == "float32"


DISTRIBUTED = """
from course_lib.backend import keras, tf
cpu = tf.config.list_physical_devices("CPU")[0]
devices = [tf.config.LogicalDeviceConfiguration()] * 2
tf.config.set_logical_device_configuration(cpu, devices)
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
from small_gan import GAN, discriminator, generator, small_images
import numpy as np

def trained(batch_size):
    gan = GAN(generator(), discriminator(dropout=0), ema=0.9, seed=0)
    gan.compile(keras.optimizers.SGD(0.1), keras.optimizers.SGD(0.1))
    images = np.repeat(small_images(1), batch_size, axis=0)
    gan.fit(images, batch_size=batch_size, verbose=0)
    return gan.trainable_variables

with strategy.scope():
    both = trained(16)
for variable, alone in zip(both, trained(8), strict=True):
    first, second = variable.value.values
    np.testing.assert_allclose(first, alone, atol=1e-6)
    np.testing.assert_allclose(second, alone, atol=1e-6)
"""


@pytest.mark.slow
def test_two_devices_train_as_one():
    """Where both see the same images and points, as one device with half of them."""
    run = [sys.executable, "-c", DISTRIBUTED]
    subprocess.run(run, check=True, cwd=Path(__file__).parent)


# Samples


def test_samples_are_drawn_in_blocks_without_dropout(monkeypatch):
    gan = GAN(generator(LAYERS.Dropout(0.5)), discriminator())
    expected = gan.generator(latent_points(600, 5, seed=2), training=False)
    blocks, call = [], gan.generator.call
    monkeypatch.setattr(
        gan.generator, "call", lambda x, **k: blocks.append(len(x)) or call(x, **k)
    )
    np.testing.assert_allclose(gan.sample(600, seed=2), expected, atol=1e-6)
    assert blocks == [256, 256, 88]


def test_samples_through_time_are_of_the_same_points():
    gan, seen = shared_gan(), []
    samples = SampleHistory(4, every=2, seed=3, watch=lambda *kept: seen.append(kept))
    untrained = gan.sample(4, seed=3)
    train(gan, 5, callbacks=samples)
    assert samples.epochs == [0, 2, 4]
    np.testing.assert_array_equal(samples.images[0], untrained)
    assert np.abs(samples.images[1] - samples.images[0]).max() > 0
    train(gan, callbacks=samples)
    assert [epoch for epoch, _ in seen] == samples.epochs == [0, 2, 4, 5, 6]
    for images in (samples.images[-1], seen[-1][1]):
        np.testing.assert_array_equal(images, gan.sample(4, seed=3))


# What is refused


def two_inputs():
    points, classes = keras.Input((5,)), keras.Input((5,))
    drawn = generator()(keras.layers.add([points, classes]))
    return keras.Model([points, classes], drawn)


class Own(keras.Model):
    """Somebody's own model, whose shapes are not known beforehand."""


def test_16_bit_weights_are_refused():
    keras.config.set_floatx("float16")
    try:
        with pytest.raises(ValueError, match="mixed_float16"):
            GAN(generator(), discriminator())
    finally:
        keras.config.set_floatx("float32")


@pytest.mark.parametrize("frozen", ["generator", "discriminator"])
def test_a_frozen_network_is_refused(frozen):
    gan = small_gan()
    getattr(gan, frozen).trainable = False
    message = f"the {frozen} must have weights to train; it has none, or is frozen"
    for learn in (gan.compile, partial(train, gan)):
        with pytest.raises(ValueError, match=message):
            learn()


WEIGHTED = with_labels(IMAGES).map(lambda x, y: (x, y, tf.zeros(8)))


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"images": IMAGES[..., 0]}, ValueError, "x must be a float32"),
        ({"images": IMAGES[:0]}, ValueError, "x must hold images"),
        ({"images": "digits"}, TypeError, "x must be an array, a tf.data.Dataset"),
        ({"images": WEIGHTED}, TypeError, "whose labels are not used"),
        ({"y": np.zeros(60)}, ValueError, "y must be left out"),
        ({"validation_split": 0.1}, ValueError, "validation_split .* validation_data"),
        ({"batch_size": 0}, ValueError, "batch_size must be 1 or more"),
    ],
)
def test_what_fit_can_not_use_is_named(options, error, message):
    gan = shared_gan()
    with pytest.raises(error, match=message):
        train(gan, **options)
    assert updates(gan) == (0, 0)


ONE = ADAM()
two_logits = partial(discriminator, LAYERS.Dense(2))
sigmoid = partial(discriminator, LAYERS.Reshape((1,)), end=tf.sigmoid)
flat = partial(generator, LAYERS.Flatten())
larger = build_discriminator  # of 10x10 images


@pytest.mark.parametrize(
    ("use", "error", "message"),
    [
        (lambda: GAN("g", discriminator()), TypeError, "must be a Keras model"),
        (lambda: GAN(Own(), discriminator()), ValueError, r"Sequential\(\[keras\.Inp"),
        (lambda: GAN(two_inputs(), discriminator()), ValueError, "must have one input"),
        (lambda: GAN(discriminator(), discriminator()), ValueError, "latent points"),
        (lambda: GAN(flat(), discriminator()), ValueError, "must draw images of shape"),
        (lambda: GAN(generator(), larger()), ValueError, "take the generator's images"),
        (lambda: GAN(generator(), two_logits()), ValueError, "one logit"),
        (lambda: GAN(generator(), sigmoid()), ValueError, "give logits, .* 0 to 1"),
        (lambda: GAN(generator(), discriminator()).fit(IMAGES), ValueError, "compile"),
        (lambda: small_gan(seed=0.5), TypeError, "seed must be a whole number"),
        (lambda: small_gan(loss="mse"), ValueError, "loss must be one of .* 'mse'"),
        (lambda: small_gan(ema=1.0), ValueError, "ema must be between 0 and 1"),
        (lambda: shared_gan().sample(2, averaged=True), ValueError, "ema=0.999"),
        (lambda: small_gan(metrics=[]), TypeError, "take metrics: .* g_optimizer"),
        (lambda: small_gan(d_optimizer="mse"), ValueError, "d_optimizer .* got 'mse'"),
        (lambda: small_gan(g_optimizer=1), ValueError, "g_optimizer must be"),
        (lambda: small_gan(g_optimizer=ONE, d_optimizer=ONE), ValueError, "be two"),
        (lambda: SampleHistory(every=1.5), TypeError, "every must be a whole number"),
        (lambda: SampleHistory(watch="print"), TypeError, "watch must be a function"),
    ],
)
def test_bad_arguments_are_named(use, error, message):
    with pytest.raises(error, match=message):
        use()
