"""Trains the generator of chapter 10 with each lever and five seeds: data/levers.json.

Run it with `make levers`, for about an hour. Images, networks and ruler are those of
the chapter: its own cells are run.
"""

import json
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import nbformat

PROJECT = Path(__file__).parent.parent
CHAPTER = PROJECT / "notebooks" / "10_your_own_generator.ipynb"
CELLS = {
    *("imports", "real", "kind", "judge", "train-def", "levers"),
    *("autoencoder", "autoencoder-run", "floor-run"),
}
LEVERS = "none", "hinge", "rates", "bilinear", "kind"
SEEDS = range(10, 15)


def chapter() -> dict[str, Any]:
    """Runs the cells that define a training; returns their names."""
    names: dict[str, Any] = {}
    for cell in nbformat.read(CHAPTER, as_version=4).cells:
        if cell.id in CELLS:
            exec(cell.source, names)
    return names


def main() -> None:
    """Pulls each lever; one more is to draw with raw weights in place of averages."""
    names = chapter()
    real, after = names["real"], (names["FIFTH"], names["EPOCHS"])
    found: dict[str, dict[int, list[float]]] = {
        lever: {epochs: [] for epochs in after} for lever in (*LEVERS, "raw weights")
    }
    for seed, lever in product(SEEDS, LEVERS):
        model = names["pulled"](lever, seed)
        for done, epochs in pairwise((0, *after)):
            options = {"initial_epoch": done, "epochs": epochs, "verbose": 0}
            model.fit(real, batch_size=32, **options)
            for averaged in (True, False) if lever == "none" else (True,):
                drawn = model.sample(len(real) // 2, seed=1, averaged=averaged)
                rows = found[lever if averaged else "raw weights"]
                rows[epochs].append(round(float(names["distance"](drawn)), 3))
        print(seed, lever, flush=True)
    text = json.dumps(found, indent=1)
    (PROJECT / "data" / "levers.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
