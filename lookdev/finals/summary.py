"""What a delivery cost, in words and as a plot, for the executed notebook."""

from typing import TYPE_CHECKING

from lookdev.spec.delivery import DeliveryRecord

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
