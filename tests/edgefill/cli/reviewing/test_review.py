"""`edgefill review` as a reader uses it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from edgefill.core.errors import EdgefillError, InputRefused, TemplateRefused
from edgefill.core.keys import parse_key
from edgefill.judging.verdict import verdict_to_json
from edgefill.release.held_texts import read_held_text
from edgefill.release.overlay import read_overlay
from lambdas.batch.journal import read_attempts
from tests.edgefill.cli.reviewing.conftest import JOURNAL_KEY, PROVENANCE, STORE_KEY, UNSCORED

Review = Any  # tests/edgefill/cli/reviewing/conftest.py
READER = ("--reader", "Ada")


def run_refused(review: Review, *words: str) -> EdgefillError:
    """Run a command and return its error."""
    error = review.run("review", *words).exception
    assert isinstance(error, EdgefillError)
    return error


def test_lists_what_the_journal_and_the_store_hold(review: Review) -> None:
    """Each with key, place, reason and text, but not with the judge's outcome."""
    review.hold_in_journal()
    review.hold_in_store()
    listed = json.loads(review.run("review", "list", "--json").stdout)
    held = listed["held"]
    assert listed["damaged"] == []
    common = {"reason": "no accepted texts", "stale": False}
    assert held == [
        {"key": str(JOURNAL_KEY), "where": "journal", "text": "Hello {{ name }}", **common},
        {"key": str(STORE_KEY), "where": "store", "text": "Hallo {{ name }}", **common},
    ]
    text = review.run("review", "list").stdout
    assert f"{STORE_KEY}  store: no accepted texts\nHallo {{{{ name }}}}\n" in text
    assert "unscored" not in text


def test_nothing_held_is_said(review: Review) -> None:
    """A new project has neither journal nor held texts."""
    assert review.run("review", "list").stdout == "no text is held\n"


def test_a_stale_text_is_marked(review: Review) -> None:
    """The reader sees at once that it cannot be passed."""
    review.hold_in_store()
    review.change_experience()
    assert "its experience has changed since" in review.run("review", "list").stdout
    assert isinstance(run_refused(review, "pass", str(STORE_KEY), *READER), InputRefused)


def test_without_a_stack_only_the_journal_is_read(review: Review) -> None:
    """Standard error says so, and decisions about the journal work."""
    review.hold_in_journal()
    del review.environment["EDGEFILL_BUCKET"]
    done = review.run("review", "list")
    assert str(JOURNAL_KEY) in done.stdout
    assert "journal only" in done.stderr
    assert review.run("review", "pass", str(JOURNAL_KEY), *READER).exit_code == 0


def test_passes_a_text_of_the_journal(review: Review) -> None:
    """The next publication takes it; the output says so."""
    review.hold_in_journal()
    done = review.run("review", "pass", str(JOURNAL_KEY), *READER)
    assert done.stdout == (
        f"{JOURNAL_KEY}: passed by Ada; recorded in the journal; `edgefill publish` publishes it\n"
    )
    best = read_attempts(review.journal, review.catalogue.version)[JOURNAL_KEY].best
    assert best is not None
    assert best.judgement is not None
    assert (best.judgement.version, best.judgement.reason) == ("Ada", "read and passed")


def test_a_passed_text_of_the_journal_is_published_with_its_verdict(review: Review) -> None:
    """From the reading to the release: `show` names the reader."""
    review.hold_in_journal()
    assert isinstance(review.run("publish").exception, InputRefused)
    review.run("review", "pass", str(JOURNAL_KEY), *READER)
    assert review.run("publish").exit_code == 0
    shown = review.run("show", str(JOURNAL_KEY)).stdout
    assert "release r" in shown
    assert "verdict          pass by person Ada: read and passed" in shown


def test_passes_a_text_of_the_store(review: Review) -> None:
    """It becomes an overlay and is held no longer."""
    review.hold_in_store()
    done = review.run("review", "pass", str(STORE_KEY), *READER, "--reason", "fine")
    assert "overlay" in done.stdout
    assert read_held_text(review.objects, STORE_KEY) is None
    overlay = read_overlay(review.objects, STORE_KEY)
    assert overlay is not None
    assert (overlay.text, overlay.reviewed) == ("Hallo {{ name }}", True)


def test_passes_a_readers_own_text(review: Review, tmp_path: Path) -> None:
    """The file's last line break is not part of the text."""
    review.hold_in_store()
    file = tmp_path / "own.txt"
    file.write_text("Guten Tag {{ name }}\n")
    review.run("review", "pass", str(STORE_KEY), *READER, "--text", str(file))
    overlay = read_overlay(review.objects, STORE_KEY)
    assert overlay is not None
    assert overlay.text == "Guten Tag {{ name }}"


def test_a_refused_text_of_ones_own_changes_nothing(review: Review, tmp_path: Path) -> None:
    """The compiler's refusal is the error."""
    review.hold_in_store()
    file = tmp_path / "own.txt"
    file.write_text("Hallo {{ nobody }}")
    words = ("pass", str(STORE_KEY), *READER, "--text")
    assert isinstance(run_refused(review, *words, str(file)), TemplateRefused)
    assert "absent" in str(run_refused(review, *words, str(tmp_path / "absent")))
    assert read_held_text(review.objects, STORE_KEY) is not None
    assert read_overlay(review.objects, STORE_KEY) is None


