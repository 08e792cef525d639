"""The kernel a final runs in: this very Python, spoken to through sockets of the file system."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import default

from lookdev.attest.keys import PASSPHRASE


class LocalKernel(AsyncKernelManager):
    """A kernel that nobody else can listen to, and no other Python can take the place of."""

    _ipython: TemporaryDirectory[str] | None = None

    @default("transport")
    def _transport(self) -> str:
        return "tcp" if sys.platform == "win32" else "ipc"

    def _ip_default(self) -> str:
        """Where its sockets lie: a private folder of its own, so that kernels never meet."""
        if self.transport == "tcp":
            return "127.0.0.1"
        self._sockets = TemporaryDirectory(prefix="lookdev-", ignore_cleanup_errors=True)
        return str(Path(self._sockets.name) / "kernel")

    @property
    def kernel_spec(self) -> KernelSpec:
        """This interpreter, whatever kernels the machine offers, and nobody's start-up code.

        Neither a person's IPython profile nor a module that lies in the show's folder is run, and
        the passphrase of a key is not handed on.
        """
        arguments = [
            "--log-level=CRITICAL",  # it complains of being shut down
            "--IPKernelApp.exec_PYTHONSTARTUP=False",
            "--IPKernelApp.ignore_cwd=True",
        ]
        environment = {"IPYTHONDIR": self._profile(), "PYTHONSAFEPATH": "1", PASSPHRASE: ""}
        return KernelSpec(**get_kernel_dict(extra_arguments=arguments), env=environment)

    def _profile(self) -> str:
        """An empty folder in the place of the user's IPython profile."""
        if self._ipython is None:
            self._ipython = TemporaryDirectory(prefix="lookdev-", ignore_cleanup_errors=True)
        return self._ipython.name
