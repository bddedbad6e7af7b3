"""Run notebooks from top to bottom and store their outputs, ready to be compared.

A second run changes nothing but what cells tagged ``nbval-ignore-output`` show.
"""

import os
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

FAILURES = (CellExecutionError, CellTimeoutError, DeadKernelError, ValueError)
WIDGET = "application/vnd.jupyter.widget-view+json"
ANSWER_FOLLOWS = re.compile("^### (Predict|Answer|Solution)", re.M)
"""Headings under which JupyterLab hides the cells until the learner opens them."""
COLLAPSED = "jp-MarkdownHeadingCollapsed"
METADATA = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {  # what exporters go by; no version, which is of one machine
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}


def execute(notebook: NotebookNode, folder: Path) -> None:
    """Run every cell in a fresh kernel, in the regime in which nbval compares."""
    # With this variable set, ipykernel leaves the raw file descriptors alone, as
    # it does under pytest: TensorFlow's C++ log stays out of the outputs.
    os.environ["PYTEST_CURRENT_TEST"] = "notebooks"
    os.environ["COURSE_PROGRESS_FILE"] = ""  # no learner's record of what is solved
    NotebookClient(
        notebook,
        timeout=1800,
        kernel_name="python3",
        coalesce_streams=True,
        resources={"metadata": {"path": str(folder)}},
    ).execute()


def normalise(notebook: NotebookNode) -> None:
    """Drop what says something of one machine or one run and not of the lesson."""
    notebook.metadata = nbformat.from_dict(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for cell in notebook.cells:
        tags = cell.metadata.get("tags")
        cell.metadata = nbformat.from_dict({"tags": tags} if tags else {})
        if cell.cell_type == "markdown" and ANSWER_FOLLOWS.match(cell.source):
            cell.metadata[COLLAPSED] = True
        for output in cell.get("outputs", []):
            if "metadata" in output:
                output.metadata = NotebookNode()
            # A widget lives in its kernel; without it this would be an error message
            # in the place of the picture that is stored beside it.
            output.get("data", {}).pop(WIDGET, None)
            if output.output_type == "error":
                # The frames above the message name files of this machine.
                output.traceback = output.traceback[-1:]


def refresh(path: Path) -> None:
    """Run a notebook and store it; one that fails stays as it was."""
    notebook = nbformat.read(path, as_version=4)
    execute(notebook, path.parent)
    normalise(notebook)
    nbformat.write(notebook, path)


def main(paths: list[str]) -> int:
    """Refresh each notebook, and stop at the first that fails."""
    for path in map(Path, paths):
        if not path.is_file():
            print(f"There is no notebook {path}.", file=sys.stderr)
            return 1
        print(path, flush=True)
        try:
            refresh(path)
        except FAILURES as error:
            print(f"{path} was left as it was.\n{error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
