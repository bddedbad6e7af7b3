"""Save the README's animation: a transposed convolution, stamp by stamp."""

from pathlib import Path

from course_lib.explorer import explore_transposed_convolution

PICTURES = Path(__file__).resolve().parent.parent / "notebooks" / "pictures"
ANIMATION = PICTURES / "transposed_convolution.gif"


def save(path: Path) -> None:
    """Write the animation, in place of an older one."""
    explorer = explore_transposed_convolution([[1, 2], [3, 4]], kernel_size=3)
    explorer.save_gif(path, seconds=1.5, overwrite=True)


if __name__ == "__main__":
    save(ANIMATION)
