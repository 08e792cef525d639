import shutil
from pathlib import Path

import pytest
from sealed import Sealed, make_sealed
from small_show import open_small_show


@pytest.fixture(scope="session")
def made_sealed(made_show: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small sealed delivery as it was made, once; every test gets a copy."""
    root = tmp_path_factory.mktemp("sealed")
    show = open_small_show(shutil.copytree(made_show, root / "show"))
    return make_sealed(show, root / "d_v001").folder


@pytest.fixture
def delivery(made_sealed: Path, tmp_path: Path) -> Sealed:
    return Sealed(shutil.copytree(made_sealed, tmp_path / "d_v001"))
