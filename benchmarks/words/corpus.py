"""What the demo shop's judge is trained with, read once for all measurements."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.core.experience import Experience
from edgefill.judge_training.labels import AcceptedText, JudgeCorpus, read_accepted, read_labels
from training.corpus.accepted_texts import compose_accepted_texts

TEMPLATES = Path(__file__).parents[2] / "templates"
JUDGING = TEMPLATES / "judging"
LABELS = JUDGING / "labels.jsonl"
CHOSEN_ROUNDS = {4}  # see templates/judging/README.md
WRITER = "tiny-v3"  # the present tiny model's name in labels.jsonl


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoCorpus:
    """The demo shop's catalogue with its labelled and accepted texts.

    `sampled` lacks the labels of texts that a judge had chosen before readers read them: these say
    nothing about how often a draft is good.
    """

    catalogue: Catalogue
    judged: JudgeCorpus
    sampled: JudgeCorpus

    @property
    def experiences(self) -> Mapping[str, Experience]:
        """The declared experiences by name."""
        return {name: entry.experience for name, entry in self.catalogue.entries.items()}


def load_demo_corpus() -> DemoCorpus:
    """The corpus that `make judge` teaches; InputRefused."""
    catalogue = load_catalogue(TEMPLATES / "catalogue")
    composed = [AcceptedText(key=key, text=text) for key, text in compose_accepted_texts(catalogue)]
    accepted = [*composed, *read_accepted(JUDGING / "earlier_texts.jsonl")]
    labels = read_labels(LABELS)
    chosen = read_chosen_texts(LABELS)
    sampled = [each for each in labels if (str(each.key), each.text) not in chosen]
    return DemoCorpus(
        catalogue=catalogue,
        judged=JudgeCorpus(labels=labels, accepted=accepted),
        sampled=JudgeCorpus(labels=sampled, accepted=accepted),
    )


def read_chosen_texts(path: Path) -> set[tuple[str, str]]:
    """Key and text of the lines whose texts a judge had chosen."""
    rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {(row["key"], row["text"]) for row in rows if row.get("round") in CHOSEN_ROUNDS}
