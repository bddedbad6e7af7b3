import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from gan_run import small_gan, small_images, weights

from course_lib.backend import keras, tf
from course_lib.gan import GAN, SampleHistory, latent_points
from course_lib.generators import (
    build_discriminator,
    build_transposed_generator,
    build_upsampling_generator,
)

IMAGES = small_images()
TESTS = Path(__file__).parent


def train(gan, epochs, **kwargs):
    kwargs = {"batch_size": 8, "verbose": 0, **kwargs}
    return gan.fit(IMAGES, epochs=epochs, **kwargs).history


def assert_same(one, other):
    for a, b in zip(weights(one), weights(other), strict=True):
        np.testing.assert_array_equal(a, b)


class Interrupt(keras.callbacks.Callback):
    """Stops a training as Ctrl-C does, in the given epoch and step."""

    def __init__(self, epoch, step):
        super().__init__()
        self.when = (epoch, step)

    def on_epoch_begin(self, epoch, logs=None):
        self.epoch = epoch

    def on_train_batch_end(self, batch, logs=None):
        if (self.epoch, batch) == self.when:
            raise KeyboardInterrupt


@pytest.mark.parametrize(
    "build", [build_upsampling_generator, build_transposed_generator]
)
def test_it_trains_with_the_defaults(build):
    gan = GAN(build(100, "leaky_relu", "tanh"), build_discriminator())
    gan.compile()
    history = gan.fit(IMAGES, epochs=2, verbose=0).history
    names = ["d_loss", "g_loss", "generated_accuracy", "real_accuracy"]
    assert sorted(history) == names
    assert all(len(values) == 2 for values in history.values())
    assert gan.optimizer is None


def test_any_latent_dimension_and_image_shape():
    shape = {"image_size": (4, 6), "channels": 3}
    generator = build_upsampling_generator(5, "leaky_relu", "tanh", **shape)
    gan = GAN(generator, build_discriminator((4, 6), channels=3), seed=0)
    gan.compile()
    images = np.zeros((20, 4, 6, 3), "float32")
    history = gan.fit(images, batch_size=8, epochs=2, verbose=0).history
    assert np.isfinite(history["g_loss"]).all()
    assert gan.sample(2).shape == (2, 4, 6, 3)


def test_the_discriminator_learns():
    """Two kinds of images that anybody tells apart: a still generator, real ones."""
    gan = small_gan()
    gan.compile(g_optimizer=keras.optimizers.SGD(0.0))
    history = train(gan, 15)
    assert history["d_loss"][-1] < 0.5 * history["d_loss"][0]
    assert history["real_accuracy"][-1] > 0.9
    assert history["generated_accuracy"][-1] > 0.9


def test_the_generator_learns():
    """Against a still discriminator it finds images that are taken for real."""
    gan = small_gan()
    gan.compile(keras.optimizers.Adam(0.01), keras.optimizers.SGD(0.0))
    history = train(gan, 15)
    assert history["g_loss"][-1] < 0.8 * history["g_loss"][0]


@pytest.mark.parametrize("still", ["g_optimizer", "d_optimizer"])
def test_a_step_moves_the_weights_of_one_network_only(still):
    gan = small_gan()
    gan.compile(**{still: keras.optimizers.SGD(0.0)})
    networks = {"g_optimizer": gan.generator, "d_optimizer": gan.discriminator}
    before = {name: network.get_weights() for name, network in networks.items()}
    train(gan, 1)
    for name, network in networks.items():
        moved = [
            np.abs(new - old).max() > 0
            for new, old in zip(network.get_weights(), before[name], strict=True)
        ]
        assert not any(moved) if name == still else all(moved)


def test_the_losses_are_those_of_the_textbook():
    """With learning rates of 0 and no dropout, computed again with NumPy."""
    generator = build_transposed_generator(8, "leaky_relu", "tanh", seed=0)
    gan = GAN(generator, build_discriminator(dropout=0.0, seed=0), seed=0)
    gan.compile(keras.optimizers.SGD(0.0), keras.optimizers.SGD(0.0))
    same_noise = keras.random.SeedGenerator(0)
    points = keras.random.normal((60, 8), seed=same_noise)
    history = train(gan, 1, batch_size=60)
    of_real = np.asarray(gan.discriminator(IMAGES))
    of_generated = np.asarray(gan.discriminator(gan.generator(points)))
    d_loss = np.mean(np.log1p(np.exp(-of_real))) + np.mean(
        np.log1p(np.exp(of_generated))
    )
    g_loss = np.mean(np.log1p(np.exp(-of_generated)))
    np.testing.assert_allclose(history["d_loss"], d_loss / 2, rtol=1e-5)
    np.testing.assert_allclose(history["g_loss"], g_loss, rtol=1e-5)
    np.testing.assert_allclose(history["real_accuracy"], np.mean(of_real > 0))
    np.testing.assert_allclose(history["generated_accuracy"], np.mean(of_generated < 0))


