"""Many runs, on one process or on many, each result kept as it comes."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent import futures
from functools import partial
from pathlib import Path

from course_lib._arguments import whole_number
from course_lib.backend import keras, tf
from course_lib.study._results import add_result, results_so_far
from course_lib.study._run import DEFAULT_SETTINGS, Result, Settings, run
from course_lib.study._variants import MAIN, variant_name


def study(
    path: str | Path,
    variants: Iterable[str] = tuple(MAIN),
    seeds: Iterable[int] = range(10),
    settings: Settings = DEFAULT_SETTINGS,
    executor: futures.Executor | None = None,
    verbose: bool = True,
) -> list[Result]:
    """Makes every run that a file of results lacks.

    Results are added to the file as they come: a study that was stopped in any way
    goes on where it was. A file holds runs of one `Settings` and one set of versions.
    A run that fails is reported at the end. Any executor of `concurrent.futures` can
    make the runs. That of a Dask cluster, whose workers need the course installed and
    one thread each:

        with distributed.Client(address) as client, client.get_executor() as executor:
            study("results.jsonl", executor=executor)

    Args:
        path: The file, JSON lines; made if it does not exist.
        variants: Names in `VARIANTS`.
        seeds: Each variant is run once with each.
        settings: Epochs and sizes.
        executor: Where runs are made; by default one after the other in this process.
        verbose: Whether to show a progress bar.

    Returns:
        The results of these variants and seeds, in that order.

    Raises:
        TypeError: If an argument is of another kind, or a seed is not whole.
        ValueError: If a variant is unknown, or the file can't be gone on with.
        ExceptionGroup: If runs failed: the error of each, which names the run, or one
            for all that were lost with a process that was killed.

    Example:
        >>> study("results.jsonl", ["pooling"])  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        ValueError: variant must be one of upsampling, ...
    """
    for name, value, kind, example in (
        ("variants", variants, Iterable, '["upsampling"]'),
        ("seeds", seeds, Iterable, "range(10)"),
        ("settings", settings, Settings, "Settings(epochs=(30,))"),
        ("executor", executor, futures.Executor | None, "process_pool(2)"),
    ):
        if isinstance(value, str) or not isinstance(value, kind):
            raise TypeError(f"{name} must be such as {example}; got {value!r}")
    names = [variant_name(variant) for variant in variants]
    numbers = [whole_number(seed, "seeds", minimum=0) for seed in seeds]
    tasks = dict.fromkeys((name, seed) for seed in numbers for name in names)
    path = Path(path)
    done = {(r.variant, r.seed): r for r in results_so_far(path, settings)}
    missing = [task for task in tasks if task not in done]
    errors: list[Exception] = []
    bar = keras.utils.Progbar(len(missing), verbose=int(verbose), unit_name="run")
    for task, outcome in _outcomes(missing, settings, executor):
        try:
            done[task] = outcome()
        except futures.BrokenExecutor:  # the same for every run that is left
            continue
        except Exception as error:
            error.add_note(f"The run: {task[0]}, seed {task[1]}")
            errors.append(error)
        else:
            add_result(path, done[task])
        bar.add(1)
    made = sum(task in done for task in missing)
    if made + len(errors) < len(missing):  # the rest was skipped: the executor broke
        killed = "a process was killed, perhaps for want of memory"
        remedy = "the same call goes on from here"
        errors.append(futures.BrokenExecutor(f"{killed}; {remedy}"))
    if errors:
        failed = f"{len(missing) - made} of {len(missing)} runs failed"
        raise ExceptionGroup(f"{failed}; {made} results were added to {path}", errors)
    return [done[name, seed] for name in names for seed in numbers]


def _outcomes(
    tasks: list[tuple[str, int]], settings: Settings, executor: futures.Executor | None
) -> Iterator[tuple[tuple[str, int], Callable[[], Result]]]:
    """Yields each run with what returns its result or raises its error.

    An executor's when they have ended; without one, the call makes the run.
    """
    if executor is None:
        yield from ((task, partial(run, *task, settings)) for task in tasks)
        return
    made = {executor.submit(run, *task, settings): task for task in tasks}
    try:
        for future in futures.as_completed(made):
            yield made[future], future.result
    finally:
        for future in made:
            future.cancel()


def process_pool(workers: int) -> futures.ProcessPoolExecutor:
    """Returns a pool of processes in which Keras works, to use in a `with` block.

    TensorFlow does not survive a fork: these processes are started anew. They end with
    this one, however it ends.

    Args:
        workers: How many, 1 or more; each computes on its share of the cores.

    Example:
        >>> process_pool(0)
        Traceback (most recent call last):
        ValueError: workers must be 1 or more; got 0
    """
    workers = whole_number(workers, "workers")
    return futures.ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start_worker,
        initargs=(max((os.cpu_count() or 1) // workers, 1),),
    )


def _start_worker(threads: int) -> None:
    """Takes a share of the cores; ends at Ctrl-C, or when its parent was killed."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # else Ctrl-C ends this run only
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
