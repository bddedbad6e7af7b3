"""Exercises of chapter 2: UpSampling2D."""

import numpy as np

from course_lib.exercises.exercise import Exercise, whole_numbers, wrong


def wide_size():
    """The first factor is for rows: 2 · 2 = 4 rows, 2 · 3 = 6 columns."""
    return 4, 6


exercise_1 = Exercise(
    name="2.1",
    title="Predict which factor is for rows",
    difficulty="easy",
    minutes=1,
    task=(
        "Our 2 × 2 image with `size=(2, 3)`: what is the size of the result, as "
        "`(height, width)`? (You will find both answers on the web.)"
    ),
    form="(height, width)",
    solution=wide_size,
    mistakes=(
        wrong((6, 4), "Width before height. The first factor is for *rows*."),
        wrong((2, 3), "These are the factors; how large is the *result*?"),
        wrong((4, 4), "That is the factor 2 on both axes. The second is 3 here."),
        wrong((4, 5), "Factors multiply: 2 columns, each three times, are 6."),
    ),
    hints=(
        "How is an array indexed: `[row, column]` or `[column, row]`?",
        "2 rows, each twice; 2 columns, each three times.",
    ),
)


def factors():
    """28 = 4 · 7 rows and 15 = 3 · 5 columns."""
    return 28 // 7, 15 // 5


exercise_2 = Exercise(
    name="2.2",
    title="Find the factors",
    difficulty="easy",
    minutes=1,
    task=(
        "Which `size=(…, …)` turns 7 rows and 5 columns into 28 rows and 15 columns?"
    ),
    form="(rows, columns)",
    solution=factors,
    mistakes=(
        wrong((3, 4), "Width before height. The first factor is for *rows*."),
        wrong((21, 10), "These are differences. A factor multiplies: 7 · … = 28."),
        wrong((28, 15), "`size` is a pair of factors, not the size of the result."),
    ),
    hints=("7 rows times which factor are 28 rows?", "And 5 columns, to be 15?"),
)


def bilinear_by_hand():
    """New centres lie an eighth, three eighths, … along; outside, the border goes on.

    So from 0 to 4 in steps of a half, between the old centres.
    """
    centres = (np.arange(8) + 0.5) / 4
    return np.interp(centres, [0.5, 1.5], [0, 4])


exercise_3 = Exercise(
    name="2.3",
    title="Enlarge bilinearly by hand",
    difficulty="medium",
    minutes=4,
    task=(
        "`[[0, 4]]` is enlarged bilinearly with `size=(1, 4)`. Which eight numbers? "
        "Answer with a list."
    ),
    solution=bilinear_by_hand,
    mistakes=(
        wrong(
            np.linspace(0, 4, 8),
            "The first and the last number sit on the image's *edge* here, with even "
            "steps between.\n\nIn Keras, values sit in pixel centres: the first new "
            "centre lies at 1/8, before the first old one at 1/2.",
        ),
        wrong(
            (0, 1, 2, 3, 4, 4, 4, 4),
            "Here values sit at the left edges of the pixels.\n\nThey sit in the "
            "centres: old ones at 0.5 and 1.5, new ones at 0.125, 0.375, …",
        ),
        wrong(
            (-1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5),
            "Beyond the outer centres the line was drawn on.\n\nThere nothing is "
            "known, and the border value goes on.",
        ),
        wrong((0, 0, 0, 0, 4, 4, 4, 4), "That is `nearest`: it only repeats."),
    ),
    hints=(
        "Where do the centres of the 2 old and the 8 new pixels lie, if the image is "
        "2 long?",
        "Old: 0.5 and 1.5. New: 0.125, 0.375, 0.625, … The new centre at 0.625 lies an "
        "eighth of the way from the first to the second.",
    ),
)


def upsample(x, size):
    """Nearest upsampling of (batch, height, width, channels) by (rows, columns)."""
    rows, columns = size
    return x.repeat(rows, axis=1).repeat(columns, axis=2)


def factors_swapped(x, size):
    """The factors are swapped.

    The first factor is for rows, the axis 1; the second is for columns, the axis 2.
    """
    return upsample(x, size[::-1])


def tiles(x, size):
    """The image as a whole stands there several times, side by side.

    Every *pixel* has to be repeated in its place: `repeat`, not `tile`.
    """
    return np.tile(x, (1, *size, 1))


def repeats_the_batch(x, size):
    """The axes 0 and 1 were repeated: the batch and the rows.

    Rows are the axis 1 and columns the axis 2, since the batch comes first.
    """
    return x.repeat(size[0], axis=0).repeat(size[1], axis=1)


