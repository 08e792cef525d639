"""Which draft is opened, and what lies on the desk then."""

from dataclasses import dataclass
from pathlib import Path

from lookdev.errors import SpecError
from lookdev.explore import history
from lookdev.explore.draft_folder import DraftFolder, drafts_folder
from lookdev.explore.look_on_disk import LookOnDisk
from lookdev.explore.take_store import TakeStore
from lookdev.explore.takes import same
from lookdev.explore.versions import version_path, versions
from lookdev.spec import strict_yaml
from lookdev.spec.draft import DeskState, Take
from lookdev.spec.folder import ShotFile, split_version
from lookdev.spec.look import Look


@dataclass(frozen=True)
class Choice:
    """A draft, and the version that was asked for."""

    draft: str
    version: str | None = None


def choose(shot_file: ShotFile, look: str | None) -> Choice:
    """The draft for a version (`toxic_v003`), for a draft's name (`toxic`), or the last one used.

    Raises:
        SpecError: The shot has nothing of that name, or nothing at all.
    """
    if look is None:
        return _latest(shot_file)
    name, _ = split_version(look) or (look, 0)
    if name != look:
        if name not in drafts(shot_file):
            version_path(shot_file, look)  # before anything is made
        return Choice(name, look)
    if name in drafts(shot_file):
        return Choice(name)
    if found := versions(shot_file, name):
        return Choice(name, found[-1].name)
    known = [*drafts(shot_file), *(version.name for version in versions(shot_file))]
    hint = f"there are {', '.join(known)}" if known else "this shot has none yet"
    raise SpecError(f"{shot_file.path.parent}: has no look or draft {look}; {hint}")


def drafts(shot_file: ShotFile) -> list[str]:
    """The names of the shot's drafts, the last one used first."""
    found = drafts_folder(shot_file).glob("[!.]*")
    names = {path.stem for path in found if path.is_dir() or path.suffix == ".yaml"}
    used = {name: _last_use(drafts_folder(shot_file) / name) for name in names}
    return sorted(filter(used.get, used), key=lambda name: used[name], reverse=True)


def is_untouched(shot_file: ShotFile) -> bool:
    """Whether the shot has neither drafts nor looks: `Draft.begin` makes a first one."""
    return not drafts(shot_file) and not versions(shot_file)


def new_look(shot_file: ShotFile) -> Look:
    """A first look for a shot: one layer of snow, at most 960 wide, in the plate's proportions."""
    shot = shot_file.shot
    width = max(16, min(960, shot.width))
    element = {"prompt": "light snow", "seed": "1", "size": list(shot.working_size(width))}
    motion = {"anchor": shot.plate.first}
    layer = {"name": "snow", "element": element, "motion": motion}
    data = {"format": "look/1", "support": {"matte": "frame"}, "layers": [layer]}
    return strict_yaml.validate(data, Look, source="a new look")


def resumed(
    store: TakeStore, files: DraftFolder, on_disk: LookOnDisk, version: str | None
) -> DeskState:
    """The desk as it was left, with what has happened since: each look of it is a take now.

    Args:
        store: The draft's takes.
        files: The draft's files.
        on_disk: The look in the draft's file, where there is one.
        version: The version that was asked for, where one was.

    Raises:
        SpecError: The state or the version cannot be read, or there is nothing to resume.
        DeliveryError: A take cannot be written.
    """
    state = files.read_state()
    asked = None
    if version is not None and not (state and state.opened == version):
        asked = _Asked(version, strict_yaml.read(version_path(files.shot_file, version), Look))
    if state is None:
        state = DeskState(format="desk/1", current=_first(store, files, on_disk, asked))
    elif state.current not in store.tree:
        first = _first(store, files, on_disk, asked)
        state = state.model_copy(update={"current": first})
    state = history.within(state, store.tree)
    state = _with_file(state, store, on_disk)
    state = state if asked is None else _with_asked(state, store, asked)
    return _with_offer(state, store)


def offered(files: DraftFolder, look: Look, origin: str, *, by: str) -> Take:
    """Add a take that the draft's desk asks about; it is made from the take on that desk.

    Raises:
        LookdevError: It cannot be written, or the desk's state is damaged.
    """
    files.make()
    state = files.read_state()
    parent = state.current if state and state.current in files.take_ids() else None
    return files.add_take(look, by=by, origin=origin, parent=parent, ask=True)


def looked_at(store: TakeStore, files: DraftFolder) -> DeskState:
    """The desk's state as another desk saved it; nothing is written.

    Raises:
        SpecError: The state cannot be read, or there is nothing to look at yet.
    """
    state = files.read_state()
    if state is not None and state.current in store.tree:
        return state
    if not store.tree.newest:
        raise SpecError(f"{files.folder}: another desk is just beginning it; open it again")
    return DeskState(format="desk/1", current=store.tree.newest)


@dataclass(frozen=True)
class _Asked:
    version: str
    look: Look

    @property
    def origin(self) -> str:
        return f"opened {self.version}"


def _first(store: TakeStore, files: DraftFolder, on_disk: LookOnDisk, asked: _Asked | None) -> int:
    """A take to begin with, where the state names none."""
    if on_disk.found is not None:
        return store.add(on_disk.found, origin="found in the draft's file", parent=None).id
    if asked is not None:
        return store.add(asked.look, origin=asked.origin, parent=None).id
    if not store.tree.newest:
        raise SpecError(f"{files.folder}: this draft has no look; remove it, or open a version")
    return store.tree.newest


def _with_file(state: DeskState, store: TakeStore, on_disk: LookOnDisk) -> DeskState:
    look = on_disk.found
    if look is None or same(look, store.tree[state.current].look):
        return state
    origin = "left on the desk" if on_disk.known == state.written else "edited by hand"
    take = store.add(look, origin=origin, parent=state.current, frame=state.frame)
    return history.with_take(state, take)


def _with_asked(state: DeskState, store: TakeStore, asked: _Asked) -> DeskState:
    if not same(asked.look, store.tree[state.current].look):
        take = store.add(asked.look, origin=asked.origin, parent=None, frame=state.frame)
        state = history.with_take(state, take)
    return state.model_copy(update={"opened": asked.version})


def _with_offer(state: DeskState, store: TakeStore) -> DeskState:
    """The newest take that was offered while no desk was open comes onto the desk."""
    offer = store.tree.newest_offer
    if offer > state.seen:
        state = history.with_take(state, store.tree[offer])
    return state.model_copy(update={"seen": offer})


def _last_use(folder: Path) -> int:
    """When a draft was last written to; 0 where it holds nothing, as one that never opened."""
    takes = folder / "takes"
    files = [folder.with_suffix(".yaml"), folder / "desk.yaml"]
    files += [takes] if takes.is_dir() and any(takes.glob("[0-9]*.yaml")) else []
    return max((path.stat().st_mtime_ns for path in files if path.exists()), default=0)


def _latest(shot_file: ShotFile) -> Choice:
    found = drafts(shot_file)
    if found:
        return Choice(found[0])
    every = versions(shot_file)
    newest = max(every, key=lambda version: version.path.stat().st_mtime_ns, default=None)
    if newest is None:
        raise SpecError(
            f"{shot_file.path.parent / 'looks'}: this shot has no look yet; "
            "begin a new one at the desk, or copy one there as name_v001.yaml"
        )
    return choose(shot_file, newest.name)
