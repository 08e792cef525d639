from pathlib import Path

import pytest

from lookdev.errors import SpecError
from lookdev.spec import strict_yaml
from lookdev.spec.show import Show


def named(tmp_path: Path, template: str) -> Show:
    path = tmp_path / "show.yaml"
    path.write_text(f'format: show/1\nname: test\nnaming: {{delivery: "{template}"}}\n')
    return strict_yaml.read(path, Show)


@pytest.mark.parametrize(
    "template",
    [
        "{shot}_{look}_v{delivery:03d}",
        "{sequence}-{shot}-{look}-{delivery}",
        "v{delivery:06d}_final",
        "{delivery}",
    ],
)
def test_templates_that_name_a_delivery(tmp_path: Path, template: str) -> None:
    show = named(tmp_path, template)
    made = show.naming.delivery.format(sequence="bb", shot="sh0010", look="a_v001", delivery=7)
    assert "7" in made
    assert "{" not in made


@pytest.mark.parametrize(
    "template",
    [
        "",
        "{shot}",
        "{artist}_{delivery}",
        "{{shot}}_{delivery}",
        "{shot:9999}_{delivery}",
        "{delivery:3d}",
        "{delivery:0d}",
        "{delivery:07d}",
        "{delivery:99999999d}",
        "{shot}_{delivery}_{delivery}",
        "{shot.__class__}_{delivery}",
        "{}_{delivery}",
        "{shot}/{delivery}",
        "{delivery}\\n",
    ],
)
def test_templates_that_do_not_are_refused_at_load(tmp_path: Path, template: str) -> None:
    with pytest.raises(SpecError) as caught:
        named(tmp_path, template)
    assert "show.yaml:3: naming.delivery is " in str(caught.value)
    assert "it may hold letters" in str(caught.value)
