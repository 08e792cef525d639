"""What a run takes from the wall: a counter where the machine has one, else an estimate.

A GPU counts through NVML (its board: not the host, fans or the rest), Linux counts the processor's
package through RAPL, where it may be read. Both count whatever else runs there meanwhile. A
joule never travels without its method, and work that took time never took none.
"""

import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from lookdev.spec.event import Energy

POWERCAP = Path("/sys/class/powercap")

CPU_WATTS, GPU_WATTS = 65.0, 350.0
"""Assumed where nothing is counted and the show says nothing: a desktop processor's and a
datacentre GPU's usual rating."""

NVML = "NVML total energy counter (GPU board)"
RAPL = "RAPL package counter (processor)"

Counter = Callable[[], float | None]
"""Joules since some moment, of which only differences mean anything; None once it is lost."""


class Meter:
    """Counts one run, from when it is made to `read`."""

    def __init__(self, *, gpu: str | None, watts: float | None) -> None:
        """Begin to count.

        Args:
            gpu: The device's UUID as NVML has it (`GPU-1234...`); None for the processor.
            watts: What the show says of the machine, where nothing can be counted.
        """
        self._gpu, self._watts = gpu, watts
        self._counter, self._name = (_nvml(gpu), NVML) if gpu else (_rapl(), RAPL)
        self._before = self._now()
        self._started = time.perf_counter()

    def read(self, device_seconds: float) -> Energy:
        """What was taken so far; estimated over `device_seconds` where nothing was counted."""
        now = self._now()
        if now is not None and self._before is not None and now > self._before:
            return Energy(joules=now - self._before, method=self._name)
        seconds = device_seconds if device_seconds > 0 else time.perf_counter() - self._started
        return self._estimated(seconds, unmoved=now is not None)

    def _now(self) -> float | None:
        return None if self._counter is None else self._counter()

    def _estimated(self, seconds: float, *, unmoved: bool) -> Energy:
        if self._watts is not None:
            watts, source = self._watts, "from show.yaml"
        elif self._gpu is not None:
            watts, source = GPU_WATTS, "assumed for a GPU"
        else:
            watts, source = CPU_WATTS, "assumed for a CPU"
        why = f", {self._name} did not move" if unmoved else ""
        return Energy(
            joules=watts * seconds,
            method=f"estimate: {watts:g} W {source} x device seconds{why}",
        )


@lru_cache(maxsize=16)
def _nvml(gpu: str) -> Counter | None:
    """A GPU's counter, or None where driver or device has none."""
    import pynvml  # noqa: PLC0415 a processor's run need not have it

    try:
        pynvml.nvmlInit()  # once a process: a driver that is asked stays loaded
        handle = pynvml.nvmlDeviceGetHandleByUUID(gpu)
        pynvml.nvmlDeviceGetTotalEnergyConsumption(handle)
    except pynvml.NVMLError:
        return None

    def joules() -> float | None:
        try:
            return float(pynvml.nvmlDeviceGetTotalEnergyConsumption(handle)) / 1e3  # from mJ
        except pynvml.NVMLError:
            return None

    return joules


def _rapl() -> Counter | None:
    """The processor packages' counters together, or None where none may be read."""
    try:
        packages = [
            path for path in sorted(POWERCAP.glob("intel-rapl:*/energy_uj")) if _is_whole(path)
        ]
        before = [_microjoules(path) for path in packages]
        spans = [_microjoules(path.with_name("max_energy_range_uj")) for path in packages]
    except (OSError, ValueError):
        return None
    if not packages:
        return None

    def joules() -> float | None:
        turned = zip(packages, before, spans, strict=True)  # a counter that turns over starts at 0
        try:
            return sum((_microjoules(path) - was) % (span + 1) for path, was, span in turned) / 1e6
        except (OSError, ValueError):
            return None

    return joules


def _is_whole(counter: Path) -> bool:
    """Whether it counts a package: not a part of one, nor the platform with all of them in it."""
    return counter.with_name("name").read_text(encoding="ascii").startswith("package-")


def _microjoules(path: Path) -> int:
    return int(path.read_text(encoding="ascii"))