def test_fails_a_text(review: Review) -> None:
    """In the store it is deleted; the output says what follows."""
    review.hold_in_store()
    done = review.run("review", "fail", str(STORE_KEY), *READER, "--reason", "stiff")
    assert "failed by Ada; deleted" in done.stdout
    assert read_held_text(review.objects, STORE_KEY) is None


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("pass", "greeting/de/any", *READER), "no text is held"),
        (("pass", "greeting", *READER), "not a key"),
        (("pass", "greeting/en/gold", "--reader", " "), "--reader is empty"),
        (("fail", "greeting/en/gold", *READER, "--reason", ""), "--reason is empty"),
    ],
)
def test_wrong_arguments_are_explained(review: Review, words: tuple[str, ...], says: str) -> None:
    """Nothing is written."""
    review.hold_in_journal()
    before = review.journal.read_bytes()
    assert says in str(run_refused(review, *words))
    assert review.journal.read_bytes() == before


def write_held(**changes: object) -> bytes:
    """The object of a held text for greeting/en/any, with changes."""
    good = {
        "v": 1,
        "key": "greeting/en/any",
        "version": "1",
        "text": "Hi",
        "provenance": asdict(PROVENANCE),
        "verdict": verdict_to_json(UNSCORED),
    }
    return json.dumps(good | changes).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\x00",
        b"",
        b"[]",
        b"null",
        write_held(v=9),
        write_held(provenance={"origin": "draft", "model": None}),
        write_held(provenance=[]),
        write_held(verdict={}),
        write_held(key="greeting/de/any"),
        write_held(key=5),
        write_held(text="Hi \ud800"),
        write_held(text=None),
    ],
)
def test_a_damaged_object_is_named_and_can_be_deleted(review: Review, body: bytes) -> None:
    """Binary, empty, another version, another key, an unpaired surrogate; others are listed."""
    review.hold_in_store()
    review.damage(body)
    listed = review.run("review", "list").stdout
    assert f"{STORE_KEY}  store: no accepted texts" in listed
    assert "held/greeting/en/any.json  store: is damaged" in listed
    assert "`edgefill review fail greeting/en/any` deletes it" in listed
    refused = run_refused(review, "pass", "greeting/en/any", *READER)
    assert "`edgefill review fail greeting/en/any` deletes it" in str(refused)
    shown = review.run("show", "greeting/en/any").stdout
    assert "held: not served: it is damaged" in shown
    done = review.run("review", "fail", "greeting/en/any", *READER, "--reason", "x")
    assert done.exit_code == 0
    assert "damaged" not in review.run("review", "list").stdout


def test_an_object_at_no_key_is_named_with_its_path(review: Review) -> None:
    """No command can name it, so the remedy is the store's own."""
    review.damage(b"{}", "stray")
    (damaged,) = json.loads(review.run("review", "list", "--json").stdout)["damaged"]
    assert damaged["path"] == "held/stray.json"
    assert damaged["remedy"].startswith("delete the object held/stray.json from the store")


def test_a_passed_text_is_served_without_another_in_the_release(review: Review) -> None:
    """Then the edge reads the overlay."""
    review.hold_in_journal()
    review.run("review", "pass", str(JOURNAL_KEY), *READER)
    review.run("publish")
    review.hold_in_store("Hi {{ name }}", parse_key("greeting/en/any"))
    done = review.run("review", "pass", "greeting/en/any", *READER)
    assert "written to the overlay, which the edge reads within a minute" in done.stdout


def test_a_released_text_is_replaced_by_the_next_publication(review: Review) -> None:
    """The overlay is not served then, and the output says so and what to do, which works."""
    review.hold_in_journal()
    review.run("review", "pass", str(JOURNAL_KEY), *READER)
    review.run("publish")
    review.hold_in_store("Good day {{ name }}", JOURNAL_KEY)
    done = review.run("review", "pass", str(JOURNAL_KEY), *READER)
    assert "but not served: the release has a text for this key" in done.stdout
    assert "`edgefill publish` publishes it" in done.stdout
    review.run("publish")
    assert "Good day {{ name }}" in review.run("show", str(JOURNAL_KEY)).stdout


def test_without_drafts_a_released_text_stays(review: Review) -> None:
    """The output names the journal that is missing."""
    review.hold_in_journal()
    review.run("review", "pass", str(JOURNAL_KEY), *READER)
    review.run("publish")
    review.journal.unlink()
    review.hold_in_store("Good day {{ name }}", JOURNAL_KEY)
    done = review.run("review", "pass", str(JOURNAL_KEY), *READER)
    assert f"{review.journal} has no drafts for this catalogue" in done.stdout
    assert not review.journal.exists()
    review.hold_in_store("Hi {{ name }}", JOURNAL_KEY)
    failed = review.run("review", "fail", str(JOURNAL_KEY), *READER, "--reason", "stiff")
    assert "visitors get the release's text" in failed.stdout


def test_a_text_for_a_later_release_waits_for_its_publication(review: Review) -> None:
    """Without a release, or with another version of the experience, the overlay is not served."""
    review.hold_in_store()
    done = review.run("review", "pass", str(STORE_KEY), *READER)
    assert "but not served yet" in done.stdout
    assert "run `edgefill publish`" in done.stdout


def test_control_characters_are_shown_not_obeyed(review: Review) -> None:
    """In a text, and in the reason that a model gave."""
    verdict = verdict_to_json(UNSCORED) | {"reason": "bad\x1b[2J\x9b"}
    review.damage(write_held(text="Hi\x1b]0;x\x07", verdict=verdict))
    for words in (("review", "list"), ("show", "greeting/en/any")):
        for option in ((), ("--json",)):
            shown = review.run(*words, *option).stdout
            assert "Hi" in shown
            assert not set("\x1b\x07\x9b") & set(shown)


def test_a_reason_that_is_not_utf8_is_refused(review: Review) -> None:
    """Python reads invalid bytes of a command line as unpaired surrogates."""
    review.hold_in_journal()
    words = ("fail", str(JOURNAL_KEY), *READER, "--reason", "stiff \udcff")
    assert "--reason is not valid UTF-8" in str(run_refused(review, *words))
