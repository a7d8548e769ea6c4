"""What a drafting run would publish."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.words.published import collect_texts, describe_releases, write_texts
from edgefill.catalogue.loader import load_catalogue
from edgefill.compiler import CompiledTemplate, check_template
from edgefill.core.keys import Key, parse_key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.candidate import Candidate
from edgefill.judging import Verdict
from edgefill.judging.accepted_template import Provenance

CATALOGUE = load_catalogue(Path(__file__).parents[3] / "templates" / "catalogue")
WELCOME, DELAYED = parse_key("welcome/en/any"), parse_key("order-delayed/en/gold.any")


def draft(key: Key, outcome: str) -> Candidate:
    """The fallback of the key's experience as a draft with a verdict."""
    entry = CATALOGUE.entry(key.experience)
    text = entry.fallbacks[key.locale]
    compiled = check_template(
        text, experience=entry.experience, locale=key.locale, name=str(key), other_case_phrases=()
    )
    assert isinstance(compiled, CompiledTemplate)
    verdict = Verdict(
        outcome="pass" if outcome == "pass" else "fail",
        reason="",
        judge="small",
        version="1",
        probability=0.9 if outcome == "pass" else 0.1,
    )
    provenance = Provenance(origin="draft", model="tiny", tokens=100)
    candidate = Candidate(key=key, text=text, provenance=provenance, compiled=compiled)
    return candidate.add_verdicts(verdict)


def test_a_key_without_an_accepted_text_is_missing_and_its_tokens_count(tmp_path: Path) -> None:
    """Drafted or not, in every seed."""
    accepted = Attempts(candidates=(draft(WELCOME, "fail"), draft(WELCOME, "pass")))
    refused = Attempts(candidates=(draft(DELAYED, "fail"),))
    releases = collect_texts(
        [WELCOME, DELAYED], {0: {WELCOME: accepted, DELAYED: refused}, 1: {WELCOME: accepted}}
    )
    assert [(str(each.key), each.seed) for each in releases.texts] == [
        ("welcome/en/any", 0),
        ("welcome/en/any", 1),
    ]
    assert len(releases.missing) == 2
    assert (releases.planned, releases.drafts, releases.tokens) == (4, 5, 500)
    assert releases.tokens_per_draft == 100
    figures = {each.name: each.value for each in describe_releases(releases)}
    assert figures["tokens per published text"] == 250
    write_texts(tmp_path / "texts.jsonl", releases.texts)
    lines = [json.loads(line) for line in (tmp_path / "texts.jsonl").read_text().splitlines()]
    assert lines[1] == {
        "key": "welcome/en/any",
        "seed": 1,
        "text": CATALOGUE.entry("welcome").fallbacks["en"],
        "chance": 0.9,
    }
