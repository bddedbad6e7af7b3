"""Upsampling layers of image generators: NumPy references, figures, Keras models.

Importing the package imports none of its modules, so it costs nothing:
`course_lib.pooling` needs NumPy only and never waits for TensorFlow.
"""

from importlib import import_module
from types import ModuleType

__version__ = "0.1.0"

_MODULES = (
    "backend",
    "convolution",
    "digits",
    "evaluation",
    "exercises",
    "explorer",
    "figures",
    "gan",
    "generators",
    "kernels",
    "layers",
    "pooling",
    "pytorch",
    "shapes",
    "study",
    "transposed_convolution",
    "upsampling",
    "xla",
)


def __getattr__(name: str) -> ModuleType:
    """Imports a module of the package when it is first used."""
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
