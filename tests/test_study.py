"""The study: what it compares, its runs wherever they are made, its file, its sums."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict
from concurrent.futures import BrokenExecutor, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import product
from unittest.mock import Mock

import numpy as np
import pytest

import pull_levers
from course_lib import study
from course_lib.gan import GAN, latent_points
from course_lib.study import __main__ as command
from course_lib.study import _runner as runner
from course_lib.study._run import software

TINY = study.Settings((1, 2), 350, 700, 350, sets=2, jit_compile=False)
PAIR = ["upsampling", "transposed_3x3"]
ALIKE = {"seconds": 0.0, "finished": "2026-01-31T12:00:00Z"}
"""What may differ when a run is made again."""


def fake_result(variant, seed, settings=TINY, value=1 / 3):
    """Makes up a result; 1/3 has as many decimals as a float can have."""
    measurements = tuple(
        study.Measurement(epochs, weights, *[(value, value + 2 * epochs)] * 8)
        for epochs, weights in product(settings.epochs, ("raw", "averaged"))
    )
    numbers = {"noise_seed": 7, "parameters": 100, "measurements": measurements}
    rest = {"software": software(), "machine": 'a "CPU"', **ALIKE}
    return study.Result(variant, seed, settings, **numbers, **rest)


# What is compared


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("upsampling", 326_400 + 128 * 9 + 1),
        ("transposed_3x3_double_rate", 326_400 + 128 * 9 + 1),
        ("bilinear_start", 326_400 + 128 * 16 + 1),
        ("subpixel_icnr", 326_400 + 4 * (128 * 9 + 1)),
        ("transposed_3x3_half_maps", 326_400 // 2 + 64 * 9 + 1),
    ],
)
def test_variants_are_what_their_names_say(name, parameters):
    """320,000 of the dense layer, 6,400 of its normalization, then 128 kernels."""
    gan = study.build_gan(name, 0)
    weights = gan.generator.trainable_variables
    assert sum(np.prod(w.shape) for w in weights) == parameters
    for optimizer in (gan.g_optimizer, gan.d_optimizer):
        rate = 1e-3 if name.endswith("double_rate") else 5e-4
        assert float(optimizer.learning_rate) == pytest.approx(rate)
    kernel = np.asarray(weights[-2])
    symmetric = np.allclose(kernel, kernel[::-1, ::-1])  # as random stamps are not
    assert symmetric == (name == "bilinear_start")


def test_variants_of_a_seed_share_all_but_the_layer():
    runs = ("upsampling", 3), ("transposed_4x4", 3), ("upsampling", 4)
    gans = [study.build_gan(*run) for run in runs]
    weights = [gan.discriminator.get_weights() for gan in gans[:2]]
    for a, b in zip(*weights, strict=True):
        np.testing.assert_array_equal(a, b)
    assert [gan.seed for gan in gans] == [3, 3, 4]  # of noise and the digits' order
    dense = [gan.generator.get_layer("project").get_weights()[0] for gan in gans]
    np.testing.assert_array_equal(dense[0], dense[1])
    assert not np.array_equal(dense[0], dense[2])


def test_a_matched_start_spreads_as_that_of_upsampling():
    points, spreads = latent_points(1000, 100, seed=0), []
    for name in (*PAIR, "transposed_3x3_matched"):
        images = study.build_gan(name, 3).generator(points, training=True)
        spreads.append(np.arctanh(images).std())
    assert spreads[2] == pytest.approx(spreads[0], rel=1e-3)
    assert spreads[2] > 1.3 * spreads[1]


# One run


@pytest.fixture(scope="module")
def in_this_process(tmp_path_factory):
    path = tmp_path_factory.mktemp("study") / "a.jsonl"
    return study.study(path, ["upsampling"], [0, 1], TINY, verbose=False)


@pytest.mark.slow
def test_a_run_is_repeatable_and_its_own(in_this_process):
    """Whatever ran in between, measured on the way or not; here bits are meant."""
    first, other = in_this_process
    again = study.run("upsampling", 0, replace(TINY, epochs=(2,)))
    assert again.measurements == first.measurements[2:]
    alike = {"settings": TINY, "measurements": first.measurements, **ALIKE}
    assert replace(again, **alike) == replace(first, **ALIKE)
    assert first.measurements != other.measurements
    assert (first.variant, first.seed, first.settings) == ("upsampling", 0, TINY)
    assert first.parameters == 326_400 + 128 * 9 + 1
    measured = [(m.epochs, m.weights, len(m.recall)) for m in first.measurements]
    assert measured == [(n, kind, 2) for n in (1, 2) for kind in ("raw", "averaged")]
    assert len(set(first.measurements)) == 4
    assert first.seconds > 0
    assert "cores" in first.machine


@pytest.mark.slow
def test_training_improves_what_is_measured(monkeypatch):
    """Against the same generator, untrained: else the study measures nothing."""
    settings = replace(TINY, epochs=(8,), batch_size=50, train_size=1050)
    trained = study.run("transposed_4x4", 0, settings)
    monkeypatch.setattr(GAN, "fit", lambda *arguments, **options: None)
    untrained = study.run("transposed_4x4", 0, settings)
    floor = study.floors(settings)["frechet_distance"]
    assert len(floor) == 3
    for better, worse in zip(trained.measurements, untrained.measurements, strict=True):
        assert max(floor) < min(better.frechet_distance)
        assert max(better.frechet_distance) < 0.8 * min(worse.frechet_distance)


def test_larger_digits_are_measured_in_the_middle():
    """Real ones of 28x28 score about as those of 10x10."""
    small, large = study.floors(TINY), study.floors(TINY, image_size=28)
    assert np.mean(large["confidence"]) > 0.97
    for metric in ("precision", "recall"):
        assert np.mean(large[metric]) == pytest.approx(np.mean(small[metric]), abs=0.1)


# Many runs


@pytest.fixture
def made(monkeypatch):
    """Replaces runs by made up results or `errors`, and lists those asked for."""

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
    results = study.study(path, PAIR, [0, 1])
    assert made == [(variant, seed) for seed in (0, 1) for variant in PAIR]
    as_made = [fake_result(*task, study.Settings()) for task in made]
    assert study.read_results(path) == as_made
    assert results == [as_made[n] for n in (0, 2, 1, 3)]  # by variants, then seeds
    assert "4/4" in capsys.readouterr().out
    before = path.read_bytes()
    assert study.study(path, PAIR, [0, 1], verbose=False) == results
    assert path.read_bytes() == before
    study.study(path, verbose=False)  # the layers with ten seeds
    assert sorted(made) == sorted(product(study.MAIN, range(10)))
    assert path.read_bytes().startswith(before)


@pytest.mark.parametrize("executor", [None, ThreadPoolExecutor(2)])
def test_a_failed_run_loses_no_other_and_is_tried_again(made, tmp_path, executor):
    path = tmp_path / "a.jsonl"
    made.errors = {("transposed_3x3", 0): FloatingPointError("g_loss is nan")}
    with pytest.raises(ExceptionGroup, match="1 of 4 runs failed; 3 results") as caught:
        study.study(path, PAIR, [0, 1], executor=executor, verbose=False)
    (error,) = caught.value.exceptions
    assert isinstance(error, FloatingPointError)
    assert error.__notes__ == ["The run: transposed_3x3, seed 0"]
    assert len(study.read_results(path)) == 3
    made.errors = {}
    assert len(study.study(path, PAIR, [0, 1], executor=executor, verbose=False)) == 4


def test_a_full_disk_stops_the_study_at_once(made, monkeypatch, tmp_path):
    full = Mock(side_effect=OSError("No space left on device"))
    monkeypatch.setattr(runner, "add_result", full)
    with pytest.raises(OSError, match="No space left"):
        study.study(tmp_path / "a.jsonl", PAIR, verbose=False)
    assert len(made) == 1


INTERRUPTED = """
import os, signal, time
from course_lib.study import process_pool
signal.signal(signal.SIGINT, signal.default_int_handler)  # as in the foreground
with process_pool(1) as pool:
    pool.submit(os.killpg, 0, signal.SIGINT)
    pool.submit(time.sleep, 900).result()
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="interrupts as POSIX does")
def test_ctrl_c_ends_the_processes_without_their_next_runs():
    command = [sys.executable, "-c", INTERRUPTED]
    options = {"start_new_session": True, "stderr": subprocess.PIPE, "text": True}
    ended = subprocess.run(command, **options, timeout=300)
    assert ended.stderr.rstrip().endswith("KeyboardInterrupt")
    assert ended.stderr.count("Traceback") == 1


