"""The study as a command: python -m course_lib.study --help."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import nullcontext

from course_lib.study import Settings, process_pool, study
from course_lib.study._variants import ABLATION, MAIN, TWO_STAGE, VARIANTS

GROUPS = {"main": list(MAIN), "ablation": list(ABLATION), "two_stage": list(TWO_STAGE)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Makes the runs that are asked for, and returns an exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m course_lib.study",
        description="Trains generators with several seeds, measures what they draw, "
        "and adds a line for each run to a file. Stop it at any time: the same command "
        "goes on where it was. On a cluster, call study() with an executor.",
    )
    add = parser.add_argument
    text = "file of results; those that it holds are not made again (%(default)s)"
    add("--output", default="results.jsonl", help=text)
    text = f"main (the default), ablation, two_stage, or any of {', '.join(VARIANTS)}"
    add("--variants", nargs="+", default=["main"], help=text)
    text = "numbers or ranges such as 0-9 (the default)"
    add("--seeds", nargs="+", type=_seeds, default=[range(10)], help=text)
    text = "passes over the digits after which a run is measured (%(default)s)"
    add("--epochs", nargs="+", type=int, default=Settings.epochs, help=text)
    add("--workers", type=int, help="make the runs in as many processes beside this")
    options = parser.parse_args(arguments)
    variants = [v for name in options.variants for v in GROUPS.get(name, [name])]
    seeds = [seed for several in options.seeds for seed in several]
    try:
        settings = Settings(epochs=tuple(options.epochs))
        workers = options.workers
        with nullcontext() if workers is None else process_pool(workers) as executor:
            study(options.output, variants, seeds, settings, executor)
    except ExceptionGroup as failed:
        print(f"\n{failed.message}:", file=sys.stderr)
        for error in failed.exceptions:
            parts = *getattr(error, "__notes__", ()), type(error).__name__, str(error)
            print("-", ": ".join(parts), file=sys.stderr)
        return 1
    except (OSError, TypeError, ValueError) as error:
        parser.error(str(error))
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130
    return 0


def _seeds(text: str) -> range:
    first, dash, last = text.partition("-")
    seeds = range(int(first), int(last if dash else first) + 1)
    if not seeds:
        raise ValueError(text)
    return seeds


if __name__ == "__main__":
    sys.exit(main())
