"""Variants times seeds: what the comparison of layers rests on.

`python -m course_lib.study` makes the runs; its `--help` says how.
"""

from course_lib.study._results import read_results, shipped_results
from course_lib.study._run import Result, Settings, Software, run
from course_lib.study._runner import process_pool, study
from course_lib.study._statistics import (
    MeanInterval,
    mean_interval,
    paired_differences,
)
from course_lib.study._variants import ABLATION, MAIN, VARIANTS, Variant, build_gan

__all__ = [
    "ABLATION",
    "MAIN",
    "VARIANTS",
    "MeanInterval",
    "Result",
    "Settings",
    "Software",
    "Variant",
    "build_gan",
    "mean_interval",
    "paired_differences",
    "process_pool",
    "read_results",
    "run",
    "shipped_results",
    "study",
]
