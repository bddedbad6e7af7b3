"""Exercises of chapter 8: training."""

import numpy as np

from course_lib.exercises.exercise import Exercise, Made, whole_numbers


def loss_of_a_coin():
    """Real or not, it gives the truth one half: −log(1/2) = 0.693 for each image."""
    return round(-np.log(1 / 2), 3)


exercise_1 = Exercise(
    "8.1 Predict the loss of a coin toss (easy, 2 min)",
    "A discriminator that can't tell answers with the logit 0, for every image. What "
    "is its `d_loss`, the mean binary cross-entropy? Round to three decimals.",
    loss_of_a_coin,
    mistakes={
        "That is the probability. The loss is −log of it.": 0.5,
        "Zero is the loss of one who is sure *and* right.": 0.0,
        "That is the sum of the real and the generated half; take the mean.": 1.386,
        "That is half the loss of an image: both kinds of images have the same.": 0.347,
        "That is in bits. The loss takes the natural logarithm.": 1.0,
        "That is the logarithm to base 10; the loss takes the natural one.": 0.301,
        "That is log(1/2). The loss is *minus* that: it is never negative.": -0.693,
    },
    hints=(
        "Which probability belongs to the logit 0? A sigmoid turns one into the other.",
        "For each image the loss is −log of the probability given to the truth.",
    ),
)


def training_step(generator, discriminator, g_optimizer, d_optimizer, real, points):
    """Let the discriminator learn, then the generator; return d_loss and g_loss."""
    from course_lib.backend import keras, tf

    cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
    ones = tf.ones((len(real), 1))
    with tf.GradientTape() as drawing:
        generated = generator(points, training=True)
    with tf.GradientTape() as judging:
        logits = discriminator(tf.concat([real, generated], 0), training=True)
        d_loss = cross_entropy(tf.concat([ones, 0 * ones], 0), logits)
    weights = discriminator.trainable_variables
    d_optimizer.apply(judging.gradient(d_loss, weights), weights)
    with drawing:
        g_loss = cross_entropy(ones, discriminator(generated, training=True))
    weights = generator.trainable_variables
    g_optimizer.apply(drawing.gradient(g_loss, weights), weights)
    return d_loss, g_loss


def _network(layers, seed):
    """A network of a few numbers, in which a batch's statistics count."""
    from course_lib.backend import keras

    normalize = keras.layers.BatchNormalization()
    dense = keras.layers.Dense(layers[1])
    network = keras.Sequential([keras.Input(layers[:1]), normalize, dense])
    dense.kernel.assign(whole_numbers(*layers, seed=seed) / 9)
    return network


def _optimizer(rate=0.0):
    from course_lib.backend import keras

    return keras.optimizers.SGD(rate)


def _hidden(seed):
    """Networks, optimizers, real images and latent points of a step."""
    return (
        Made(lambda: _network((2, 3), seed), lambda used: used.get_weights()),
        Made(lambda: _network((3, 1), seed + 1), lambda used: used.get_weights()),
        Made(lambda: _optimizer(0.5)),
        Made(lambda: _optimizer(0.25)),
        whole_numbers(4, 3, seed=seed).astype("float32") / 4,
        whole_numbers(4, 2, seed=seed).astype("float32") / 4,
    )


class _Other:
    """A network that is called in another way than it is asked to be."""

    def __init__(self, network, call):
        self.network, self.call = network, call
        self.trainable_variables = network.trainable_variables

    def __call__(self, inputs, training=False):
        return self.call(self.network, inputs, training)


def _with_generator(call):
    return lambda f, generator, *rest: f(_Other(generator, call), *rest)


def _with_discriminator(call):
    return lambda f, generator, judge, *rest: f(generator, _Other(judge, call), *rest)


def _untrained(network, inputs, training):
    return network(inputs)


def _twice(network, inputs, training):
    network(inputs, training=training)
    return network(inputs, training=training)


def _separately(network, images, training):
    from course_lib.backend import tf

    halves = [half for half in (images[:4], images[4:]) if len(half)]
    return tf.concat([network(half, training=training) for half in halves], 0)


def _negated(*counts):
    """Logits with another sign are labels swapped; counts of the images tell where."""

    def call(network, images, training):
        logits = network(images, training=training)
        return -logits if len(images) in counts else logits

    return call


def _generator_first(f, generator, judge, g_optimizer, d_optimizer, *given):
    _, g_loss = f(generator, judge, g_optimizer, _optimizer(), *given)
    d_loss, _ = f(generator, judge, _optimizer(), d_optimizer, *given)
    return d_loss, g_loss


