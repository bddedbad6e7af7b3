"""Exercises of chapter 2: UpSampling2D."""

import numpy as np

from course_lib.exercises.exercise import Exercise, whole_numbers


def wide_size():
    """The first factor is for rows: 2 · 2 = 4 rows, 2 · 3 = 6 columns."""
    return 4, 6


exercise_1 = Exercise(
    "2.1 Predict which factor is for rows (easy, 1 min)",
    "Our 2 × 2 image with `size=(2, 3)`: what is the size of the result, as `(height, "
    "width)`?",
    wide_size,
    form="(height, width)",
    mistakes={
        "Width before height. The first factor is for *rows*.": lambda f: f()[::-1],
        "These are the factors; how large is the *result*?": (2, 3),
        "That is the factor 2 on both axes. The second is 3 here.": (4, 4),
        "That is the factor 3 on both axes. The first is 2 here.": (6, 6),
        "Factors multiply: 2 columns, each three times, are 6.": (4, 5),
    },
    hints=(
        "How is an array indexed: `[row, column]` or `[column, row]`?",
        "2 rows, each twice; 2 columns, each three times.",
    ),
)


def factors():
    """28 = 4 · 7 rows and 15 = 3 · 5 columns."""
    return 28 // 7, 15 // 5


exercise_2 = Exercise(
    "2.2 Find the factors (easy, 1 min)",
    "Which `size=(…, …)` turns 7 rows and 5 columns into 28 rows and 15 columns?",
    factors,
    form="(rows, columns)",
    mistakes={
        "Width before height. The first factor is for *rows*.": lambda f: f()[::-1],
        "These are differences. A factor multiplies: 7 · … = 28.": (21, 10),
        "`size` is a pair of factors, not the size of the result.": (28, 15),
        "Upside down: a factor says how many times *more* there are.": (1 / 4, 1 / 3),
    },
    hints=("7 rows times which factor are 28 rows?", "And 5 columns, to be 15?"),
)


def bilinear_by_hand():
    """New centres are a quarter of a pixel apart, so the value rises by 1 a step.

    The first one between the old centres lies an eighth of the way: 0.5. Outside, the
    border value goes on.
    """
    centres = (np.arange(8) + 0.5) / 4
    return np.interp(centres, [0.5, 1.5], [0, 4])


exercise_3 = Exercise(
    "2.3 Enlarge bilinearly by hand (medium, 4 min)",
    "`[[0, 4]]` is enlarged bilinearly with `size=(1, 4)`. Which eight numbers? Answer "
    "with a list.",
    bilinear_by_hand,
    mistakes={
        "The first and the last number sit on the image's *edge* here, with even steps "
        "between.\nIn Keras, values sit in pixel centres: the first new centre lies at "
        "1/8, before the first old one at 1/2.": np.linspace(0, 4, 8),
        "Here values sit at the left edges of the pixels.\nThey sit in the centres: "
        "old ones at 0.5 and 1.5, new ones at 0.125, 0.375, "
        "…": (0, 1, 2, 3, 4, 4, 4, 4),
        "The first value sits on the image's left edge here, and 4 is never reached.\n"
        "They sit in the centres: old ones at 0.5 and 1.5, new ones at 0.125, "
        "0.375, …": np.arange(8) / 2,
        "Here the line runs from one edge of the image to the other.\nIt runs between "
        "the old *centres*, 0.5 and 1.5; outside, the border value goes "
        "on.": np.arange(8) / 2 + 0.25,
        "The steps between the two centres are whole numbers here.\nThe new centres "
        "are a quarter of a pixel apart, and the first one after 0.5 lies at 0.625: an "
        "eighth of the way to 4.": (0, 0, 1, 2, 3, 4, 4, 4),
        "Beyond the outer centres the line was drawn on.\nThere nothing is known, and "
        "the border value goes on.": (-1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 4.5, 5.5),
        "That is `nearest`: it only repeats.": (0, 0, 0, 0, 4, 4, 4, 4),
    },
    hints=(
        "Where do the centres of the 2 old and the 8 new pixels lie, if the image is 2 "
        "long?",
        "Old: 0.5 and 1.5. New: 0.125, 0.375, 0.625, … The new centre at 0.625 lies an "
        "eighth of the way from the first to the second.",
    ),
)


def upsample(x, size):
    """Nearest upsampling of (batch, height, width, channels) by (rows, columns)."""
    rows, columns = size
    return x.repeat(rows, axis=1).repeat(columns, axis=2)


def _with_holes(right, x, size):
    large = np.zeros_like(right(x, size))
    large[:, :: size[0], :: size[1]] = x
    return large


