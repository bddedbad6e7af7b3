"""The file of results, and the statistics of what it holds."""

import csv
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from study_results import fake_result

from course_lib.study import (
    ResultsFile,
    Settings,
    mean_interval,
    paired_differences,
    read_results,
    shipped_results,
)
from course_lib.study._results import COLUMNS

SETTINGS = Settings()
RESULTS = [fake_result("upsampling", seed, SETTINGS) for seed in range(3)]


def write(path, results=RESULTS):
    with ResultsFile(path, SETTINGS) as file:
        for result in results:
            file.append(result)
    return path.read_bytes()


def test_results_come_back_as_they_were(tmp_path):
    path = tmp_path / "a.csv"
    write(path)
    assert read_results(path) == RESULTS
    with ResultsFile(path, SETTINGS) as file:
        assert file.results == RESULTS


def test_it_is_a_plain_table(tmp_path):
    write(tmp_path / "a.csv")
    with open(tmp_path / "a.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3
    assert rows[0]["variant"] == "upsampling"
    assert float(rows[0]["recall"]) == 1 / 3
    assert float(rows[0]["recall_low"]) == 1 / 3 - 0.1
    assert float(rows[0]["recall_floor_high"]) == 0.15
    assert rows[0]["epochs"] == "30"
    assert rows[0]["machine"] == RESULTS[0].machine
    assert len(set(COLUMNS)) == len(COLUMNS) == len(rows[0])


def test_wherever_a_write_breaks_off_no_other_line_is_lost(tmp_path):
    """The last line is cut after each byte; then the study goes on."""
    path = tmp_path / "a.csv"
    whole = write(path)
    before = whole[: whole[:-1].rindex(b"\n") + 1]
    for length in range(len(before), len(whole)):
        path.write_bytes(whole[:length])
        complete = length == len(whole) - 1  # only the line break is missing
        expected = RESULTS if complete else RESULTS[:2]
        assert read_results(path) == expected
        assert path.read_bytes() == whole[:length]  # reading changes nothing
        with ResultsFile(path, SETTINGS) as file:
            assert file.results == expected
            if not complete:
                file.append(RESULTS[2])
        assert path.read_bytes() == whole


def test_a_file_cut_in_its_first_line_is_begun_anew(tmp_path):
    path = tmp_path / "a.csv"
    whole = write(path)
    header = whole[: whole.index(b"\n") + 1]
    for length in range(len(header)):
        path.write_bytes(header[:length])
        assert write(path) == whole


def test_one_study_at_a_time(tmp_path):
    path = tmp_path / "a.csv"
    with (
        ResultsFile(path, SETTINGS) as file,
        pytest.raises(BlockingIOError, match=r"another study is writing to .*a\.csv"),
    ):
        ResultsFile(path, SETTINGS)
    with ResultsFile(path, SETTINGS) as file:
        file.append(RESULTS[0])
        assert file.results == RESULTS[:1]
    assert read_results(path) == RESULTS[:1]


@pytest.mark.parametrize(
    ("settings", "old", "new", "message"),
    [
        (Settings(epochs=20), "", "", "made with epochs 30; these .* with epochs 20"),
        (Settings(batch_size=64), "", "", "batch_size 128; .* batch_size 64"),
        (SETTINGS, RESULTS[0].software.keras, "2.0", "made with keras 2.0"),
        (SETTINGS, RESULTS[0].software.classifier, "abc", "made with classifier abc"),
    ],
)
def test_results_made_otherwise_are_not_mixed(tmp_path, settings, old, new, message):
    path = tmp_path / "a.csv"
    content = write(path).decode()
    path.write_text(content.replace(f",{old},", f",{new},") if old else content)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=rf"{message}.*must not be mixed"):
        ResultsFile(path, settings)
    assert path.read_bytes() == before
    assert len(read_results(path)) == 3


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (
            lambda lines: ["my notes", *lines],
            "not a file of results .* begin with .*va",
        ),
        (lambda lines: lines[1:], "not a file of results"),
        (
            lambda lines: [lines[0], lines[1][:50], *lines[2:]],
            "line 2 of .* is damaged",
        ),
        (lambda lines: [*lines[:2], lines[2].replace(",1,", ",x,")], "line 3 .*'x'"),
        (lambda lines: [*lines, lines[1]], "line 5 of .* repeats upsampling, seed 0"),
    ],
)
def test_a_damaged_file_is_named_and_left_as_it_is(tmp_path, spoil, message):
    path = tmp_path / "a.csv"
    lines = write(path).decode().splitlines()
    path.write_text("\n".join(spoil(lines)) + "\n")
    before = path.read_bytes()
    with pytest.raises(ValueError, match=message):
        read_results(path)
    with pytest.raises(ValueError, match=message):
        ResultsFile(path, SETTINGS)
    assert path.read_bytes() == before


