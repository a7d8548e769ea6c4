"""SmallJudge: judges a text in milliseconds on one core, with a model that this shop trained.

1. Refuse what cannot be a message: an empty text, one that imitates a verdict.
2. Read the text in every combination of its optional parts (prose.py).
3. Score each sentence against the accepted texts (features.py), then the text as a whole.
4. Calibrate, compare with the locale's threshold, and name the sentence at fault.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from edgefill.core.errors import ObjectCorrupt
from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.judging.features import SentenceScore, measure_text, score_sentence
from edgefill.judging.message import describe_excess, read_message
from edgefill.judging.model import JudgeModel, LocaleModel, load_model
from edgefill.judging.prose import Prose, Sentence, join_sentence
from edgefill.judging.repetition import find_repeated
from edgefill.judging.verdict import JUDGE_DEADLINE_S, Outcome, Verdict

NAME = "small"
# evidence for another case from which on it is a reason
OTHER_CASE = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallJudge:
    """A Judge with a trained model; `problem` says why there is no model (nothing is scored)."""

    model: JudgeModel | None
    problem: str = ""

    @classmethod
    def load(cls, path: Path) -> SmallJudge:
        """The judge in a file; with a damaged or foreign file it leaves every text unscored."""
        try:
            return cls(model=load_model(path))
        except ObjectCorrupt as error:
            return cls(model=None, problem=str(error))

    @property
    def version(self) -> str:
        """See Judge: that of the model, empty without one."""
        return self.model.version if self.model else ""

    def judge(
        self, text: str, *, key: Key, experience: Experience, deadline_s: float = JUDGE_DEADLINE_S
    ) -> Verdict:
        """See Judge; milliseconds, and never raises."""
        if self.model is None:
            return self._decide("unscored", self.problem)
        if obstacle := find_obstacle(text, key, experience, self.model):
            return self._decide("unscored", obstacle)
        return self._judge_text(text, key, experience, self.model)

    def _judge_text(
        self, text: str, key: Key, experience: Experience, model: JudgeModel
    ) -> Verdict:
        prose = read_message(text, experience=experience, locale=key.locale)
        if isinstance(prose, str):
            return self._decide("fail", prose, 0.0)
        return self._judge_prose(prose, key, model, model.locales[key.locale])

    def _judge_prose(
        self, prose: Prose, key: Key, model: JudgeModel, locale: LocaleModel
    ) -> Verdict:
        scores, log_odds = score_sentences(prose, key, model, locale)
        features = measure_text(prose, scores, locale.accepted.homes.get(key.experience))
        probability = locale.calibrate(model.score_text(log_odds, features))
        if probability >= locale.threshold:
            return self._decide("pass", "reads like the accepted texts", probability)
        worst = scores[min(range(len(scores)), key=log_odds.__getitem__)]
        repeated = next(filter(None, map(find_repeated, prose.paths)), None)
        return self._decide("fail", explain(worst, repeated), probability)

    def _decide(self, outcome: Outcome, reason: str, probability: float | None = None) -> Verdict:
        return Verdict(
            outcome=outcome,
            reason=reason,
            judge=NAME,
            version=self.version,
            probability=probability,
        )


def find_obstacle(text: str, key: Key, experience: Experience, model: JudgeModel) -> str:
    """Why the model cannot score the text; "" if it can."""
    if key.locale not in model.locales:
        taught = ", ".join(sorted(model.locales))
        return f"locale {key.locale} was not taught, only {taught}"
    if key.experience not in model.locales[key.locale].accepted.homes:
        return f"no accepted text of {key.experience} in {key.locale} was taught"
    return describe_excess(text, experience)


def score_sentences(
    prose: Prose, key: Key, model: JudgeModel, locale: LocaleModel
) -> tuple[list[SentenceScore], list[float]]:
    """Each distinct sentence's score and log-odds."""
    scores = [score_sentence(sentence, locale.accepted, key) for sentence in prose.sentences]
    return scores, [
        model.score_sentence(key.locale, each.sentence, each.to_features()) for each in scores
    ]


def explain(worst: SentenceScore, repeated: Sentence | None) -> str:
    """Why a text fails, in words, with the sentence at fault."""
    reasons = {
        f"words that no accepted text contains ({', '.join(worst.unknown[:3])})": worst.unknown,
        "joins words as no accepted text does": any(worst.unseen),
        "says again what the text has said": repeated,
        "an editor has replaced this sentence": worst.is_superseded,
        "belongs to texts for other readers": worst.other_case > OTHER_CASE,
        "belongs to another message": worst.foreign_share,
        "the weakest sentence of a text that scores too low": True,
    }
    reason = next(reason for reason, is_so in reasons.items() if is_so)
    at_fault = repeated if repeated and reason.startswith("says again") else worst.sentence
    return f'"{join_sentence(at_fault)}": {reason}'
