"""The review desk as a person uses it: in JupyterLab, then through Voila from a link."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser.driver import DeskTab, LabTab, Tab
from browser.server import Start
from playwright.sync_api import Browser, expect
from small_show import LOOK, SmallShow, make_small_show

from lookdev.approve.approval_file import ApprovalFile
from lookdev.attest.keys import new_key
from lookdev.explore.review import ReviewFile
from lookdev.spec.folder import LookFile
from lookdev.spec.review import Review
from lookdev.spec.template import template_folder

NAME, NOTE = ".ld-review-side input[placeholder='who says it']", ".ld-review-side textarea"
PHRASE = "a phrase that only Ada knows"


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> SmallShow:
    made = make_small_show(tmp_path_factory.mktemp("review") / "show")
    made.add_look(LOOK.replace("opacity: {1001: 0.0, 1003: 1.0}", "opacity: 0.3"), "toxic_v002")
    for name in ("explore", "wedge"):  # the server wants all three
        target = made.folder.root / "notebooks" / f"{name}.ipynb"
        if not target.is_file():
            target.write_bytes((template_folder() / "notebooks" / "review.ipynb").read_bytes())
    return made


def said(show: SmallShow, name: str = "toxic_v002") -> Review:
    look_file = LookFile.open(str(show.look_path.with_name(f"{name}.yaml")))
    return ReviewFile.open(look_file).read()


def key_for(show: SmallShow, folder: Path) -> Path:
    """A locked key that the show trusts, for who approves with a passphrase."""
    key = new_key(folder, "ada", passphrase=PHRASE)
    path = show.folder.root / "params" / "show.yaml"
    trusted = f'trusted_keys:\n  - {{name: "Ada", key: "{key.public.text}"}}\n'
    path.write_text(f"{path.read_text()}\n{trusted}")
    return folder / "ada.key"


def new_roto(show: SmallShow) -> None:
    """One frame of the matte is another one."""
    matte = show.folder.root / "mattes" / "tower.1004.exr"
    matte.write_bytes(matte.with_name("tower.1005.exr").read_bytes())


def shoot(tab: Tab, name: str) -> None:
    """A picture of the section that approves, which has no fault that axe finds."""
    tab.find(".ld-approving").scroll_into_view_if_needed()
    tab.screenshot(name)
    assert axe(tab) == ""


def drawn(tab: Tab) -> None:
    """Wait until the viewer has a picture."""
    tab.wait(".ld-review canvas")
    tab.page.wait_for_timeout(1500)


def axe(tab: Tab) -> str:
    found = Axe().run(tab.page, context=".ld-review")
    return str(found.generate_report()) if found.violations_count else ""


def test_a_supervisor_reviews_in_jupyterlab(
    chromium: Browser, lab_server: Start, show: SmallShow
) -> None:
    tab = LabTab(chromium, lab_server(show.folder.root)).open("review")
    tab.run_all()
    tab.wait("text=toxic_v002: draft")
    drawn(tab)
    tab.screenshot("review-lab")
    assert axe(tab) == ""

    tab.find(NAME).fill("Ada")
    picture = tab.find(".ldv-viewport")
    box = picture.bounding_box()
    assert box is not None
    picture.dblclick(position={"x": box["width"] / 4, "y": box["height"] / 2})
    tab.wait("text=points at")
    tab.find(NOTE).fill("Too much snow here")
    tab.find("button:has-text('add note at frame')").click()
    tab.wait(".ld-note:has-text('Too much snow here')")
    (note,) = said(show).notes
    assert (note.author, note.frame) == ("Ada", 1001)
    assert note.point is not None

    tab.find("button:has-text('approved')").click()
    expect(tab.find("text=approved, Ada").first).to_be_visible()
    assert said(show).status == "approved"

    tab.find("button:has-text('export movie')").click()
    tab.wait("text=reviews/street/sh0010/toxic_v002_review.mp4", seconds=60)
    tab.wait(".ld-levels img")
    tab.find("[aria-label='Versions']").first.scroll_into_view_if_needed()
    tab.wait("[aria-label='Versions'] img")
    tab.screenshot("review-lab-used")
    assert axe(tab) == ""

    tab.find(NOTE).fill("half a sent")
    tab.page.wait_for_timeout(1500)
    tab.restart()
    tab.run_all()
    tab.wait("text=approved, Ada")
    expect(tab.find(NOTE)).to_have_value("half a sent")
    expect(tab.find(NAME)).to_have_value("Ada")
    tab.close()


def test_a_supervisor_approves_and_signs(
    chromium: Browser, lab_server: Start, show: SmallShow, tmp_path: Path
) -> None:
    key = key_for(show, tmp_path)
    tab = LabTab(chromium, lab_server(show.folder.root)).open("review")
    tab.run_all()
    tab.wait("text=/toxic_v002: /", seconds=60)
    drawn(tab)
    tab.find(NAME).fill("Ada")
    section = tab.find(".ld-approving")
    section.locator("button:text-is('approve')").click()
    tab.wait("text=1001, the one shown")
    expect(section.get_by_label("the whole range, 1001-1006, seen moving")).to_be_visible()
    shoot(tab, "approve-form")

    section.locator("button:has-text('add 1001')").click()
    section.get_by_label("written approval").fill("PROD-2026-117")
    section.get_by_label("note").fill("as seen in the session")
    section.get_by_label("key", exact=True).fill(str(key))
    phrase = section.get_by_label("passphrase")
    phrase.fill("wrong")
    section.locator("button:has-text('approve and sign')").click()
    tab.wait("text=/the passphrase is wrong/")
    expect(phrase).to_have_value("")
    phrase.fill(PHRASE)
    shoot(tab, "approve-filled")
    section.locator("button:has-text('approve and sign')").click()
    tab.wait(".ld-question:has-text('PROD-2026-117')")
    shoot(tab, "approve-asked")
    section.locator("button:has-text('yes, sign')").click()
    tab.wait(".ld-approving [role=status]:has-text('approved by Ada: params/')", seconds=60)
    tab.wait("text=signed: a001 by Ada")

    made = ApprovalFile.open(str(show.look_path.parents[1] / "approved" / "toxic_v002_a001.dsse"))
    assert (made.approval.by, made.approval.written_approval) == ("Ada", "PROD-2026-117")
    assert said(show).status == "approved"
    section.locator("button:has-text('what changed since a001')").click()
    tab.wait("text=/by Ada at .* nothing changed/")
    shoot(tab, "approve-done")
    new_roto(show)
    section.locator("button:has-text('what changed since a001')").click()
    tab.wait("text=/to be rendered again/")
    shoot(tab, "approve-changed")
    tab.find("[aria-label='Versions']").first.scroll_into_view_if_needed()
    tab.wait(".ld-card-lines:has-text('approved, a001')")
    tab.screenshot("approve-strip")
    tab.save()
    for path in [*show.folder.root.rglob("*"), tab.server.log]:
        assert not path.is_file() or PHRASE.encode() not in path.read_bytes(), path
    tab.close()


def test_a_link_opens_the_review_without_code(
    chromium: Browser, desk_server: Start, show: SmallShow
) -> None:
    tab = DeskTab(chromium, desk_server(show.folder.root))
    tab.open("review", sequence="street", shot="sh0010", look="toxic_v001")
    tab.wait("text=toxic_v001: draft", seconds=60)
    drawn(tab)
    assert "import" not in tab.page.inner_text("body")
    tab.find(NAME).fill("Grace")
    tab.find("button:has-text('for review')").click()
    tab.wait("text=for review, Grace")
    assert said(show, "toxic_v001").history[-1].by == "Grace"
    tab.screenshot("review-desk")
    tab.find(".ld-approving button").first.click()
    tab.wait("text=1001, the one shown")
    shoot(tab, "review-desk-approve")
    tab.close()


def test_a_link_to_nothing_says_so_in_a_sentence(
    chromium: Browser, desk_server: Start, show: SmallShow
) -> None:
    tab = DeskTab(chromium, desk_server(show.folder.root))
    tab.open("review", look="sleet_v001")
    tab.wait("text=/has no look sleet_v001; it has toxic_v001/", seconds=60)
    assert not re.search(r"Traceback|File \"", tab.page.inner_text("body"))
    tab.close()


def test_both_desks_leave_no_file_but_their_own(show: SmallShow) -> None:
    shot = show.look_path.parents[1]
    assert {path.name for path in (shot / "reviews").glob("*")} >= {
        "toxic_v001.yaml",
        "toxic_v002.yaml",
    }
    assert not list(Path(shot).rglob("*.tmp"))
