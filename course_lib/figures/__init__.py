"""Figures of the course: numbered grids, grey images, matrices and filmstrips.

The `draw_*` functions draw one panel on Matplotlib axes and return them, the others
return a whole figure, and `show` turns either into an HTML image with alternative
text. None of them uses pyplot or changes Matplotlib's settings.

All raise a `TypeError` if an array is masked or holds no numbers, and a `ValueError`
if it is too large, holds NaN or has another shape, or if an option is none of those
described or is of a panel, a role or a cell that there is not.
"""

from course_lib.figures._filmstrip import filmstrip
from course_lib.figures._grids import (
    draw_grid,
    draw_matrix,
    format_numbers,
    grids,
    matrices,
)
from course_lib.figures._images import draw_difference, draw_image, image_sheet, images
from course_lib.figures._plots import draw_curves, draw_distributions
from course_lib.figures._showing import ShownFigure, show
from course_lib.figures.palette import ROLES, Role

__all__ = [
    "ROLES",
    "Role",
    "ShownFigure",
    "draw_curves",
    "draw_difference",
    "draw_distributions",
    "draw_grid",
    "draw_image",
    "draw_matrix",
    "filmstrip",
    "format_numbers",
    "grids",
    "image_sheet",
    "images",
    "matrices",
    "show",
]
