"""Made up results, for tests that need no training."""

from course_lib.evaluation import Evaluation, Score
from course_lib.study import Result, Settings
from course_lib.study._run import software

ALIKE = {"seconds": 0.0, "finished": "2026-01-31T12:00:00Z"}
"""What may differ when a run is made again."""


def fake_result(
    variant: str, seed: int, settings: Settings, value: float = 1 / 3
) -> Result:
    """Makes up a result; 1/3 has as many decimals as a float can have."""
    score = Score(value, value - 0.1, value + 0.1, 0.1, 0.05, 0.15)
    names = ("frechet_distance", "kernel_distance", "precision", "recall")
    names += ("class_imbalance", "confidence", "data_copying", "checkerboard")
    return Result(
        variant=variant,
        seed=seed,
        settings=settings,
        parameters=100,
        evaluation=Evaluation(**dict.fromkeys(names, score), sample_size=9, sets=2),
        software=software(),
        machine='a processor, 2 cores, "System", Python',
        **ALIKE,
    )
