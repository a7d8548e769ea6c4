"""The journal: every step of a key stays, whatever ends the run."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from edgefill.core.errors import EngineTimeout, InputRefused
from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.candidate import Candidate
from edgefill.judging.verdict import Verdict
from lambdas.batch.journal import Journal, open_journal, read_attempts

Make = Callable[..., Candidate]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the journal is, in a folder that does not exist yet."""
    return tmp_path / "state" / "drafts.jsonl"


def record(journal: Journal, *candidates: Candidate) -> None:
    journal.record(candidates[0].key, Attempts(candidates=candidates))


def list_candidates(path: Path, catalogue: str) -> dict[Key, tuple[Candidate, ...]]:
    attempts = read_attempts(path, catalogue)
    return {key: each.candidates for key, each in attempts.items()}


def test_keeps_candidates_between_runs(path: Path, drafted: Make) -> None:
    """The next run has the texts and verdicts of the last one."""
    one, two = drafted("greeting/en/gold", "Grüße „[1]“\n"), drafted("greeting/de/any")
    for draft in (one, two):
        with open_journal(path, "c1") as journal:
            record(journal, draft)
    assert list_candidates(path, "c1") == {one.key: (one,), two.key: (two,)}


def test_each_step_is_one_line(path: Path, drafted: Make) -> None:
    """Text, verdict and failure are appended as they come; nothing is written twice."""
    judged = drafted("greeting/en/gold")
    text = Candidate(key=judged.key, text=judged.text, provenance=judged.provenance)
    with open_journal(path, "c1") as journal:
        attempts = Attempts()
        for step in ("text", "verdict", "failure"):
            if step == "text":
                attempts = attempts.add_candidate(text)
            elif step == "verdict":
                attempts = attempts.replace_candidate(0, judged)
            else:
                attempts = attempts.add_failure(EngineTimeout("slow"))
            journal.record(judged.key, attempts)
            journal.record(judged.key, attempts)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["step"] for line in lines] == ["text", "verdicts", "failure"]
    after = read_attempts(path, "c1")[judged.key]
    assert (after.candidates, after.failures, after.count) == ((judged,), 1, 2)
    assert str(after.error) == "EngineTimeout: slow"


def test_a_new_judges_verdict_replaces_the_old_one(path: Path, drafted: Make) -> None:
    """A text that a new judge fails is not published, though the old one passed it."""
    old = drafted("greeting/en/gold")
    failed = Verdict(outcome="fail", reason="stricter", judge="scripted", version="2")
    new = Candidate(key=old.key, text=old.text, provenance=old.provenance, verdicts=(failed,))
    for state in (old, new):
        with open_journal(path, "c1") as journal:
            record(journal, state)
    attempts = read_attempts(path, "c1")[old.key]
    assert (attempts.candidates[0].judgement, attempts.best) == (failed, None)


def test_the_attempts_of_earlier_runs_do_not_count_against_the_budget(
    path: Path, drafted: Make
) -> None:
    """A key that failed yesterday is tried again today, with other seeds."""
    with open_journal(path, "c1") as journal:
        record(journal, drafted("greeting/en/gold"), drafted("greeting/en/gold", "Hi"))
    after = read_attempts(path, "c1")[drafted("greeting/en/gold").key]
    assert (after.count, after.count_in_run) == (2, 0)


def test_each_version_of_the_catalogue_has_its_own_drafts(path: Path, drafted: Make) -> None:
    """Drafts for an older catalogue are neither used nor lost."""
    with open_journal(path, "c1") as journal:
        record(journal, drafted("greeting/en/gold"))
    with open_journal(path, "c2") as journal:
        assert journal.attempts == {}
        record(journal, drafted("greeting/en/any"))
    assert [str(key) for key in read_attempts(path, "c1")] == ["greeting/en/gold"]


def test_a_torn_last_line_does_not_count(path: Path, drafted: Make) -> None:
    """A run killed at any byte of a write: the lines before it stay, and writing goes on."""
    one, two = drafted("greeting/en/gold"), drafted("greeting/en/any")
    with open_journal(path, "c1") as journal:
        record(journal, one)
        record(journal, two)
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    end_of_first = len(lines[0] + lines[1])
    for size in range(end_of_first, end_of_first + len(lines[2])):
        path.write_bytes(whole[:size])
        assert list_candidates(path, "c1") == {one.key: (one,)}
        with open_journal(path, "c1") as journal:
            record(journal, two)
        assert path.read_bytes() == whole


def test_a_text_without_a_verdict_is_kept(path: Path, drafted: Make) -> None:
    """A judge that fails late loses no text."""
    one = drafted("greeting/en/gold")
    with open_journal(path, "c1") as journal:
        record(journal, one)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0])
    (kept,) = read_attempts(path, "c1")[one.key].candidates
    assert (kept.text, kept.verdicts) == (one.text, ())


def test_a_draft_of_the_first_version_is_a_text_without_a_verdict(path: Path) -> None:
    """A journal from before the judge is used, but nothing of it is published unread."""
    path.parent.mkdir()
    line = {"v": 1, "catalogue": "c1", "key": "greeting/en/gold", "text": "Hi", "model": "tiny",
            "tokens": 9, "seconds": 0.5, "tries": 2}  # fmt: skip
    path.write_text(json.dumps(line) + "\n")
    (attempts,) = read_attempts(path, "c1").values()
    assert (attempts.candidates[0].text, attempts.tokens, attempts.best) == ("Hi", 9, None)


def test_a_verdict_without_a_digest_does_not_count(path: Path, drafted: Make) -> None:
    """A journal of the second version keeps its texts; the judge reads them again."""
    one = drafted("greeting/en/gold")
    with open_journal(path, "c1") as journal:
        record(journal, one)
    lines = [json.loads(line) | {"v": 2} for line in path.read_text().splitlines()]
    del lines[1]["digest"]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    (kept,) = read_attempts(path, "c1")[one.key].candidates
    assert (kept.text, kept.verdicts) == (one.text, ())


def test_the_tokens_of_this_run_are_counted(path: Path, drafted: Make) -> None:
    """A verdict costs none, and neither do the texts of an earlier run."""
    one, two = drafted("greeting/en/gold"), drafted("greeting/en/gold", "Hi")
    with open_journal(path, "c1") as journal:
        record(journal, one)
        assert journal.tokens == 9
    with open_journal(path, "c1") as journal:
        record(journal, one, two)
        record(journal, one, two)
        assert journal.tokens == 9


def test_only_a_regular_file_is_a_journal() -> None:
    """A device has no end, so it is refused before it is read."""
    refusal = r"/dev/zero: is not a regular file; give --journal"
    with pytest.raises(InputRefused, match=refusal):
        read_attempts(Path("/dev/zero"), "c1")
    with pytest.raises(InputRefused, match=refusal), open_journal(Path("/dev/zero"), "c1"):
        pass


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
        read_attempts(path, "c1")


def test_a_folder_is_not_a_journal(tmp_path: Path) -> None:
    """The refusal names it and the remedy."""
    with (
        pytest.raises(InputRefused, match="Is a directory; give --journal a file"),
        open_journal(tmp_path, "c1"),
    ):
        pass
