"""QC in the executed notebook: it reports, and changes nothing of what is delivered."""

from pathlib import Path

import pytest
from approve.approved import ApprovedShow, make_approvable
from qc.own_meter import Said
from sealed import LEDGER, STUDIO
from small_show import ungate

import lookdev.qc.run as run_module
from lookdev.approve.approval_file import ApprovalFile
from lookdev.approve.waive import parse_waiver
from lookdev.errors import PlateError
from lookdev.finals.deliver import deliver
from lookdev.finals.plan import Plan, make_plan
from lookdev.finals.records import read_record
from lookdev.finals.seal import ApprovalSeal, seal
from lookdev.finals.summary import measured, measured_plot
from lookdev.finals.verify import verify
from lookdev.spec.files import sha256


@pytest.fixture
def meter(monkeypatch: pytest.MonkeyPatch) -> Said:
    made = Said("seam", {1003: 1.32}, "wall")
    monkeypatch.setattr(run_module, "all_meters", lambda: (made,))
    return made


@pytest.fixture
def plan(tmp_path: Path, meter: Said) -> Plan:  # noqa: ARG001 it is there when it is approved
    """A delivery whose approval waives the gate that it does not pass."""
    show: ApprovedShow = make_approvable(tmp_path)
    ungate(show.root, "{seam: 1.12}")
    made = show.again(1003, waived=(parse_waiver("seam: it is out of focus", by="Ana"),))
    plan = make_plan(str(made.path), frames="1002-1003", folder=show.root / "out" / "d_v001")
    deliver(plan, say=lambda _line: None)
    return plan


def files(plan: Plan) -> dict[str, str]:
    return {str(path): sha256(path) for path in plan.folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_a_delivery_is_measured_and_what_was_waived_is_said(
    plan: Plan, meter: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, said = files(plan), list[str]()
    meter.seen.clear()
    report = measured(plan, say=said.append)
    print("\n".join(said))
    assert report is not None
    assert meter.seen == [1002, 1003]
    assert said[-1] == (
        "seam: the seam of wall is visible: 1.32 where 1.12 is allowed, at 1003 "
        "(waived by Ana: it is out of focus)"
    )
    assert measured_plot(report) is not None
    assert files(plan) == before

    meter.values = {}
    assert measured(plan, say=said.append) is not None
    assert said[-1] == "every gate of the show is passed"

    def broken(_seen: object) -> None:
        raise PlateError(f"{plan.comp(1002)}: {plan.look_file.folder.root}/a is damaged")

    monkeypatch.setattr(meter, "see", broken)
    assert measured(plan, say=said.append) is None
    assert said[-1] == "QC was not made: PlateError: d_v001/exr/d_v001.1002.exr: a is damaged"
    assert measured_plot(None) is None
    assert files(plan) == before

    sealed(plan)
    done = verify(plan.folder, keys=[STUDIO.public])
    assert done.findings == ()
    assert done.waived == ("seam, by Ana: it is out of focus",)


def sealed(plan: Plan) -> None:
    record, approval = read_record(plan.folder), plan.approval
    assert record is not None
    assert isinstance(approval, ApprovalFile)
    (plan.folder / "final.ipynb").write_text('{"cells": []}\n')
    said = ApprovalSeal(name=approval.name, digest=approval.digest, key=approval.key.text, by="Ana")
    seal(plan.folder, record, key=STUDIO, approval=said, ledger=LEDGER, cost=None)
