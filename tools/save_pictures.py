"""Save the README's pictures: figures tagged ``readme`` in notebooks, an animation."""

import base64
import re
import sys
from pathlib import Path

import nbformat

from course_lib.explorer import explore_transposed_convolution

PICTURES = Path(__file__).resolve().parent.parent / "notebooks" / "pictures"
ANIMATION = PICTURES / "transposed_convolution.gif"


def picture(notebook: Path) -> bytes:
    """Return the PNG that the tagged cell shows; there must be exactly one."""
    cells = nbformat.read(notebook, as_version=4).cells
    shown = [
        output.get("data", {}).get("text/html", "")
        for cell in cells
        if "readme" in cell.metadata.get("tags", [])
        for output in cell.get("outputs", [])
    ]
    found = re.findall(r"data:image/png;base64,([A-Za-z0-9+/=]+)", "".join(shown))
    if len(found) != 1:
        raise ValueError(
            f"{notebook} must have one figure in cells tagged readme, not {len(found)}"
        )
    return base64.b64decode(found[0])


def animate(path: Path) -> None:
    """Save a transposed convolution, stamp by stamp, in place of an older file."""
    explorer = explore_transposed_convolution([[1, 2], [3, 4]], kernel_size=3)
    explorer.save_gif(path, seconds=1.5, overwrite=True)


if __name__ == "__main__":  # of the notebooks named, or else the animation
    for path in map(Path, sys.argv[1:]):
        (PICTURES / f"{path.stem}.png").write_bytes(picture(path))
    if not sys.argv[1:]:
        animate(ANIMATION)
