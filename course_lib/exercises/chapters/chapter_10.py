"""Exercises of chapter 10: a generator of one's own."""

import numpy as np

from course_lib.exercises.exercise import Exercise, whole_numbers


def sizes():
    """Backwards, half of each, rounded up: 45 → 23 → 12 → 6. Two stages crop a row."""
    return 6, 12, 23, 45


exercise_1 = Exercise(
    "10.1 Plan an odd size (easy, 3 min)",
    "Images of 45 × 45, three stages. Each doubles the side, and may then crop one "
    "row. Which sizes have the maps, from the first ones to the image?",
    sizes,
    form="(first maps, …, image)",
    mistakes={
        "Doubling 22 gives 44, a row too few: round up, then crop.": (5, 11, 22, 45),
        "That is in the order of planning; maps grow.": (45, 23, 12, 6),
        "The image has 45 pixels. Where is a row cropped?": (6, 12, 24, 48),
        "Without cropping, 8 · 5 is all that is reached.": (5, 10, 20, 40),
        "From 12 to 24 it doubles, so 24 must lose a row: 23.": (6, 12, 24, 45),
    },
    hints=("Begin with the image.", "45 is 2 · 23 without a row. And 23?"),
)


def averaged(average, weights, keep, steps):
    """The average after one more step, of as many numbers as `weights`."""
    keep = min(keep, (1 + steps) / (10 + steps))
    return keep * average + (1 - keep) * weights


exercise_2 = Exercise(
    "10.2 Average the weights (medium, 6 min)",
    "`average` keeps the share `keep` of itself, the rest comes from `weights`. But "
    "early on, when only `steps` steps are done, it keeps no more than (1 + steps) / "
    "(10 + steps), so that it forgets how it started. Both are arrays of one shape.",
    averaged,
    mistakes={
        "It keeps the share of the *new* weights.\n`keep` belongs to "
        "`average`.": lambda f, a, w, keep, steps: f(w, a, keep, steps),
        "Early steps keep too much.\nThe smaller of the two shares counts: "
        "`min`.": lambda f, a, w, keep, steps: keep * a + (1 - keep) * w,
        "It keeps the larger of the two shares.\nThe smaller one "
        "counts.": lambda f, a, w, keep, steps: (
            a + (1 - max(keep, (1 + steps) / (10 + steps))) * (w - a)
        ),
        "It keeps (1 + steps) / (10 + steps) all the time.\nLater `keep` is the "
        "smaller share.": lambda f, a, w, keep, steps: f(a, w, 1.0, steps),
        "The shares do not add up to 1.\nWhat is not kept comes from the new "
        "weights.": lambda f, a, w, keep, steps: f(a, w, keep, steps) + keep * w,
    },
    hints=(
        "First the share that is kept: `min(keep, …)`.",
        "`share * average + (1 - share) * weights`",
    ),
    inputs=(
        (whole_numbers(2, 3), whole_numbers(2, 3, seed=1), 0.99, 0),
        (whole_numbers(4) / 4, whole_numbers(4, seed=1) / 4, 0.75, 1000),
        (whole_numbers(3, 1, 2), whole_numbers(3, 1, 2, seed=1), 0.9, 12),
    ),
)


def hinge_loss(real_logits, generated_logits):
    """The discriminator's hinge loss: the mean over both kinds of images."""
    on_real = np.maximum(0, 1 - real_logits).mean()
    on_generated = np.maximum(0, 1 + generated_logits).mean()
    return (on_real + on_generated) / 2


exercise_3 = Exercise(
    "10.3 Write the hinge loss (medium, 6 min)",
    "For a real image the discriminator's hinge loss is 0 if the logit is 1 or more, "
    "and otherwise what it lacks of 1. For a generated image it is 0 at −1 or less, "
    "and otherwise what it is above −1. Return the mean of both kinds' means, a "
    "number.",
    hinge_loss,
    mistakes={
        "The two kinds are exchanged.\nReal logits are to be above 1, generated ones "
        "below −1.": lambda f, real, drawn: f(drawn, real),
        "That is the sum of the two kinds.\nTake their mean.": lambda f, real, drawn: (
            2 * f(real, drawn)
        ),
        "There is a loss below 0.\nWhat is good enough costs nothing: `np.maximum(0, "
        "…)`.": lambda f, real, drawn: (2 - real.mean() + drawn.mean()) / 2,
        "The margin is missing.\nReal logits have to reach 1, not only 0; generated "
        "ones −1.": lambda f, real, drawn: f(real + 1, drawn - 1),
        "The mean was taken before the maximum.\nEach image has its own loss; their "
        "mean comes last.": lambda f, real, drawn: f(real.mean(), drawn.mean()),
        "Only real images count.\nGenerated ones make the other "
        "half.": lambda f, real, drawn: f(real, -real),
    },
    hints=(
        "For a real image: `np.maximum(0, 1 - logit)`.",
        "A generated image is as a real one with the sign of its logit turned.",
    ),
    inputs=(
        (np.array([[2.0], [0.5]]), np.array([[-3.0], [-0.5]])),
        (whole_numbers(5, 1) / 4, whole_numbers(5, 1, seed=1) / 4),
        (whole_numbers(4, 1, seed=2) / 2, whole_numbers(6, 1, seed=3) / 2),
    ),
)


