"""Time how long a moved control takes until the explorer has written its new HTML.

Medians and the slowest of all. What the browser needs to paint it comes on top.
"""

import time

import numpy as np

from course_lib import explorer

ROUNDS = 30
LARGEST = {"input_size": 5, "kernel_size": 5, "strides": 4}
CASES = [
    (name, {"view": view, **settings})
    for name, settings in (("as it opens", {}), ("the largest", LARGEST))
    for view in ("stamp", "insert zeros", "matrix", "gradient")
]


def redraws(settings: dict[str, object]) -> list[float]:
    """Return the milliseconds of moving the step and of changing the layer."""
    shown = explorer.explore_transposed_convolution(**settings)
    strides = shown.controls["strides"]
    times = []
    for number in range(ROUNDS):
        other = 3 if strides.value == strides.max else strides.max
        for owner, name, value in (
            (shown, "step", number % shown.walk.last),
            (strides, "value", other),
        ):
            start = time.perf_counter()
            setattr(owner, name, value)
            times.append(1000 * (time.perf_counter() - start))
    return times


if __name__ == "__main__":
    print("From a moved control to the new HTML, in milliseconds: median, slowest")
    for name, settings in CASES:
        found = redraws(settings)
        print(f"{settings['view']:13}{name:13}{np.median(found):6.1f}{max(found):7.1f}")
