import json
from pathlib import Path
from typing import Any

import pytest

from edgefill.core.errors import InputRefused
from edgefill.core.keys import Key
from edgefill.judge_training.labels import (
    AcceptedText,
    JudgeCorpus,
    LabelledText,
    hold_out,
    read_accepted,
    read_labels,
)

ROW = {"key": "a/en/any", "text": "Hi", "labels": [True, False], "reasons": [[], ["idiom"]]}


def write(path: Path, *rows: Any) -> Path:
    file = path / "labels.jsonl"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return file


def test_lines_are_read_with_what_they_may_leave_out(tmp_path: Path) -> None:
    short = {"key": "a/en/any", "text": "Hi", "labels": [True, True], "reasons": ["", "x"]}
    first, second = read_labels(write(tmp_path, ROW | {"split": "test", "fault": "drop"}, short))
    assert (first.labels, first.is_agreed, first.is_good) == ((True, False), False, False)
    assert (first.split, first.fault, first.group) == ("test", "drop", ("a", "any"))
    assert (second.is_agreed, second.reasons, second.split) == (True, (("",), ("x",)), "")


def test_another_judges_column_is_read(tmp_path: Path) -> None:
    file = write(tmp_path, ROW | {"large": 0.25}, ROW | {"large": None}, ROW | {"large": True})
    assert [row.column for row in read_labels(file, "large")] == [0.25, None, 1.0]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ([], "is not a JSON object"),
        ({}, "'labels' must be"),
        (ROW | {"labels": ["yes"]}, "'labels' must be"),
        (ROW | {"labels": []}, "'labels' must be"),
        (ROW | {"reasons": "bad"}, "'reasons' must be"),
        (ROW | {"key": 1}, "'key' is missing"),
        (ROW | {"key": "a/b"}, "not a key"),
        (ROW | {"text": None}, "'text' is missing"),
        (ROW, "'large' is missing"),
        (ROW | {"large": 2}, "'large' must be a number from 0 to 1"),
        (ROW | {"large": "0.5"}, "'large' must be a number from 0 to 1"),
    ],
)
def test_a_bad_line_is_refused_with_its_number(tmp_path: Path, row: Any, problem: str) -> None:
    file = write(tmp_path, ROW | {"large": 1}, row)
    with pytest.raises(InputRefused, match=rf"labels\.jsonl:2: .*{problem}"):
        read_labels(file, "large")


def test_lines_with_different_numbers_of_readers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="one per reader"):
        read_labels(write(tmp_path, ROW, ROW | {"labels": [True]}))


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff", b"{"])
def test_a_file_that_holds_no_lines_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "labels.jsonl"
    file.write_bytes(content)
    with pytest.raises(InputRefused, match=r"labels\.jsonl"):
        read_labels(file)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="choose a file"):
        read_accepted(tmp_path / "none.jsonl")


def test_accepted_texts_may_be_superseded(tmp_path: Path) -> None:
    row = {"key": "a/en/any", "text": "Hi"}
    texts = read_accepted(write(tmp_path, row, row | {"superseded": True}))
    assert [text.is_superseded for text in texts] == [False, True]
    assert texts[0].group == ("a", "any")


def test_a_split_is_held_out_with_the_labels_of_its_combinations() -> None:
    keys = [
        Key(experience="x", locale=locale, case=case)
        for locale, case in (("en", "a"), ("de", "a"), ("en", "b"))
    ]
    corpus = JudgeCorpus(
        labels=[
            LabelledText(key=key, text="", labels=(True,), split=split)
            for key, split in zip(keys, ("test", "", ""), strict=True)
        ],
        accepted=[AcceptedText(key=key, text="") for key in keys],
    )
    held = hold_out(corpus, "test")
    assert [each.key for each in held.labels] == [keys[2]]
    assert held.accepted == corpus.accepted
    strict = hold_out(corpus, "test", keep_accepted=False)
    assert [each.key for each in strict.accepted] == [keys[2]]


def test_a_verdict_of_a_large_judge_has_one_label(tmp_path: Path) -> None:
    verdict = {"key": "a/en/any", "text": "Hi", "labels": [False], "source": "judge"}
    assert [each.source for each in read_labels(write(tmp_path, ROW, verdict))] == ["", "judge"]


@pytest.mark.parametrize(
    ("change", "problem"),
    [({"source": "judge"}, "has one label"), ({"source": "oracle"}, "'source' is 'oracle'")],
)
def test_a_source_that_does_not_fit_is_refused(
    tmp_path: Path, change: dict[str, Any], problem: str
) -> None:
    with pytest.raises(InputRefused, match=problem):
        read_labels(write(tmp_path, ROW | change))
