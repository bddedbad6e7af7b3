"""The study: what it compares, its runs wherever they are made, its file, its sums."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace

import numpy as np
import pytest

from course_lib.evaluation import Evaluation, Score
from course_lib.gan import GAN
from course_lib.study import (
    MAIN,
    Result,
    Settings,
    build_gan,
    mean_interval,
    paired_differences,
    read_results,
    run,
    shipped_results,
    study,
)
from course_lib.study import __main__ as command
from course_lib.study import _runner as runner
from course_lib.study._run import software

TINY = Settings(epochs=1, batch_size=350, train_size=700, test_size=350)
PAIR = ["upsampling", "transposed_3x3"]
ALIKE = {"seconds": 0.0, "finished": "2026-01-31T12:00:00Z"}
"""What may differ when a run is made again."""


def fake_result(variant, seed, settings=TINY, value=1 / 3):
    """Makes up a result; 1/3 has as many decimals as a float can have."""
    score = Score(value, value - 0.1, value + 0.1, 0.1, 0.05, 0.15)
    evaluation = Evaluation(*[score] * 8, sample_size=9, sets=2)
    rest = {"evaluation": evaluation, "software": software(), "machine": 'a "CPU"'}
    return Result(variant, seed, settings, 100, **rest, **ALIKE)


def keys(results):
    return [(result.variant, result.seed) for result in results]


# What is compared


@pytest.mark.parametrize(
    ("name", "parameters", "learning_rate"),
    [
        ("upsampling", 326_400 + 128 * 9 + 1, 5e-4),
        ("transposed_3x3_double_rate", 326_400 + 128 * 9 + 1, 1e-3),
        ("transposed_4x4", 326_400 + 128 * 16 + 1, 5e-4),
        ("bilinear_start", 326_400 + 128 * 16 + 1, 5e-4),
        ("subpixel_icnr", 326_400 + 4 * (128 * 9 + 1), 5e-4),
        ("upsampling_kernel_5x5", 326_400 + 128 * 25 + 1, 5e-4),
        ("transposed_3x3_half_maps", 326_400 // 2 + 64 * 9 + 1, 5e-4),
    ],
)
def test_variants_are_what_their_names_say(name, parameters, learning_rate):
    """320,000 of the dense layer, 6,400 of its normalization, then 128 kernels."""
    gan = build_gan(name, 0)
    weights = gan.generator.trainable_variables
    assert sum(np.prod(w.shape) for w in weights) == parameters
    for optimizer in (gan.g_optimizer, gan.d_optimizer):
        assert float(optimizer.learning_rate) == pytest.approx(learning_rate)
    kernel = np.asarray(weights[-2])
    symmetric = np.allclose(kernel, kernel[::-1, ::-1])  # as random stamps are not
    assert symmetric == (name == "bilinear_start")


def test_variants_of_a_seed_share_all_but_the_layer():
    gans = [build_gan(*run) for run in (("upsampling", 3), ("transposed_4x4", 3))]
    weights = [gan.discriminator.get_weights() for gan in gans]
    for a, b in zip(*weights, strict=True):
        np.testing.assert_array_equal(a, b)
    assert [gan.seed for gan in gans] == [3, 3]  # of the noise and the digits' order
    gans.append(build_gan("upsampling", 4))
    dense = [gan.generator.get_layer("project").get_weights()[0] for gan in gans]
    np.testing.assert_array_equal(dense[0], dense[1])
    assert not np.array_equal(dense[0], dense[2])


# One run


@pytest.fixture(scope="module")
def in_this_process(tmp_path_factory):
    path = tmp_path_factory.mktemp("study") / "a.jsonl"
    return study(path, ["upsampling"], [0, 1], TINY, verbose=False)


@pytest.mark.slow
def test_a_run_is_repeatable_and_its_own(in_this_process):
    """Even in a process that has made another run in between; here bits are meant."""
    first, other = in_this_process
    assert replace(run("upsampling", 0, TINY), **ALIKE) == replace(first, **ALIKE)
    assert first.evaluation != other.evaluation
    assert (first.variant, first.seed, first.settings) == ("upsampling", 0, TINY)
    assert first.parameters == 326_400 + 128 * 9 + 1
    assert (first.evaluation.sample_size, first.evaluation.sets) == (350, 2)
    assert first.seconds > 0
    assert "cores" in first.machine


@pytest.mark.slow
def test_training_improves_what_is_measured(monkeypatch):
    """Against the same generator, untrained: else the study measures nothing."""
    settings = replace(TINY, epochs=8, batch_size=50, train_size=1050)
    trained = run("transposed_4x4", 0, settings).evaluation
    assert trained.sets == 3
    monkeypatch.setattr(GAN, "fit", lambda *arguments, **options: None)
    untrained = run("transposed_4x4", 0, settings).evaluation
    better, worse = trained.frechet_distance, untrained.frechet_distance
    assert better.high < 0.8 * worse.low
    assert better.floor == worse.floor < better.low


# Many runs


@pytest.fixture
def made(monkeypatch):
    """Replaces runs by made up results, and lists the runs that were asked for.

    A run of which `made.errors` has one raises it.
    """

    class Made(list):
        def __call__(self, variant, seed, settings):
            self.append((variant, seed))
            if (variant, seed) in self.errors:
                raise self.errors[variant, seed]
            return fake_result(variant, seed, settings)

    made = Made()
    made.errors = {}
    monkeypatch.setattr(runner, "run", made)
    return made


def test_all_runs_are_made_seed_by_seed_and_none_again(made, tmp_path, capsys):
    path = tmp_path / "new" / "a.jsonl"
    results = study(path, PAIR, [0, 1])
    assert made == [(variant, seed) for seed in (0, 1) for variant in PAIR]
    assert keys(results) == [(variant, seed) for variant in PAIR for seed in (0, 1)]
    as_made = [fake_result(*task, Settings()) for task in made]
    assert read_results(path) == as_made
    lines = path.read_text().splitlines()
    assert [json.loads(line) for line in lines] == [asdict(r) for r in as_made]
    assert "4/4" in capsys.readouterr().out
    before = path.read_bytes()
    assert study(path, PAIR, [0, 1], verbose=False) == results
    assert path.read_bytes() == before
    study(path, PAIR, [2, 0], verbose=False)
    assert len(made) == len(set(made)) == 6
    assert path.read_bytes().startswith(before)


def test_the_defaults_are_the_layers_with_ten_seeds(made, tmp_path):
    results = study(tmp_path / "a.jsonl", verbose=False)
    assert keys(results) == [(variant, seed) for variant in MAIN for seed in range(10)]


@pytest.mark.parametrize("executor", [None, ThreadPoolExecutor(2)])
def test_a_failed_run_loses_no_other_and_is_tried_again(made, tmp_path, executor):
    path = tmp_path / "a.jsonl"
    made.errors = {("transposed_3x3", 0): FloatingPointError("g_loss is nan")}
    with pytest.raises(ExceptionGroup, match="1 of 4 runs failed; 3 results") as caught:
        study(path, PAIR, [0, 1], executor=executor, verbose=False)
    (error,) = caught.value.exceptions
    assert isinstance(error, FloatingPointError)
    assert error.__notes__ == ["The run: transposed_3x3, seed 0"]
    assert len(read_results(path)) == 3
    made.errors = {}
    assert len(study(path, PAIR, [0, 1], executor=executor, verbose=False)) == 4


def test_a_full_disk_stops_the_study_at_once(made, monkeypatch, tmp_path):
    def full(path, result):
        raise OSError("No space left on device")

    monkeypatch.setattr(runner, "add_result", full)
    with pytest.raises(OSError, match="No space left"):
        study(tmp_path / "a.jsonl", PAIR, verbose=False)
    assert len(made) == 1


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
def test_a_killed_study_goes_on(in_this_process, tmp_path):
    """Its output ends when the last process that holds it has ended: the workers'."""
    path, script = tmp_path / "a.jsonl", tmp_path / "long_study.py"
    script.write_text(STUDY)
    process = subprocess.Popen(
        [sys.executable, script, path], stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        while not path.exists() or not path.read_bytes().count(b"\n"):
            assert process.poll() is None
            time.sleep(0.05)
        process.kill()
        process.communicate()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    killed = read_results(path)
    seeds = [result.seed for result in killed]
    new = next(seed for seed in range(1000) if seed not in seeds)
    results = study(path, ["upsampling"], [*seeds, new], TINY, verbose=False)
    assert read_results(path) == results
    assert results[:-1] == killed
    for name, score in killed[0].evaluation.scores().items():  # but for rounding
        expected = in_this_process[seeds[0]].evaluation.scores()[name].value
        assert score.value == pytest.approx(expected, rel=0.02, abs=0.01)


# The file


@pytest.fixture
def three(made, tmp_path):
    """A file with three results, made with the default settings."""
    study(tmp_path / "a.jsonl", ["upsampling"], range(3), verbose=False)
    made.clear()
    return tmp_path / "a.jsonl"


def go_on(path):
    return study(path, ["upsampling"], range(4), verbose=False)


@pytest.mark.parametrize(
    ("edit", "lost"),
    [
        (lambda whole: whole[: whole.rindex(b"{") + 1], True),
        (lambda whole: whole[:-300], True),
        (lambda whole: whole[:-2], True),
        (lambda whole: whole[:-1], False),
        (lambda whole: whole.replace(b"\n", b" \r\n") + b"  \n\n \t", False),
        (lambda whole: b"\xef\xbb\xbf" + whole, False),
        (
            lambda whole: whole + whole.replace(b'"seconds": 0.', b'"seconds": 1.'),
            False,
        ),
    ],
)
def test_what_killed_studies_and_editors_leave_does_no_harm(three, made, edit, lost):
    """A run whose line is cut off is made again, and only that; all lines stay."""
    edited = edit(three.read_bytes())
    three.write_bytes(edited)
    for _ in range(2):
        cut_off = pytest.warns(UserWarning, match=r"line 3 of .*a\.jsonl is cut off")
        with cut_off if lost else contextlib.nullcontext():
            results = go_on(three)
    assert results == [fake_result("upsampling", s, Settings()) for s in range(4)]
    assert made == [("upsampling", seed) for seed in range(2 if lost else 3, 4)]
    assert three.read_bytes().startswith(edited)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"epochs": 30', '"epochs": 20', "made with epochs 20; .* epochs 30 must not"),
        (software().classifier, "abc", "with classifier abc; .* must not be mixed"),
        ('{"variant', "my notes\n{", "line 1 of .*not a result .*JSONDecodeError"),
        ('{"variant', "\x89PNG\r\n", "line 1 of"),
        ('{"variant', '[1, 2]\n{"variant', "line 1 of .*TypeError"),
        ('"seconds": 0.0, ', "", "line 1 of .*'seconds'"),
        ('"seed": 1', '"seed": "x"', "line 2 of .*'x'"),
    ],
)
def test_what_is_no_result_of_the_study_is_named_and_left(three, old, new, message):
    three.write_text(three.read_text().replace(old, new))
    before = three.read_bytes()
    with pytest.raises(ValueError, match=message):
        go_on(three)
    assert three.read_bytes() == before


