"""Reading examples from files."""

import json
from pathlib import Path

import pytest

from edgefill.core.errors import InputRefused
from edgefill.router_training.questions.example_files import read_examples, read_splits

DATA = Path(__file__).parents[4].parent / "shared" / "data"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", 'text,category\n"where, is it",track\nstop,cancel\nhi,oos\n'),
        ("a.csv", "\ufeffintent,text\r\ntrack,\"where, is it\"\r\ncancel,stop\r\noos,hi\r\n"),
        (
            "a.jsonl",
            '{"text": "where, is it", "intent": "track"}\n\n'
            '{"text": "stop", "label": "cancel"}\n{"text": "hi", "intent": "oos"}\n',
        ),
        (
            "a.json",
            json.dumps(
                {"train": [["where, is it", "track"]], "val": [["stop", "cancel"]],
                 "oos_val": [["hi", "oos"]]}
            ),
        ),
    ],
)  # fmt: skip
def test_every_format_gives_the_same_examples(tmp_path: Path, name: str, text: str) -> None:
    """CLINC150's JSON, Banking77's CSV, `text,intent` as CSV and as JSON Lines."""
    (tmp_path / name).write_text(text)
    examples = read_examples(tmp_path / name)
    assert examples.utterances == {"cancel": ["stop"], "track": ["where, is it"]}
    assert examples.out_of_scope == ["hi"]


def test_splits_can_be_chosen(tmp_path: Path) -> None:
    """The other splits are ignored."""
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"train": [["a", "x"]], "test": [["b", "x"]]}))
    assert read_examples(path, ["train"]).utterances == {"x": ["a"]}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "text,intent\nhello,\n", "a.csv:2: needs `text` and `intent`"),
        ("a.csv", "words\nhello\n", "a.csv:2: needs"),
        ("a.csv", "text,intent\n", "contains no examples"),
        ("a.jsonl", '{"text": "a"}\n', "a.jsonl:1: needs"),
        ("a.jsonl", "[]\n", "a.jsonl:1: needs"),
        ("a.jsonl", "{\n", "a.jsonl:1: is not JSON"),
        ("a.csv", f"text,intent\nhi,x\n{'a' * 200_000},x\n", "a.csv:3: field larger"),
        ("a.jsonl", "[" * 100_000, "a.jsonl:1: is not JSON: nested too deeply"),
        ("a.json", "[" * 100_000, "is not JSON: nested too deeply"),
        ("a.json", "{", "is not JSON"),
        ("a.json", "[1]", "not in CLINC150's format|contains no examples"),
        ("a.json", '{"train": [["a"]]}', "not in CLINC150's format"),
        ("a.txt", "hello", "unknown kind of file"),
    ],
)
def test_an_unreadable_file_is_refused(tmp_path: Path, name: str, text: str, message: str) -> None:
    """The message names the file, the line and what is missing."""
    (tmp_path / name).write_text(text)
    with pytest.raises(InputRefused, match=message):
        read_examples(tmp_path / name)


def test_a_missing_file_and_a_binary_file_are_refused(tmp_path: Path) -> None:
    """The message names the file."""
    (tmp_path / "b.csv").write_bytes(b"a,b\n\xff\xfe")
    for name, message in (("a.csv", "No such file"), ("b.csv", "byte 4 is not UTF-8")):
        with pytest.raises(InputRefused, match=f"{name}: {message}"):
            read_splits(tmp_path / name)


def test_a_line_separator_within_a_text_does_not_end_the_line(tmp_path: Path) -> None:
    """In CSV and JSON, U+2028 is an ordinary character."""
    (tmp_path / "a.csv").write_text("text,intent\nwhere\u2028is it,track\n")
    (tmp_path / "a.jsonl").write_text('{"text": "where\u2028is it", "intent": "track"}\n')
    for name in ("a.csv", "a.jsonl"):
        assert read_splits(tmp_path / name) == {"train": [("where\u2028is it", "track")]}


def find_public_data(name: str) -> Path:
    if not (DATA / name).exists():
        pytest.skip(f"needs shared/data/{name} next to the checkout (see README.md)")
    return DATA / name


def test_clinc150_is_read_completely() -> None:
    """150 intents, 18,000 utterances, 200 questions out of scope."""
    examples = read_examples(find_public_data("clinc150/train_val.json"))
    assert len(examples.utterances) == 150
    assert sum(map(len, examples.utterances.values())) == 18_000
    assert len(examples.out_of_scope) == 200


def test_banking77_is_read_completely() -> None:
    """77 intents, 10,003 utterances, none out of scope."""
    examples = read_examples(find_public_data("banking77/train.csv"))
    assert len(examples.utterances) == 77
    assert sum(map(len, examples.utterances.values())) == 10_003
    assert examples.out_of_scope == []
