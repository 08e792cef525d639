from pathlib import Path

import pytest
from small_show import SmallShow, make_small_show


@pytest.fixture
def small_show(tmp_path: Path) -> SmallShow:
    return make_small_show(tmp_path / "show")


@pytest.fixture
def beachball() -> Path:
    """A published sequence with moving data windows, many channels and two views."""
    folder = Path(__file__).parents[2] / "shared" / "plates" / "beachball"
    if not folder.is_dir():
        pytest.skip("the shared plates are not beside this checkout")
    return folder / "singlepart.%04d.exr"