def test_a_seed_repeats_a_training():
    one, other = small_gan(), small_gan()
    train(one, 2)
    train(other, 2)
    assert_same(one, other)
    different = small_gan(seed=1)
    train(different, 2)
    kernels = [gan.generator.get_weights()[0] for gan in (one, different)]
    assert not np.array_equal(*kernels)


def test_the_order_is_new_in_each_epoch_and_follows_from_the_seed():
    seen = []

    class Watch(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            seen.append([])

    gan = small_gan()
    step = gan.train_step

    def watched(data):
        tf.py_function(lambda x: seen[-1].append(x.numpy()), [data], [])
        return step(data)

    gan.train_step = watched
    train(gan, 2, callbacks=Watch())
    first, second = (np.concatenate(epoch) for epoch in seen)
    for epoch in (first, second):
        assert {i.tobytes() for i in epoch} == {i.tobytes() for i in IMAGES}
        assert not np.array_equal(epoch, IMAGES)
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("moment", [(0, 3), (2, 0), (2, 7), (3, 4)])
def test_an_interrupted_training_goes_on_to_the_bit(moment, tmp_path):
    whole = small_gan()
    train(whole, 5)
    backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
    with pytest.raises(KeyboardInterrupt):
        train(small_gan(), 5, callbacks=[backup, Interrupt(*moment)])
    resumed = small_gan()
    history = train(resumed, 5, callbacks=backup)
    assert_same(whole, resumed)
    assert len(history["g_loss"]) == 5 - moment[0]


def test_resuming_in_the_same_process_gives_the_same(tmp_path):
    whole, gan = small_gan(), small_gan()
    train(whole, 1)
    train(whole, 4)
    train(gan, 1)  # an earlier fit, which counts for the order but not for this one
    backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
    with pytest.raises(KeyboardInterrupt):
        train(gan, 4, callbacks=[backup, Interrupt(2, 5)])
    train(gan, 4, callbacks=backup)
    assert_same(whole, gan)


def test_killed_at_random_moments_it_ends_the_same(tmp_path):
    """Real processes, kill -9, until one comes to the end."""
    epochs = 60
    whole = small_gan()
    train(whole, epochs)
    moments = random.Random(time.time_ns())
    command = [sys.executable, str(TESTS / "gan_run.py"), str(tmp_path), str(epochs)]
    for kill in range(4):
        (tmp_path / "started").unlink(missing_ok=True)
        with subprocess.Popen(command) as process:
            while not (tmp_path / "started").exists() and process.poll() is None:
                time.sleep(0.02)
            if kill < 3:
                time.sleep(moments.uniform(1.0, 3.5))
                process.kill()
        if process.returncode == 0:
            break
    assert process.returncode == 0
    with np.load(tmp_path / "final.npz") as final:
        for ours, theirs in zip(weights(whole), final.values(), strict=True):
            np.testing.assert_array_equal(ours, theirs)


def interrupted(tmp_path):
    backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
    with pytest.raises(KeyboardInterrupt):
        train(small_gan(), 3, callbacks=[backup, Interrupt(1, 2)])
    return backup, tmp_path / "backup" / "latest.weights.h5"


def test_a_half_written_metadata_file_does_no_harm(tmp_path):
    backup, _ = interrupted(tmp_path)
    (tmp_path / "backup" / "training_metadata.json").write_text("")
    whole, resumed = small_gan(), small_gan()
    train(whole, 3)
    train(resumed, 3, callbacks=backup)
    assert_same(whole, resumed)


def test_metadata_older_than_the_weights_do_no_harm(tmp_path):
    backup, _ = interrupted(tmp_path)
    metadata = tmp_path / "backup" / "training_metadata.json"
    metadata.write_text('{"epoch": 0, "batch": 0}')
    whole, resumed = small_gan(), small_gan()
    train(whole, 3)
    train(resumed, 3, callbacks=backup)
    assert_same(whole, resumed)


def test_a_damaged_checkpoint_is_named_and_kept(tmp_path):
    backup, path = interrupted(tmp_path)
    half = path.read_bytes()[: path.stat().st_size // 2]
    path.write_bytes(half)
    with pytest.raises(OSError, match=r"latest\.weights\.h5 is damaged"):
        train(small_gan(), 3, callbacks=backup)
    assert path.read_bytes() == half


def test_a_foreign_checkpoint_is_named_and_kept(tmp_path):
    backup, path = interrupted(tmp_path)
    build_discriminator().save_weights(path, overwrite=True)
    before = path.read_bytes()
    with pytest.raises(ValueError, match="was not saved by a GAN with the same layers"):
        train(small_gan(), 3, callbacks=backup)
    assert path.read_bytes() == before


def test_saved_weights_are_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    gan = small_gan()
    path = tmp_path / "gan.weights.h5"
    gan.save_weights(path)
    before = path.read_bytes()
    train(gan, 1)

    def fail(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(keras.Model, "save_weights", fail)
    with pytest.raises(KeyboardInterrupt):
        gan.save_weights(path)
    assert path.read_bytes() == before
    with pytest.raises(FileExistsError, match="overwrite=True"):
        gan.save_weights(path, overwrite=False)


def test_nan_stops_the_training_with_advice(tmp_path):
    gan = small_gan()
    gan.compile(g_optimizer=keras.optimizers.SGD(float("nan")))
    backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
    with pytest.raises(FloatingPointError, match="lower learning rate"):
        train(gan, 3, callbacks=backup)
    assert not (tmp_path / "backup" / "latest.weights.h5").exists()


@pytest.mark.parametrize("options", [{"steps_per_execution": 3}, {"run_eagerly": True}])
def test_other_ways_of_running_give_the_same(options):
    one, other = small_gan(), small_gan()
    for gan, how in ((one, {}), (other, options)):
        gan.compile(keras.optimizers.SGD(0.01), keras.optimizers.SGD(0.01), **how)
    train(one, 1)
    train(other, 1)
    for a, b in zip(weights(one), weights(other), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_it_trains_when_compiled_by_xla():
    """XLA draws other random numbers, so only the learning is the same."""
    gan = small_gan()
    gan.compile(g_optimizer=keras.optimizers.SGD(0.0), jit_compile=True)
    history = train(gan, 12)
    assert history["d_loss"][-1] < 0.6 * history["d_loss"][0]


def test_compiled_by_xla_an_interrupted_training_goes_on_to_the_bit(tmp_path):
    def compiled_gan():
        gan = small_gan()
        gan.compile(jit_compile=True, steps_per_execution=2)
        return gan

    whole = compiled_gan()
    train(whole, 3)
    backup = keras.callbacks.BackupAndRestore(tmp_path / "backup")
    with pytest.raises(KeyboardInterrupt):
        train(compiled_gan(), 3, callbacks=[backup, Interrupt(2, 3)])
    resumed = compiled_gan()
    train(resumed, 3, callbacks=backup)
    assert_same(whole, resumed)


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision(policy):
    keras.config.set_dtype_policy(policy)
    try:
        gan = small_gan()
        gan.compile(g_optimizer=keras.optimizers.SGD(0.0))
        history = train(gan, 12)
    finally:
        keras.config.set_dtype_policy("float32")
    assert history["d_loss"][-1] < 0.6 * history["d_loss"][0]
    assert gan.generator.trainable_variables[0].dtype == "float32"
    assert gan.sample(2).dtype == "float32"


def test_a_tf_dataset_is_taken_in_its_own_order():
    one, other = small_gan(), small_gan()
    train(one, 2, shuffle=False)
    filled = np.concatenate([IMAGES, IMAGES[:4]])
    other.fit(tf.data.Dataset.from_tensor_slices(filled).batch(8), epochs=2, verbose=0)
    assert_same(one, other)


DISTRIBUTED = """
from course_lib.backend import keras, tf
cpu = tf.config.list_physical_devices("CPU")[0]
devices = [tf.config.LogicalDeviceConfiguration()] * 2
tf.config.set_logical_device_configuration(cpu, devices)
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
from gan_run import small_gan, small_images
import numpy as np
with strategy.scope():
    gan = small_gan()
before = gan.generator.get_weights()[0]
history = gan.fit(small_images(), batch_size=16, epochs=3, verbose=0).history
assert strategy.num_replicas_in_sync == 2
assert np.isfinite(history["d_loss"]).all()
assert np.abs(gan.generator.get_weights()[0] - before).max() > 0
for variable in gan.trainable_variables:
    one, other = (np.asarray(v) for v in variable.value.values)
    np.testing.assert_array_equal(one, other)
print("two replicas")
"""


def test_it_trains_on_two_devices():
    result = subprocess.run(
        [sys.executable, "-c", DISTRIBUTED],
        capture_output=True,
        text=True,
        check=False,
        cwd=TESTS,
    )
    assert result.stdout == "two replicas\n", result.stderr


LOAD = """
import sys
import keras
import numpy as np
generator = keras.saving.load_model(sys.argv[1] + "/generator.keras")
assert not any(name.startswith("course_lib") for name in sys.modules)
points = np.load(sys.argv[1] + "/points.npy")
np.save(sys.argv[1] + "/images.npy", generator(points))
"""


def test_the_generator_alone_is_loaded_with_keras_alone(tmp_path):
    gan = small_gan()
    train(gan, 1)
    points = latent_points(3, 8, seed=0)
    np.save(tmp_path / "points.npy", points)
    gan.generator.save(tmp_path / "generator.keras")
    subprocess.run([sys.executable, "-c", LOAD, str(tmp_path)], check=True)
    images = np.load(tmp_path / "images.npy")
    np.testing.assert_array_equal(images, gan.generator(points))
    np.testing.assert_array_equal(images, gan.sample(3, seed=0))
    np.testing.assert_allclose(images, gan.predict(points, verbose=0), atol=1e-6)


def test_samples_through_time_are_of_the_same_points():
    gan = small_gan()
    samples = SampleHistory(count=4, every=2, seed=3)
    untrained = gan.sample(4, seed=3)
    train(gan, 5, callbacks=samples)
    assert samples.epochs == [0, 2, 4]
    np.testing.assert_array_equal(samples.images[0], untrained)
    assert np.abs(samples.images[1] - samples.images[0]).max() > 0
    train(gan, 1, callbacks=samples)
    assert samples.epochs == [0, 2, 4, 5, 6]
    np.testing.assert_array_equal(samples.images[-1], gan.sample(4, seed=3))


def test_samples_can_be_watched():
    seen = []
    samples = SampleHistory(2, watch=lambda epoch, images: seen.append((epoch, images)))
    train(small_gan(), 2, callbacks=samples)
    assert [epoch for epoch, _ in seen] == [0, 1, 2]
    np.testing.assert_array_equal(seen[-1][1], samples.images[-1])
    with pytest.raises(TypeError, match="watch must be a function"):
        SampleHistory(watch="print")


def test_models_that_do_not_fit_are_named():
    generator = build_transposed_generator(8)
    with pytest.raises(ValueError, match="discriminator must take the generator's"):
        GAN(generator, build_discriminator(20))
    inputs = [keras.Input((10, 10, 1)), keras.layers.Flatten()]
    flat = keras.Sequential(inputs)
    with pytest.raises(ValueError, match="discriminator must give one logit"):
        GAN(generator, flat)
    sure = keras.layers.Dense(1, activation="sigmoid")
    with pytest.raises(ValueError, match="discriminator must give logits"):
        GAN(generator, keras.Sequential([*inputs, sure]))
    gan = GAN(generator, build_discriminator())
    adam = keras.optimizers.Adam()
    with pytest.raises(ValueError, match="must be two optimizers"):
        gan.compile(adam, adam)


@pytest.mark.parametrize(
    ("images", "error", "message"),
    [
        (IMAGES[..., 0], ValueError, "x must be a float32"),
        (IMAGES[:, :5], ValueError, r"x must hold images of shape \(10, 10, 1\)"),
        (IMAGES[:0], ValueError, "x must hold images"),
        (IMAGES.astype(int), TypeError, "x must be a float32"),
        (IMAGES * np.nan, ValueError, "x must hold finite numbers"),
        (IMAGES * 255, ValueError, "x must be in the range .*, -1 to 1; got -25"),
    ],
)
def test_images_that_do_not_fit_are_named(images, error, message):
    with pytest.raises(error, match=message):
        small_gan().fit(images, verbose=0)


def test_bad_numbers_are_named():
    gan = small_gan()
    with pytest.raises(ValueError, match="batch_size must be 1 or more"):
        gan.fit(IMAGES, batch_size=0)
    with pytest.raises(ValueError, match="count must be 1 or more"):
        gan.sample(0)
    with pytest.raises(TypeError, match="every must be a whole number"):
        SampleHistory(every=1.5)
