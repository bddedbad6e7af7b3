"""Layers to be moved: change one, and follow it step by step.

Each `explore_*` function opens one layer: controls for its arguments, and a slider for
the steps. What it shows is computed by the references of the course. `explore_numbers`
opens any function that draws a picture of some numbers.
"""

try:
    import ipywidgets as _  # noqa: F401
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        f"{error.msg}. course_lib.explorer needs ipywidgets; install it with: "
        'pip install "upsampling-course[widgets]"',
        name=error.name,
    ) from None

from course_lib.explorer._explore import (
    explore_convolution,
    explore_pooling,
    explore_transposed_convolution,
    explore_upsampling,
)
from course_lib.explorer._sliders import Sliders, explore_numbers
from course_lib.explorer._widget import Explorer

__all__ = [
    "Explorer",
    "Sliders",
    "explore_convolution",
    "explore_numbers",
    "explore_pooling",
    "explore_transposed_convolution",
    "explore_upsampling",
]
