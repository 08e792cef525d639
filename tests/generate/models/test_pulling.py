"""The one command that touches the network: what it asks for, what it leaves, what it proves."""

from hashlib import sha256
from pathlib import Path

import httpx2
import pytest
from fake_hub import Hub
from small_show import SmallShow

from lookdev.errors import ModelError
from lookdev.generate.models.pulling import _told
from lookdev.spec.folder import ShowFolder
from lookdev.spec.hub import HubRef

WEIGHTS = "unet/diffusion_pytorch_model.safetensors"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
REF = f"hub:some-owner/tiny@{COMMIT}"
WANTED = ["LICENSE.md", "README.md", "model_index.json", "scheduler/scheduler_config.json", "unet/config.json", WEIGHTS]  # fmt: skip
CARD = """\
# A comment of mine.
format: card/1
id: tiny
title: "Tiny"   # as we call it
pipeline: ElementPipeline
weights: {weights}
licence: LicenseRef-Tiny
training_data: Nothing.
"""


def write_card(show: SmallShow, *, weights: str = REF, more: str = "") -> Path:
    path = show.folder.root / "params" / "models" / "tiny.yaml"
    path.write_text(CARD.format(weights=weights) + more)
    return path


def test_a_model_is_pulled_listed_and_proven(hub: Hub, small_show: SmallShow) -> None:
    root, card = small_show.folder.root, write_card(small_show)
    before = card.read_text()
    assert hub.run("models", "check", "tiny", cwd=root).returncode == 2
    assert hub.asked == []
    done = hub.run("models", "pull", "tiny", cwd=root, HF_TOKEN="hf_x")  # noqa: S106
    assert done.returncode == 0, done.stderr
    print(done.stderr)
    assert hub.got() == WANTED
    for left in ("network.py", "diffusion_pytorch_model.bin", "picture.png", "fp16", "whole"):
        assert left in done.stderr
    assert all("Authorization" not in headers for headers in hub.headers)
    assert not any("torch" in headers.get("User-Agent", "") for headers in hub.headers)
    assert card.read_text() == before
    assert "lists no files" in done.stderr
    snapshot = hub.home / "hub" / "models--some-owner--tiny" / "snapshots" / COMMIT
    names = [p.relative_to(snapshot).as_posix() for p in snapshot.rglob("*") if p.is_file()]
    assert sorted(names) == WANTED
    assert done.stdout.strip() == f"tiny: {snapshot}"

    unproven = hub.run("models", "check", "tiny", cwd=root)
    assert unproven.returncode == 1
    assert "not proven" in unproven.stdout
    assert "in order" not in unproven.stdout

    asked = len(hub.got())
    listed = hub.run("models", "pull", "tiny", "--write-hashes", cwd=root)
    assert listed.returncode == 0, listed.stderr
    assert len(hub.got()) == asked
    assert card.read_text().startswith(before)
    written = ShowFolder(root).card("tiny")
    assert sorted(written.files or {}) == WANTED
    assert written.licence_copy is not None
    assert (root / written.licence_copy.path).read_bytes() == hub.files["LICENSE.md"]
    count = len(hub.asked)
    proven = hub.run("models", "check", "tiny", cwd=root)
    assert (proven.returncode, proven.stdout) == (
        0,
        "tiny: in order; 6 files are those that its card lists\n",
    )
    assert len(hub.asked) == count

    blob = (snapshot / WEIGHTS).resolve()
    blob.chmod(0o644)
    blob.write_bytes(blob.read_bytes()[:-1] + b"\x01")
    changed = hub.run("models", "check", "tiny", cwd=root)
    assert changed.returncode == 1
    assert f"{WEIGHTS} is not the file that its card lists" in changed.stdout


def test_a_hash_that_the_card_does_not_list_is_named_after_the_pull(
    hub: Hub, small_show: SmallShow
) -> None:
    hashes = {name: sha256(hub.files[name]).hexdigest() for name in ("model_index.json", "scheduler/scheduler_config.json", "unet/config.json", WEIGHTS)}  # fmt: skip
    hashes["unet/config.json"] = "0" * 64
    more = "files:\n" + "".join(f'  {name}: "{digest}"\n' for name, digest in hashes.items())
    write_card(small_show, more=more)
    done = hub.run("models", "pull", "tiny", cwd=small_show.folder.root)
    assert done.returncode == 2
    assert "unet/config.json is not the file that its card lists" in done.stderr
    assert "Traceback" not in done.stderr
    assert hub.got() == sorted(hashes)


def test_bytes_that_the_hub_does_not_list_are_named(hub: Hub, small_show: SmallShow) -> None:
    write_card(small_show)
    right = hub.files[WEIGHTS]
    hub.served[WEIGHTS] = right[:-1] + bytes([right[-1] ^ 1])
    done = hub.run("models", "pull", "tiny", cwd=small_show.folder.root)
    assert done.returncode == 2
    assert f"{WEIGHTS} is not the file that the hub lists" in done.stderr


REFUSED = {
    "a folder": ("models/mini", "is pulled"),
    "a branch": ("hub:some-owner/tiny@main", "can be moved to other files"),
    "another commit": (f"hub:some-owner/tiny@{'f' * 40}", "has no commit ffff"),
    "another model": (f"hub:some-owner/none@{COMMIT}", "shows no some-owner/none"),
    "behind terms": (f"hub:some-owner/gated@{COMMIT}", "--login"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_pulled_is_refused_in_a_sentence(
    hub: Hub, small_show: SmallShow, case: str
) -> None:
    weights, wanted = REFUSED[case]
    write_card(small_show, weights=weights)
    done = hub.run("models", "pull", "tiny", cwd=small_show.folder.root)
    print(done.stderr)
    assert done.returncode == 2
    assert wanted in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert hub.got() == []


def test_without_a_network_the_pull_says_so(hub: Hub, small_show: SmallShow) -> None:
    write_card(small_show)
    offline = hub.run("models", "pull", "tiny", cwd=small_show.folder.root, HF_HUB_OFFLINE="1")
    assert offline.returncode == 2
    assert "HF_HUB_OFFLINE is set" in offline.stderr
    card, ref = small_show.folder.card("tiny"), HubRef.parse(REF, where="")
    with pytest.raises(ModelError, match=r"broke off \(no route\)"), _told(card, ref):
        raise httpx2.ConnectError("no route\nmore")
