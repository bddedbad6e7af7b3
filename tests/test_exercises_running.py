"""Strangers' functions: whatever they do, the check says so and goes on."""

import importlib
import itertools
import linecache
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from course_lib.exercises import check, running
from course_lib.exercises.display import Card
from course_lib.exercises.running import run

SECONDS = 0.5


@pytest.fixture
def short_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SECONDS_TO_RUN", SECONDS)
    monkeypatch.setattr(running, "SECONDS_TO_COPY", SECONDS)


def in_notebook(source: str, **names: object) -> Callable[..., Any]:
    """Define a function as a cell of a notebook does; the last one is returned."""
    filename = f"<cell {abs(hash(source))}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    namespace: dict[str, Any] = {"__name__": "__main__", "np": np, **names}
    exec(compile(source, filename, "exec"), namespace)
    return next(
        value
        for value in reversed(namespace.values())
        if type(value).__name__ != "module"
    )


def fold(body: str, **names: object) -> Card:
    """Check exercise 2.4, which asks for a function of an image and a size."""
    lines = "\n".join("    " + line for line in body.splitlines())
    return check("2.4", in_notebook(f"def upsample(x, size):\n{lines}\n", **names))


RIGHT = "return x.repeat(size[0], axis=1).repeat(size[1], axis=2)"


def test_right_function_of_a_notebook_is_correct() -> None:
    card = fold(RIGHT)
    assert str(card) == "✓ Exercise 2.4: correct\nRight on all 4 hidden inputs."


def test_function_may_use_what_the_notebook_defines() -> None:
    source = (
        "factor_axis = 1\n"
        "def helper(x, n, axis):\n    return np.repeat(x, n, axis)\n"
        "def upsample(x, size):\n"
        "    return helper(helper(x, size[0], factor_axis), size[1], 2)\n"
    )
    assert check("2.4", in_notebook(source)).tone == "correct"


def test_anything_callable_is_run() -> None:
    source = (
        "class Upsample:\n"
        "    def __call__(self, x, size):\n"
        "        return x.repeat(size[0], axis=1).repeat(size[1], axis=2)\n"
        "answer = Upsample()\n"
    )
    assert check("2.4", in_notebook(source)).tone == "correct"
    lambda_source = "f = lambda x, s: x.repeat(s[0], axis=1).repeat(s[1], axis=2)"
    assert check("2.4", in_notebook(lambda_source)).tone == "correct"
    assert check("2.4", np.add).tone == "not yet"


def test_lists_and_float32_and_tensors_are_accepted() -> None:
    assert fold(RIGHT + ".tolist()").tone == "correct"
    assert fold(RIGHT + ".astype('float32')").tone == "correct"


@pytest.mark.parametrize(
    "body",
    [
        "while True: pass",
        "while True:\n    try:\n        while True: pass\n"
        "    except BaseException: pass",
        "return sum(itertools.count())",  # never leaves C, never frees the lock
        "return 9 ** 9 ** 9",
        "import time; time.sleep(1000)",
        "import threading; threading.Thread(target=threading.Event().wait).start()\n"
        "threading.Event().wait()",
        "import signal; signal.signal(15, signal.SIG_IGN)\nwhile True: pass",
        "while True: print('still here')",
        "import subprocess; subprocess.run(['sleep', '1000'])",
    ],
)
@pytest.mark.usefixtures("short_limit")
def test_endless_code_is_stopped(body: str) -> None:
    card = fold(body, itertools=itertools)
    assert card.tone == "not yet"
    assert "It did not finish within 0.5 seconds and was stopped." in str(card)


@pytest.mark.usefixtures("short_limit")
def test_endless_loop_is_named_with_its_line() -> None:
    card = fold("total = 0\nwhile True:\n    total += 1")
    assert "line 3" in str(card) or "line 4" in str(card)
    assert "`x` of shape (1, 2, 3, 1)" in str(card)


