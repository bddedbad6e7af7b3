"""Exercises of chapter 8: training."""

import numpy as np

from course_lib.exercises.exercise import Exercise, whole_numbers


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


def steps_of_an_epoch():
    """31 batches of 128 are 3,968 images; `GAN` fills up a 32nd for the other 32."""
    return -(-4000 // 128)


exercise_2 = Exercise(
    "8.2 Count the steps of an epoch (easy, 1 min)",
    "4,000 digits, in batches of 128: how many training steps has an epoch?",
    steps_of_an_epoch,
    mistakes={
        "31 batches are 3,968 images. The other 32 are trained on, too.": 31,
        "There is no quarter of a step: the last batch is filled up.": 31.25,
        "That is the number of images in a batch.": 128,
        "That would be batches of a single image.": 4000,
        "Real and generated images are judged in the same step.": 63,
    },
    hints=(
        "How many full batches are there, and what is left?",
        "Round up.",
    ),
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
        "The range is 0 to 2.\nSubtract 1 after dividing.": lambda f, pixels: (
            f(pixels) + 1
        ),
        "The range is −0.5 to 0.5.\nIt is to be twice as wide.": lambda f, pixels: (
            f(pixels) / 2
        ),
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
        "opposite: that they are taken for real, label "
        "1.": lambda f, logits: f(-logits),
        "That is the discriminator's loss with its sign turned.\nIt wants the same, "
        "but its gradient vanishes while the discriminator wins. Use the cross-entropy "
        "with label 1.": lambda f, logits: -f(-logits),
        "The sign is missing.\nA logarithm of a probability is negative; the loss is "
        "minus that.": lambda f, logits: -f(logits),
        "That is the mean logit, its sign turned.\nA logit is not the logarithm of a "
        "probability: put it through a sigmoid "
        "first.": lambda f, logits: -logits.mean(),
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


def sheet(images, columns):
    """Images (n, height, width) side by side, `columns` in a row, as one image."""
    n, height, width = images.shape
    rows = n // columns
    grid = images.reshape(rows, columns, height, width)
    return grid.transpose(0, 2, 1, 3).reshape(rows * height, columns * width)


def _down_first(f, images, columns):
    grid = images.reshape(columns, -1, *images.shape[1:])
    return f(grid.swapaxes(0, 1).reshape(images.shape), columns)


exercise_6 = Exercise(
    "8.6 Lay samples out on a sheet (medium, 6 min)",
    "To look at many samples at once, lay `images`, of shape `(n, height, width)`, out "
    "as one image: `columns` side by side, in reading order. `n` is a multiple of "
    "`columns`.",
    sheet,
    mistakes={
        "The numbers only read on in order, so the images are torn into strips.\nSwap "
        "the axes column and height before the last "
        "`reshape`.": lambda f, images, columns: images.reshape(
            f(images, columns).shape
        ),
        "The images run down the columns.\nThe second stands to the *right* of the "
        "first.": _down_first,
        "Rows and columns of the sheet are exchanged.\n`columns` images stand side by "
        "side.": lambda f, images, columns: f(images, len(images) // columns),
        "Every image lies on its side.\nIts rows stay rows: height before "
        "width.": lambda f, images, columns: f(images.swapaxes(1, 2), columns),
    },
    hints=(
        "With axes (row of the sheet, column of the sheet, height, width): which two "
        "make the height of the sheet?",
        "Bring them into the order (row, height, column, width), then `reshape`.",
    ),
    inputs=(
        (np.arange(1.0, 25).reshape(6, 2, 2), 3),
        (whole_numbers(6, 3, 4) / 4, 2),
        (whole_numbers(4, 2, 5), 4),
        (whole_numbers(8, 4, 1), 4),
    ),
)
