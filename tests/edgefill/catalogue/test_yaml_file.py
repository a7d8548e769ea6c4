from pathlib import Path

import pytest

from edgefill.catalogue.yaml_file import read_yaml_file
from edgefill.core.errors import CatalogueRefused


def _written(folder: Path, text: str | bytes) -> Path:
    path = folder / "file.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_values_stay_json(tmp_path: Path) -> None:
    """Dates and words such as `no` stay strings; only true and false are booleans."""
    path = _written(tmp_path, "day: 2026-11-23\nanswer: no\nright: true\ncount: 3\n")
    assert read_yaml_file(path, file="f").data == {
        "day": "2026-11-23", "answer": "no", "right": True, "count": 3
    }  # fmt: skip


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (("slots", "name"), "f:2: slots.name: wrong"),
        (("slots", "name", "default"), "f:3: slots.name.default: wrong"),
        (("tones", 1), "f:6: tones.1: wrong"),
        (("slots", "name", "type"), "f:2: slots.name.type: wrong"),
        (("missing",), "f:1: missing: wrong"),
        ((), "f:1: file: wrong"),
    ],
)
def test_a_problem_names_file_line_and_field(
    tmp_path: Path, place: tuple[str | int, ...], expected: str
) -> None:
    """A problem carries the field's line, or the line of what lacks the field."""
    text = "slots:\n  name:\n    default: x\ntones:\n  - warm\n  - crisp\n"
    assert read_yaml_file(_written(tmp_path, text), file="f").problem(place, "wrong") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\na: 2\n", "f:2: a: is given twice"),
        ("a: {b: 1, b: 2}\n", "f:1: b: is given twice"),
        ("a: [1\nb: 2\n", "f:2: is no YAML"),
        ("a: *x\n", "f:1: is no YAML"),
        (b"a: \xff\n", "f: is not UTF-8 at byte 3"),
        ("a: \x01\n", "f: is no YAML"),
    ],
)
def test_what_is_no_yaml_is_refused(tmp_path: Path, text: str | bytes, expected: str) -> None:
    """Broken YAML, doubled keys and wrong encodings are refused with their place."""
    with pytest.raises(CatalogueRefused) as refused:
        read_yaml_file(_written(tmp_path, text), file="f")
    assert str(refused.value).startswith(expected)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """A file that is not there is refused by name."""
    with pytest.raises(CatalogueRefused, match=r"^shop.yaml: cannot be read: No such file"):
        read_yaml_file(tmp_path / "none.yaml", file="shop.yaml")


def test_an_empty_file_is_nothing(tmp_path: Path) -> None:
    """An empty file holds None, for the schema to refuse."""
    assert read_yaml_file(_written(tmp_path, ""), file="f").data is None


@pytest.mark.parametrize("text", ["a: &a [*a]", "[" * 20_000])
def test_a_file_nested_without_end_is_refused(tmp_path: Path, text: str) -> None:
    """What holds itself, or is deeper than can be read, is no traceback."""
    with pytest.raises(CatalogueRefused, match="f: nested too deeply"):
        read_yaml_file(_written(tmp_path, text), file="f")
