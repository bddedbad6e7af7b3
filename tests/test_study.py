"""The runs of the study, wherever they are made."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from study_results import ALIKE, fake_result

from course_lib.gan import GAN
from course_lib.study import (
    ABLATION,
    MAIN,
    VARIANTS,
    Settings,
    build_gan,
    process_pool,
    read_results,
    run,
    study,
)
from course_lib.study import __main__ as command
from course_lib.study import _runner as runner

TINY = Settings(epochs=1, batch_size=350, train_size=700, test_size=350)
TASKS = ["upsampling", "transposed_3x3"], [0, 1]


def assert_alike(results, expected):
    """Equal but for rounding, which differs with the number of cores."""
    for ours, theirs in zip(results, expected, strict=True):
        evaluation = theirs.evaluation
        assert replace(ours, evaluation=evaluation, **ALIKE) == replace(theirs, **ALIKE)
        for name, score in ours.evaluation.scores().items():
            value = evaluation.scores()[name].value
            assert score.value == pytest.approx(value, rel=0.02, abs=0.01)


# What is compared


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        # 320,000 for the dense layer and 6,400 for its normalization, then 128 kernels
        ("upsampling", 326_400 + 128 * 9 + 1),
        ("transposed_3x3", 326_400 + 128 * 9 + 1),
        ("transposed_4x4", 326_400 + 128 * 16 + 1),
        ("bilinear_start", 326_400 + 128 * 16 + 1),
        ("subpixel_icnr", 326_400 + 4 * (128 * 9 + 1)),
        ("upsampling_kernel_5x5", 326_400 + 128 * 25 + 1),
        ("transposed_3x3_half_maps", 326_400 // 2 + 64 * 9 + 1),
    ],
)
def test_variants_have_the_parameters_they_should(name, parameters):
    generator = build_gan(name, 0).generator
    assert sum(np.prod(w.shape) for w in generator.trainable_variables) == parameters
    assert generator.output_shape == (None, 10, 10, 1)


def test_bilinear_start_is_a_start_and_not_a_name():
    """Its stamps are symmetric; random ones are not."""
    for name, symmetric in [("bilinear_start", True), ("transposed_4x4", False)]:
        kernel = np.asarray(build_gan(name, 0).generator.layers[-1].kernel)
        assert np.allclose(kernel, kernel[::-1, ::-1]) == symmetric


def test_learning_rates_of_both_networks_are_those_of_the_variant():
    for name, expected in [
        ("upsampling", 5e-4),
        ("upsampling_double_rate", 1e-3),
        ("transposed_3x3_double_rate", 1e-3),
    ]:
        gan = build_gan(name, 0)
        for optimizer in (gan.g_optimizer, gan.d_optimizer):
            assert float(optimizer.learning_rate) == pytest.approx(expected)


def test_each_change_is_made_to_both_layers():
    changes = [name.split("_", 1)[1].removeprefix("3x3_") for name in ABLATION]
    assert changes[: len(changes) // 2] == changes[len(changes) // 2 :]
    assert {*MAIN, *ABLATION} == set(VARIANTS)


def test_variants_of_a_seed_share_all_but_the_layer():
    one, other = build_gan("upsampling", 3), build_gan("transposed_4x4", 3)
    for a, b in zip(
        one.discriminator.get_weights(), other.discriminator.get_weights(), strict=True
    ):
        np.testing.assert_array_equal(a, b)
    dense = [
        gan.generator.get_layer("project").get_weights()[0] for gan in (one, other)
    ]
    np.testing.assert_array_equal(*dense)
    assert one.order_seed == other.order_seed
    again = build_gan("upsampling", 4).generator.get_layer("project").get_weights()[0]
    assert not np.array_equal(again, dense[0])


# One run


@pytest.fixture(scope="module")
def in_this_process(tmp_path_factory):
    path = tmp_path_factory.mktemp("study") / "a.csv"
    return study(path, *TASKS, TINY, verbose=False)


def test_a_run_is_repeatable_and_its_own(in_this_process):
    """Even in a process that has made other runs in between; here bits are meant."""
    first, other = in_this_process[:2]
    assert replace(run("upsampling", 0, TINY), **ALIKE) == replace(first, **ALIKE)
    assert first.evaluation != other.evaluation
    assert (first.variant, first.seed, first.settings) == ("upsampling", 0, TINY)
    assert other.seed == 1
    assert first.parameters == 326_400 + 128 * 9 + 1
    assert (first.evaluation.sample_size, first.evaluation.sets) == (350, 2)
    assert first.seconds > 0
    assert "cores" in first.machine


def test_training_improves_what_is_measured(monkeypatch):
    """Against the same generator, untrained: else the study measures nothing."""
    trained = run(
        "transposed_4x4", 0, replace(TINY, epochs=8, batch_size=50, train_size=1050)
    )
    assert trained.evaluation.sets == 3
    monkeypatch.setattr(GAN, "fit", lambda *arguments, **options: None)
    untrained = run("transposed_4x4", 0, replace(TINY, train_size=1050))
    better, worse = (r.evaluation.frechet_distance for r in (trained, untrained))
    assert better.high < 0.8 * worse.low
    assert better.floor == worse.floor < better.low


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: run("deconvolution", 0), ValueError, "variant must be one of upsam"),
        (lambda: run(np.array(["a"]), 0), ValueError, "variant must be one of upsam"),
        (lambda: run("upsampling", -1), ValueError, "seed must be 0 or more; got -1"),
        (lambda: run("upsampling", 0.5), TypeError, "seed must be a whole number"),
        (lambda: Settings(epochs=0), ValueError, "epochs must be 1 or more; got 0"),
        (lambda: Settings(epochs="4"), TypeError, "epochs must be a whole number"),
        (lambda: Settings(test_size=2000), ValueError, "must be from 33 to 1000"),
        (lambda: Settings(test_size=32), ValueError, "must be from 33 .*; got 32"),
        (
            lambda: Settings(train_size=1999),
            ValueError,
            "from 2000, .* to 4000; got 19",
        ),
        (lambda: Settings(train_size=4001), ValueError, "train_size must be from 2000"),
        (lambda: process_pool(0), ValueError, "workers must be 1 or more"),
    ],
)
def test_bad_arguments_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


# Many runs


@pytest.fixture
def made(monkeypatch):
    """Replaces runs by made up results, and lists the runs that were asked for."""
    asked = []

    def fake(variant, seed, settings):
        asked.append((variant, seed))
        return fake_result(variant, seed, settings)

    monkeypatch.setattr(runner, "run", fake)
    return asked


def test_all_runs_are_made_seed_by_seed(made, tmp_path, capsys):
    results = study(tmp_path / "new" / "a.csv", *TASKS)
    assert made == [(v, s) for s in (0, 1) for v in TASKS[0]]
    assert [(r.variant, r.seed) for r in results] == [
        (v, s) for v in TASKS[0] for s in (0, 1)
    ]
    assert read_results(tmp_path / "new" / "a.csv") == [
        fake_result(*task, Settings()) for task in made
    ]
    assert "4/4" in capsys.readouterr().out


def test_the_defaults_are_the_layers_with_ten_seeds(made, tmp_path):
    assert len(study(tmp_path / "a.csv", verbose=False)) == len(MAIN) * 10
    assert {seed for _, seed in made} == set(range(10))


def test_no_run_is_made_again(made, tmp_path):
    path = tmp_path / "a.csv"
    study(path, ["upsampling"], [1], verbose=False)
    before = path.read_bytes()
    results = study(path, *TASKS, verbose=False)
    assert len(made) == len(set(made)) == 4
    assert len(results) == 4
    assert path.read_bytes().startswith(before)
    again = path.read_bytes()
    assert study(path, *TASKS, verbose=False) == results
    assert path.read_bytes() == again


def test_results_are_kept_as_they_come(monkeypatch, tmp_path):
    """The third run is interrupted, as by Ctrl-C: two results are in the file."""
    path = tmp_path / "a.csv"

    def interrupted(variant, seed, settings):
        if path.read_bytes().count(b"\n") == 3:
            raise KeyboardInterrupt
        return fake_result(variant, seed, settings)

    monkeypatch.setattr(runner, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        study(path, *TASKS, verbose=False)
    assert len(read_results(path)) == 2


@pytest.mark.parametrize("executor", [None, ThreadPoolExecutor(2)])
def test_a_failed_run_loses_no_other_and_is_tried_again(
    monkeypatch, tmp_path, executor
):
    def sometimes(variant, seed, settings):
        if (variant, seed) == ("transposed_3x3", 0):
            raise FloatingPointError("g_loss is nan")
        return fake_result(variant, seed, settings)

    monkeypatch.setattr(runner, "run", sometimes)
    path = tmp_path / "a.csv"
    with pytest.raises(ExceptionGroup, match="1 of 4 runs failed; 3 results") as caught:
        study(path, *TASKS, executor=executor, verbose=False)
    (error,) = caught.value.exceptions
    assert isinstance(error, FloatingPointError)
    assert error.__notes__ == ["The run: transposed_3x3, seed 0"]
    assert len(read_results(path)) == 3
    monkeypatch.setattr(runner, "run", fake_result)
    assert len(study(path, *TASKS, executor=executor, verbose=False)) == 4


def test_a_full_disk_stops_the_study_at_once(made, monkeypatch, tmp_path):
    def full(file, result):
        raise OSError("No space left on device")

    monkeypatch.setattr(runner.ResultsFile, "append", full)
    with pytest.raises(OSError, match="No space left"):
        study(tmp_path / "a.csv", *TASKS, verbose=False)
    assert len(made) == 1


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            (["upsampling", "pooling"],),
            ValueError,
            "variant must be one of .*'pooling'",
        ),
        ((["upsampling"], [0, -1]), ValueError, "seeds must be 0 or more; got -1"),
        ((["upsampling"], ["0"]), TypeError, "seeds must be a whole number"),
        (("upsampling",), TypeError, r"variants must be such as \["),
        ((["upsampling"], 3), TypeError, r"seeds must be such as range\(10\); got 3"),
        ((["upsampling"], [0], 30), TypeError, "settings must be such as Settings"),
        ((["upsampling"], [0], TINY, 2), TypeError, "executor must be such as client"),
    ],
)
def test_bad_arguments_make_no_file(made, tmp_path, arguments, error, message):
    with pytest.raises(error, match=message):
        study(tmp_path / "a.csv", *arguments)
    assert not list(tmp_path.iterdir())


# Where runs are made


def test_a_process_pool_makes_the_same_results(in_this_process, tmp_path):
    with process_pool(2) as executor:
        results = study(tmp_path / "a.csv", *TASKS, TINY, executor, verbose=False)
    assert_alike(results, in_this_process)
    assert set(read_results(tmp_path / "a.csv")) == set(results)


STUDY = """
import sys
from course_lib.study import Settings, process_pool, study
if __name__ == "__main__":
    tiny = Settings(epochs=1, batch_size=350, train_size=700, test_size=350)
    with process_pool(2) as executor:
        study(sys.argv[1], ["upsampling"], range(1000), tiny, executor, verbose=False)
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="kills as POSIX does")
def test_a_killed_study_goes_on(tmp_path):
    """Its output ends when the last process that holds it has ended: the workers'."""
    path, script = tmp_path / "a.csv", tmp_path / "long_study.py"
    script.write_text(STUDY)
    process = subprocess.Popen(
        [sys.executable, script, path], stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        while not path.exists() or not read_results(path):
            assert process.poll() is None
            time.sleep(0.05)
        process.kill()
        process.communicate()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    killed = path.read_bytes()
    seeds = [result.seed for result in read_results(path)]
    assert 1 <= len(seeds) < 1000
    path.write_bytes(killed + killed.splitlines()[-1][:100])  # as if while writing
    new = next(seed for seed in range(1000) if seed not in seeds)
    results = study(path, ["upsampling"], [*seeds, new], TINY, verbose=False)
    assert path.read_bytes().startswith(killed)
    assert [result.seed for result in results] == [*seeds, new]
    assert read_results(path) == results


# The command


def test_the_command_asks_for_what_its_options_say(made, tmp_path, capsys):
    path = tmp_path / "a.csv"
    arguments = ["--variants", "main", "upsampling_half_maps", "--seeds", "3", "7-8"]
    assert command.main(["--output", str(path), *arguments, "--epochs", "2"]) == 0
    assert set(made) == {
        (variant, seed)
        for variant in (*MAIN, "upsampling_half_maps")
        for seed in (3, 7, 8)
    }
    assert {result.settings for result in read_results(path)} == {Settings(epochs=2)}
    assert "18/18" in capsys.readouterr().out


def test_the_command_reports_failed_runs(monkeypatch, tmp_path, capsys):
    def fail(variant, seed, settings):
        raise FloatingPointError("g_loss is nan")

    monkeypatch.setattr(runner, "run", fail)
    monkeypatch.chdir(tmp_path)
    assert command.main(["--variants", "upsampling", "--seeds", "4"]) == 1
    errors = capsys.readouterr().err
    assert "1 of 1 runs failed; 0 results" in errors
    assert "- The run: upsampling, seed 4: FloatingPointError: g_loss is nan" in errors


def test_the_command_can_be_stopped(monkeypatch, tmp_path, capsys):
    def stop(variant, seed, settings):
        raise KeyboardInterrupt

    monkeypatch.setattr(runner, "run", stop)
    monkeypatch.chdir(tmp_path)
    assert command.main([]) == 130
    assert read_results("results.csv") == []
    assert "The same command goes on from here" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--variants", "pooling"], "invalid choice: 'pooling'"),
        (["--seeds", "a-b"], "--seeds: invalid"),
        (["--seeds", "9-0"], "--seeds: invalid"),
        (["--epochs", "0"], "epochs must be 1 or more"),
        (["--workers", "0"], "workers must be 1 or more"),
        (["--workers", "2", "--dask", "tcp://a:1"], "not allowed with"),
    ],
)
def test_the_command_explains_bad_options(
    made, monkeypatch, tmp_path, capsys, arguments, message
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as exit_:
        command.main(arguments)
    assert exit_.value.code == 2
    assert message in capsys.readouterr().err
    assert made == []
    assert not list(tmp_path.iterdir())
