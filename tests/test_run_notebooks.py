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
def path(tmp_path):
    cells = [new_code_cell(source) for source in CELLS]
    cells[0].id = "even-kernel-same"
    cells[2].metadata = {"tags": ["raises-exception"], "collapsed": True}
    path = tmp_path / "lesson.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata={"widgets": {}}), path)
    return path


def test_run_twice_changes_nothing_the_second_time(path, monkeypatch):
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
    assert notebook.cells[0].id == "even-kernel-same"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{'height': 2}", "undefined_name", "NameError"),
        ('"cells"', "", "JSON"),
        (None, None, "no notebook"),
    ],
)
def test_what_fails_is_named_and_left_alone(path, capfd, old, new, message):
    before = path.read_text()
    path.unlink()
    if old:
        before = before.replace(old, new)
        path.write_text(before)
    assert run_notebooks.main([str(path)]) == 1
    complaint = capfd.readouterr().err
    assert str(path) in complaint
    assert message in complaint
    assert not old or path.read_text() == before
