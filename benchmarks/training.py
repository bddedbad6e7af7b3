"""Time the training of both generators, side by side with other frameworks.

Every contender trains the same networks (batch 128, Adam, dropout, batch
normalization) in a process of its own, in turns, so that all of them meet the same
moods of the machine. Prints images a second, and how many times as fast the course's
GAN is: medians with the middle half of the rounds. JAX and PyTorch come with the
extra `bench`; without them their lines are missing.
"""

import argparse
import multiprocessing
import os
import time
from importlib import import_module, util
from multiprocessing.connection import Connection

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

COURSE = "course_lib.gan"
CONTENDERS = {  # name: (package it needs, module, class, arguments)
    COURSE: ("keras", "peers.keras_gan", "CourseGan", {}),
    "Keras, train_on_batch": ("keras", "peers.keras_gan", "ClassicGan", {}),
    "JAX, jit": ("jax", "peers.jax_gan", "JaxGan", {}),
    "PyTorch, eager": ("torch", "peers.torch_gan", "TorchGan", {"compiled": False}),
    "PyTorch, compiled": ("torch", "peers.torch_gan", "TorchGan", {"compiled": True}),
}
SLOW = "Keras, train_on_batch"
BATCHES = 31


def batches(count: int) -> list[np.ndarray]:
    """Return real digits in batches of 128."""
    from course_lib.digits import load_digits

    images, _ = load_digits()
    return [images[128 * n : 128 * (n + 1)] for n in range(count)]


def serve(name: str, kind: str, connection: Connection) -> None:
    """Train one epoch whenever asked to, and answer with the seconds it took."""
    _, module, model, arguments = CONTENDERS[name]
    gan = getattr(import_module(module), model)(kind, **arguments)
    data = batches(6 if name == SLOW else BATCHES)
    for _ in range(2):  # compiles
        gan.epoch(data)
    connection.send("ready")
    while connection.recv():
        start = time.perf_counter()
        loss = gan.epoch(data)
        seconds = time.perf_counter() - start
        assert np.isfinite(loss)
        connection.send(128 * len(data) / seconds)


def rates(kind: str, names: list[str], rounds: int) -> dict[str, list[float]]:
    """Return images a second of each contender in each round."""
    context = multiprocessing.get_context("spawn")
    connections, found = {}, {name: [] for name in names}
    for name in names:
        connections[name], other = context.Pipe()
        arguments = (name, kind, other)
        context.Process(target=serve, args=arguments, daemon=True).start()
        connections[name].recv()
    for _ in range(rounds):
        for name, connection in connections.items():
            connection.send(True)
            found[name].append(connection.recv())
    for connection in connections.values():
        connection.send(False)
    return found


def spread(numbers: np.ndarray, form: str) -> str:
    """Return the median and the middle half."""
    low, middle, high = np.percentile(numbers, (25, 50, 75))
    return f"{middle:{form}} ({low:{form}} to {high:{form}})"


def main() -> None:
    """Print a line for each generator and contender."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--only", nargs="*", default=list(CONTENDERS))
    options = parser.parse_args()
    names = [n for n in options.only if util.find_spec(CONTENDERS[n][0])]
    for kind in ("upsampling", "transposed"):
        found = {n: np.array(r) for n, r in rates(kind, names, options.rounds).items()}
        print(
            f"\n{kind} generator      images a second           course_lib is faster by"
        )
        for name, rate in found.items():
            ratio = spread(found[COURSE] / rate, ".2f") if COURSE in found else ""
            print(f"{name:24} {spread(rate, '6.0f'):26} {ratio}", flush=True)


if __name__ == "__main__":
    main()
