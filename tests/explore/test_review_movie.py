"""The review movie: what is written on it, whole or absent, and never over another."""

import re
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from small_show import FIRST, LOOK, SmallShow

from lookdev.errors import LookdevError
from lookdev.explore import review_movie as module
from lookdev.explore.levels import levels_plot, mean_stops
from lookdev.explore.review_movie import Shown, prepared, review_movie, written
from lookdev.explore.versions import versions
from lookdev.image.burn_in import BurnIn, slated
from lookdev.image.sheet import Picture
from lookdev.render import Session, render_frame


@pytest.fixture
def session(small_show: SmallShow) -> Session:
    return Session(small_show.folder)


def shown(show: SmallShow, *names: str) -> list[Shown]:
    every = {version.name: version for version in versions(show.shot_file)}
    return [Shown(every[name], "for review") for name in names]


def decoded(path: Path) -> tuple[list[np.ndarray], Fraction]:
    with av.open(str(path)) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
        rate = container.streams.video[0].average_rate
        assert rate is not None
        return frames, Fraction(rate)


def test_a_movie_shows_every_frame_with_its_burn_in(
    small_show: SmallShow, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[BurnIn] = []

    def spied(picture: Picture, texts: BurnIn) -> Picture:
        said.append(texts)
        return slated(picture, texts)

    monkeypatch.setattr(module, "slated", spied)
    counted: list[tuple[int, int]] = []
    path = review_movie(
        shown(small_show, "toxic_v001"),
        session=session,
        width=512,
        progress=lambda done, total: counted.append((done, total)),
    )
    assert (
        path.relative_to(small_show.folder.root).as_posix()
        == "reviews/street/sh0010/toxic_v001_review.mp4"
    )
    frames, rate = decoded(path)
    assert len(frames) == 6
    assert frames[0].shape == (288, 512, 3)
    assert rate == Fraction(24000, 1001)
    assert counted == [(n, 6) for n in range(1, 7)]
    name = small_show.folder.show.name
    assert said[2].top_left == f"{name}   street/sh0010"
    assert said[2].top_right == "NOT FINAL"
    assert said[2].bottom_left == "toxic_v001   for review"
    assert re.fullmatch(r"1003   \d{4}-\d\d-\d\d", said[2].bottom_right)
    again = review_movie(shown(small_show, "toxic_v001"), session=session, width=512)
    assert again.name == "toxic_v001_review_002.mp4"


def test_two_versions_stand_side_by_side(small_show: SmallShow, session: Session) -> None:
    small_show.add_look(
        LOOK.replace("layers:", "layers:", 1).replace(
            "blend: {opacity: {1001: 0.0, 1003: 1.0}}", "blend: {opacity: 1.0, exposure: 6.0}"
        ),
        "toxic_v002",
    )
    path = review_movie(shown(small_show, "toxic_v002", "toxic_v001"), session=session, width=512)
    assert path.name == "toxic_v002_vs_toxic_v001_review.mp4"
    frames, _ = decoded(path)
    assert frames[0].shape == (144, 512, 3)
    middle = frames[0][30:110].astype(float)
    difference = abs(middle[:, :256] - middle[:, 256:]).mean()
    print(f"mean difference of the halves: {difference:.1f} code values")
    assert difference > 2


def test_burn_ins_fit_a_narrow_picture() -> None:
    grey = np.full((90, 160, 3), 128, np.uint8)
    texts = BurnIn(
        "a show with a long name   street/sh0010",
        "NOT FINAL",
        "toxic_v003   for review",
        "1003   01:00:00:02   2026-11-22",
    )
    drawn = slated(grey, texts)
    assert drawn.shape == grey.shape
    assert np.array_equal(drawn[24:66], grey[24:66])
    assert (drawn[:20] > 180).any()
    assert (drawn[70:] > 180).any()


class Stopped(Exception):  # noqa: N818 as a worker's way out
    pass


def test_a_cancelled_movie_leaves_no_file(small_show: SmallShow, session: Session) -> None:
    def stop(done: int, _total: int) -> None:
        if done == 3:
            raise Stopped

    with pytest.raises(Stopped):
        review_movie(shown(small_show, "toxic_v001"), session=session, width=512, progress=stop)
    folder = small_show.folder.root / "reviews" / "street" / "sh0010"
    assert list(folder.iterdir()) == []

    looks, path = prepared(shown(small_show, "toxic_v001"), width=512)
    begun = written(path, looks, shown(small_show, "toxic_v001"), session=session, width=512)
    assert next(begun).done == 1
    begun.close()
    assert list(folder.iterdir()) == []


def test_a_step_of_the_model_can_cancel_too(small_show: SmallShow, session: Session) -> None:
    def stop(_step: object) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        review_movie(shown(small_show, "toxic_v001"), session=session, width=512, on_step=stop)
    assert not list((small_show.folder.root / "reviews").rglob("*.mp4"))


def test_a_plate_that_changed_is_refused_before_anything_is_made(
    small_show: SmallShow, session: Session
) -> None:
    path = small_show.folder.root / "plates" / "plate.1004.exr"
    data = bytearray(path.read_bytes())
    data[-100] ^= 1
    path.write_bytes(data)
    with pytest.raises(LookdevError, match="has changed since"):
        review_movie(shown(small_show, "toxic_v001"), session=session)
    assert session.elements.evaluations == 0


def test_three_versions_or_no_room_are_refused(small_show: SmallShow, session: Session) -> None:
    one = shown(small_show, "toxic_v001")
    with pytest.raises(LookdevError, match="one version or two, not 3"):
        review_movie(one * 3, session=session)
    with pytest.raises(LookdevError, match="make it wider"):
        review_movie(one, session=session, width=100)


def test_levels_are_stops_from_middle_grey(small_show: SmallShow, session: Session) -> None:
    look = small_show.look().look
    rendered = render_frame(small_show.shot_file, look, FIRST, session=session)
    stops = mean_stops(rendered)
    luminance = 0.18 * 2**stops
    by_hand = (
        rendered.comp.double().mean((1, 2))
        * rendered.comp.new_tensor([0.27223, 0.67408, 0.05369]).double()
    ).sum()
    print(f"{stops:+.3f} stops, {luminance:.5f} against {by_hand:.5f}")
    assert abs(luminance - float(by_hand)) < 1e-4
    plot = levels_plot(
        {"toxic_v001": {1001: stops, 1003: stops}, "empty": {}}, first=1001, last=1006
    )
    assert plot.startswith(b"\x89PNG")
    assert len(plot) < 60_000
