"""A plugin for nbval: every cell is run twice in a row, and compared both times.

That is what people do with a cell. `make nbval TWICE=1` uses it.
"""

import pytest
from nbval.plugin import IPyNbCell


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> None:
    """Run a cell before nbval does."""
    if isinstance(item, IPyNbCell):
        item.runtest()
