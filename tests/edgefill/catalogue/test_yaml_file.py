"""YAML files are read with the line of every field."""

from pathlib import Path

import pytest

from edgefill.catalogue.yaml_file import read_yaml_file
from edgefill.core.errors import CatalogueRefused


def _write_file(folder: Path, text: str | bytes) -> Path:
    path = folder / "file.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_values_have_json_types(tmp_path: Path) -> None:
    """Dates and words such as `no` stay strings; only true and false are booleans."""
    path = _write_file(tmp_path, "day: 2026-11-23\nanswer: no\nright: true\ncount: 3\n")
    assert read_yaml_file(path, file="f").data == {
        "day": "2026-11-23", "answer": "no", "right": True, "count": 3
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "expected"),
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
    tmp_path: Path, path: tuple[str | int, ...], expected: str
) -> None:
    """The line is that of the field, or of its parent if the field is missing."""
    text = "slots:\n  name:\n    default: x\ntones:\n  - warm\n  - crisp\n"
    assert (
        read_yaml_file(_write_file(tmp_path, text), file="f").format_problem(path, "wrong")
        == expected
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\na: 2\n", "f:2: a: is repeated"),
        ("a: {b: 1, b: 2}\n", "f:1: b: is repeated"),
        ("a: [1\nb: 2\n", "f:2: is not valid YAML"),
        ("a: *x\n", "f:1: is not valid YAML"),
        (b"a: \xff\n", "f: is not UTF-8 at byte 3"),
        ("a: \x01\n", "f: is not valid YAML"),
    ],
)
def test_invalid_yaml_is_refused(tmp_path: Path, text: str | bytes, expected: str) -> None:
    """Syntax errors, repeated keys and wrong encodings are refused with their place."""
    with pytest.raises(CatalogueRefused) as refused:
        read_yaml_file(_write_file(tmp_path, text), file="f")
    assert str(refused.value).startswith(expected)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """The error names it."""
    with pytest.raises(CatalogueRefused, match=r"^shop.yaml: does not exist; write it"):
        read_yaml_file(tmp_path / "none.yaml", file="shop.yaml")


def test_an_empty_file_has_no_data(tmp_path: Path) -> None:
    """Its data is None, which the schema refuses."""
    assert read_yaml_file(_write_file(tmp_path, ""), file="f").data is None


@pytest.mark.parametrize("text", ["a: &a [*a]", "[" * 20_000])
def test_a_file_nested_too_deeply_is_refused(tmp_path: Path, text: str) -> None:
    """A file that contains itself, or is too deep to read, gives no traceback."""
    with pytest.raises(CatalogueRefused, match="f: is nested too deeply"):
        read_yaml_file(_write_file(tmp_path, text), file="f")