def conditional_input(points, labels, classes):
    """Latent points with their class behind, (batch, latent_dim + classes)."""
    one_hot = np.eye(classes)[labels]
    return np.concatenate([points, one_hot], axis=1)


exercise_4 = Exercise(
    "10.4 Ask for a class (medium, 6 min)",
    "A conditional generator is told which class to draw. Its input: a latent point of "
    "`points`, `(batch, latent_dim)`, and behind it `classes` numbers, all 0 but a 1 "
    "in the place of its label. `labels` are whole numbers from 0, `(batch,)`.",
    conditional_input,
    mistakes={
        "The label stands behind the point as one number.\nThat says class 2 lies "
        "between 1 and 3. Each class gets a number of its own, 0 or "
        "1.": lambda f, x, labels, n: np.c_[x, labels],
        "The class stands before the point.\nIt is "
        "to stand behind.": lambda f, x, labels, n: np.roll(f(x, labels, n), n, axis=1),
        "The 1 stands one place too far.\nLabels "
        "begin with 0.": lambda f, x, labels, n: f(x, (labels + 1) % n, n),
        "The places are as many as there are labels in this batch.\nThere are "
        "`classes` of them, also where a class is missing.": lambda f, x, labels, n: (
            np.c_[x, np.eye(n)[labels][:, np.unique(labels)]]
        ),
        "All classes but the right one have a 1.\nIt is the other "
        "way round.": lambda f, x, labels, n: np.c_[x, 1 - np.eye(n)[labels]],
    },
    hints=(
        "Row `label` of `np.eye(classes)` is what stands behind.",
        "`np.concatenate([…, …], axis=1)` puts side by side.",
    ),
    inputs=(
        (whole_numbers(3, 4), np.array([0, 2, 0]), 4),
        (whole_numbers(2, 5, seed=1) / 4, np.array([1, 3]), 6),
    ),
)


def line():
    """Told label 0, the generator wants to be found out; line 9 needs `ones`."""
    return 9


exercise_5 = Exercise(
    "10.5 Find the bug in a step (medium, 5 min)",
    "Both losses fall towards 0, and the generator draws noise. One line is wrong: "
    "which?\n\n"
    "```\n"
    " 1  ones, zeros = tf.ones((64, 1)), tf.zeros((64, 1))\n"
    " 2  with tf.GradientTape() as drawing:\n"
    " 3      drawn = generator(points, training=True)\n"
    " 4  with tf.GradientTape() as judging:\n"
    " 5      logits = discriminator(tf.concat([real, drawn], 0), training=True)\n"
    " 6      d_loss = cross_entropy(tf.concat([ones, zeros], 0), logits)\n"
    " 7  d_update(judging.gradient(d_loss, discriminator.trainable_variables))\n"
    " 8  with drawing:\n"
    " 9      g_loss = cross_entropy(zeros, discriminator(drawn, training=True))\n"
    "10  g_update(drawing.gradient(g_loss, generator.trainable_variables))\n"
    "```",
    line,
    mistakes={
        "In training, batch normalization takes the batch's own mean: right.": 3,
        "Both kinds are judged as one batch, and the real ones come first: right.": 5,
        "Real counts as 1 and comes first, as in line 5: right.": 6,
        "The discriminator gets the gradient of its own loss: right.": 7,
        "The first tape goes on, so that g_loss leads back to the drawing: right.": 8,
        "The generator gets the gradient of its own loss: right.": 10,
    },
    hints=(
        "Who wants what? The generator wants its images to be taken for real.",
        "A label of 1 means real. Where does it stand, and where not?",
    ),
)