STUDY = f"""
import sys
from course_lib.study import Settings, process_pool, study
if __name__ == "__main__":
    with process_pool(1) as executor:
        study(sys.argv[1], ["upsampling"], range(1000), {TINY}, executor, verbose=False)
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "killpg"), reason="kills as POSIX does")
def test_a_killed_study_goes_on(in_this_process, tmp_path):
    """Its output ends when the last process that holds it has ended: the worker's."""
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
    killed = study.read_results(path)
    seeds = [result.seed for result in killed]
    new = next(seed for seed in range(1000) if seed not in seeds)
    results = study.study(path, ["upsampling"], [*seeds, new], TINY, verbose=False)
    assert study.read_results(path) == results
    assert results[:-1] == killed
    for metric in study.floors(TINY):  # but for rounding
        expected = in_this_process[seeds[0]].score(metric)
        assert killed[0].score(metric) == pytest.approx(expected, rel=0.02, abs=0.01)


# The file


@pytest.fixture
def three(made, tmp_path):
    """A file with three results, made with the default settings."""
    study.study(tmp_path / "a.jsonl", ["upsampling"], range(3), verbose=False)
    made.clear()
    return tmp_path / "a.jsonl"


def go_on(path):
    return study.study(path, ["upsampling"], range(4), verbose=False)