def test_runaway_memory_is_an_error_or_stopped() -> None:
    card = fold("return list(itertools.count())", itertools=itertools)
    assert card.tone == "not yet"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("raise ValueError('no such size')", "raised ValueError: no such size."),
        ("return x[9]", "raised IndexError: index 9 is out of bounds"),
        ("return x[9]", "That was in line 2: `return x[9]`."),
        ("import sys; sys.exit('bye')", "raised SystemExit: bye."),
        ("raise KeyboardInterrupt", "raised KeyboardInterrupt."),
        ("return upsample(x, size)", "raised RecursionError"),
        ("import os; os._exit(0)", "It ended Python itself."),
        ("import ctypes; ctypes.string_at(0)", "It ended Python itself (signal 11)."),
        ("return input()", "raised "),
        ("breakpoint()", "raised "),
        ("class E(Exception):\n    def __str__(self): 1 / 0\nraise E", "raised E."),
        ("raise E", "raised NameError"),
        ("x = x.repeat(2, 1)", "returned None. Does it end in `return`?"),
        ("return (row for row in x)", "returned a generator"),
        ("return {'x': x}", "returned a dictionary."),
        ("return upsample", "returned a function."),
        ("return np.ma.masked_array(x)", "returned a masked array"),
        ("return x.astype(complex)", "returned an array of complex numbers."),
        ("return x.astype(str)", "returned an array with dtype <U"),
        ("return [[1], [1, 2]]", "a list whose parts have different lengths."),
        ("return np.zeros(2_000_000)", "far more than asked for."),
        ("return 10 ** 400", "a whole number of more than 18 digits."),
        ("a = []; a.append(a); return a", "a list with lists inside lists"),
        ("return object()", "returned an object of type object."),
        ("return x * np.nan", "has shape (1, 2, 3, 1); expected is shape (1, 4, 9, 1)"),
        (RIGHT + " * np.nan", "It holds NaN"),
        (RIGHT + "[0, :, :, 0]", "has shape (4, 9); expected is shape (1, 4, 9, 1)"),
        (RIGHT + "[0]", "The numbers are right, in order; only their shape is not."),
        (RIGHT + ".swapaxes(1, 2)", "The axes 1 and 2 are swapped."),
        ("return 'four by nine'", "it returned 'four by nine'; expected is an array"),
        ("x += 1\nreturn x", "has shape"),
        ("r = upsample_(x, size)\nx[:] = 0\nreturn r", "the function changes `x`"),
    ],
)
def test_what_came_instead_is_said(body: str, says: str) -> None:
    names = {}
    if "upsample_" in body:
        names["upsample_"] = in_notebook(f"def upsample_(x, size):\n    {RIGHT}\n")
    assert says in str(fold(body, **names))


def test_wrong_number_of_arguments_is_said() -> None:
    card = check("2.4", in_notebook("def upsample(x):\n    return x\n"))
    assert "takes 1 positional argument but 2 were given" in str(card)
    assert "It is called as `upsample(x, size)`." in str(card)


def test_type_error_inside_the_function_is_not_blamed_on_the_call() -> None:
    assert "It is called as" not in str(fold("return len(3)"))


def test_what_it_prints_is_shown_up_to_a_limit() -> None:
    card = fold("print('looking at', x.shape)\n" + RIGHT)
    assert card.tone == "correct"
    assert card.code.startswith("looking at (1, 2, 3, 1)\nlooking at (2, 3, 2, 1)\n")
    assert len(fold("print('x' * 10**6)").code) == 2_000


def test_what_it_displays_is_shown_but_no_warnings() -> None:
    card = fold("import warnings; warnings.warn('no')\ndisplay(size)\n" + RIGHT)
    assert card.code == "(2, 3)\n(1, 2)\n(3, 1)\n(2, 2)\n"