def _summed(f, generator, judge, g_optimizer, d_optimizer, *given):
    d_loss, g_loss = f(generator, judge, g_optimizer, _optimizer(0.5), *given)
    return 2 * d_loss, g_loss


exercise_2 = Exercise(
    "8.2 Write the training step (hard, 15 min)",
    "One step, from a batch `real` and as many latent `points`:\n\n"
    "1. Draw images from the points, on a first tape.\n"
    "2. On a second tape, judge real and drawn images as **one batch**, the real ones "
    "first. `d_loss` is the cross-entropy with label 1 for real and 0 for drawn.\n"
    "3. Move the discriminator's weights: `optimizer.apply(gradients, weights)`.\n"
    "4. Judge the drawn images again, on the first tape (`with` it once more). "
    "`g_loss` is the cross-entropy with label 1. Move the generator's weights.\n\n"
    "Call both networks with `training=True`. Return both losses, as tensors.",
    training_step,
    mistakes={
        "The labels of the discriminator's half are swapped.\nReal counts as 1 and "
        "drawn as 0; all places must agree on it.": _with_discriminator(_negated(8)),
        "The generator's half has label 0.\nThe generator wants its images taken for "
        "real: label 1.": _with_discriminator(_negated(4)),
        "All labels are swapped.\nThat is the same game by another convention; here "
        "real counts as 1.": _with_discriminator(_negated(4, 8)),
        "The generator is called without `training=True`.\nIts batch normalization "
        "must use the batch's own mean.": _with_generator(_untrained),
        "The discriminator is called without `training=True`.\nIts layers must know "
        "that they are trained.": _with_discriminator(_untrained),
        "The images are drawn twice.\nThe second half goes back through those of the "
        "first: `with` the first tape once more.": _with_generator(_twice),
        "Real and drawn images are judged apart.\n`tf.concat` makes one batch of "
        "them.": _with_discriminator(_separately),
        "The generator moved before the discriminator.\nThe discriminator's half comes "
        "first.": _generator_first,
        "`d_loss` is the sum of the two halves.\nIt is the mean over all images of "
        "the batch.": _summed,
        "The generator has not moved.\nApply the first tape's gradients with "
        "`g_optimizer`.": lambda f, g, d, _, *rest: f(g, d, _optimizer(), *rest),
        "The discriminator has not moved.\nApply the second tape's gradients with "
        "`d_optimizer`.": lambda f, g, d, o, _, *rest: f(g, d, o, _optimizer(), *rest),
    },
    hints=(
        "`with tf.GradientTape() as drawing:` records; `drawing.gradient(loss, "
        "weights)` gives a gradient for each weight, once a tape.",
        "`tf.concat([real, generated], 0)` is the batch, and `tf.ones((len(real), 1))` "
        "are labels. `network.trainable_variables` are a network's weights.",
        "After the discriminator's step: `with drawing:`, then `g_loss`, then "
        "`drawing.gradient(g_loss, generator.trainable_variables)`.",
    ),
    inputs=(_hidden(0), _hidden(1)),
)


def to_tanh_range(pixels):
    """Pixels 0 to 255, uint8, as floats from -1 to 1."""
    return pixels.astype("float32") / 127.5 - 1


exercise_3 = Exercise(
    "8.3 Bring pixels into the generator's range (easy, 4 min)",
    "Images as files have them are `uint8`, from 0 to 255; a generator that ends in "
    "`tanh` draws from −1 to 1. Turn `pixels`, of any "
    "shape, into floats of that range.",
    to_tanh_range,
    mistakes={
        "The range is 0 to 1.\n`tanh` draws from −1 to 1. The discriminator would know "
        "the real images by their range alone.": lambda f, pixels: pixels / 255,
        "The range is 0 to 2.\nSubtract 1 after dividing.": lambda f, x: f(x) + 1,
        "The range is −0.5 to 0.5.\nIt is to be twice as wide.": lambda f, x: f(x) / 2,
        "Dark pixels came out bright: the numbers wrapped around.\nIn `uint8`, 0 − 127 "
        "is 129. Convert to floats first: "
        '`.astype("float32")`.': lambda f, pixels: (pixels - np.uint8(127)) / 127.5,
        "The range is not quite −1 to 1.\nThe middle of 0 to 255 is "
        "127.5.": lambda f, pixels: (pixels - 127.0) / 128,
        "The range is not quite −1 to 1: white is below 1.\nThe middle of 0 to 255 is "
        "127.5.": lambda f, pixels: pixels / 128 - 1,
        "Ink and paper are exchanged.\n0 becomes −1, and 255 becomes "
        "1.": lambda f, pixels: -f(pixels),
    },
    hints=(
        "A straight line through (0, −1) and (255, 1).",
        "First `.astype('float32')`: whole numbers of 8 bits have no −1.",
    ),
    inputs=(
        (np.array([[0, 51, 127], [128, 204, 255]], np.uint8),),
        (np.arange(0, 250, 7).astype(np.uint8).reshape(2, 2, 9, 1),),
    ),
)


