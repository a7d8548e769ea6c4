"""The texts that a judge is taught with, read once, and their features out of fold.

A text's features compare it with accepted texts of other (experience, case) groups only, as a
template for a new combination is compared later.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from edgefill.core.errors import TemplateRefused
from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.judge_training.faults import FAULTS
from edgefill.judge_training.labels import AcceptedText
from edgefill.judging.prose import Prose, Sentence, read_prose

SEED = 12
FOLDS = 6

Group = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeExample:
    """A text that was read, with its label, its fault's name and its source.

    `source` is `labels` for texts that readers labelled, `accepted` for texts that the shop
    publishes, `faults` for composed ones.
    """

    key: Key
    prose: Prose
    is_good: bool
    source: str
    fault: str = ""

    @property
    def group(self) -> Group:
        """What cross-validation keeps together: the experience and the case."""
        return self.key.experience, self.key.case


def make_example(
    text: str,
    key: Key,
    experiences: Mapping[str, Experience],
    *,
    is_good: bool,
    source: str,
    fault: str = "",
) -> JudgeExample | None:
    """The example, None if the text cannot be read or its experience is not declared."""
    experience = experiences.get(key.experience)
    if experience is None:
        return None
    try:
        prose = read_prose(text, experience=experience, locale=key.locale)
    except TemplateRefused:
        return None
    if not prose.sentences:
        return None
    return JudgeExample(key=key, prose=prose, is_good=is_good, source=source, fault=fault)


def compose_faults(
    accepted: Sequence[AcceptedText],
    experiences: Mapping[str, Experience],
    *,
    per_kind: int,
    kinds: Iterable[str] = FAULTS,
) -> list[JudgeExample]:
    """`per_kind` faulty texts of each kind and locale, the same for the same input."""
    rng = random.Random(SEED)  # noqa: S311 no secret
    examples = []
    by_locale = defaultdict(list)
    for text in accepted:
        by_locale[text.key.locale].append(text)
    for locale in sorted(by_locale):
        for kind in kinds:
            for _ in range(per_kind):
                base = rng.choice(by_locale[locale])
                donors = _choose_donors(base, by_locale[locale], kind, rng)
                faulty = FAULTS[kind](base.text, donors, rng)
                if not faulty or faulty == base.text:
                    continue
                example = make_example(
                    faulty, base.key, experiences, is_good=False, source="faults", fault=kind
                )
                if example:
                    examples.append(example)
    return examples


def _choose_donors(
    base: AcceptedText, texts: Sequence[AcceptedText], kind: str, rng: random.Random
) -> list[str]:
    """Five texts, for `swap` of other experiences, for others mostly of the same."""
    same = kind != "swap" and rng.random() < 0.7
    donors = [text for text in texts if (text.key.experience == base.key.experience) == same]
    return [rng.choice(donors).text for _ in range(5)] if donors else []


def assign_folds(groups: Iterable[Group]) -> dict[Group, int]:
    """A fold for each group; an experience's groups are spread over the folds."""
    return {group: i % FOLDS for i, group in enumerate(sorted(set(groups)))}


def collect_sentences(
    examples: Iterable[JudgeExample],
) -> dict[str, dict[Sentence, dict[str, frozenset[str]]]]:
    """Per locale the sentences of texts, each with the experiences and cases that have it."""
    homes: dict[str, dict[Sentence, dict[str, set[str]]]] = {}
    for example in examples:
        locale = homes.setdefault(example.key.locale, {})
        for sentence in example.prose.sentences:
            cases = locale.setdefault(sentence, {}).setdefault(example.key.experience, set())
            cases.add(example.key.case)
    return {
        locale: {
            sentence: {name: frozenset(cases) for name, cases in each.items()}
            for sentence, each in sentences.items()
        }
        for locale, sentences in homes.items()
    }
