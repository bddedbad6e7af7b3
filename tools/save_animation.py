"""Save the README's animation: a transposed convolution, stamp by stamp."""

import sys
from pathlib import Path

from course_lib.explorer import explore_transposed_convolution

ANIMATION = (
    Path(__file__).resolve().parent.parent
    / "notebooks"
    / "pictures"
    / "transposed_convolution.gif"
)


def save(path: Path) -> None:
    """Write the animation, in place of an older one."""
    explorer = explore_transposed_convolution([[1, 2], [3, 4]], kernel_size=3)
    explorer.save_gif(path, seconds=1.5, overwrite=True)


def main() -> int:
    """Save it where the README looks for it."""
    save(ANIMATION)
    return 0


if __name__ == "__main__":
    sys.exit(main())
