"""What a delivery cost and how it measures, in words and plots, for the executed notebook."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from lookdev.finals.plan import Plan
from lookdev.spec.delivery import DeliveryRecord
from lookdev.spec.qc import QcReport

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def summary(record: DeliveryRecord) -> str:
    """A few lines: frames, state, time, evaluations, models, support."""
    frames = len(record.frames)
    seconds = sum(frame.seconds for frame in record.frames)
    models = ", ".join(f"{name} {hash_[:12]}" for name, hash_ in record.identity.models.items())
    everywhere = " (changes were allowed everywhere)" if record.support == "frame" else ""
    return "\n".join(
        [
            f"{record.name}: {frames} frames of {record.identity.look}, {record.colourspace}",
            f"state: {_state(record)}",
            f"time: {record.seconds:.1f} s this run, {seconds / frames:.2f} s a frame",
            f"network: {record.evaluations} evaluations, {record.model_loads} model loads",
            f"models: {models}",
            f"support: {record.support}{everywhere}",
        ]
    )


def _state(record: DeliveryRecord) -> str:
    approval = record.approval
    if approval is None:
        return "a draft, which nobody has approved"
    frames = ", ".join(str(one.frame) for one in approval.rebuild.frames)
    worst = max(one.worst for one in approval.rebuild.frames)
    how = "in every bit" if approval.rebuild.exact else f"within {worst:.1e}, on another machine"
    return (
        f"{approval.name}, approved by {approval.by}; frames {frames} made once more: equal {how}"
    )


def cost_plot(record: DeliveryRecord) -> "Figure":
    """Seconds and evaluations by frame."""
    from matplotlib import pyplot as plt

    numbers = [frame.frame for frame in record.frames]
    figure, (time, work) = plt.subplots(2, 1, sharex=True, figsize=(8, 3), layout="constrained")
    time.bar(numbers, [frame.seconds for frame in record.frames], color="0.35")
    time.set_ylabel("seconds")
    work.bar(numbers, [frame.evaluations for frame in record.frames], color="0.6")
    work.set_ylabel("evaluations")
    work.set_xlabel("frame")
    plt.close(figure)
    return figure


def measured(plan: Plan, *, say: Callable[[str], None] = print) -> QcReport | None:
    """QC of the finished delivery, in words; what it finds changes nothing of what is delivered.

    That is decided when a look is approved. Here every frame was rendered and will be sealed, so
    that even an error of the measuring only is said.

    Returns:
        What was found; None where measuring failed.
    """
    from lookdev.qc.run import qc

    started = time.perf_counter()
    try:
        report = qc(plan.folder, say=say)
    except Exception as error:  # noqa: BLE001 said in full; a cell that fails would leave the delivery unsealed
        told = str(error).replace(f"{plan.folder}", plan.name)  # it goes to other houses
        told = told.replace(f"{plan.look_file.folder.root}/", "")
        say(f"QC was not made: {type(error).__name__}: {told}")
        return None
    seconds = time.perf_counter() - started
    say(f"{len(report.frames)} frames measured in {seconds:.1f} s")
    for line in _found(plan, report):
        say(line)
    return report


def _found(plan: Plan, report: QcReport) -> list[str]:
    """A line for each gate that is not passed; and who let it pass."""
    waived = plan.approval.approval.waived if plan.approval else ()
    by = {one.gate: f" (waived by {one.by}: {one.reason})" for one in waived}
    told = [f"{one.gate}: {one.sentence}{by.get(one.gate, '')}" for one in report.failures]
    return told or ["every gate of the show is passed"]


def measured_plot(report: QcReport | None) -> "Figure | None":
    """A panel for each meter that has a gate; none where nothing was measured."""
    from lookdev.qc.plots import qc_plot

    return None if report is None else qc_plot(report)