def discriminator_loss(real_logits, generated_logits):
    """Mean of the two cross-entropies; real counts as 1, generated as 0."""
    taken_for_real = 1 / (1 + np.exp(-real_logits))
    taken_for_real_too = 1 / (1 + np.exp(-generated_logits))
    on_real = -np.log(taken_for_real).mean()
    on_generated = -np.log(1 - taken_for_real_too).mean()
    return (on_real + on_generated) / 2


exercise_4 = Exercise(
    "8.4 Write the discriminator's loss (medium, 8 min)",
    "`d_loss` from the logits for as many real as generated images, both of shape "
    "`(batch, 1)`: the mean of the two binary cross-entropies. Real counts as 1, "
    "generated as 0. The result is a number.",
    discriminator_loss,
    mistakes={
        "The labels are swapped.\nReal counts as 1: there, −log of the probability of "
        "being real. Generated as 0.": lambda f, real, generated: f(generated, real),
        "Generated images are labelled as real here.\nThat is what the *generator* "
        "wants. For the discriminator, the truth about a generated image is 0: −log(1 "
        "− probability).": lambda f, real, generated: f(real, -generated),
        "That is the sum of the two halves.\nHere `d_loss` is their mean, so that a "
        "coin toss has 0.693.": lambda f, real, generated: 2 * f(real, generated),
        "The sign is missing.\nA logarithm of a probability is negative; the loss is "
        "minus that.": lambda f, real, generated: -f(real, generated),
        "Only the real images count.\nThe generated ones make the other "
        "half.": lambda f, real, generated: f(real, -real),
        "Only the generated images count.\nThe real ones make the other "
        "half.": lambda f, real, generated: f(-generated, generated),
        "That is summed over the images.\nTake the mean: a loss should not grow with "
        "the batch.": lambda f, real, generated: len(real) * f(real, generated),
    },
    hints=(
        "A sigmoid makes probabilities of logits: `1 / (1 + np.exp(-logits))`.",
        "For a real image the loss is −log p, for a generated one −log(1 − p).",
    ),
    inputs=(
        (np.array([[0.0], [2]]), np.array([[-1.0], [0]])),
        (whole_numbers(5, 1) / 4, whole_numbers(5, 1, seed=1) / 4),
        (whole_numbers(3, 1, seed=2) / 2, whole_numbers(3, 1, seed=3) / 2),
    ),
)


def generator_loss(generated_logits):
    """Cross-entropy of having the generated images taken for real, label 1."""
    taken_for_real = 1 / (1 + np.exp(-generated_logits))
    return -np.log(taken_for_real).mean()


def _sigmoid(logits):
    return 1 / (1 + np.exp(-logits))


exercise_5 = Exercise(
    "8.5 Write the generator's loss (medium, 5 min)",
    "`g_loss` from the logits for generated images, of shape `(batch, 1)`. The "
    "generator wants them taken for real: binary cross-entropy with label 1.",
    generator_loss,
    mistakes={
        "That is the discriminator's loss for these images.\nThe generator wants the "
        "opposite: that they are taken for real, label 1.": lambda f, x: f(-x),
        "That is the discriminator's loss with its sign turned.\nIt wants the same, "
        "but its gradient vanishes while the discriminator wins. Use the cross-entropy "
        "with label 1.": lambda f, logits: -f(-logits),
        "The sign is missing.\nA logarithm of a probability is negative; the loss is "
        "minus that.": lambda f, logits: -f(logits),
        "That is the mean logit, its sign turned.\nA logit is not the logarithm of a "
        "probability: put it through a sigmoid first.": lambda f, x: -x.mean(),
        "The mean was taken before the logarithm.\nEach image has its own loss; their "
        "mean comes last.": lambda f, logits: -np.log(_sigmoid(logits).mean()),
        "That is the mean probability.\nThe loss is −log of it, for each "
        "image.": lambda f, logits: _sigmoid(logits).mean(),
        "That is summed over the images.\nTake the mean: a loss should not grow with "
        "the batch.": lambda f, logits: len(logits) * f(logits),
    },
    hints=(
        "Compare with the real half of `d_loss`: the same label.",
        "−log of the probability of being real, averaged over the images.",
    ),
    inputs=(
        (np.array([[0.0], [1]]),),
        (whole_numbers(5, 1, seed=1) / 4,),
        (whole_numbers(4, 1, seed=2) / 2,),
    ),
)
