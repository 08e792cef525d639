import pytest

from lookdev.errors import SpecError
from lookdev.explore.takes import Takes, same
from lookdev.spec import parameter, strict_yaml
from lookdev.spec.draft import Take
from lookdev.spec.look import Look

LOOK = strict_yaml.validate(
    {
        "format": "look/1",
        "support": {"matte": "frame"},
        "layers": [{"name": "snow", "element": {"prompt": "snow", "seed": "7", "size": [96, 54]}}],
    },
    Look,
    source="test",
)


def take(id_: int, parent: int | None = None, look: Look = LOOK) -> Take:
    return Take(
        format="take/1",
        id=id_,
        parent=parent,
        created="2026-11-22 18:30:00",
        by="anna",
        origin="test",
        look=look,
    )


# 1 ─ 2 ─ 3        each line goes on from its first child; 4 and 6 branched off
# │   └── 4 ─ 7
# └── 6            5 began on its own
TREE = Takes().added([take(1), take(2, 1), take(3, 2), take(4, 2), take(5), take(6, 1), take(7, 4)])


def test_the_strip_runs_depth_first_in_order_of_creation() -> None:
    assert [found.id for found in TREE.order] == [1, 2, 3, 4, 7, 6, 5]


def test_depth_counts_branchings_off_and_not_the_length_of_a_line() -> None:
    assert {id_: TREE.depth(id_) for id_ in range(1, 8)} == {
        1: 0,
        2: 0,
        3: 0,
        4: 1,
        5: 0,
        6: 1,
        7: 1,
    }


def test_children_parent_and_path() -> None:
    assert [found.id for found in TREE.children(2)] == [3, 4]
    assert TREE.children(7) == ()
    parent = TREE.parent(7)
    assert parent is not None
    assert parent.id == 4
    assert TREE.parent(5) is None
    assert [found.id for found in TREE.path(7)] == [1, 2, 4, 7]


def test_a_take_whose_parent_is_gone_begins_a_line() -> None:
    tree = Takes().added([take(3, 2), take(4, 3)])
    assert [found.id for found in tree.path(4)] == [3, 4]
    assert [found.id for found in tree.order] == [3, 4]


def test_adding_makes_a_new_tree() -> None:
    more = TREE.added([take(8, 7)])
    assert (len(TREE), len(more), 8 in TREE, 8 in more, more.newest) == (7, 8, False, True, 8)
    assert Takes().newest == 0


def test_a_take_that_is_not_there_is_named() -> None:
    for refused in (TREE.__getitem__, TREE.path, TREE.depth):
        with pytest.raises(SpecError, match="take 99: there is no such take"):
            refused(99)


def test_a_line_of_thousands_is_walked() -> None:
    tree = Takes({n: take(n, n - 1 or None) for n in range(1, 3001)})
    assert len(tree.order) == len(tree.path(3000)) == 3000
    assert tree.depth(3000) == 0


def test_the_newest_take_with_a_look_is_found_whenever_it_was_written() -> None:
    other = parameter.replace(LOOK, "snow.element.seed", "8")
    stamped = LOOK.model_copy(update={"created": "2026-11-22 18:30:00"})
    tree = Takes().added([take(1), take(2, 1, other), take(3, 2)])
    found = tree.holding(stamped)
    assert found is not None
    assert found.id == 3
    assert tree.holding(parameter.replace(LOOK, "snow.element.seed", "9")) is None


def test_a_default_that_is_written_out_is_the_same_look() -> None:
    assert same(LOOK, parameter.replace(LOOK, "snow.blend.opacity", 1.0))
    assert not same(LOOK, parameter.replace(LOOK, "snow.blend.opacity", 0.9))
