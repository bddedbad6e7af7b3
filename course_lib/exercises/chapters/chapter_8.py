"""Exercises of chapter 8: training."""

import numpy as np

from course_lib.exercises.exercise import Exercise, whole_numbers, wrong


def loss_of_a_coin():
    """Real or not, it gives the truth one half: −log(1/2) = 0.693 for each image."""
    return round(-np.log(1 / 2), 3)


exercise_1 = Exercise(
    name="8.1",
    title="Predict the loss of a coin toss",
    difficulty="easy",
    minutes=2,
    task=(
        "A discriminator that can't tell answers with the logit 0, for every image. "
        "What is its `d_loss`, the mean binary cross-entropy? Round to three decimals."
    ),
    solution=loss_of_a_coin,
    mistakes=(
        wrong(0.5, "That is the probability. The loss is −log of it."),
        wrong(0.0, "Zero is the loss of one who is sure *and* right."),
        wrong(
            1.386, "That is the sum of the real and the generated half; take the mean."
        ),
        wrong(1.0, "That is in bits. The loss takes the natural logarithm."),
        wrong(
            0.301, "That is the logarithm to base 10; the loss takes the natural one."
        ),
        wrong(
            -0.693, "That is log(1/2). The loss is *minus* that: it is never negative."
        ),
    ),
    hints=(
        "Which probability belongs to the logit 0? A sigmoid turns one into the other.",
        "For each image the loss is −log of the probability given to the truth.",
    ),
)


