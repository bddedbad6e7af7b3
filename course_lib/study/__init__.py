"""Variants times seeds: what the comparison of layers rests on.

`python -m course_lib.study` makes the runs; its `--help` says how.
"""

from course_lib.study._results import read_results, shipped_levers, shipped_results
from course_lib.study._run import Measurement, Result, Settings, Software, floors, run
from course_lib.study._runner import process_pool, study
from course_lib.study._statistics import (
    MeanInterval,
    holm,
    mean_interval,
    paired_differences,
    sign_flip_test,
)
from course_lib.study._variants import (
    ABLATION,
    MAIN,
    TWO_STAGE,
    VARIANTS,
    Variant,
    build_gan,
)

__all__ = [
    "ABLATION",
    "MAIN",
    "TWO_STAGE",
    "VARIANTS",
    "MeanInterval",
    "Measurement",
    "Result",
    "Settings",
    "Software",
    "Variant",
    "build_gan",
    "floors",
    "holm",
    "mean_interval",
    "paired_differences",
    "process_pool",
    "read_results",
    "run",
    "shipped_levers",
    "shipped_results",
    "sign_flip_test",
    "study",
]