exercise_4 = Exercise(
    "2.4 Write nearest upsampling (easy, 5 min)",
    "Nearest upsampling of a whole batch `(batch, height, width, channels)`. `size` is "
    "a pair of factors.",
    upsample,
    mistakes={
        "The factors are swapped.\nThe first factor is for rows, the axis 1; the "
        "second is for columns, the axis 2.": lambda f, x, size: f(x, size[::-1]),
        "The image as a whole stands there several times, side by side.\nEvery *pixel* "
        "has to be repeated in its place: `repeat`, not "
        "`tile`.": lambda f, x, size: np.tile(x, (1, *size, 1)),
        "The axes 0 and 1 were repeated: the batch and the rows.\nRows are the axis 1 "
        "and columns the axis 2, since the batch comes "
        "first.": lambda f, x, size: x.repeat(size[0], axis=0).repeat(size[1], axis=1),
        "The axes 2 and 3 were repeated: the columns and the channels.\nRows are the "
        "axis 1 and columns the axis 2, since the batch comes "
        "first.": lambda f, x, size: x.repeat(size[0], axis=2).repeat(size[1], axis=3),
        "There are zeros between the pixels.\n`UpSampling2D` repeats the pixel itself; "
        "zeros are what a transposed convolution inserts.": _with_holes,
        "Both axes were enlarged by the first factor.\nColumns have a factor of their "
        "own, the second.": lambda f, x, size: f(x, (size[0], size[0])),
        "Only the rows were repeated.\nColumns, the axis 2, are repeated as well, by "
        "the second factor.": lambda f, x, size: x.repeat(size[0], axis=1),
        "Only the first image of the batch is there.\nThe batch is the axis 0, and all "
        "its images are to be enlarged.": lambda f, x, size: f(x, size)[0],
    },
    hints=(
        "Each row and each column is repeated in its place. Which axes are they, where "
        "a batch comes first?",
        "`x.repeat(factor, axis=…)`, once for each of the two axes.",
    ),
    inputs=(
        (whole_numbers(1, 2, 3, 1), (2, 3)),
        (whole_numbers(2, 3, 2, 1), (1, 2)),
        (whole_numbers(1, 3, 5, 2), (3, 1)),
        (whole_numbers(3, 1, 2, 4) / 4, (2, 2)),
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


def _at(places, row):
    return np.interp(places, np.arange(len(row)), row)


def _centres(row, factor):
    return (np.arange(len(row) * factor) + 0.5) / factor - 0.5


def _weights_swapped(f, row, factor):
    left = np.floor(_centres(row, factor)).clip(0)
    return _at(left, row) + _at(left + 1, row) - f(row, factor)


exercise_5 = Exercise(
    "2.5 Write bilinear enlargement of a row (hard, 10 min)",
    "Bilinear enlargement of one row of pixels, of shape `(n,)`, by a whole `factor`, "
    "with Keras' centres and borders: `(n * factor,)` numbers.",
    enlarge_row,
    mistakes={
        "The first and the last value sit on the edges, with even steps between.\nIn "
        "Keras, values sit in the pixels' centres: the old ones at 0.5, 1.5, …, the "
        "new ones at `(i + 0.5) / "
        "factor`.": lambda _, x, s: _at(np.linspace(0, len(x) - 1, len(x) * s), x),
        "The half pixel is forgotten: values sit at the left edge of their pixels.\n"
        "They sit in the centres: the old ones at 0.5, 1.5, …, the new ones at `(i + "
        "0.5) / factor`.": lambda _, x, s: _at(np.arange(len(x) * s) / s, x),
        "The half pixel of the old centres is forgotten.\nThe first old centre lies at "
        "0.5, so subtract 0.5 from the new ones: `(i + 0.5) / factor - "
        "0.5`.": lambda _, x, s: _at(_centres(x, s) + 0.5, x),
        "The half pixel of the new centres is forgotten.\nThe new pixel `i` has its "
        "centre at `(i + 0.5) / factor`, half a pixel from its "
        "edge.": lambda _, x, s: _at(np.arange(len(x) * s) / s - 0.5, x),
        "Beyond the outer centres the line was drawn on.\nThere nothing is known, and "
        "the border pixel goes on: clip the centres to the range of the "
        "old ones.": lambda _, x, s: _at(
            _centres(x, s) + 1, np.pad(x, 1, "reflect", reflect_type="odd")
        ),
        "The pixels are only repeated: that is `nearest`.\nBetween two centres the "
        "value changes step by step from one to the "
        "other.": lambda _, x, s: x.repeat(s),
        "The weights of the two neighbours are swapped.\nThe nearer pixel gets the "
        "larger weight: `(1 - way)` belongs to the left one.": _weights_swapped,
    },
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
        (whole_numbers(5) / 4, 4),
        (np.array([3.0]), 2),
        (whole_numbers(4, seed=1), 1),
    ),
)
