"""`comp.nk`: the flat comp once more, as a Nuke script that reads what was delivered.

The layers are taken as they are delivered: matte, holdouts and support have been applied. So mattes
and holdouts are only read, for whoever redoes a layer by hand, and the support only switches: what
is above 0 may differ from the plate. Formulas are those of `blend.transfer`.
"""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from lookdev.finals.nuke_nodes import Nodes, beside, literal, posix, sequence
from lookdev.finals.plan import Plan
from lookdev.image.colour import WORKING
from lookdev.spec.files import write_text
from lookdev.spec.look import FRAME, Layer

SCRIPT = "comp.nk"

_VERSION = "12.0 v1"
"""The oldest Nuke that has all of it; a newer one opens it without a question."""

MERGES = {"over": "over", "plus": "plus"}
"""Transfers that Nuke's Merge has just so."""
FORMULAS = {
    "screen": "A{c} <= 1 && B{c} <= 1 ? A{c} + B{c} - A{c} * max(B{c}, 0) : max(A{c}, B{c})",
    "multiply": "B{c} * (A{c} + 1 - Aa)",
    "max": "B{c} < 0 ? B{c} + max(A{c}, 0) : max(A{c}, B{c})",
}
"""Transfers as expressions. Merge's own screen differs between Nuke's versions where values are
above 1, and it and max lift what is below 0."""

_CHANGED = "Ar != Br || Ag != Bg || Ab != Bb || Aa != Ba"
_STEP = 100
_COLUMN = 160

_NOTE = """\
{delivery}: the flat comp of {look}, rebuilt from what was delivered.
Layers are premultiplied and scene-linear {working}. Their matte, holdouts and the support's ramp \
are in them already: do not multiply them in again.
The support only switches: where it is 0, the plate passes. Pixels that no layer changes are the \
plate's own, and are not converted.
Colour config: {config}
Frames: {frames}{holes}
Plate: {plate}, {colourspace}, channels {channels}{view}
The Write goes to a folder beside the delivery; the delivery itself is sealed as it is."""


def write_script(plan: Plan) -> Path:
    """Write `comp.nk` into the delivery; the same delivery is the same bytes."""
    path = plan.folder / SCRIPT
    write_text(path, script(plan))
    return path


def script(plan: Plan) -> str:
    """The script of a delivery, as text."""
    nodes = Nodes([f"version {_VERSION}"])
    _root(plan, nodes)
    _note(plan, nodes)
    plate = _plate(plan, nodes)
    below = _converted(plan, nodes, plate, into_working=True)
    comp = below
    for number, layer in enumerate(plan.look_file.look.shown, start=1):
        comp = _layer(plan, nodes, layer, number, comp)
    held = _held(plan, nodes, comp, below)
    result = held
    if plan.look_file.shot.plate.colourspace != WORKING:
        result = _only_changed(plan, nodes, held, below, plate)
    _write(plan, nodes, result)
    _for_redoing(plan, nodes)
    return nodes.text()


def _root(plan: Plan, nodes: Nodes) -> None:
    shot = plan.look_file.shot
    size = f"{shot.width} {shot.height}"
    nodes.root(
        frame=plan.frames[0],
        first_frame=plan.frames[0],
        last_frame=plan.frames[-1],
        lock_range="true",
        fps=f"{float(Fraction(shot.fps)):.6g}",
        format=f"{size} 0 0 {size} {shot.pixel_aspect:g} plate_{shot.width}x{shot.height}",
        colorManagement="OCIO",
        OCIO_config="custom",
        customOCIOConfigPath=literal(_config(plan)),
        workingSpaceLUT=WORKING,
    )


def _config(plan: Plan) -> str:
    config = plan.look_file.folder.ocio_config
    return config if config.startswith("ocio://") else posix(Path(config))


def _note(plan: Plan, nodes: Nodes) -> None:
    plate, frames = plan.look_file.shot.plate, plan.frames
    whole = len(frames) == frames[-1] - frames[0] + 1
    text = _NOTE.format(
        delivery=plan.name,
        look=plan.look_file.name,
        working=WORKING,
        config=_config(plan),
        frames=plan.frame_range,
        holes="" if whole else "; the others of the range were not delivered, and Reads fail there",
        plate=plate.pattern,
        colourspace=plate.colourspace,
        channels=" ".join(plate.channels),
        view=f"; give this script its view {plate.view}" if plate.view else "",
    )
    nodes.add("StickyNote", "about", at=(-4 * _COLUMN, 0), label=literal(text))


def _plate(plan: Plan, nodes: Nodes) -> str:
    """The plate's own values."""
    shot, folder = plan.look_file.shot, plan.look_file.folder
    pattern = sequence(posix(folder.resolve(shot.plate.pattern)))
    return _read(nodes, "plate", pattern, (shot.plate.first, shot.plate.last), at=(0, 0))


def _read(
    nodes: Nodes,
    name: str,
    path: str,
    frames: tuple[int, int],
    *,
    at: tuple[int, int],
    label: str = "",
) -> str:
    first, last = frames
    said = {"label": literal(label)} if label else {}
    return nodes.add(
        "Read",
        name,
        at=at,
        file_type="exr",
        file=path,
        first=first,
        last=last,
        origfirst=first,
        origlast=last,
        origset="true",
        raw="true",
        **said,
    )


