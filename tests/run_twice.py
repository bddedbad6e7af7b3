"""A plugin for nbval: what people do with a cell, run it twice in a row.

Both times its outputs are compared. `make nbval TWICE=1` uses it.
"""

import pytest
from nbval.plugin import IPyNbCell


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Run a cell before nbval does."""
    if isinstance(item, IPyNbCell):
        item.runtest()
