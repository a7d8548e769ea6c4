"""What misses say about a catalogue on disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.core.errors import InputRefused
from edgefill.router_training.misses.miss_analysis import MissAnalysis, analyze_misses
from edgefill.router_training.misses.misses import MissedQuestion
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
    """A shop that routes the examples of this folder, in English."""
    said = {**examples.utterances, "out-of-scope": examples.out_of_scope}
    files = {"shop.yaml": SHOP + ASK}
    for id_ in ("order", "cancel", "return", "answer"):
        more = "open: true" if id_ == "answer" else ""
        files[f"experiences/{id_}.yaml"] = EXPERIENCE.replace("ID", id_).replace("MORE", more)
        files |= {f"fallbacks/{id_}/{locale}.txt": "{{ place }}" for locale in ("en", "de")}
    files |= {f"questions/{id_}/en.txt": "\n".join(texts) for id_, texts in said.items()}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return load_catalogue(tmp_path)


def miss(text: str, *, locale: str = "en", is_kept: bool = True) -> MissedQuestion:
    digest = read_question(text).digest
    return MissedQuestion(locale=locale, digest=digest, text=text if is_kept else "", asked=1)


def proposed(findings: MissAnalysis) -> dict[str, str]:
    return {each.cluster.misses[0].text: each.experience for each in findings.proposals}


def test_misses_are_parted_by_what_is_known_of_them(catalogue: Catalogue) -> None:
    """Clusters of those with words; those without; those that were accepted since."""
    misses = [
        miss("do you engrave teapots"),
        miss("who are you", is_kept=False),
        miss("cancel my order"),
        miss("where is my order", is_kept=False),
    ]
    findings = analyze_misses(misses, catalogue, None)
    assert list(proposed(findings)) == ["do you engrave teapots"]
    assert findings.untold == (misses[1],)
    assert findings.left_out == 0
    assert findings.declared == (misses[2], misses[3])


def test_the_served_routers_are_asked(catalogue: Catalogue, tmp_path: Path) -> None:
    """Of what the catalogue on disk no longer knows too."""
    served = train_routing(catalogue)
    (tmp_path / "questions/cancel/en.txt").unlink()
    findings = analyze_misses([miss("cancel my order")], load_catalogue(tmp_path), served)
    assert proposed(findings) == {"cancel my order": "cancel"}
    assert findings.proposals[0].candidates[0].score == 1.0


def test_locales_without_a_router_have_new_experiences_alone(catalogue: Catalogue) -> None:
    """No two of one name."""
    served = train_routing(catalogue)
    assert served
    asked = [miss("storno", locale="de"), miss("storno")]
    findings = analyze_misses(asked, catalogue, replace(served, bodies={}))
    names = {each.cluster.locale: each.experience for each in findings.proposals}
    assert set(names.values()) == {"storno", "storno-2"}


def test_a_shop_without_questions_has_no_findings(catalogue: Catalogue, tmp_path: Path) -> None:
    """The remedy is named; without misses nothing is trained."""
    assert analyze_misses([], catalogue, None) == MissAnalysis(proposals=(), untold=(), declared=())
    (tmp_path / "shop.yaml").write_text(SHOP)
    (tmp_path / "experiences/answer.yaml").unlink()
    with pytest.raises(InputRefused, match="no `ask`"):
        analyze_misses([], load_catalogue(tmp_path), None)
