import shutil
from pathlib import Path

import pytest
from hypothesis import settings
from small_show import SmallShow, make_small_show, open_small_show

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
