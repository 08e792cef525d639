"""The kernel a final runs in: spoken to through sockets of the file system, not of the network."""

import sys

from jupyter_client.manager import AsyncKernelManager
from traitlets import default


class LocalKernel(AsyncKernelManager):
    """A kernel that nobody else on the machine's network can listen to."""

    @default("transport")
    def _transport(self) -> str:
        return "tcp" if sys.platform == "win32" else "ipc"
