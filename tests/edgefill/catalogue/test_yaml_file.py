"""YAML files are read with the line of every field."""

from contextlib import suppress
from pathlib import Path

import pytest

from edgefill.catalogue.yaml_file import read_yaml_file
from edgefill.core.errors import CatalogueRefused
from tests.growth import SIZES, is_superlinear


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
        ("a: 1\n".encode("utf-16"), "f: is not UTF-8 at byte 0"),
        ("a:\n\tb: 1\n", "f:2: is not valid YAML: found character '\\t'"),
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


def test_a_file_nested_too_deeply_is_refused(tmp_path: Path) -> None:
    """It gives no traceback."""
    with pytest.raises(CatalogueRefused, match="f: is nested too deeply"):
        read_yaml_file(_write_file(tmp_path, "[" * 20_000), file="f")


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x]\nb: *a\n",
        "a: &a [x]\n" + "".join(f"{n}: &{n} [*a, *a]\n" for n in range(9)),
        "a: &a\n  b: *a\n",
        "<<: *nothing\n",
        "a: &a [*a]",
    ],
)
def test_an_alias_is_refused(tmp_path: Path, text: str) -> None:
    """Nested ones would stand for billions of values; the error names the line."""
    with pytest.raises(CatalogueRefused, match=r"^f:[12]: .*(alias; repeat the value)"):
        read_yaml_file(_write_file(tmp_path, text), file="f")


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    """The error has the limit and the remedy."""
    with pytest.raises(CatalogueRefused, match=r"f: has 1000001 bytes; .* split it"):
        read_yaml_file(_write_file(tmp_path, "#" * 1_000_001), file="f")


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("5", 5), ("-7", -7), ("0", 0), ("1.5", 1.5), ("-0.25", -0.25), ("1.0e+3", 1000.0),
        ("12:30", "12:30"), ("1:2:3", "1:2:3"), ("1_000", "1_000"), ("0x1F", "0x1F"),
        ("007", "007"), ("9" * 30, "9" * 30), (".inf", ".inf"), (".nan", ".nan"),
    ],
)  # fmt: skip
def test_a_number_is_what_json_calls_one(tmp_path: Path, text: str, data: object) -> None:
    """Everything else is a string, so that no number takes long to read."""
    read = read_yaml_file(_write_file(tmp_path, f"x: {text}\n"), file="f").data["x"]
    assert (read, type(read)) == (data, type(data))


@pytest.mark.parametrize(
    "unit",
    ["1:", "9", "[", "- ", "a: ", "? ", "# ", "'", '"', "!", "&a ", "%", "\t", " ", "\n", "|", "_"],
)
def test_a_file_is_read_in_linear_time(tmp_path: Path, unit: str) -> None:
    """Or refused; the values are as long as the file."""

    def read(text: str) -> None:
        with suppress(CatalogueRefused):
            read_yaml_file(_write_file(tmp_path, text), file="f")

    assert not is_superlinear(read, [f"x: {unit * (size // len(unit))}" for size in SIZES])
