import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings
from small_show import SmallShow, make_small_show, open_small_show


def pytest_configure() -> None:
    """A worker of pytest-xdist keeps to one core, and so does all that it starts.

    Torch with two threads in each of two processes on two cores is slower than either alone.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is not None and hasattr(os, "sched_setaffinity"):
        mine = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {mine[int(worker.removeprefix("gw")) % len(mine)]})


settings.register_profile("lookdev", deadline=None)  # a slow machine is no fault of the code
settings.load_profile("lookdev")


@pytest.fixture(scope="session")
def made_show(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small show as it was made, once; every test gets a copy."""
    return make_small_show(tmp_path_factory.mktemp("made") / "show").folder.root


@pytest.fixture
def small_show(made_show: Path, tmp_path: Path) -> SmallShow:
    return open_small_show(shutil.copytree(made_show, tmp_path / "show"))


@pytest.fixture
def beachball() -> Path:
    """A published sequence with moving data windows, many channels and two views."""
    folder = Path(__file__).parents[2] / "shared" / "plates" / "beachball"
    if not folder.is_dir():
        pytest.skip("the shared plates are not beside this checkout")
    return folder / "singlepart.%04d.exr"
