"""What choosing the best of several drafts by the judge gains, compared with chance and an oracle.

Without a judge nothing tells drafts apart, so plain resampling with the same tokens publishes a
random one. The expectations are over all choices of `count` different drafts of a key. The scores
are those of held-out folds: no label of the key's own experience and case was taught, but labels of
the experience's other cases were, which share sentences with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import comb

from benchmarks.words.corpus import WRITER, DemoCorpus
from benchmarks.words.figures import Figure
from edgefill.core.keys import Key
from edgefill.judge_training.train import train_judge

SECTION = "selection, by scores of held-out folds"
COUNT = 4
LEAST_GAIN = 0.60


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredDraft:
    """A draft with the judge's score and the readers' label."""

    score: float
    is_good: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionGain:
    """Expected shares of good texts, averaged over `keys` keys."""

    keys: int
    random: float
    selected: float
    oracle: float

    @property
    def closed(self) -> float | None:
        """The share of the gap between chance and oracle that the judge closes; None: no gap."""
        gap = self.oracle - self.random
        return (self.selected - self.random) / gap if gap > 0 else None


def measure_selection(corpus: DemoCorpus, tokens_per_draft: float | None) -> Iterator[Figure]:
    """Figures per locale and together; `tokens_per_draft` is None if no draft was written."""
    drafts = score_drafts(corpus)
    locales = sorted({key.locale for key in drafts})
    for name, chosen in [*((each, {each}) for each in locales), ("both", set(locales))]:
        gain = compare_choices(each for key, each in drafts.items() if key.locale in chosen)
        if gain is not None:
            yield from _describe(name, gain)
    yield from _describe_tokens(tokens_per_draft)


def score_drafts(corpus: DemoCorpus) -> dict[Key, list[ScoredDraft]]:
    """The present writer's labelled drafts by key, scored by models of the other folds.

    Texts on which the readers differ are left out, as in training, and those that a judge had
    chosen before.
    """
    trained = train_judge(corpus.sampled, corpus.experiences, writer=WRITER)
    drafts: dict[Key, list[ScoredDraft]] = defaultdict(list)
    for example, score in zip(trained.labelled, trained.log_odds.tolist(), strict=True):
        if example.is_counted:
            drafts[example.key].append(ScoredDraft(score=score, is_good=example.is_good))
    return drafts


def compare_choices(
    keys: Iterable[Sequence[ScoredDraft]], count: int = COUNT
) -> SelectionGain | None:
    """The gain over keys with at least `count` drafts, each key with equal weight; None: no key."""
    usable = [drafts for drafts in keys if len(drafts) >= count]
    if not usable:
        return None

    def average(shares: Iterable[float]) -> float:
        return sum(shares) / len(usable)

    return SelectionGain(
        keys=len(usable),
        random=average(sum(each.is_good for each in drafts) / len(drafts) for drafts in usable),
        selected=average(expect_best(drafts, count) for drafts in usable),
        oracle=average(expect_oracle(drafts, count) for drafts in usable),
    )


def expect_best(drafts: Sequence[ScoredDraft], count: int) -> float:
    """The chance that the best-scored of `count` drafts is good; equal scores share it."""
    choices = comb(len(drafts), count)
    expected, below = 0.0, 0
    ranked = sorted(drafts, key=_read_score)
    for _, equals in groupby(ranked, key=_read_score):
        group = list(equals)
        reached = below + len(group)
        chance = (comb(reached, count) - comb(below, count)) / choices
        expected += chance * sum(each.is_good for each in group) / len(group)
        below = reached
    return expected


def expect_oracle(drafts: Sequence[ScoredDraft], count: int) -> float:
    """The chance that at least one of `count` drafts is good."""
    bad = sum(not each.is_good for each in drafts)
    return 1 - comb(bad, count) / comb(len(drafts), count)


def _read_score(draft: ScoredDraft) -> float:
    return draft.score


def _describe(name: str, gain: SelectionGain) -> Iterator[Figure]:
    shares: Mapping[str, float] = {
        "a random draft (plain resampling)": gain.random,
        f"the judge's best of {COUNT}": gain.selected,
        f"an oracle's best of {COUNT}": gain.oracle,
    }
    for what, share in shares.items():
        yield Figure(
            section=SECTION,
            name=f"{name}: publishable, {what}",
            value=share,
            unit="%",
            note=f"{gain.keys} keys; texts on which readers differ are left out",
        )
    yield Figure(
        section=SECTION,
        name=f"{name}: gap to the oracle closed",
        value=gain.closed,
        bar=LEAST_GAIN,
        unit="%",
        note="" if gain.closed is not None else "chance and oracle are equal",
    )


def _describe_tokens(tokens_per_draft: float | None) -> Iterator[Figure]:
    """Tokens that one published text costs; a random draft could be had for those of one draft."""
    known = tokens_per_draft is not None
    for what, drafts in {
        "one random draft": 1,
        f"best of {COUNT}, by any of the three": COUNT,
    }.items():
        yield Figure(
            section=SECTION,
            name=f"tokens per published text, {what}",
            value=drafts * tokens_per_draft if tokens_per_draft is not None else None,
            note="prompt and completion, refused drafts included"
            if known
            else "nothing was drafted",
        )
