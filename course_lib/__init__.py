"""Upsampling layers of image generators: NumPy references, figures, Keras models.

Importing the package imports none of its modules, so it costs nothing:
`course_lib.pooling` needs NumPy only and never waits for TensorFlow.
"""

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

__version__ = "0.1.0"


def __getattr__(name: str) -> ModuleType:
    """Imports a module of the package when it is first used."""
    if not name.startswith("_") and find_spec(f"{__name__}.{name}"):
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
