"""The study on a Dask cluster; `make dask` installs what it takes and runs this."""

import pytest

from course_lib.study import Settings, read_results, run, study

distributed = pytest.importorskip("distributed")

TINY = Settings((1,), batch_size=350, train_size=700, test_size=350, sets=2)


@pytest.mark.slow
def test_a_dask_cluster_makes_the_same_results(tmp_path):
    """The executor that a client gives is used as any other."""
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    path = tmp_path / "a.jsonl"
    with (
        distributed.LocalCluster(**options) as cluster,
        distributed.Client(cluster) as client,
        client.get_executor() as executor,
    ):
        client.wait_for_workers(2, timeout=120)
        results = study(path, ["upsampling"], [0, 1], TINY, executor, verbose=False)
        asked = client.run(lambda dask_worker: dask_worker.state.executed_count)
    assert set(read_results(path)) == set(results)
    assert list(asked.values()) == [1, 1]
    here = run("upsampling", 1, TINY).score("frechet_distance")
    score = results[1].score("frechet_distance")  # but for rounding
    assert score == pytest.approx(here, 0.02)
