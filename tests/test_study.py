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
    ABLATION,
    MAIN,
    VARIANTS,
    Result,
    Settings,
    build_gan,
    mean_interval,
    paired_differences,
    process_pool,
    read_results,
    run,
    shipped_results,
    study,
)
from course_lib.study import __main__ as command
from course_lib.study import _runner as runner
from course_lib.study._run import software

TINY = Settings(epochs=1, batch_size=350, train_size=700, test_size=350)
TASKS = ["upsampling", "transposed_3x3"], [0, 1]
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
    ("name", "parameters"),
    [
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
    """320,000 of the dense layer, 6,400 of its normalization, then 128 kernels."""
    generator = build_gan(name, 0).generator
    assert sum(np.prod(w.shape) for w in generator.trainable_variables) == parameters
    assert generator.output_shape == (None, 10, 10, 1)


def test_bilinear_start_is_a_start_and_not_a_name():
    """Its stamps are symmetric; random ones are not."""
    for name, symmetric in [("bilinear_start", True), ("transposed_4x4", False)]:
        kernel = np.asarray(build_gan(name, 0).generator.layers[-1].kernel)
        assert np.allclose(kernel, kernel[::-1, ::-1]) == symmetric


def test_learning_rates_of_both_networks_are_those_of_the_variant():
    for name, expected in [("upsampling", 5e-4), ("transposed_3x3_double_rate", 1e-3)]:
        gan = build_gan(name, 0)
        for optimizer in (gan.g_optimizer, gan.d_optimizer):
            assert float(optimizer.learning_rate) == pytest.approx(expected)


def test_each_change_is_made_to_both_layers():
    changes = [name.split("_", 1)[1].removeprefix("3x3_") for name in ABLATION]
    assert changes[: len(changes) // 2] == changes[len(changes) // 2 :]
    assert {*MAIN, *ABLATION} == set(VARIANTS)


def test_variants_of_a_seed_share_all_but_the_layer():
    one, other = build_gan("upsampling", 3), build_gan("transposed_4x4", 3)
    weights = [gan.discriminator.get_weights() for gan in (one, other)]
    for a, b in zip(*weights, strict=True):
        np.testing.assert_array_equal(a, b)
    gans = (one, other, build_gan("upsampling", 4))
    dense = [gan.generator.get_layer("project").get_weights()[0] for gan in gans]
    np.testing.assert_array_equal(dense[0], dense[1])
    assert not np.array_equal(dense[0], dense[2])
    assert one.seed == other.seed == 3  # of the noise and the order of the digits


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


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: run("deconvolution", 0), ValueError, "variant must be one of upsam"),
        (lambda: run(np.array(["a"]), 0), ValueError, "variant must be one of upsam"),
        (lambda: run("upsampling", -1), ValueError, "seed must be 0 or more; got -1"),
        (lambda: run("upsampling", 0.5), TypeError, "seed must be a whole number"),
        (lambda: Settings(epochs=0), ValueError, "epochs must be 1 or more; got 0"),
        (lambda: Settings(epochs="4"), TypeError, "epochs must be a whole number"),
        (lambda: Settings(test_size=2000), ValueError, "test_size must be from 33 to"),
        (lambda: Settings(test_size=32), ValueError, "must be from 33 .*; got 32"),
        (lambda: Settings(train_size=1999), ValueError, "from 2000, .*000; got 19"),
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


def test_all_runs_are_made_seed_by_seed_and_none_again(made, tmp_path, capsys):
    path = tmp_path / "new" / "a.jsonl"
    results = study(path, *TASKS)
    assert made == [(v, s) for s in (0, 1) for v in TASKS[0]]
    assert keys(results) == [(v, s) for v in TASKS[0] for s in (0, 1)]
    assert read_results(path) == [fake_result(*task, Settings()) for task in made]
    assert "4/4" in capsys.readouterr().out
    before = path.read_bytes()
    assert study(path, *TASKS, verbose=False) == results
    assert path.read_bytes() == before
    study(path, TASKS[0], [2, 0], verbose=False)
    assert len(made) == len(set(made)) == 6
    assert path.read_bytes().startswith(before)


def test_the_defaults_are_the_layers_with_ten_seeds(made, tmp_path):
    assert len(study(tmp_path / "a.jsonl", verbose=False)) == len(MAIN) * 10
    assert {seed for _, seed in made} == set(range(10))


@pytest.mark.parametrize("executor", [None, ThreadPoolExecutor(2)])
def test_a_failed_run_loses_no_other_and_is_tried_again(
    monkeypatch, tmp_path, executor
):
    def sometimes(variant, seed, settings):
        if (variant, seed) == ("transposed_3x3", 0):
            raise FloatingPointError("g_loss is nan")
        return fake_result(variant, seed, settings)

    monkeypatch.setattr(runner, "run", sometimes)
    path = tmp_path / "a.jsonl"
    with pytest.raises(ExceptionGroup, match="1 of 4 runs failed; 3 results") as caught:
        study(path, *TASKS, executor=executor, verbose=False)
    (error,) = caught.value.exceptions
    assert isinstance(error, FloatingPointError)
    assert error.__notes__ == ["The run: transposed_3x3, seed 0"]
    assert len(read_results(path)) == 3
    monkeypatch.setattr(runner, "run", fake_result)
    assert len(study(path, *TASKS, executor=executor, verbose=False)) == 4


def test_a_full_disk_stops_the_study_at_once(made, monkeypatch, tmp_path):
    def full(path, result):
        raise OSError("No space left on device")

    monkeypatch.setattr(runner, "add_result", full)
    with pytest.raises(OSError, match="No space left"):
        study(tmp_path / "a.jsonl", *TASKS, verbose=False)
    assert len(made) == 1


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((["upsampling", "pooling"],), ValueError, "variant must .*'pooling'"),
        ((["upsampling"], [0, -1]), ValueError, "seeds must be 0 or more; got -1"),
        ((["upsampling"], ["0"]), TypeError, "seeds must be a whole number"),
        (("upsampling",), TypeError, r"variants must be such as \["),
        ((["upsampling"], 3), TypeError, r"seeds must be such as range\(10\); got 3"),
        ((["upsampling"], [0], 30), TypeError, "settings must be such as Settings"),
        ((["upsampling"], [0], TINY, 2), TypeError, "executor must be such as process"),
    ],
)
def test_bad_arguments_make_no_file(made, tmp_path, arguments, error, message):
    with pytest.raises(error, match=message):
        study(tmp_path / "a.jsonl", *arguments)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_process_pool_makes_the_same_results(in_this_process, tmp_path):
    """But for rounding, which differs with the number of cores."""
    path = tmp_path / "a.jsonl"
    with process_pool(2) as executor:
        results = study(path, ["upsampling"], [0, 1], TINY, executor, verbose=False)
    assert sorted(keys(read_results(path))) == keys(results) == keys(in_this_process)
    for ours, theirs in zip(results, in_this_process, strict=True):
        expected = {n: s.value for n, s in theirs.evaluation.scores().items()}
        scores = {n: s.value for n, s in ours.evaluation.scores().items()}
        assert scores == pytest.approx(expected, rel=0.02, abs=0.01)


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
    killed = path.read_bytes()
    seeds = [result.seed for result in read_results(path)]
    assert 1 <= len(seeds) < 1000
    new = next(seed for seed in range(1000) if seed not in seeds)
    results = study(path, ["upsampling"], [*seeds, new], TINY, verbose=False)
    assert path.read_bytes().startswith(killed)
    assert [result.seed for result in results] == [*seeds, new]
    assert read_results(path) == results


