"""Save the figure of each notebook's cell tagged ``readme`` for the README."""

import base64
import re
import sys
from pathlib import Path

import nbformat

PICTURES = Path(__file__).resolve().parent.parent / "notebooks" / "pictures"


def picture(notebook: Path) -> bytes:
    """Return the PNG that the tagged cell shows; there must be exactly one."""
    cells = nbformat.read(notebook, as_version=4).cells
    tagged = [cell for cell in cells if "readme" in cell.metadata.get("tags", [])]
    markup = [
        output.get("data", {}).get("text/html", "")
        for cell in tagged
        for output in cell.get("outputs", [])
    ]
    found = re.findall(r"data:image/png;base64,([A-Za-z0-9+/=]+)", "".join(markup))
    if len(found) != 1:
        raise ValueError(
            f"{notebook} must have one figure in cells tagged readme; it has "
            f"{len(found)}"
        )
    return base64.b64decode(found[0])


def main(paths: list[str]) -> int:
    """Save the picture of each notebook named."""
    PICTURES.mkdir(exist_ok=True)
    for path in map(Path, paths):
        (PICTURES / f"{path.stem}.png").write_bytes(picture(path))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
