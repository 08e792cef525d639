from pathlib import Path

import pytest

from lookdev.errors import SpecError
from lookdev.spec import strict_yaml, yaml_writer
from lookdev.spec.look import Look
from lookdev.spec.yaml_reader import parse

LOOK = """\
format: look/1
support: {matte: frame}
layers:
  - name: snow
    element: {prompt: light snow, seed: "7", size: [960, 540]}
    blend:
      opacity: {smooth: {1001: 0.0, 1034: 1.0}}
      exposure: {1001: 0.5}
"""


def read(tmp_path: Path, text: str) -> Look:
    path = tmp_path / "snow_v001.yaml"
    path.write_text(text)
    return strict_yaml.read(path, Look)


def test_what_is_written_reads_back_the_same(tmp_path: Path) -> None:
    look = read(tmp_path, LOOK)
    assert read(tmp_path, strict_yaml.write(look)) == look


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('seed: "7"', "seed: 7", 'snow.element.seed is 7; it must be text: write "7"'),
        ("1034: 1.0", "1034: 1.4", "snow.blend.opacity.smooth.1034 is 1.4; it must be"),
        ("0.5}", "010}", 'is 010, which is ambiguous in YAML; write "010"'),
        ("0.5}", "1e-3}", 'is 1e-3, which is ambiguous in YAML; write "1e-3"'),
        ("0.5}", ".nan}", "is .nan, which is ambiguous"),
        ("0.5}", "12:30}", "is 12:30, which is ambiguous"),
        ("light snow", "no", 'is no, which is ambiguous in YAML; write "no"'),
        ("support", "suport", "support is missing"),
        ("exposure", "exposuer", "snow.blend.exposuer is not a known field"),
        ("      exposure", "      opacity: 1.0\n      exposure", "opacity stands twice"),
        ("name: snow", "name: ../snow", "it must be letters"),
        ("matte: frame", "matte: *a", "anchor or alias a is refused"),
        ("matte: frame", "matte: !!python/name:os.system x", "tag"),
        ("look/1", "look/9", "format is \"look/9\"; it must be 'look/1'"),
        ('"7"', '"18446744073709551616"', "it must be below 2^64"),
        ("1001: 0.5", "1001: 1" + "0" * 20, "above 2^53"),
        ("[960, 540]", "[960]", "snow.element.size.1 is missing"),
        ("layers:", "layers: [", "is not valid YAML"),
        ("light snow", "light\a snow", ":5: holds the character U+0007, which YAML does not allow"),
        (
            "light snow",
            '"\\ud800"',
            ":5: snow.element.prompt holds half a character (a lone surrogate); type the text anew",
        ),
    ],
)
def test_refused_in_one_sentence_with_file_and_field(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    assert old in LOOK
    with pytest.raises(SpecError) as refusal:
        read(tmp_path, LOOK.replace(old, new, 1))
    message = str(refusal.value)
    print(message)
    assert sentence in message
    assert "snow_v001.yaml" in message
    assert "\n" not in message


def test_two_layers_of_one_name_are_refused(tmp_path: Path) -> None:
    twice = LOOK + LOOK[LOOK.index("  - name") :]
    with pytest.raises(SpecError, match="two layers are named snow"):
        read(tmp_path, twice)


def test_too_many_layers_are_said_without_pydantic_s_words(tmp_path: Path) -> None:
    layer = LOOK[LOOK.index("  - name") :]
    many = "".join(layer.replace("snow", f"snow{n}", 1) for n in range(64))
    with pytest.raises(SpecError, match=r"; it must have at most 64 items, not 65$"):
        read(tmp_path, LOOK + many)


def test_a_pair_of_surrogates_is_one_character(tmp_path: Path) -> None:
    look = read(tmp_path, LOOK.replace("light snow", '"\\ud83d\\ude00"'))
    assert look.layers[0].element.prompt == "\U0001f600"


def test_a_bomb_is_refused_before_it_is_built(tmp_path: Path) -> None:
    bomb = "a: &a [x, x]\n" + "\n".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]" for n in range(24)
    )
    with pytest.raises(SpecError, match="anchor or alias a is refused"):
        read(tmp_path, bomb)


def test_a_huge_file_is_refused_by_its_size(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="larger than"):
        read(tmp_path, "x" * (strict_yaml.MAX_BYTES + 1))


def test_a_missing_file_and_bytes_that_are_no_text(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="cannot be read"):
        strict_yaml.read(tmp_path / "none.yaml", Look)
    (tmp_path / "b.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SpecError, match="UTF-8"):
        strict_yaml.read(tmp_path / "b.yaml", Look)


def test_odd_line_breaks_in_text_are_written_so_that_they_read_back() -> None:
    prompt = "snow\u2028and\u0085ash"
    data = {"a": prompt}
    assert parse(yaml_writer.dump(data), Path("x.yaml"))[0] == data
