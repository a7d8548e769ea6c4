"""SmallCritic: says how fluent a text is, by the language model of a locale's accepted texts.

It advises and never decides. On 659 labelled texts that the judge was not taught, the worst window
alone separates good from bad with an AUC between 0.61 and 0.74: too little to publish by, enough
to tell a reviser which sentence to write again.
"""

from __future__ import annotations

from dataclasses import dataclass

from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.judging.features import SentenceScore, score_sentence
from edgefill.judging.message import describe_excess, read_message
from edgefill.judging.model import JudgeModel
from edgefill.judging.prose import join_sentence
from edgefill.judging.verdict import JUDGE_DEADLINE_S, Outcome, Verdict

NAME = "small"
# nats per token over the worst window: the third quartile of good texts is about 3, of bad ones 6
MAX_SURPRISE = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallCritic:
    """A Judge in the role of a critic, with the model of a small judge.

    Its verdicts have no probability: they measure fluency, not whether readers would publish.
    """

    model: JudgeModel
    max_surprise: float = MAX_SURPRISE

    @property
    def version(self) -> str:
        """See Judge: that of the model."""
        return self.model.version

    def judge(
        self, text: str, *, key: Key, experience: Experience, deadline_s: float = JUDGE_DEADLINE_S
    ) -> Verdict:
        """See Judge; milliseconds, and never raises."""
        locale = self.model.locales.get(key.locale)
        if locale is None:
            return self._decide("unscored", f"locale {key.locale} was not taught")
        if excess := describe_excess(text, experience):
            return self._decide("unscored", excess)
        prose = read_message(text, experience=experience, locale=key.locale)
        if isinstance(prose, str):
            return self._decide("fail", prose)
        scores = [score_sentence(each, locale.accepted, key) for each in prose.sentences]
        worst = max(scores, key=lambda score: score.worst_surprise)
        is_fluent = worst.worst_surprise <= self.max_surprise
        return self._decide("pass" if is_fluent else "fail", _describe(scores, worst))

    def _decide(self, outcome: Outcome, reason: str) -> Verdict:
        return Verdict(
            outcome=outcome, reason=reason, judge=NAME, version=self.version, role="critic"
        )


def _describe(scores: list[SentenceScore], worst: SentenceScore) -> str:
    """The mean log-probability of a token, and the sentence with the least likely window."""
    tokens = [len(score.sentence) + 1 for score in scores]
    surprise = sum(s.surprise * n for s, n in zip(scores, tokens, strict=True)) / sum(tokens)
    return (
        f'"{join_sentence(worst.sentence)}" surprises most: log-probability '
        f"{-worst.worst_surprise:.1f} per token at its worst, {-surprise:.1f} in the whole text"
    )
