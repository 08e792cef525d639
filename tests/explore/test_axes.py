import pytest

from lookdev.errors import SpecError
from lookdev.explore.axes import parse_axis, variants
from lookdev.spec import strict_yaml
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


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("snow.element.seed=1..8:2", ("1", "3", "5", "7")),
        ("snow.element.seed=1..3,9", ("1", "2", "3", "9")),
        ("snow.blend.opacity=0.5,1.0", (0.5, 1.0)),
        ("snow.blend.opacity=0.1..0.5:0.1", (0.1, 0.2, 0.3, 0.4, 0.5)),
        ("snow.blend.exposure=-2..2:2", (-2, 0, 2)),
        ("snow.element.steps=2..6:2", (2, 4, 6)),
        ("snow.blend.transfer=over,plus", ("over", "plus")),
        ('snow.element.prompt="heavy snow, wet",ash', ("heavy snow, wet", "ash")),
        (
            "snow.element.prompt={light|heavy} {snow|ash}",
            ("light snow", "light ash", "heavy snow", "heavy ash"),
        ),
        ("snow.element.prompt={light, dry|heavy} snow", ("light, dry snow", "heavy snow")),
        (
            'snow.element.prompt={|heavy }snow,"ash, \\{{1|2}\\}"',
            ("snow", "heavy snow", "ash, {1}", "ash, {2}"),
        ),
        ("snow.mute=true,false", (True, False)),
        ('snow.element.prompt="say \\"snow\\""', ('say "snow"',)),
    ],
)
def test_values(text: str, values: tuple[object, ...]) -> None:
    assert parse_axis(text, LOOK).values == values


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("snow.element.seed", "write it as NAME=VALUES"),
        ("snow.element.seed=", "write it as NAME=VALUES"),
        ("rain.element.seed=1", "must start with one of support, light, snow"),
        ("snow.element.seed=8..1", "runs upwards"),
        ("snow.element.seed=1..8:0", "runs upwards"),
        ("snow.element.seed=1..8:-1", "runs upwards"),
        ("snow.element.seed=1..99999999", "take a larger step"),
        ("snow.element.seed=1,1", "names a value twice"),
        ("snow.blend.opacity=0.0,0", "names a value twice"),
        ("snow.blend.opacity=0..1:0.5,1", "names a value twice"),
        ("snow.blend.exposure=-0.0,0", "names a value twice"),
        ("snow.element.prompt={a|{b}}", "each { needs its }"),
        ("snow.element.prompt=" + "{a|b}" * 13, "make 8192 texts, above 4096"),
        ("snow.element.prompt=" + "{a}" * 400 + 'x"', "cannot be read"),
        ("snow.mute=yes", "neither true nor false"),
        ('snow.element.prompt="open', "cannot be read"),
    ],
)
def test_refused(text: str, sentence: str) -> None:
    with pytest.raises(SpecError) as refusal:
        parse_axis(text, LOOK)
    assert sentence in str(refusal.value)


def test_every_combination_the_last_axis_across() -> None:
    axes = [
        parse_axis(text, LOOK)
        for text in ("snow.element.seed=1..2", "snow.blend.opacity=0.2,0.4,0.6")
    ]
    rows = variants(LOOK, axes)
    assert [len(row) for row in rows] == [3, 3]
    assert rows[1][2].label == ("snow.element.seed=2", "snow.blend.opacity=0.6")
    assert rows[1][2].look.layers[0].blend.opacity == 0.6
    with pytest.raises(SpecError, match="a parameter stands twice"):
        variants(LOOK, [axes[0], axes[0]])
    with pytest.raises(SpecError, match=r"snow\.blend\.opacity is 3"):
        variants(LOOK, [parse_axis("snow.blend.opacity=3", LOOK)])