# The file


@pytest.fixture
def three(made, tmp_path):
    """A file with three results, made with the default settings."""
    study(tmp_path / "a.jsonl", ["upsampling"], range(3), verbose=False)
    return tmp_path / "a.jsonl"


def go_on(path):
    return study(path, ["upsampling"], range(4), verbose=False)


def test_it_is_plain_json_lines_and_comes_back_as_it_was(three):
    lines = [json.loads(line) for line in three.read_text().splitlines()]
    results = [fake_result("upsampling", seed, Settings()) for seed in range(3)]
    assert lines == [asdict(result) for result in results]
    assert lines[2]["evaluation"]["recall"]["value"] == 1 / 3
    assert read_results(three) == results


@pytest.mark.parametrize("length", [0, 1, 9, 300, -2, -1])
def test_where_a_write_breaks_off_only_that_run_is_made_again(three, made, length):
    """The last line is cut there, and is left out from then on."""
    *before, last = three.read_bytes().splitlines(keepends=True)
    broken = b"".join(before) + last[:length]
    three.write_bytes(broken)
    made.clear()
    for _ in range(2):
        if length in (0, -1):  # nothing is missing but a line, or a line break
            go_on(three)
        else:
            with pytest.warns(UserWarning, match=r"line 3 of .*a\.jsonl is cut off"):
                go_on(three)
    assert made == [("upsampling", s) for s in range(3 if length == -1 else 2, 4)]
    assert three.read_bytes().startswith(broken)


@pytest.mark.parametrize(
    "edited",
    [
        lambda whole: whole + b"  \n\n \t",
        lambda whole: whole.replace(b"\n", b"\n\n"),
        lambda whole: whole.replace(b"\n", b" \r\n"),
        lambda whole: whole[:-1],
        lambda whole: b"\xef\xbb\xbf" + whole[:-1] + b"  ",
    ],
    ids=["final lines", "blank lines", "Windows", "no line break", "mark"],
)
def test_what_an_editor_leaves_behind_does_no_harm(three, made, edited):
    results = read_results(three)
    three.write_bytes(edited(three.read_bytes()))
    assert read_results(three) == results
    assert go_on(three)[:3] == results
    assert keys(read_results(three)) == made == [("upsampling", s) for s in range(4)]