def test_shipped_results_are_found_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    results = shipped_results()
    assert len({(result.settings, result.software) for result in results}) == 1
    seeds = [result.seed for result in results if result.variant == "upsampling"]
    assert seeds == list(range(10))


# The command


def test_the_command_asks_for_what_its_options_say(made, tmp_path, capsys):
    path = tmp_path / "a.jsonl"
    arguments = ["--variants", "main", "upsampling_half_maps", "--seeds", "3", "7-8"]
    assert command.main(["--output", str(path), *arguments, "--epochs", "2"]) == 0
    variants = (*MAIN, "upsampling_half_maps")
    assert set(made) == {(v, seed) for v in variants for seed in (3, 7, 8)}
    assert {result.settings for result in read_results(path)} == {Settings(epochs=2)}
    assert "18/18" in capsys.readouterr().out


def test_the_command_says_how_it_ended(made, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    for error, code, lines in (
        (
            FloatingPointError("g_loss is nan"),
            1,
            "1 of 1 runs failed; 0 results were added to results.jsonl:\n"
            "- The run: upsampling, seed 4: FloatingPointError: g_loss is nan",
        ),
        (KeyboardInterrupt(), 130, "Stopped. The same command goes on from here."),
    ):
        made.errors = {("upsampling", 4): error}
        assert command.main(["--variants", "upsampling", "--seeds", "4"]) == code
        assert lines in capsys.readouterr().err


def test_the_command_explains_bad_options(made, capsys):
    for arguments, message in (
        (["--variants", "pooling"], "variant must be one of upsampling"),
        (["--seeds", "9-0"], "--seeds: invalid"),
        (["--workers", "0"], "workers must be 1 or more"),
    ):
        with pytest.raises(SystemExit, match="2"):
            command.main(arguments)
        assert message in capsys.readouterr().err
    assert not made


# Statistics

ONE = [fake_result(PAIR[0], seed, value=v) for seed, v in ((0, 1.0), (1, 2.0), (5, 9))]
OTHER = [fake_result(PAIR[1], seed, value=v) for seed, v in ((1, 20.0), (0, 10.0))]


def test_a_mean_interval_of_many_values_is_that_of_the_normal_distribution():
    values = np.random.default_rng(1).normal(size=400)
    mean, low, high = mean_interval(values)
    expected = 1.96 * values.std() / np.sqrt(400)
    assert [mean - low, high - mean] == pytest.approx([expected] * 2, rel=0.1)
    assert mean == values.mean()
    assert mean_interval(values) == (mean, low, high)
    assert mean_interval([2, 2, 2]) == (2, 2, 2)


def test_differences_are_paired_by_seed_in_any_order():
    for results in ([*ONE, *OTHER], [*OTHER, *ONE[::-1]]):
        assert list(paired_differences(results, "recall", *PAIR)) == [-9, -18]


# Mistakes


def study_of(*arguments):
    return study("a.jsonl", *arguments)


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (build_gan, ("deconvolution", 0), "variant must be one of upsam.*'deconvolut"),
        (build_gan, ("upsampling", -1), "seed must be 0 or more; got -1"),
        (run, ("upsampling", 0.5), "seed must be a whole number"),
        (Settings, (0,), "epochs must be 1 or more; got 0"),
        (Settings, (30, "4"), "batch_size must be a whole number"),
        (Settings, (30, 128, 4000, 2000), "test_size must be from 33 to 1000; got 20"),
        (Settings, (30, 128, 4000, 32), "test_size must be from 33 .*; got 32"),
        (Settings, (30, 128, 1999), "train_size must be from 2000, .*000; got 1999"),
        (Settings, (30, 128, 4001), "train_size must be from 2000.*; got 4001"),
        (study_of, (["upsampling", "pooling"],), "variant must .*'pooling'"),
        (study_of, (["upsampling"], [0, -1]), "seeds must be 0 or more; got -1"),
        (study_of, ("upsampling",), r"variants must be such as \["),
        (study_of, (["upsampling"], 3), r"seeds must be such as range\(10\); got 3"),
        (study_of, (["upsampling"], [0], 30), "settings must be such as Settings"),
        (study_of, (PAIR, [0], TINY, 2), "executor must be such as process_pool"),
        (mean_interval, ([1.0],), "values must be two or more finite numbers"),
        (mean_interval, ([1.0, np.nan],), "values must be two or more finite numbers"),
        (mean_interval, ([[1.0, 2.0]],), "values must be two or more finite numbers"),
        (mean_interval, (ONE,), "values must be two or more finite numbers"),
        (mean_interval, ([1.0, 2.0], 95), "confidence must be between 0 and 1; got 95"),
        (mean_interval, ([1.0, 2.0], 0.9, -1), "seed must be 0 or more; got -1"),
        (paired_differences, (ONE, "recall", *PAIR), "found no seed of upsampling and"),
        (
            paired_differences,
            (ONE, "fid", *PAIR),
            "metric must be one of frechet.*'fid",
        ),
        (paired_differences, (ONE, ["recall"], *PAIR), "metric must be one of"),
    ],
)
def test_mistakes_are_named_and_leave_no_file(
    made, monkeypatch, tmp_path, function, arguments, message
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((TypeError, ValueError), match=message):
        function(*arguments)
    assert not list(tmp_path.iterdir())