def _converted(plan: Plan, nodes: Nodes, node: str, *, into_working: bool) -> str:
    """The node in the working space, or back in the plate's; itself where they are the same."""
    space = plan.look_file.shot.plate.colourspace
    if space == WORKING:
        return node
    name, source, target = "to_working", space, WORKING
    row = 1
    if not into_working:
        name, source, target = "to_plate", WORKING, space
        row = len(plan.look_file.look.shown) + 3
    return nodes.add(
        "OCIOColorSpace",
        name,
        node,
        at=(0, row * _STEP),
        in_colorspace=source,
        out_colorspace=target,
    )


def _layer(plan: Plan, nodes: Nodes, layer: Layer, number: int, below: str) -> str:
    """The comp with one more layer over it."""
    safe, transfer = layer.name.replace("-", "_"), layer.blend.transfer
    y = (number + 1) * _STEP
    read = _read(
        nodes,
        f"layer{number}_{safe}",
        beside(_pattern(plan, plan.layer(layer.name, plan.frames[0]))),
        (plan.frames[0], plan.frames[-1]),
        at=(-_COLUMN, y),
        label=f"{layer.name}: {transfer}",
    )
    name, at = f"{transfer}{number}_{safe}", (0, y)
    if transfer in FORMULAS:
        formulas = {
            f"expr{i}": FORMULAS[transfer].format(c=channel) for i, channel in enumerate("rgb")
        }
        return nodes.add("MergeExpression", name, below, read, at=at, **formulas)
    # only what covers has a part in the plate's alpha
    output = {} if transfer == "over" else {"output": "rgb"}
    return nodes.add("Merge2", name, below, read, at=at, operation=MERGES[transfer], **output)


def _pattern(plan: Plan, path: Path) -> str:
    """A delivered file of the first frame, as the pattern of its sequence."""
    number = f".{plan.frames[0]:04d}.exr"
    return f"{plan.relative(path).removesuffix(number)}.%04d.exr"


def _held(plan: Plan, nodes: Nodes, comp: str, below: str) -> str:
    """The comp where the support is above 0, and what was below it elsewhere."""
    y = (len(plan.look_file.look.shown) + 2) * _STEP
    path = beside(_pattern(plan, plan.support(plan.frames[0])))
    frames = plan.frames[0], plan.frames[-1]
    support = _read(nodes, "support", path, frames, at=(2 * _COLUMN, y))
    switch = nodes.add("Expression", "allowed", support, at=(_COLUMN, y), expr3="a > 0")
    return nodes.add("Keymix", "held_to_support", below, comp, switch, at=(0, y))


def _only_changed(plan: Plan, nodes: Nodes, comp: str, below: str, plate: str) -> str:
    """The comp in the plate's space; a pixel that nothing changed is the plate's, unconverted."""
    y = (len(plan.look_file.look.shown) + 4) * _STEP
    back = _converted(plan, nodes, comp, into_working=False)
    changed = nodes.add(
        "MergeExpression", "changed", below, comp, at=(_COLUMN, y - _STEP), expr3=_CHANGED
    )
    return nodes.add("Keymix", "only_changed", plate, back, changed, at=(0, y))


def _write(plan: Plan, nodes: Nodes, comp: str) -> None:
    y = (len(plan.look_file.look.shown) + 5) * _STEP
    name = f"{plan.name}_nuke"
    nodes.add(
        "Write",
        "rebuilt",
        comp,
        at=(0, y),
        channels="rgb" if len(plan.look_file.shot.plate.channels) == 3 else "rgba",
        file=beside(f"../{name}/{name}.%04d.exr"),
        file_type="exr",
        datatype="16 bit half",
        raw="true",
        create_directories="true",
        first=plan.frames[0],
        last=plan.frames[-1],
        use_limit="true",
    )


def _for_redoing(plan: Plan, nodes: Nodes) -> None:
    """The mattes of the look, connected to nothing."""
    shot, uses = plan.look_file.shot, _uses(plan)
    x, y = 4 * _COLUMN, 0
    if not uses:
        return
    nodes.add(
        "BackdropNode",
        "for_redoing_by_hand",
        at=(x - 40, y - 80),
        label="for redoing by hand: the layers carry these already",
        bdwidth=_COLUMN * len(uses) + 40,
        bdheight=220,
    )
    for number, (name, used) in enumerate(uses.items(), start=1):
        picture = shot.mattes[name]
        _read(
            nodes,
            f"matte{number}_{name.replace('-', '_')}",
            sequence(posix(plan.look_file.folder.resolve(picture.pattern))),
            (shot.plate.first, shot.plate.last),
            at=(x + (number - 1) * _COLUMN, y),
            label=f"{name}, channel {picture.channels[0]}\n{used}",
        )


def _uses(plan: Plan) -> Mapping[str, str]:
    """What each matte of the look is used for, in the order in which they come."""
    uses: dict[str, list[str]] = {}
    for layer in plan.look_file.look.shown:
        uses.setdefault(layer.matte, []).append(f"matte of {layer.name}")
        for holdout in layer.holdouts:
            uses.setdefault(holdout, []).append(f"holdout of {layer.name}")
    uses.setdefault(plan.look_file.look.support.matte, []).append("support")
    return {name: ", ".join(used) for name, used in uses.items() if name != FRAME}
