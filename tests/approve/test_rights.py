import hashlib
import subprocess
import sys
from pathlib import Path

import pytest
from small_show import LOOK, SmallShow

from lookdev.approve.rights import chain, require_final, shot_rights
from lookdev.approve.rights_text import lines
from lookdev.errors import RightsError, SpecError
from lookdev.explore.still import still
from lookdev.explore.wedge import run
from lookdev.explore.wedge_plan import plan
from lookdev.generate.check import check


def mini(show: SmallShow) -> Path:
    return show.folder.root / "params" / "models" / "mini.yaml"


def edit(show: SmallShow, old: str, new: str) -> None:
    path = mini(show)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def add_part(show: SmallShow, name: str, more: str = "") -> Path:
    path = mini(show).with_name(f"{name}.yaml")
    path.write_text(
        f"format: card/1\nid: {name}\ntitle: A {name}\nkind: lora\nweights: models/{name}\n"
        f"licence: MIT\ntraining_data: Eve's stills.\n{more}"
    )
    return path


def cleared(consents: str = "[]") -> str:
    return (
        'allows: [final]\ncleared: {by: Ada Legal, day: "2026-10-01"}\n'
        f"consents: {consents}\nduties: {{others: [send a copy to Eve]}}\n"
    )


def test_the_small_show_may_deliver(small_show: SmallShow) -> None:
    require_final(small_show.look())
    (link,) = chain(small_show.look())
    assert link.used_by == ("snow", "dust")
    assert link.path == mini(small_show)


def test_the_chain_follows_parts_once_each_in_order(small_show: SmallShow) -> None:
    edit(small_show, "consents: []", "consents: []\nparts: [eve, pose]")
    add_part(small_show, "eve", cleared() + "parts: [stills]\n")
    add_part(small_show, "pose", cleared() + "parts: [stills]\n")
    add_part(small_show, "stills", cleared())
    links = chain(small_show.look())
    assert [link.card.id for link in links] == ["mini", "eve", "stills", "pose"]
    assert links[2].used_by == ("eve", "pose")
    require_final(small_show.look())


def test_a_part_blocks_the_final_and_all_clauses_are_named(small_show: SmallShow) -> None:
    edit(small_show, 'cleared: {by: the authors of lookdev, day: "2026-11-25"}\n', "parts: [eve]\n")
    consents = '[{of: Eve, reference: C-1, day: "2025-01-01", until: "2025-12-31"}]'
    part = add_part(small_show, "eve", cleared(consents))
    with pytest.raises(RightsError) as refusal:
        require_final(small_show.look())
    print(refusal.value)
    assert f"{mini(small_show)}: cleared is not said" in str(refusal.value)
    assert f"{part}: consents[0].until is 2025-12-31, which is past" in str(refusal.value)


def test_a_circle_and_a_missing_part_are_one_sentence(small_show: SmallShow) -> None:
    edit(small_show, "consents: []", "consents: []\nparts: [eve]")
    with pytest.raises(SpecError, match=r"parts names eve, but there is no .*eve\.yaml"):
        chain(small_show.look())
    add_part(small_show, "eve", "parts: [mini]\n")
    with pytest.raises(SpecError, match=r"goes round in a circle \(mini -> eve -> mini\)"):
        chain(small_show.look())
    _, problems = check([mini(small_show)], plates=False)
    assert "goes round in a circle" in str(problems[0])


def test_a_layer_names_a_model(small_show: SmallShow) -> None:
    add_part(small_show, "eve", cleared())
    small_show.add_look(LOOK.replace("prompt: light snow", "prompt: light snow, model: eve"))
    path = small_show.look_path.with_name("other_v001.yaml")
    _, problems = check([path], plates=False)
    assert "snow.element.model is eve, which is a lora" in str(problems[0])


def test_a_kept_licence_is_the_one_that_was_kept(small_show: SmallShow) -> None:
    text = small_show.folder.root / "legal.txt"
    text.write_bytes(b"Do as you like.")
    digest = hashlib.sha256(text.read_bytes()).hexdigest()
    copy = f"licence: openrail-m\nnon_commercial: false\nlicence_copy: {{path: legal.txt, sha256: {digest}}}"
    edit(small_show, "licence: CC0-1.0", copy)
    require_final(small_show.look())
    text.write_bytes(b"Do not.")
    with pytest.raises(RightsError, match=r"licence_copy\.sha256 is .* read what changed"):
        require_final(small_show.look())
    _, problems = check([mini(small_show)], plates=False)
    assert isinstance(problems[0], RightsError)
    text.unlink()
    with pytest.raises(RightsError, match=r"licence_copy\.path is legal\.txt, but there is no"):
        require_final(small_show.look())


def test_cleared_exploration_is_refused_before_any_work(
    small_show: SmallShow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = small_show.folder.root / "params" / "show.yaml"
    show.write_text(show.read_text() + "policy: {exploration: cleared}\n")
    still(str(small_show.look_path), frame=1001, out=tmp_path / "before.png")
    edit(small_show, "allows: [explore, final]", "allows: []")
    monkeypatch.setattr("lookdev.generate.loaded.import_module", pytest.fail)
    look = small_show.look()
    with pytest.raises(RightsError, match=r"mini\.yaml: allows is \[\]; explore must be cleared"):
        still(str(look.path), frame=1001, out=tmp_path / "s.png")
    with pytest.raises(RightsError, match=r"allows is \[\]"):
        run(plan(look, ["snow.element.seed=1,2"], frame=1001, out=tmp_path / "w"))
    assert not (tmp_path / "s.png").exists()
    assert not (tmp_path / "w").exists()


def test_cleared_exploration_reaches_the_desk(small_show: SmallShow) -> None:
    from lookdev.explore.checks import Checks

    show = small_show.folder.root / "params" / "show.yaml"
    show.write_text(show.read_text() + "policy: {exploration: cleared}\n")
    look = small_show.look()
    Checks().check(look.shot_file, look.look, 1001)
    edit(small_show, "allows: [explore, final]\n", "")
    with pytest.raises(RightsError, match="allows is not said"):
        Checks().check(look.shot_file, look.look, 1001)


def test_rights_are_told_in_lines(small_show: SmallShow) -> None:
    edit(small_show, "allows: [explore, final]\n", "parts: [eve]\n")
    consents = '[{of: Eve 山田, reference: C-1, day: "2025-01-01"}]'
    add_part(small_show, "eve", cleared(consents))
    (found,) = shot_rights(small_show.shot_file, look="toxic_v001")
    said = "\n".join(lines(found))
    print(said)
    for line in (
        "model mini: lookdev's embedded element model",
        "used by: snow, dust",
        "allows: not said",
        "duties: send a copy to Eve",
        "consents: Eve 山田 (C-1, 2025-01-01)",
        "explore: open",
        "final: closed",
    ):
        assert line in said
    with pytest.raises(SpecError, match="there is no such look"):
        shot_rights(small_show.shot_file, look="snow_v009")


def test_the_command_prints_and_ends_with_0_even_where_finals_are_closed(
    small_show: SmallShow,
) -> None:
    edit(small_show, "allows: [explore, final]\n", "")
    command = [sys.executable, "-m", "lookdev", "rights", "street/sh0010"]
    done = subprocess.run(
        command, cwd=small_show.folder.root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "allows is not said" in done.stdout
    assert "final: closed" in done.stdout
    command[-1] = "sh0010"
    done = subprocess.run(
        command, cwd=small_show.folder.root, capture_output=True, text=True, check=False
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
