"""Credentials of a sealed delivery, held against the roots that its receiver trusts."""

from pathlib import Path

from sealed import STUDIO, Sealed
from small_show import SmallShow, open_small_show

from lookdev.attest.authority import new_authority
from lookdev.finals.deliver import deliver
from lookdev.finals.plan import make_plan
from lookdev.finals.seal import seal
from lookdev.finals.verify import verify


def test_credentials_hold_against_their_own_root_and_no_other(
    small_show: SmallShow, tmp_path: Path
) -> None:
    authority = new_authority(tmp_path / "certs", "studio")
    other = new_authority(tmp_path / "certs", "other")
    path = small_show.folder.root / "params" / "show.yaml"
    named = f"certificate: {authority.certificate}\n  key: {authority.key}\n"
    path.write_text(f"{path.read_text()}credentials:\n  {named}")
    show = open_small_show(small_show.folder.root)
    plan = make_plan(str(show.look_path), frames="1001", folder=tmp_path / "d_v001")
    record = deliver(plan, say=lambda _line: None)
    seal(plan.folder, record, key=STUDIO, approval=None, ledger=None, cost=None)
    keys = [STUDIO.public]
    assert verify(plan.folder, keys=keys, anchors=authority.root).findings == ()
    found = verify(plan.folder, keys=keys, anchors=other.root).findings
    named_in = {one.split(":")[0] for one in found}
    assert named_in == {"preview.mp4", "sheet.png", "sequence.sha256"}


def test_a_delivery_without_credentials_says_so(delivery: Sealed, tmp_path: Path) -> None:
    root = new_authority(tmp_path / "certs", "studio").root
    (found,) = verify(delivery.folder, keys=[STUDIO.public], anchors=root).findings
    assert "names no Content Credentials" in found
