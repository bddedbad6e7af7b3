"""Strangers' functions: whatever they do, the check says so, and soon."""

import linecache
import re
import sys
import threading

import numpy as np
import pytest

from course_lib.exercises import _running, check
from course_lib.exercises._running import outcome_of
from course_lib.exercises.exercise import Made

RIGHT = "return x.repeat(size[0], axis=1).repeat(size[1], axis=2)"


def in_notebook(source):
    """Define a function as a cell of a notebook does; the last one is returned."""
    filename = f"<cell {abs(hash(source))}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    namespace = {"__name__": "__main__", "np": np, "lock": threading.Lock()}
    exec(compile(source, filename, "exec"), namespace)
    return [v for v in namespace.values() if type(v).__name__ != "module"][-1]


def answer(body):
    """Check exercise 2.4, which asks for a function of an image and a size."""
    lines = "\n".join("    " + line for line in body.splitlines())
    return check("2.4", in_notebook(f"def upsample(x, size):\n{lines}\n"))


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(_running, "SECONDS", 0.5)  # to compute, not by the clock


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module of the learner's own, to be filled."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "mine", raising=False)
    return tmp_path / "mine.py"


@pytest.mark.parametrize(
    "source",
    [
        "two = 2\ndef repeat(x, n, axis):\n    return np.repeat(x, n, axis)\n"
        "def f(x, size):\n    return repeat(repeat(x, size[0], 1), size[1], two)",
        f"class Up:\n    def __call__(self, x, size):\n        {RIGHT}\nup = Up()\n",
        "f = lambda x, s: x.repeat(s[0], axis=1).repeat(s[1], axis=2).tolist()",
        f"def f(x, size):\n    x = x.astype('float16')\n    {RIGHT}",
    ],
)
def test_right_answers_of_any_kind_are_correct(source):
    assert check("2.4", in_notebook(source)).tone == "correct"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("total = 0\nwhile True:\n    total += 1", r"line [34]: `(while|total).*`"),
        ("while True:\n    try:\n        1\n    except BaseException: pass", ""),
        ("import itertools as it\nsum(it.count())", ""),  # never leaves C
        ("while True: print('still here')", "Your code printed:\n\nstill here\nstill"),
    ],
)
@pytest.mark.usefixtures("short")
def test_endless_computing_is_stopped(body, says):
    said = str(answer(body))
    assert "it did not finish within 0.5 seconds and was stopped." in said
    assert re.search(says, said)


@pytest.mark.usefixtures("short")
def test_where_it_was_stopped_is_not_read_as_what_it_printed():
    """That text begins with "Cu", which as a pickle is 117 bytes; a string follows."""
    name = 24 * "x" + "U\x20" + "a text of a pickle, 32 letters.." + "."
    function = in_notebook("def f(x, size):\n    while True: pass")
    function.__code__ = function.__code__.replace(co_name=name)
    function.__name__ = name
    card = check("2.4", function)
    assert "was stopped. That was in line 2" in str(card)
    assert "a pickle" not in str(card)


def test_endless_waiting_is_stopped_by_the_clock(monkeypatch):
    monkeypatch.setattr(_running, "LONGEST", 2)
    card = answer("import threading; threading.Event().wait()")
    assert "it did not finish within 2 seconds and was stopped." in str(card)


@pytest.mark.usefixtures("short")
def test_waits_and_imports_cost_none_of_the_time(module):
    module.write_text(
        "import time\nend = time.process_time() + 1\n"
        "while time.process_time() < end:\n    import string\n"
    )
    assert answer("import mine, time; time.sleep(0.3)\n" + RIGHT).tone == "correct"
    assert "0.5 seconds" in str(answer("import mine\nwhile True: pass"))


@pytest.mark.slow
def test_runaway_memory_is_an_error_or_stopped():
    card = answer("while True: x = np.concatenate([x, x])")
    assert re.search("raised .*Memory|was stopped", str(card))


