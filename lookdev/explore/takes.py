"""The tree of takes: every look that came to rest, and what it was made from."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from lookdev.errors import SpecError
from lookdev.spec.draft import Take
from lookdev.spec.look import Look


@dataclass(frozen=True)
class Takes:
    """A draft's takes by id. Adding one makes a new tree."""

    by_id: Mapping[int, Take] = field(default_factory=dict)

    def added(self, takes: Iterable[Take]) -> "Takes":
        """The tree with these takes as well."""
        return Takes({**self.by_id, **{take.id: take for take in takes}})

    def __contains__(self, take: object) -> bool:
        """Whether there is a take of that id."""
        return take in self.by_id

    def __len__(self) -> int:
        """How many takes there are."""
        return len(self.by_id)

    def __getitem__(self, take: int) -> Take:
        """The take of that id.

        Raises:
            SpecError: There is none.
        """
        if take not in self.by_id:
            raise SpecError(f"take {take}: there is no such take in this draft")
        return self.by_id[take]

    def parent(self, take: int) -> Take | None:
        """What it was made from; none for the first of a line, or where that file is gone."""
        parent = self[take].parent
        return None if parent is None else self.by_id.get(parent)

    def children(self, take: int) -> tuple[Take, ...]:
        """What was made from it, in order of creation."""
        return self._children.get(take, ())

    def path(self, take: int) -> tuple[Take, ...]:
        """The takes that led to it, the first of its line first, itself last."""
        line = [self[take]]
        while (parent := self.parent(line[-1].id)) is not None:
            line.append(parent)
        return tuple(reversed(line))

    @cached_property
    def order(self) -> tuple[Take, ...]:
        """Every take, depth first in order of creation: each line stands together."""
        return tuple(take for take, _ in self._walk)

    @cached_property
    def newest(self) -> int:
        """The highest id; 0 where there are no takes."""
        return max(self.by_id, default=0)

    @cached_property
    def newest_offer(self) -> int:
        """The highest id of a take that was offered; 0 where none was."""
        return max((id_ for id_, take in self.by_id.items() if take.ask), default=0)

    def depth(self, take: int) -> int:
        """How often its line branched off; a take that only goes on is as deep as its parent."""
        return self._depths[self[take].id]

    def holding(self, look: Look) -> Take | None:
        """The newest take that has this look."""
        found = (id_ for id_ in sorted(self.by_id, reverse=True) if same(self[id_].look, look))
        return next((self[id_] for id_ in found), None)

    @cached_property
    def _children(self) -> dict[int | None, tuple[Take, ...]]:
        children: dict[int | None, tuple[Take, ...]] = {}
        for id_ in sorted(self.by_id):
            parent = self.parent(id_)
            key = None if parent is None else parent.id
            children[key] = (*children.get(key, ()), self[id_])
        return children

    @cached_property
    def _depths(self) -> dict[int, int]:
        return {take.id: depth for take, depth in self._walk}

    @cached_property
    def _walk(self) -> tuple[tuple[Take, int], ...]:
        return tuple(self._below())

    def _below(self) -> Iterator[tuple[Take, int]]:
        """Without recursion: a line may be longer than Python's stack."""
        todo = [(take, 0) for take in reversed(self._children.get(None, ()))]
        while todo:
            take, depth = todo.pop()
            yield take, depth
            children = self.children(take.id)
            nexts = [(child, depth + (n > 0)) for n, child in enumerate(children)]
            todo += reversed(nexts)


def same(one: Look, other: Look) -> bool:
    """Whether two looks make the same picture: when they were written does not count."""
    return one.support == other.support and one.layers == other.layers
