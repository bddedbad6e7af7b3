"""The former name of `palette`."""

from course_lib.figures.palette import EDGE, FOOTPRINT, FRAME, INK, MUTED, PAPER

__all__ = ["EDGE", "FOOTPRINT", "FRAME", "INK", "MUTED", "PAPER"]
