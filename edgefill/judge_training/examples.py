"""The texts that a judge is taught with, read once, and their features out of fold.

A labelled text's features compare it with the texts that the shop gives as accepted and with
praised texts (labelled good) of other (experience, case) groups only: no label of its own group
takes part, as when a new draft is judged later.
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
from edgefill.judging.home_texts import AcceptedProse
from edgefill.judging.prose import Prose, read_prose

SEED = 12
FOLDS = 6
# weights of texts in training
ACCEPTED_WEIGHT, FAULT_WEIGHT, OTHER_WRITER_WEIGHT, VERDICT_WEIGHT = 1.0, 0.3, 0.1, 0.3

Group = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeExample:
    """A text that was read, with its label, its weight in training and its fault.

    `is_counted` says whether figures are of it: readers labelled it, by the writer to be judged.
    """

    key: Key
    prose: Prose
    is_good: bool
    weight: float
    fault: str = ""
    is_counted: bool = False

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
    weight: float,
    fault: str = "",
    is_counted: bool = False,
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
    return JudgeExample(
        key=key, prose=prose, is_good=is_good, weight=weight, fault=fault, is_counted=is_counted
    )


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
                    faulty, base.key, experiences, is_good=False, weight=FAULT_WEIGHT, fault=kind
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


def collect_texts(examples: Iterable[JudgeExample]) -> dict[str, list[AcceptedProse]]:
    """Per locale the texts."""
    texts: dict[str, list[AcceptedProse]] = {}
    for example in examples:
        fullest = tuple(dict.fromkeys(example.prose.paths[0]))
        variants = tuple(each for each in example.prose.sentences if each not in fullest)
        text = AcceptedProse(example.key.experience, example.key.case, fullest, variants)
        texts.setdefault(example.key.locale, []).append(text)
    return texts
