"""The study as a command: python -m course_lib.study --help."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager

from course_lib.study import ABLATION, MAIN, VARIANTS, Settings, process_pool, study

GROUPS = {"main": list(MAIN), "ablation": list(ABLATION)}


def main(arguments: Sequence[str] | None = None) -> int:
    """Makes the runs that are asked for, and returns an exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    variants = [v for name in options.variants for v in GROUPS.get(name, [name])]
    seeds = [seed for several in options.seeds for seed in several]
    try:
        settings = Settings(epochs=options.epochs)
        with _executor(options.workers, options.dask) as executor:
            study(options.output, variants, seeds, settings, executor)
    except ExceptionGroup as failed:
        print(f"\n{failed.message}:", file=sys.stderr)
        for error in failed.exceptions:
            notes = ", ".join(error.__notes__)
            print(f"- {notes}: {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    except (ImportError, OSError, TypeError, ValueError) as error:
        parser.error(str(error))
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m course_lib.study",
        description="Trains generators with several seeds, measures what they draw, "
        "and adds a line for each run to a CSV file. Stop it at any time: the same "
        "command goes on where it was.",
    )
    parser.add_argument(
        "--output",
        default="results.csv",
        metavar="FILE",
        help="the CSV file; results that it holds are not made again (results.csv)",
    )
    parser.add_argument(
        "--variants",
        nargs="+",
        default=["main"],
        choices=[*GROUPS, *VARIANTS],
        metavar="NAME",
        help=f"main (the default), ablation, or any of {', '.join(VARIANTS)}",
    )
    parser.add_argument(
        "--seeds",
        nargs="+",
        type=_seeds,
        default=[range(10)],
        metavar="SEED",
        help="numbers or ranges such as 0-9 (the default)",
    )
    parser.add_argument(
        "--epochs",
        type=int,
        default=Settings.epochs,
        metavar="N",
        help=f"passes over the training digits ({Settings.epochs})",
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--workers",
        type=int,
        metavar="N",
        help="make the runs in N processes instead of this one",
    )
    where.add_argument(
        "--dask",
        metavar="ADDRESS",
        help="make them on the Dask cluster whose scheduler has this address; start "
        "its workers with one thread each",
    )
    return parser


def _seeds(text: str) -> range:
    first, dash, last = text.partition("-")
    seeds = range(int(first), int(last if dash else first) + 1)
    if not seeds:
        raise ValueError(text)
    return seeds


@contextmanager
def _executor(workers: int | None, dask: str | None) -> Iterator[Executor | None]:
    if dask:
        from distributed import Client

        with Client(dask) as client, client.get_executor() as executor:
            yield executor
    elif workers is not None:
        with process_pool(workers) as executor:
            yield executor
    else:
        yield None


if __name__ == "__main__":
    sys.exit(main())