@pytest.mark.parametrize(
    ("edit", "lost"),
    [
        (lambda whole: whole[: whole.rindex(b"{") + 1], True),
        (lambda whole: whole[:-1], False),
        (lambda whole: b"\xef\xbb\xbf" + whole, False),
        (lambda whole: whole.replace(b"\n", b" \r\n") + b"  \n\n \t", False),
        (lambda whole: whole + whole.replace(b'seconds": 0', b'seconds": 1'), False),
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
    assert results == [fake_result("upsampling", s, study.Settings()) for s in range(4)]
    assert made == [("upsampling", seed) for seed in range(2 if lost else 3, 4)]
    assert three.read_bytes().startswith(edited)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[30, 60, 120]", "[30, 60]", r"with epochs \(30, 60\); .*, 120\) must not"),
        (software().classifier, "abc", "with classifier abc; .* must not be mixed"),
        ('{"variant', "my notes\n{", "line 1 of .*not a result .*JSONDecodeError"),
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
    """The pilot has ten seeds of both layers, the study ten others of all variants."""
    monkeypatch.chdir(tmp_path)
    seeds = defaultdict(list)
    for result in study.shipped_results():
        seeds[result.variant, result.seed >= 10].append(result.seed)
    for variant in study.VARIANTS:
        assert sorted(seeds[variant, True]) == list(range(10, 20))
    for variant in PAIR:
        assert sorted(seeds[variant, False]) == list(range(10))


def test_each_lever_of_chapter_10_was_pulled_with_the_same_seeds():
    levers = study.shipped_levers()
    assert set(levers) == {*pull_levers.LEVERS, "raw weights"}
    for after in levers.values():
        assert list(after) == ["2", "10"]
        assert {len(found) for found in after.values()} == {len(pull_levers.SEEDS)}


# The command


def test_the_command_asks_for_what_its_options_say(made, tmp_path, capsys):
    path = tmp_path / "a.jsonl"
    arguments = ["--variants", "main", "upsampling_half_maps", "--seeds", "3", "7-8"]
    assert command.main(["--output", str(path), *arguments, "--epochs", "2", "5"]) == 0
    assert set(made) == {*product([*study.MAIN, "upsampling_half_maps"], (3, 7, 8))}
    assert study.read_results(path)[-1].settings == study.Settings((2, 5))
    assert "24/24" in capsys.readouterr().out


def test_the_command_says_in_a_few_lines_how_it_ended(
    made, monkeypatch, tmp_path, capsys
):
    """A pool that broke raises the same error for all runs that it still had."""
    monkeypatch.chdir(tmp_path)
    made.errors = dict.fromkeys([(PAIR[0], 5), (PAIR[0], 6)], BrokenExecutor("Broken"))
    made.errors[PAIR[0], 4] = FloatingPointError("g_loss is nan")
    arguments = ["--variants", PAIR[0], "--seeds", "3-6"]
    assert command.main(arguments) == 1
    assert capsys.readouterr().err == (
        "\n3 of 4 runs failed; 1 results were added to results.jsonl:\n"
        "- The run: upsampling, seed 4: FloatingPointError: g_loss is nan\n"
        "- BrokenExecutor: a process was killed, perhaps for want of memory; "
        "the same call goes on from here\n"
    )
    made.errors = {(PAIR[0], 5): KeyboardInterrupt()}
    assert command.main(arguments) == 130
    stopped = "\nStopped. The same command goes on from here.\n"
    assert capsys.readouterr().err == stopped
    assert [result.seed for result in study.read_results("results.jsonl")] == [3, 4]


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


def test_a_mean_interval_holds_the_truth_as_often_as_it_says():
    """Of 2,000 intervals from four normal values each; 1.96 errors would hold 85 %."""
    samples = np.random.default_rng(1).normal(size=(2000, 4))
    intervals = [study.mean_interval(values) for values in samples]
    share = np.mean([low <= 0 <= high for _, low, high in intervals])
    assert share == pytest.approx(0.95, abs=0.015)
    assert study.mean_interval(samples[0]).mean == samples[0].mean()
    assert study.mean_interval([2, 2, 2]) == (2, 2, 2)


def test_the_sign_flip_test_counts_all_signs():
    """Of the 16 sums of 1, 2, 4 and -3, those as far from 0 as 4, on either side."""
    sums = [np.dot(each, (1, 2, 4, -3)) for each in product((-1, 1), repeat=4)]
    expected = np.mean(np.abs(sums) >= 4)
    assert study.sign_flip_test([1, 2, 4, -3]) == pytest.approx(expected)
    for n in (5, 10):
        assert study.sign_flip_test(-np.arange(1.0, n + 1)) == pytest.approx(2 / 2**n)


def test_holm_corrects_each_for_those_not_yet_decided():
    """The example of many textbooks: 0.01, 0.04, 0.03, 0.005 of four."""
    expected = [0.03, 0.06, 0.06, 0.02]
    assert study.holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx(expected)
    assert study.holm([0.9, 0.8]) == [1, 1]
    assert study.holm([0.02, 0.01, 0.02]) == pytest.approx([0.04, 0.03, 0.04])
    assert study.holm([]) == []


def test_differences_are_paired_by_seed_in_any_order():
    for results in ([*ONE, *OTHER], [*OTHER, *ONE[::-1]]):
        assert list(study.paired_differences(results, "recall", *PAIR)) == [-9, -18]


def test_a_score_is_the_mean_of_what_was_asked_for():
    result = fake_result("upsampling", 0)
    first = [replace(m, recall=(0, 2)) for m in result.measurements[:1]]
    result = replace(result, measurements=(*first, *result.measurements[1:]))
    assert result.score("recall", 1, "raw") == 1
    assert result.score("recall", 1) == pytest.approx(4 / 3)
    assert result.score("recall", weights="raw") == pytest.approx(7 / 3)
    raw = replace(result, settings=replace(TINY, epochs=(1,), ema=0.0))
    assert raw.score("recall") == 1


# Mistakes


SEVERAL = [ONE[0], fake_result(PAIR[1], 0, study.Settings())]
study_of = partial(study.study, "a.jsonl")


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (study.build_gan, ("pooling", 0), "variant must be one of upsamp.*'pooling'"),
        (study.build_gan, ("upsampling", -1), "seed must be 0 or more; got -1"),
        (study.Settings, ((0,),), "epochs must be 1 or more; got 0"),
        (study.Settings, (30,), r"epochs must be rising numbers such as .*; got 30"),
        (study.Settings, ((60, 30),), r"epochs must be rising .*; got \(60, 30\)"),
        (study.Settings, ((30,), 128, 4000, 1000, 1), "sets must be from 2 to .*got 1"),
        (study.Settings, ((30,), 128, 4000, 2000), "test_size must be from 33 to 1000"),
        (study.Settings, ((30,), 128, 1999), "train_size must be from 2000 to 4000"),
        (study_of, (["upsampling"], [0, -1]), "seeds must be 0 or more; got -1"),
        (study_of, ("upsampling",), r"variants must be such as \["),
        (study_of, (["upsampling"], 3), r"seeds must be such as range\(10\); got 3"),
        (study_of, (["upsampling"], [0], 30), "settings must be such as Settings"),
        (study_of, (PAIR, [0], TINY, 2), "executor must be such as process_pool"),
        (study.floors, (TINY, 20), "image_size must be 10 or 28; got 20"),
        (study.mean_interval, ([1.0],), "values must be two or more finite numbers"),
        (study.mean_interval, ([1.0, np.nan],), "values must be .* finite numbers"),
        (study.sign_flip_test, ([1.0],), "values must be two or more finite numbers"),
        (study.paired_differences, (ONE, "recall", *PAIR), "found no seed of upsampl"),
        (study.paired_differences, (SEVERAL, "recall", *PAIR), "the same settings"),
        (ONE[0].score, ("fid",), "metric must be one of frechet.*; got 'fid'"),
        (ONE[0].score, ("recall", 3), r"one of .*\(1, 'raw'\), .*got \(3, 'averaged'"),
    ],
)
def test_mistakes_are_named_and_leave_no_file(
    made, monkeypatch, tmp_path, function, arguments, message
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((TypeError, ValueError), match=message):
        function(*arguments)
    assert not list(tmp_path.iterdir())
