"""The commands of the ledger, as a person types them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from small_show import SmallShow

from lookdev.attest.keys import new_key
from lookdev.render import Session
from lookdev.render.recorded import recorded

Ran = subprocess.CompletedProcess[str]


@pytest.fixture
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("LOOKDEV_KEYS", str(tmp_path / "keys"))
    return tmp_path / "keys"


def lookdev(show: SmallShow, *arguments: str) -> Ran:
    return subprocess.run(
        [sys.executable, "-m", "lookdev", *arguments],
        cwd=show.folder.root,
        capture_output=True,
        text=True,
        check=False,
    )


def test_from_the_estimate_to_the_measured_speed_up(
    small_show: SmallShow, keys: Path, tmp_path: Path
) -> None:
    public = new_key(keys, "default").public
    yaml = small_show.folder.root / "params" / "show.yaml"
    yaml.write_text(yaml.read_text() + f"trusted_keys: [{{name: Anna, key: {public.text}}}]\n")
    entered = lookdev(
        small_show,
        *("estimate", "street/sh0010", "--hours", "40", "--by", "Anna", "--scope", "all of it"),
    )
    assert entered.returncode == 0, entered.stderr
    assert entered.stdout == "street/sh0010: 40 h estimated by Anna, signed and entered\n"
    look, session = small_show.look(), Session(small_show.folder)
    with recorded(
        session, look.shot_file, look.look, what="final", look_name=look.name, frames=[1001]
    ):
        pass
    done = lookdev(
        small_show, "hours", "street/sh0010", "--hours", "5", "--by", "Bo", "--what", "comp"
    )
    assert done.stdout == "street/sh0010: 5 h of Bo entered\n"
    said = lookdev(small_show, "report", "street/sh0010", "--csv", str(tmp_path / "csv"))
    assert said.returncode == 0, said.stderr
    assert "speed-up    8.0 to 8.0 times: 40 h estimated by Anna (all of it)" in said.stdout
    assert sorted(path.name for path in (tmp_path / "csv").iterdir()) == [
        *("looks.csv", "people.csv", "runs.csv", "shots.csv")
    ]
    as_json = json.loads(lookdev(small_show, "report", "--json").stdout)
    assert as_json["events"] == 3
    assert as_json["shots"][0]["speed_up"]["estimate_hours"] == 40


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("estimate", "street/sh0010", "--hours", "4", "--by", "A", "--scope", "x"),
            "lookdev keys new",
        ),
        (
            ("estimate", "sh0010", "--hours", "4", "--by", "A", "--scope", "x"),
            "name it sequence/shot",
        ),
        (("hours", "street/sh0010", "--hours", "0", "--by", "A", "--what", "x"), "hours is 0"),
        (("hours", "street/sh0099", "--hours", "1", "--by", "A", "--what", "x"), "no such shot"),
        (("report", "street/sh0099"), "there is no street/sh0099"),
    ],
)
@pytest.mark.usefixtures("keys")
def test_what_is_wrong_is_one_sentence_and_nothing_is_entered(
    small_show: SmallShow, arguments: tuple[str, ...], said: str
) -> None:
    done = lookdev(small_show, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (small_show.folder.root / "ledger").exists()
