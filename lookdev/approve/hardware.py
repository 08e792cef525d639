"""The machine that renders: what of it can change pixels, and what it is called."""

import os
import platform
from pathlib import Path

import torch

from lookdev.generate.asked import machine
from lookdev.spec.approval import Machine


def hardware(device: str) -> Machine:
    """The machine as an approval and a rebuild record it."""
    return {
        **machine(device),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cpu": _cpu(),
        "cores": os.cpu_count() or 0,
        "gpu": torch.cuda.get_device_name(device) if device.startswith("cuda") else "none",
    }


def _cpu() -> str:
    """The processor's name as Linux has it; elsewhere as Python knows it."""
    about = Path("/proc/cpuinfo")
    if about.is_file():
        for line in about.read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    return platform.processor() or "unknown"