def leaves_holes(x, size):
    """There are zeros between the pixels.

    `UpSampling2D` repeats the pixel itself; zeros are what a transposed convolution
    inserts.
    """
    large = np.zeros_like(upsample(x, size))
    large[:, :: size[0], :: size[1]] = x
    return large


def first_factor_twice(x, size):
    """Both axes were enlarged by the first factor.

    Columns have a factor of their own, the second.
    """
    return upsample(x, (size[0], size[0]))


exercise_4 = Exercise(
    name="2.4",
    title="Write nearest upsampling",
    difficulty="easy",
    minutes=5,
    task=(
        "Nearest upsampling of a whole batch `(batch, height, width, channels)`. "
        "`size` is a pair of factors."
    ),
    solution=upsample,
    mistakes=(
        factors_swapped,
        tiles,
        repeats_the_batch,
        leaves_holes,
        first_factor_twice,
    ),
    hints=(
        "Two lines at the beginning of the chapter do it for one image. What are rows "
        "and columns called here, where a batch comes first?",
        "`x.repeat(factor, axis=…)`, once for each of the two axes.",
    ),
    inputs=(
        (whole_numbers(1, 2, 3, 1), (2, 3)),
        (whole_numbers(2, 3, 2, 1), (1, 2)),
        (whole_numbers(1, 3, 5, 2), (3, 1)),
        (whole_numbers(3, 1, 2, 4), (2, 2)),
    ),
)


def enlarge_row(row, factor):
    """Bilinear enlargement of one row of pixels, with Keras' centres and borders."""
    centres = (np.arange(len(row) * factor) + 0.5) / factor - 0.5
    centres = np.clip(centres, 0, len(row) - 1)
    left = np.floor(centres).astype(int)
    right = np.minimum(left + 1, len(row) - 1)
    way = centres - left
    return (1 - way) * row[left] + way * row[right]


def edges_aligned(row, factor):
    """The first and the last value sit on the edges, with even steps between.

    In Keras, values sit in the pixels' centres: the old ones at 0.5, 1.5, …, the new
    ones at `(i + 0.5) / factor`.
    """
    places = np.linspace(0, len(row) - 1, len(row) * factor)
    return np.interp(places, np.arange(len(row)), row)


def half_pixel_forgotten(row, factor):
    """The half pixel is forgotten: values sit at the left edge of their pixels.

    They sit in the centres: the old ones at 0.5, 1.5, …, the new ones at `(i + 0.5) /
    factor`.
    """
    places = np.arange(len(row) * factor) / factor
    return np.interp(places, np.arange(len(row)), row)


def border_drawn_on(row, factor):
    """Beyond the outer centres the line was drawn on.

    There nothing is known, and the border pixel goes on: clip the centres to the range
    of the old ones.
    """
    if len(row) == 1:
        return row.repeat(factor)
    centres = (np.arange(len(row) * factor) + 0.5) / factor - 0.5
    left = np.clip(np.floor(centres).astype(int), 0, len(row) - 2)
    return row[left] + (centres - left) * (row[left + 1] - row[left])


def repeats_only(row, factor):
    """The pixels are only repeated: that is `nearest`.

    Between two centres the value changes step by step from one to the other.
    """
    return row.repeat(factor)


def weights_swapped(row, factor):
    """The weights of the two neighbours are swapped.

    The nearer pixel gets the larger weight: `(1 - way)` belongs to the left one.
    """
    centres = (np.arange(len(row) * factor) + 0.5) / factor - 0.5
    centres = np.clip(centres, 0, len(row) - 1)
    left = np.floor(centres).astype(int)
    right = np.minimum(left + 1, len(row) - 1)
    way = centres - left
    return way * row[left] + (1 - way) * row[right]


exercise_5 = Exercise(
    name="2.5",
    title="Write bilinear enlargement of a row",
    difficulty="hard",
    minutes=10,
    task=(
        "Bilinear enlargement of one row of pixels, of shape `(n,)`, by a whole "
        "`factor`, with Keras' centres and borders: `(n * factor,)` numbers."
    ),
    solution=enlarge_row,
    mistakes=(
        edges_aligned,
        half_pixel_forgotten,
        border_drawn_on,
        repeats_only,
        weights_swapped,
    ),
    hints=(
        "Work out the new centres first, in units of old pixels, and look between "
        "which old centres each of them lies.",
        "`(np.arange(n * factor) + 0.5) / factor - 0.5` counts from the first old "
        "centre; `np.clip` keeps it in the row.",
        "`np.interp(places, known places, known values)` draws straight lines, and "
        "goes on with the border value outside.",
    ),
    inputs=(
        (np.array([1.0, 2.0]), 2),
        (np.array([0.0, 4.0, -4.0]), 3),
        (whole_numbers(5), 4),
        (np.array([3.0]), 2),
        (whole_numbers(4, seed=1), 1),
    ),
)