def steps_of_an_epoch():
    """31 batches of 128 are 3,968 images; `GAN` fills up a 32nd for the other 32."""
    return -(-4000 // 128)


exercise_2 = Exercise(
    name="8.2",
    title="Count the steps of an epoch",
    difficulty="easy",
    minutes=1,
    task="4,000 digits, in batches of 128: how many training steps has an epoch?",
    solution=steps_of_an_epoch,
    mistakes=(
        wrong(31, "31 batches are 3,968 images. The other 32 are trained on, too."),
        wrong(31.25, "There is no quarter of a step: the last batch is filled up."),
        wrong(128, "That is the number of images in a batch."),
        wrong(4000, "That would be batches of a single image."),
        wrong(63, "Real and generated images are judged in the same step."),
    ),
    hints=("How many full batches are there, and what is left?", "Round up."),
)


def to_tanh_range(pixels):
    """Pixels 0 to 255, uint8, as floats from -1 to 1."""
    return pixels.astype("float32") / 127.5 - 1


def zero_to_one(pixels):
    """The range is 0 to 1.

    `tanh` draws from −1 to 1. The discriminator would know the real images by their
    range alone.
    """
    return pixels.astype("float32") / 255


def zero_to_two(pixels):
    """The range is 0 to 2.

    Subtract 1 after dividing.
    """
    return pixels.astype("float32") / 127.5


def wraps_around(pixels):
    """Dark pixels came out bright: the numbers wrapped around.

    In `uint8`, 0 − 127 is 129. Convert to floats first: `.astype("float32")`.
    """
    return (pixels - np.uint8(127)) / 127.5


def off_by_a_half(pixels):
    """The range is not quite −1 to 1.

    The middle of 0 to 255 is 127.5.
    """
    return (pixels.astype("float32") - 127) / 128


def colours_reversed(pixels):
    """Ink and paper are exchanged.

    0 becomes −1, and 255 becomes 1.
    """
    return 1 - pixels.astype("float32") / 127.5


exercise_3 = Exercise(
    name="8.3",
    title="Bring pixels into the generator's range",
    difficulty="easy",
    minutes=4,
    task=(
        "Images as files have them are `uint8`, from 0 to 255; a generator that ends "
        "in `tanh` draws from −1 to 1. Turn `pixels`, of any shape, into floats of "
        "that range."
    ),
    solution=to_tanh_range,
    mistakes=(zero_to_one, zero_to_two, wraps_around, off_by_a_half, colours_reversed),
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


def labels_swapped(real_logits, generated_logits):
    """The labels are swapped.

    Real counts as 1: there, −log of the probability of being real. Generated as 0.
    """
    return discriminator_loss(generated_logits, real_logits)


def everything_real(real_logits, generated_logits):
    """Generated images are labelled as real here.

    That is what the *generator* wants. For the discriminator, the truth about a
    generated image is 0: −log(1 − probability).
    """
    return discriminator_loss(real_logits, -generated_logits)


def summed_halves(real_logits, generated_logits):
    """That is the sum of the two halves.

    Here `d_loss` is their mean, so that a coin toss has 0.693.
    """
    return 2 * discriminator_loss(real_logits, generated_logits)


def sign_forgotten(real_logits, generated_logits):
    """The sign is missing.

    A logarithm of a probability is negative; the loss is minus that.
    """
    return -discriminator_loss(real_logits, generated_logits)


def real_half_only(real_logits, generated_logits):
    """Only the real images count.

    The generated ones make the other half.
    """
    return np.log1p(np.exp(-real_logits)).mean()


def summed_over_images(real_logits, generated_logits):
    """That is summed over the images.

    Take the mean: a loss should not grow with the batch.
    """
    return len(real_logits) * discriminator_loss(real_logits, generated_logits)


exercise_4 = Exercise(
    name="8.4",
    title="Write the discriminator's loss",
    difficulty="medium",
    minutes=8,
    task=(
        "`d_loss` from the logits for as many real as generated images, both of shape "
        "`(batch, 1)`: the mean of the two binary cross-entropies. Real counts as 1, "
        "generated as 0. The result is a number."
    ),
    solution=discriminator_loss,
    mistakes=(
        labels_swapped,
        everything_real,
        summed_halves,
        sign_forgotten,
        real_half_only,
        summed_over_images,
    ),
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


def on_the_other_side(generated_logits):
    """That is the discriminator's loss for these images.

    The generator wants the opposite: that they are taken for real, label 1.
    """
    return np.log1p(np.exp(generated_logits)).mean()


def saturating(generated_logits):
    """That is the discriminator's loss with its sign turned.

    It wants the same, but its gradient vanishes while the discriminator wins. Use the
    cross-entropy with label 1.
    """
    return -np.log1p(np.exp(generated_logits)).mean()


def sigmoid_forgotten(generated_logits):
    """That is the mean logit, its sign turned.

    A logit is not the logarithm of a probability: put it through a sigmoid first.
    """
    return -generated_logits.mean()


def mean_before_logarithm(generated_logits):
    """The mean was taken before the logarithm.

    Each image has its own loss; their mean comes last.
    """
    return -np.log((1 / (1 + np.exp(-generated_logits))).mean())


def probability_itself(generated_logits):
    """That is the mean probability.

    The loss is −log of it, for each image.
    """
    return (1 / (1 + np.exp(-generated_logits))).mean()


exercise_5 = Exercise(
    name="8.5",
    title="Write the generator's loss",
    difficulty="medium",
    minutes=5,
    task=(
        "`g_loss` from the logits for generated images, of shape `(batch, 1)`. The "
        "generator wants them taken for real: binary cross-entropy with label 1."
    ),
    solution=generator_loss,
    mistakes=(
        on_the_other_side,
        saturating,
        sigmoid_forgotten,
        mean_before_logarithm,
        probability_itself,
    ),
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


def sheet(images, columns):
    """Images (n, height, width) side by side, `columns` in a row, as one image."""
    n, height, width = images.shape
    rows = n // columns
    grid = images.reshape(rows, columns, height, width)
    return grid.transpose(0, 2, 1, 3).reshape(rows * height, columns * width)


def only_reshaped(images, columns):
    """The numbers only read on in order, so the images are torn into strips.

    Swap the axes column and height before the last `reshape`.
    """
    n, height, width = images.shape
    return images.reshape(n // columns * height, columns * width)


def down_first(images, columns):
    """The images run down the columns.

    The second stands to the *right* of the first.
    """
    n, height, width = images.shape
    rows = n // columns
    grid = images.reshape(columns, rows, height, width).transpose(1, 2, 0, 3)
    return grid.reshape(rows * height, columns * width)


def rows_for_columns(images, columns):
    """Rows and columns of the sheet are exchanged.

    `columns` images stand side by side.
    """
    return sheet(images, len(images) // columns)


def images_on_their_side(images, columns):
    """Every image lies on its side.

    Its rows stay rows: height before width.
    """
    return sheet(images.swapaxes(1, 2), columns)


exercise_6 = Exercise(
    name="8.6",
    title="Lay samples out on a sheet",
    difficulty="medium",
    minutes=6,
    task=(
        "To look at many samples at once, lay `images`, of shape `(n, height, width)`, "
        "out as one image: `columns` side by side, in reading order. `n` is a "
        "multiple of `columns`."
    ),
    solution=sheet,
    mistakes=(only_reshaped, down_first, rows_for_columns, images_on_their_side),
    hints=(
        "With axes (row of the sheet, column of the sheet, height, width): which two "
        "make the height of the sheet?",
        "Bring them into the order (row, height, column, width), then `reshape`.",
    ),
    inputs=(
        (np.arange(1.0, 25).reshape(6, 2, 2), 3),
        (whole_numbers(6, 3, 4), 2),
        (whole_numbers(4, 2, 5), 4),
        (whole_numbers(8, 4, 1), 4),
    ),
)
