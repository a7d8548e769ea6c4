"""Analyzing misses against a catalogue on disk."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.core.errors import InputRefused
from edgefill.router_training.misses.miss_analysis import MissAnalysis, analyze_misses
from edgefill.router_training.misses.missed_questions import MissedQuestion
from edgefill.router_training.release_routers import train_routing
from edgefill.routing.question import read_question

SHOP = """\
name: Shop
locales: [en, de]
default_locale: en
dimensions: {}
tones: {warm: kind}
"""
ASK = "ask: {answer: answer, tenants: [tern], audiences: [guest, member]}\n"
EXPERIENCE = """\
id: ID
title: A text
goal: say it
format: text
tones: [warm]
MORE
slots:
  place: {type: text, required: true, default: here, description: where}
"""


@pytest.fixture
def catalogue(tmp_path: Path, examples: Any) -> Catalogue:
    """A shop with the examples of conftest.py in English."""
    questions = {**examples.utterances, "out-of-scope": examples.out_of_scope}
    files = {"shop.yaml": SHOP + ASK}
    for id_ in ("order", "cancel", "return", "answer"):
        more = "open: true" if id_ == "answer" else ""
        files[f"experiences/{id_}.yaml"] = EXPERIENCE.replace("ID", id_).replace("MORE", more)
        files |= {f"fallbacks/{id_}/{locale}.txt": "{{ place }}" for locale in ("en", "de")}
    files |= {f"questions/{id_}/en.txt": "\n".join(texts) for id_, texts in questions.items()}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return load_catalogue(tmp_path)


def make_miss(text: str, *, locale: str = "en", is_stored: bool = True) -> MissedQuestion:
    digest = read_question(text).digest
    return MissedQuestion(locale=locale, digest=digest, text=text if is_stored else "", count=1)


def experiences_by_question(analysis: MissAnalysis) -> dict[str, str]:
    return {each.cluster.misses[0].text: each.experience for each in analysis.proposals}


def test_misses_are_proposed_or_without_text_or_declared(catalogue: Catalogue) -> None:
    """Only an undeclared miss with a text is in a proposal."""
    misses = [
        make_miss("do you engrave teapots"),
        make_miss("who are you", is_stored=False),
        make_miss("cancel my order"),
        make_miss("where is my order", is_stored=False),
    ]
    analysis = analyze_misses(misses, catalogue, None)
    assert list(experiences_by_question(analysis)) == ["do you engrave teapots"]
    assert analysis.without_text == (misses[1],)
    assert analysis.left_out == 0
    assert analysis.already_declared == (misses[2], misses[3])


def test_the_routers_of_the_release_make_the_proposals(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    """They also know utterances that the catalogue on disk no longer contains."""
    routing = train_routing(catalogue)
    (tmp_path / "questions/cancel/en.txt").unlink()
    analysis = analyze_misses([make_miss("cancel my order")], load_catalogue(tmp_path), routing)
    assert experiences_by_question(analysis) == {"cancel my order": "cancel"}
    assert analysis.proposals[0].candidates[0].score == 1.0


def test_without_a_router_only_new_experiences_are_experiences_by_question(
    catalogue: Catalogue,
) -> None:
    """Each has an id of its own."""
    routing = train_routing(catalogue)
    assert routing
    misses = [make_miss("storno", locale="de"), make_miss("storno")]
    analysis = analyze_misses(misses, catalogue, replace(routing, router_bytes={}))
    names = {each.cluster.locale: each.experience for each in analysis.proposals}
    assert set(names.values()) == {"storno", "storno-2"}


def test_a_shop_without_questions_is_refused(catalogue: Catalogue, tmp_path: Path) -> None:
    """The message names the remedy; without misses no router is trained."""
    assert analyze_misses([], catalogue, None) == MissAnalysis(
        proposals=(), without_text=(), already_declared=()
    )
    (tmp_path / "shop.yaml").write_text(SHOP)
    (tmp_path / "experiences/answer.yaml").unlink()
    shutil.rmtree(tmp_path / "fallbacks/answer")
    with pytest.raises(InputRefused, match="no `ask`"):
        analyze_misses([], load_catalogue(tmp_path), None)