def test_another_kind_of_file_is_left_as_it_is(tmp_path):
    path = tmp_path / "a.csv"
    for content in (b"half a line", b"\x89PNG\r\n", b"variant"[::-1]):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="not a file of results"):
            ResultsFile(path, SETTINGS)
        assert path.read_bytes() == content


@pytest.mark.parametrize(
    "edited",
    [
        lambda whole: whole + b"\n",
        lambda whole: whole + b"  \n\n \t",
        lambda whole: whole.replace(b"\n", b"\n\n"),
        lambda whole: whole.replace(b"\n", b"\r\n"),
        lambda whole: whole.replace(b"\n", b" \n"),
        lambda whole: b"\xef\xbb\xbf" + whole,
        lambda whole: whole[:-1],
        lambda whole: whole[:-1] + b"  ",
        lambda whole: b"\xef\xbb\xbf" + whole.replace(b"\n", b"\r\n")[:-2],
    ],
)
def test_what_an_editor_leaves_behind_does_no_harm(tmp_path, edited):
    path = tmp_path / "a.csv"
    path.write_bytes(edited(write(path, RESULTS[:2])))
    assert read_results(path) == RESULTS[:2]
    assert write(path, RESULTS[2:]).count(b"upsampling") == 3
    assert read_results(path) == RESULTS


def test_shipped_results_are_found_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    results = shipped_results()
    assert len(results) == 70
    assert len({(result.settings, result.software) for result in results}) == 1
    seeds = [result.seed for result in results if result.variant == "upsampling"]
    assert seeds == list(range(10))


# Statistics


def test_a_mean_interval_holds_the_mean_about_as_often_as_it_says():
    """200 studies of ten seeds: of intervals of 80 %, about 160 hold the true mean."""
    random = np.random.default_rng(0)
    held = 0
    for _ in range(200):
        _, low, high = mean_interval(random.normal(5, 2, 10), confidence=0.8)
        held += low <= 5 <= high
    assert 0.7 < held / 200 < 0.88


def test_a_mean_interval_of_many_values_is_that_of_the_normal_distribution():
    values = np.random.default_rng(1).normal(size=400)
    mean, low, high = mean_interval(values)
    assert mean == values.mean()
    expected = 1.96 * values.std() / np.sqrt(400)
    assert mean - low == pytest.approx(expected, rel=0.1)
    assert high - mean == pytest.approx(expected, rel=0.1)
    assert mean_interval(values) == (mean, low, high)


def test_equal_values_have_an_interval_of_no_width():
    assert mean_interval([2.5, 2.5, 2.5]) == (2.5, 2.5, 2.5)


@pytest.mark.parametrize(
    "values", [[], [1.0], [1.0, np.nan], [[1.0, 2.0]], [[1.0], [1.0, 2.0]], "abc", None]
)
def test_too_few_or_odd_values_are_refused(values):
    with pytest.raises(ValueError, match="values must be two or more finite numbers"):
        mean_interval(values)


def test_a_confidence_is_a_share():
    with pytest.raises(ValueError, match="confidence must be between 0 and 1; got 95"):
        mean_interval([1.0, 2.0], confidence=95)
    with pytest.raises(ValueError, match=r"confidence must be .*; got '95 %'"):
        mean_interval([1.0, 2.0], confidence="95 %")
    with pytest.raises(ValueError, match="seed must be 0 or more; got -1"):
        mean_interval([1.0, 2.0], seed=-1)


def results_of(variant, scores):
    return [fake_result(variant, s, SETTINGS, score) for s, score in scores.items()]


@given(st.permutations(range(7)))
def test_differences_are_paired_by_seed_in_any_order(order):
    one = results_of("upsampling", {0: 1.0, 1: 2.0, 2: 3.0, 5: 9.0})
    other = results_of("transposed_3x3", {2: 30.0, 0: 10.0, 1: 20.0})
    results = [[*one, *other][i] for i in order]
    differences = paired_differences(results, "recall", "upsampling", "transposed_3x3")
    np.testing.assert_array_equal(differences, [-9, -18, -27])


def test_differences_need_pairs_and_a_metric():
    results = [*RESULTS, replace(RESULTS[0], variant="transposed_3x3", seed=9)]
    with pytest.raises(ValueError, match="found no seed of upsampling and transposed"):
        paired_differences(results, "recall", "upsampling", "transposed_3x3")
    with pytest.raises(ValueError, match=r"metric must be one of frechet.*got 'fid'"):
        paired_differences(results, "fid", "upsampling", "upsampling")
    with pytest.raises(ValueError, match=r"metric must be one of .*got \['recall'\]"):
        paired_differences(results, ["recall"], "upsampling", "upsampling")
