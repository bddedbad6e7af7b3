from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import run_notebooks

CELLS = [
    "import sys\nfor i in range(3):\n    print(i, flush=True)",
    "print('hidden', file=sys.__stderr__)",  # as TensorFlow's C++ code does
    "1 / 0",
    "{'height': 2}",
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    cells = [new_code_cell(source) for source in CELLS]
    cells[2].metadata = {"tags": ["raises-exception"], "collapsed": True}
    path = tmp_path / "lesson.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata={"widgets": {}}), path)
    return path


def test_run_twice_changes_nothing_the_second_time(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PYTEST_CURRENT_TEST")  # as from the command line
    run_notebooks.refresh(path)
    first = path.read_bytes()
    run_notebooks.refresh(path)
    assert path.read_bytes() == first

    notebook = nbformat.read(path, as_version=4)
    assert notebook.metadata == run_notebooks.METADATA
    printing, silent, failing, showing = notebook.cells
    assert [output.text for output in printing.outputs] == ["0\n1\n2\n"]
    assert silent.outputs == []
    assert failing.metadata == {"tags": ["raises-exception"]}
    assert len(failing.outputs[0].traceback) == 1
    assert showing.outputs[0].data == {"text/plain": "{'height': 2}"}
    assert [cell.execution_count for cell in notebook.cells] == [1, 2, 3, 4]


def test_notebook_that_fails_is_named_and_left_alone(
    path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[3].source = "undefined_name"
    nbformat.write(notebook, path)
    before = path.read_bytes()
    assert run_notebooks.main([str(path)]) == 1
    message = capfd.readouterr().err
    assert f"{path} was left as it was" in message
    assert "NameError" in message
    assert path.read_bytes() == before


@pytest.mark.parametrize(("content", "message"), [(None, "no notebook"), ("{", "JSON")])
def test_what_is_no_notebook_is_named(
    content: str | None,
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "other.ipynb"
    if content:
        path.write_text(content)
    assert run_notebooks.main([str(path)]) == 1
    complaint = capsys.readouterr().err
    assert str(path) in complaint
    assert message in complaint


def test_ids_are_kept_where_they_are_valid_and_unique() -> None:
    names = ("a", "a", "b c", "cell-04", "cell-02")
    cells = [nbformat.from_dict({"id": name}) for name in names]
    run_notebooks.name_cells(cells)
    assert [cell.id for cell in cells] == [
        "a",
        "cell-02",
        "cell-03",
        "cell-04",
        "cell-05",
    ]