def test_interrupt_by_the_user_gets_through(monkeypatch):
    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):  # in a solution or a mistake
        _running.outcome_of(interrupted, ())
    monkeypatch.setattr(_running.subprocess, "run", interrupted)
    with pytest.raises(KeyboardInterrupt):
        answer(RIGHT)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("return x[9]", "raised IndexError: index 9 is out of bounds for axis 0"),
        ("y = x\nreturn y[9]", "with size 1. That was in line 3: `return y[9]`."),
        ("import sys; sys.exit('bye')", "raised SystemExit: bye."),
        ("return upsample(x, size)", "raised RecursionError"),
        ("import os; os._exit(0)", "it ended Python itself."),
        ("import ctypes; ctypes.string_at(0)", "it ended Python itself (signal 11)."),
        ("return input()", "raised EOFError"),
        ("raise OSError('\\x1b[1mno\\x1b[0m\\n\\nsuch')", "raised OSError: no such."),
        ("raise ValueError('x ' * 1000)", "x x …."),
        ("x = x.repeat(2, 1)", "returned None (does it end in `return`?)."),
        ("return (row for row in x)", "returned a generator (make a list"),
        ("return upsample", "returned an object of type function."),
        ("return x.astype(complex)", "an array with dtype complex128"),
        ("return (None, 4, 6, 1)", "a list with None in it"),
        ("return [[1], [1, 2]]", "a list whose parts have different lengths."),
        ("return x", "has shape (1, 2, 3, 1); expected is shape (1, 4, 9, 1)"),
        (RIGHT + " * np.nan", "It holds NaN"),
        (RIGHT + ".astype(int)", "The decimals are cut off"),
        (RIGHT + ".ravel()", "The numbers are right, in order; only their shape"),
        (RIGHT + ".swapaxes(1, 2)", "The axes 1 and 2 are swapped."),
        (RIGHT + "[:, ::-1]", "The axis 1 is back to front."),
        (RIGHT + " > 0", "36 of 36 numbers differ, the first at [0, 0, 0, 0]: got"),
        (RIGHT + " + (x.size < 7)", "the first at [0, 0, 0, 0]: got 5, expected 4."),
        ("return 'four by nine'", "it returned 'four by nine'; expected is an array"),
        ("return 3", "it returned 3; expected is an array of shape (1, 4, 9, 1)."),
        (RIGHT.replace("return", "y =") + "\nx[:] = 0\nreturn y", "changes `x`"),
        ("lock\nreturn x", "could not be copied out of the notebook (TypeError)"),
    ],
)
def test_what_came_instead_is_said(body, says):
    card = answer(body)
    assert card.tone == "not yet"
    assert says in str(card)
    assert len(str(card)) < 600


def test_wrong_number_of_arguments_is_said():
    said = "takes 1 positional argument but 2 were given. It is called as `upsample(x, "
    assert said in str(check("2.4", lambda x: x))


def test_arguments_that_are_changed_are_told_apart():
    outcome = outcome_of(lambda x, n, size: n.pop(), (np.zeros(2), [0], [1, 2]))
    assert outcome.changed == (1,)


def test_what_is_left_of_an_argument_that_was_made_is_compared():
    network = Made(lambda: [1.0, 2.0], lambda left: [np.array(left)])
    for _ in range(2):  # made anew
        outcome = outcome_of(list.pop, (network,))
        np.testing.assert_array_equal(outcome.value, [2.0, 1.0])


def test_what_it_prints_is_shown_up_to_a_limit():
    body = "print('looking at', x.shape)\ndisplay(size)\nimport warnings\n"
    card = answer(body + "warnings.warn('no')\n" + RIGHT)
    assert card.code.startswith("looking at (1, 2, 3, 1)\n(2, 3)\nlooking at (2, 3")
    assert len(answer("print('x' * 10**6)").code) == 2_000


def test_what_can_not_be_loaded_is_said(module):
    module.write_text("def helper():\n    pass")
    source = "from mine import helper\ndef f(x, size):\n    return helper()"
    function = in_notebook(source)
    module.unlink()
    assert "No module named 'mine'" in str(check("2.4", function))


def test_module_that_checks_itself_does_not_start_a_chain(module):
    """The process imports the module, which checks its function once more."""
    module.write_text(
        "from course_lib.exercises import check\n"
        f"def upsample(x, size):\n    {RIGHT}\n"
        'print(check("2.4", upsample))\n'
    )
    card = check("2.4", in_notebook("from mine import upsample as up"))
    assert card.tone == "correct"
    assert "being checked already" in card.code
