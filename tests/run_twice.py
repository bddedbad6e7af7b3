"""A plugin for nbval: what people do with a cell, run it twice in a row.

Both times its outputs are compared; a cell whose outputs are not, such as a long
training, is run once. `make nbval TWICE=1` uses it.
"""

import pytest
from nbval.plugin import IPyNbCell


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Run a cell before nbval does."""
    if isinstance(item, IPyNbCell) and item.options["check"]:
        item.runtest()