def test_long_and_coloured_messages_are_trimmed() -> None:
    card = fold("raise ValueError('\\x1b[1mno\\x1b[0m\\n\\nsuch  ' + 'x' * 1000)")
    assert "raised ValueError: no such xxx" in str(card)
    assert "xxx …" in str(card)
    assert len(str(card)) < 600


def test_input_that_differs_is_handed_out() -> None:
    card = fold("return x")
    assert "`_.arguments` in the next cell is this input" in str(card)
    assert card.arguments is not None
    x, size = card.arguments
    assert x.shape == (1, 2, 3, 1)
    assert size == (2, 3)
    small = check("4.4", in_notebook("def f(image, kernel, stride):\n    return image"))
    assert "_.arguments" not in str(small)


@pytest.mark.usefixtures("short_limit")
def test_what_can_not_be_copied_is_said() -> None:
    card = fold("lock\nreturn x", lock=threading.Lock())
    assert "could not be copied out of the notebook" in str(card)

    class Endless:
        def __reduce__(self) -> str:
            while True:
                time.sleep(0.01)
                if stop.is_set():
                    return ""

    stop = threading.Event()
    card = fold("trap\nreturn x", trap=Endless())
    stop.set()
    assert "restart the kernel" in str(card)


def test_what_can_not_be_loaded_is_said() -> None:
    source = (
        "def explode():\n    raise SystemExit('boom')\n"
        "class Trap:\n    def __reduce__(self):\n        return explode, ()\n"
        "trap = Trap()\n"
        "def upsample(x, size):\n    return trap\n"
    )
    card = check("2.4", in_notebook(source))
    assert "could not be loaded there (SystemExit: boom)" in str(card)


def test_module_that_checks_itself_does_not_start_a_chain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker imports the module, which checks its function once more."""
    (tmp_path / "my_answers.py").write_text(
        "from course_lib.exercises import check\n"
        f"def upsample(x, size):\n    {RIGHT}\n"
        'card = check("2.4", upsample)\n'
        "print(card.paragraphs)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv(running.WORKER, "1")
    upsample = importlib.import_module("my_answers").upsample
    monkeypatch.delenv(running.WORKER)
    card = check("2.4", upsample)
    assert card.tone == "correct"
    assert "being checked already" in card.code


def test_python_that_does_not_start_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    assert "Python could not be started" in str(fold(RIGHT))


def test_paths_that_are_not_strings_do_no_harm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path, Path("/nowhere")])
    assert fold(RIGHT).tone == "correct"


def test_callable_with_hostile_attributes_is_run() -> None:
    source = (
        "class Hostile:\n"
        "    def __getattribute__(self, name):\n        raise SystemExit('no')\n"
        "    def __call__(self, x, size):\n        return x\n"
        "    def __reduce_ex__(self, protocol):\n        return Hostile, ()\n"
        "hostile = Hostile()\n"
    )
    assert check("2.4", in_notebook(source)).tone == "not yet"


def test_missing_cloudpickle_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cloudpickle", None)
    assert "needs the package cloudpickle" in str(fold(RIGHT))


def test_tensorflow_functions_are_run() -> None:
    tf = pytest.importorskip("tensorflow")
    body = "return tf.repeat(tf.repeat(x, size[0], axis=1), size[1], axis=2)"
    assert fold(body, tf=tf).tone == "correct"


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_interrupt_by_the_user_gets_through_and_ends_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(running, "SECONDS_TO_RUN", 60)
    function = in_notebook("def f(x):\n    while True: pass\n")
    pids: list[int] = []
    original = running.subprocess.Popen.communicate

    def communicate(process: Any, *arguments: Any, **named: Any) -> Any:
        pids.append(process.pid)
        threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
        return original(process, *arguments, **named)

    running.subprocess.Popen.communicate = communicate  # type: ignore[method-assign]
    try:
        with pytest.raises(KeyboardInterrupt):
            run(function, [(1,)])
    finally:
        running.subprocess.Popen.communicate = original  # type: ignore[method-assign]
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)
