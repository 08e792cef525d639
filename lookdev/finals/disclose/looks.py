"""A shot's looks that were delivered or approved: what was generated, and who approved it."""

from collections.abc import Mapping, Sequence

from lookdev.approve.approval_file import ApprovalFile, approvals_of
from lookdev.errors import LookdevError, SpecError
from lookdev.finals.disclose.record import ApprovalFact, DeliveryFact, LayerFact, LookFact
from lookdev.image.sequence import describe
from lookdev.spec.digest import digest
from lookdev.spec.folder import LookFile, ShotFile, ShowFolder
from lookdev.spec.look import Layer


def looks_of(shot_file: ShotFile) -> tuple[dict[str, LookFile], dict[str, str]]:
    """The shot's looks by name; and why each of the others cannot be read."""
    looks, broken = {}, {}
    for path in sorted((shot_file.path.parent / "looks").glob("*.yaml")):
        try:
            looks[path.stem] = LookFile.open(str(path))
        except SpecError as error:
            broken[path.stem] = _within(error, shot_file.folder)
    return looks, broken


def look_facts(
    looks: Mapping[str, LookFile],
    broken: Mapping[str, str],
    deliveries: Mapping[str, Sequence[DeliveryFact]],
) -> tuple[LookFact, ...]:
    """Every look that was delivered or approved, by name."""
    facts = []
    for name in sorted({*looks, *deliveries}):
        look_file, delivered = looks.get(name), tuple(deliveries.get(name, ()))
        if look_file is None:
            facts.append(_lost(name, broken.get(name), delivered))
            continue
        approvals, doubts = _approvals(look_file)
        if delivered or approvals or doubts:
            facts.append(_fact(look_file, delivered, approvals, doubts))
    return tuple(facts)


def _fact(
    look_file: LookFile,
    delivered: tuple[DeliveryFact, ...],
    approvals: tuple[ApprovalFact, ...],
    doubts: list[str],
) -> LookFact:
    look = look_file.look
    names = {one.name for one in approvals}
    doubts += [
        f"{one.name} was delivered under {one.approval}, which is no approval that the show trusts"
        for one in delivered
        if one.approval is not None and one.approval not in names
    ]
    return LookFact(
        look=look_file.name,
        digest=digest(look),
        support=look.support.matte,
        layers=tuple(_layer(layer) for layer in look.shown),
        deliveries=delivered,
        approvals=approvals,
        doubts=tuple(doubts),
    )


def _lost(name: str, why: str | None, delivered: tuple[DeliveryFact, ...]) -> LookFact:
    """A look that was delivered, and whose file is gone or damaged: its layers are not known."""
    doubt = why or f"{name} was delivered, but the shot has no such look any more"
    return LookFact(
        look=name,
        digest=None,
        support="not known",
        layers=(),
        deliveries=delivered,
        approvals=(),
        doubts=(doubt,),
    )


def _layer(layer: Layer) -> LayerFact:
    element = layer.element
    return LayerFact(
        name=layer.name,
        model=element.model,
        prompt=element.prompt,
        negative_prompt=element.negative_prompt,
        seed=element.seed,
        transfer=layer.blend.transfer,
        matte=layer.matte,
    )


def _approvals(look_file: LookFile) -> tuple[tuple[ApprovalFact, ...], list[str]]:
    """Approvals that the show trusts; one that it does not is a doubt, in its own sentence."""
    facts, doubts = [], []
    for path in approvals_of(look_file):
        try:
            facts.append(_approval(ApprovalFile.open(str(path))))
        except LookdevError as error:
            doubts.append(f"no approval: {_within(error, look_file.folder)}")
    return tuple(facts), doubts


def _within(error: LookdevError, folder: ShowFolder) -> str:
    """An error's sentence with paths from the show on: the page is sent to other houses."""
    return str(error).replace(f"{folder.root}/", "")


def _approval(file: ApprovalFile) -> ApprovalFact:
    approval = file.approval
    return ApprovalFact(
        name=file.name,
        digest=file.digest,
        kind=approval.kind,
        by=approval.by,
        at=approval.at,
        frames=describe(sorted(one.frame for one in approval.frames)),
        written_approval=approval.written_approval,
        signed_with=file.key.text,
        supersedes=approval.supersedes.name if approval.supersedes else None,
        waived=tuple(f"{one.gate}, by {one.by}: {one.reason}" for one in approval.waived),
    )
