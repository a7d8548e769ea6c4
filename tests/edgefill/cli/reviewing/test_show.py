"""`edgefill show`: the text of a key, with its place and its provenance."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from edgefill.compiler.fallbacks import compile_fallbacks
from edgefill.core.errors import InputRefused
from edgefill.core.keys import Key
from edgefill.drafting.candidate import Candidate
from edgefill.judging.accepted_template import Provenance
from edgefill.judging.verdict import Verdict
from edgefill.packs.layout import sources_key
from edgefill.release.publish import publish
from lambdas.batch.release import compile_drafts
from tests.edgefill.cli.reviewing.conftest import JOURNAL_KEY, STORE_KEY

Review = Any  # tests/edgefill/cli/reviewing/conftest.py
PASS = Verdict(outcome="pass", reason="no doubt", judge="small", version="v9", probability=0.934)
PROVENANCE = Provenance(
    origin="revision",
    model="tiny",
    prompts="p1",
    seed=7,
    tokens=90,
    seconds=0.5,
    log_probability=-0.25,
    parent="abc123",
)


def publish_text(review: Review, key: Key = JOURNAL_KEY) -> str:
    """Publish one text; return the release's id."""
    catalogue = review.catalogue
    draft = Candidate(key=key, text="Hello {{ name }}", provenance=PROVENANCE, verdicts=(PASS,))
    release = publish(
        review.objects,
        catalogue=catalogue,
        templates=compile_drafts(catalogue, [draft]),
        fallbacks=compile_fallbacks(catalogue),
        now=datetime(2026, 11, 23, tzinfo=UTC),
    )
    return release.id


def test_prints_the_served_text_and_where_it_comes_from(review: Review) -> None:
    """Place, every field of the provenance, the verdict, then the text."""
    release = publish_text(review)
    done = review.run("show", str(JOURNAL_KEY))
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "greeting/en/gold",
        "",
        f"release {release}: served",
        "  model            tiny",
        "  origin           revision",
        "  prompts          p1",
        "  seed             7",
        "  tokens           90",
        "  seconds          0.5",
        "  log-probability  -0.25",
        "  parent           abc123",
        "  verdict          pass by small v9, chance 0.93: no doubt",
        "",
        "Hello {{ name }}",
    ]


def test_prints_one_object_for_scripts(review: Review) -> None:
    """`where` is the place from which it is served."""
    release = publish_text(review)
    shown = json.loads(review.run("show", str(JOURNAL_KEY), "--json").stdout)
    assert (shown["key"], shown["where"]) == ("greeting/en/gold", "release")
    (text,) = shown["texts"]
    assert (text["release"], text["text"]) == (release, "Hello {{ name }}")
    assert text["provenance"]["log_probability"] == -0.25
    assert text["provenance"]["verdict"]["probability"] == 0.934


def test_a_held_text_is_shown_as_not_served(review: Review) -> None:
    """The output says what it waits for."""
    review.hold_in_store()
    done = review.run("show", str(STORE_KEY))
    assert "held: not served: a person has to read it" in done.stdout
    assert "verdict          unscored by small 1: no accepted texts" in done.stdout
    assert json.loads(review.run("show", str(STORE_KEY), "--json").stdout)["where"] == "nowhere"


def test_says_that_an_old_release_has_no_provenance(review: Review) -> None:
    """Its text is shown all the same."""
    release = publish_text(review)
    path = sources_key(release, "greeting", "en")
    sources = json.loads(review.objects.get(path).body)
    del sources["provenance"]
    review.objects.put(path, json.dumps(sources).encode(), cache_control="private")
    done = review.run("show", str(JOURNAL_KEY))
    assert "provenance       not recorded; the text is older than this record" in done.stdout
    assert "Hello {{ name }}" in done.stdout


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("greeting/fr/gold", "the catalogue has no such key"),
        ("nothing", "not a key"),
        ("greeting/en/any", "has no text"),
    ],
)
def test_a_key_without_a_text_is_an_error(review: Review, key: str, says: str) -> None:
    """The exit status is 1 and the message names the key and what to do."""
    publish_text(review)
    error = review.run("show", key).exception
    assert isinstance(error, InputRefused)
    assert says in str(error)
