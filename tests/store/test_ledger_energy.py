"""A joule comes with its method, and work that took time never took none."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from lookdev.store import energy
from lookdev.store.energy import CPU_WATTS, GPU_WATTS, NVML, RAPL, Meter


class FakeNvml(SimpleNamespace):
    """A board that counts millijoules, by hand."""

    class NVMLError(Exception):
        pass

    def __init__(self, *, counts: bool = True) -> None:
        super().__init__()
        self.millijoules, self.counts, self.asked = 5_000, counts, ""

    def nvmlInit(self) -> None:  # noqa: N802 the library's own name
        pass

    def nvmlDeviceGetHandleByUUID(self, uuid: str) -> str:  # noqa: N802
        self.asked = uuid
        return uuid

    def nvmlDeviceGetTotalEnergyConsumption(self, _handle: str) -> int:  # noqa: N802
        if not self.counts:
            raise self.NVMLError("Not Supported")
        return self.millijoules


@pytest.fixture(autouse=True)
def _no_counters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without any, whatever this one has."""
    monkeypatch.setattr(energy, "POWERCAP", tmp_path / "powercap")
    energy._nvml.cache_clear()


def nvml(monkeypatch: pytest.MonkeyPatch, *, counts: bool = True) -> FakeNvml:
    fake = FakeNvml(counts=counts)
    monkeypatch.setitem(sys.modules, "pynvml", fake)
    return fake


def package(folder: Path, zone: str, joules: float, *, name: str = "package-0") -> Path:
    place, span = folder / "powercap" / zone, 1000
    place.mkdir(parents=True)
    (place / "name").write_text(f"{name}\n")
    (place / "max_energy_range_uj").write_text(f"{round(span * 1e6)}\n")
    (place / "energy_uj").write_text(f"{round(joules * 1e6)}\n")
    return place / "energy_uj"


def test_a_board_s_own_counter_is_read_by_its_uuid(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = nvml(monkeypatch)
    meter = Meter(gpu="GPU-1234", watts=500)
    fake.millijoules += 12_500
    found = meter.read(1.0)
    assert fake.asked == "GPU-1234"
    assert (found.joules, found.method, found.is_measured) == (12.5, NVML, True)


def test_a_counter_that_did_not_move_is_no_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    nvml(monkeypatch)
    found = Meter(gpu="GPU-1234", watts=None).read(0.01)
    assert found.joules == pytest.approx(GPU_WATTS * 0.01)
    assert found.method.startswith("estimate: 350 W assumed for a GPU x device seconds")
    assert "did not move" in found.method
    assert not found.is_measured


def test_a_counter_that_is_lost_on_the_way_is_estimated(monkeypatch: pytest.MonkeyPatch) -> None:
    fake = nvml(monkeypatch)
    meter = Meter(gpu="GPU-1234", watts=400.0)
    fake.counts = False
    found = meter.read(2.0)
    assert (found.joules, found.method) == (
        800.0,
        "estimate: 400 W from show.yaml x device seconds",
    )


def test_a_board_without_a_counter_is_estimated(monkeypatch: pytest.MonkeyPatch) -> None:
    nvml(monkeypatch, counts=False)
    found = Meter(gpu="MIG-1234", watts=None).read(2.0)
    assert (found.joules, found.is_measured) == (2 * GPU_WATTS, False)


def test_a_processor_s_packages_are_counted_together_and_turn_over(tmp_path: Path) -> None:
    first = package(tmp_path, "intel-rapl:0", 900)
    second = package(tmp_path, "intel-rapl:1", 10)
    part = package(tmp_path, "intel-rapl:0:0", 5, name="dram")
    platform = package(tmp_path, "intel-rapl:2", 5, name="psys")
    meter = Meter(gpu=None, watts=None)
    first.write_text("50000000\n")  # turned over at 1000 J: 150 J more
    second.write_text("30000000\n")
    part.write_text("9000000\n")
    platform.write_text("900000000\n")
    found = meter.read(1.0)
    assert found.joules == pytest.approx(170, abs=1e-3)
    assert found.method == RAPL


def test_a_counter_that_may_not_be_read_is_estimated(tmp_path: Path) -> None:
    package(tmp_path, "intel-rapl:0", 1).write_text("denied")
    found = Meter(gpu=None, watts=None).read(3.0)
    assert found.joules == 3 * CPU_WATTS
    assert found.method == "estimate: 65 W assumed for a CPU x device seconds"


def test_a_run_that_only_loaded_models_took_something() -> None:
    assert Meter(gpu=None, watts=None).read(0.0).joules > 0
