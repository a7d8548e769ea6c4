"""The journal: finished drafts stay finished."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from edgefill.core.errors import InputRefused
from edgefill.drafting.attempts import FinishedDraft
from lambdas.batch.journal import open_journal, read_drafts

Make = Callable[..., FinishedDraft]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the journal is, in a folder that does not exist yet."""
    return tmp_path / "state" / "drafts.jsonl"


def test_keeps_drafts_between_runs(path: Path, drafted: Make) -> None:
    """The next run has the drafts that the last one finished."""
    one, two = drafted("greeting/en/gold", "Grüße „[1]“\n"), drafted("greeting/de/any")
    for draft in (one, two):
        with open_journal(path, "c1") as journal:
            journal.append(draft)
    with open_journal(path, "c1") as journal:
        assert journal.drafts == {one.key: one, two.key: two}
    assert read_drafts(path, "c1") == {one.key: one, two.key: two}


def test_each_version_of_the_catalogue_has_its_own_drafts(path: Path, drafted: Make) -> None:
    """Drafts for an older catalogue are neither used nor lost."""
    with open_journal(path, "c1") as journal:
        journal.append(drafted("greeting/en/gold"))
    with open_journal(path, "c2") as journal:
        assert journal.drafts == {}
        journal.append(drafted("greeting/en/any"))
    assert [str(key) for key in read_drafts(path, "c1")] == ["greeting/en/gold"]


def test_a_torn_last_line_does_not_count(path: Path, drafted: Make) -> None:
    """A run killed at any byte of a write: the lines before it stay, and writing goes on."""
    one, two = drafted("greeting/en/gold"), drafted("greeting/en/any")
    with open_journal(path, "c1") as journal:
        journal.append(one)
        journal.append(two)
    whole = path.read_bytes()
    end_of_first = whole.index(b"\n") + 1
    for size in range(end_of_first, len(whole)):
        path.write_bytes(whole[:size])
        assert read_drafts(path, "c1") == {one.key: one}
        with open_journal(path, "c1") as journal:
            assert journal.drafts == {one.key: one}
            journal.append(two)
        assert path.read_bytes() == whole


@pytest.mark.parametrize(
    "line",
    [
        "{", "[]", "3", "{}", '{"v": 2}', '{"v": 1}', '{"v": 1, "catalogue": "c1", "key": "x"}',
        '{"v": 1, "catalogue": "c1", "key": "a/b/c", "text": ""}',
        '{"v": 1, "catalogue": "c1", "key": 3, "text": ""}',
    ],
)  # fmt: skip
def test_a_damaged_line_is_named(path: Path, drafted: Make, line: str) -> None:
    """Damage in the middle is not a torn write: the error names file, line and remedy."""
    with open_journal(path, "c1") as journal:
        journal.append(drafted("greeting/en/gold"))
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(InputRefused, match=r"drafts\.jsonl:2: not a draft .*remove the line"):
        read_drafts(path, "c1")


def test_one_run_at_a_time(path: Path) -> None:
    """A second run on the same journal is refused while the first one writes it."""
    with (
        open_journal(path, "c1"),
        pytest.raises(InputRefused, match="another run is writing"),
        open_journal(path, "c1"),
    ):
        pass
    with open_journal(path, "c1"):
        pass


def test_a_missing_journal_is_named(path: Path) -> None:
    """Reading before the first run says how to get one."""
    with pytest.raises(InputRefused, match=r"edgefill generate"):
        read_drafts(path, "c1")


def test_lines_are_json_with_their_catalogue(path: Path, drafted: Make) -> None:
    """Each line names its version, its catalogue and its key."""
    with open_journal(path, "c1") as journal:
        journal.append(drafted("greeting/en/gold", "Hi"))
    assert json.loads(path.read_text()) == {
        "v": 1, "catalogue": "c1", "key": "greeting/en/gold", "text": "Hi", "model": "tiny",
        "tokens": 9, "seconds": 0.5, "tries": 1,
    }  # fmt: skip


def test_a_folder_is_not_a_journal(tmp_path: Path) -> None:
    """The refusal names it and the remedy."""
    with (
        pytest.raises(InputRefused, match="Is a directory; give --journal a file"),
        open_journal(tmp_path, "c1"),
    ):
        pass
