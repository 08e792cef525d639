"""The one kernel that a server offers: the Python that serves."""

from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import (
    NATIVE_KERNEL_NAME,
    KernelSpec,
    KernelSpecManager,
    NoSuchKernel,
)


class ThisPython(KernelSpecManager):
    """Whatever kernels the machine or the person has installed, notebooks run where lookdev is."""

    def find_kernel_specs(self) -> dict[str, str]:
        """The kernel's name and where its icons lie."""
        return {NATIVE_KERNEL_NAME: RESOURCES}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The kernel of this name."""
        if kernel_name != NATIVE_KERNEL_NAME:
            raise NoSuchKernel(kernel_name)
        quiet = ["--log-level=ERROR"]  # it warns of sockets that only this machine can reach
        return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict(extra_arguments=quiet))
