"""A plugin for nbval: it speaks with its kernels over files, not over ports.

Of two kernels that start at once, one may find its port taken, and hang.
"""

from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import nbval.kernel
from jupyter_client.manager import KernelManager

FOLDER = TemporaryDirectory()


def local_kernel_manager(**traits: Any) -> KernelManager:
    file = f"{FOLDER.name}/{uuid4()}.json"
    return KernelManager(transport="ipc", connection_file=file, **traits)


nbval.kernel.KernelManager = local_kernel_manager