def test_a_run_that_two_studies_made_is_read_once(three):
    results, content = read_results(three), three.read_bytes()
    three.write_bytes(content + content.replace(b'"seconds": 0.0', b'"seconds": 1.0'))
    assert read_results(three) == results
    other = content.replace(b'"epochs": 30', b'"epochs": 31')
    three.write_bytes(content + other)
    assert len(read_results(three)) == 6


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"epochs": 30', '"epochs": 20', "with epochs 20, .* with epochs 30"),
        ('"batch_size": 128', '"batch_size": 64', "batch_size 64, .* batch_size 128"),
        (software().keras, "2.0", "made with keras 2.0"),
        (software().classifier, "abc", "made with classifier abc"),
    ],
)
def test_results_made_otherwise_are_not_mixed(three, old, new, message):
    three.write_text(three.read_text().replace(old, new))
    before = three.read_bytes()
    with pytest.raises(ValueError, match=rf"{message}.*must not be mixed"):
        go_on(three)
    assert three.read_bytes() == before
    assert len(read_results(three)) == 3


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (
            lambda text: "my notes\n" + text,
            "line 1 of .*not a result .*JSONDecodeError",
        ),
        (lambda text: "\x89PNG\r\n", "line 1 of"),
        (lambda text: "variant,seed\nupsampling,0\n", "line 1 of"),
        (lambda text: text + "[1, 2]\n", "line 4 of .*TypeError"),
        (lambda text: text.replace('"seconds": 0.0, ', "", 1), "line 1 of .*'seconds'"),
        (lambda text: text.replace('"seed": 1', '"seed": "x"'), "line 2 of .*'x'"),
    ],
)
def test_what_is_no_result_is_named_and_left_as_it_is(three, spoil, message):
    three.write_text(spoil(three.read_text()), newline="")
    before = three.read_bytes()
    for read in (read_results, go_on):
        with pytest.raises(ValueError, match=message):
            read(three)
    assert three.read_bytes() == before


def test_shipped_results_are_found_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    results = shipped_results()
    assert len(results) == 70
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


@pytest.mark.parametrize(
    ("error", "code", "lines"),
    [
        (
            FloatingPointError("g_loss is nan"),
            1,
            "1 of 1 runs failed; 0 results were added to results.jsonl:\n"
            "- The run: upsampling, seed 4: FloatingPointError: g_loss is nan",
        ),
        (KeyboardInterrupt(), 130, "Stopped. The same command goes on from here."),
    ],
)
def test_the_command_says_how_it_ended(
    monkeypatch, tmp_path, capsys, error, code, lines
):
    def fail(variant, seed, settings):
        raise error

    monkeypatch.setattr(runner, "run", fail)
    monkeypatch.chdir(tmp_path)
    assert command.main(["--variants", "upsampling", "--seeds", "4"]) == code
    assert lines in capsys.readouterr().err
    assert read_results("results.jsonl") == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--variants", "pooling"], "variant must be one of upsampling"),
        (["--seeds", "a-b"], "--seeds: invalid"),
        (["--seeds", "9-0"], "--seeds: invalid"),
        (["--epochs", "0"], "epochs must be 1 or more"),
        (["--workers", "0"], "workers must be 1 or more"),
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
    assert not list(tmp_path.iterdir())


# Statistics


def test_a_mean_interval_of_many_values_is_that_of_the_normal_distribution():
    values = np.random.default_rng(1).normal(size=400)
    mean, low, high = mean_interval(values)
    expected = 1.96 * values.std() / np.sqrt(400)
    assert [mean - low, high - mean] == pytest.approx([expected] * 2, rel=0.1)
    assert mean == values.mean()
    assert mean_interval(values) == (mean, low, high)
    assert mean_interval([2, 2, 2]) == (2, 2, 2)


@pytest.mark.parametrize(
    "values", [[], [1.0], [1.0, np.nan], [[1.0, 2.0]], [[1.0], [1.0, 2.0]], "abc", None]
)
def test_too_few_or_odd_values_are_refused(values):
    with pytest.raises(ValueError, match="values must be two or more finite numbers"):
        mean_interval(values)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"confidence": 95}, "confidence must be between 0 and 1; got 95"),
        ({"confidence": "95 %"}, "confidence must be between 0 and 1; got '95 %'"),
        ({"seed": -1}, "seed must be 0 or more; got -1"),
    ],
)
def test_odd_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        mean_interval([1.0, 2.0], **options)


ONE = [fake_result("upsampling", s, value=v) for s, v in ((0, 1.0), (1, 2.0), (5, 9.0))]
OTHER = [fake_result("transposed_3x3", s, value=v) for s, v in ((1, 20.0), (0, 10.0))]
PAIR = "upsampling", "transposed_3x3"


def test_differences_are_paired_by_seed_in_any_order():
    for results in ([*ONE, *OTHER], [*OTHER, *ONE[::-1]]):
        np.testing.assert_array_equal(
            paired_differences(results, "recall", *PAIR), [-9, -18]
        )


def test_differences_need_pairs_and_a_metric():
    with pytest.raises(ValueError, match="found no seed of upsampling and transposed"):
        paired_differences([*ONE, *OTHER[:0]], "recall", *PAIR)
    for metric in ("fid", ["recall"]):
        with pytest.raises(ValueError, match=r"metric must be one of frechet.*got"):
            paired_differences([*ONE, *OTHER], metric, *PAIR)
