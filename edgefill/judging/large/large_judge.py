"""LargeJudge: a large model judges a text by the shop's rubric.

1. Decide without the model what needs none: an empty text, one over the length, one that speaks
   to a judge.
2. Ask for every criterion, a reason and a chance; the text is a JSON string in a block of data.
3. Refuse an answer that is no answer or contradicts itself: the text stays unscored.
4. Derive the outcome from the deciding criteria and the calibrated chance.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from edgefill.chat import ChatClient
from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.judging.large.calibration import Calibration
from edgefill.judging.large.reply import (
    RubricReply,
    UnreadableReply,
    ask_for_json,
    build_rubric_schema,
    read_rubric_reply,
)
from edgefill.judging.large.review import Review, find_quick_outcome
from edgefill.judging.large.rubric import ExperienceRubric, Rubric
from edgefill.judging.verdict import JUDGE_DEADLINE_S, Outcome, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeJudge:
    """A Judge that asks `chat`; JudgeUnavailable if it does not answer within the deadline."""

    chat: ChatClient
    review: Review
    rubric: Rubric
    calibration: Calibration = field(default_factory=Calibration)

    @property
    def version(self) -> str:
        """See Judge: a digest of model, prompts, rubric and calibration."""
        parts = (self.review.model, self.review.name, self.review.prompts.version)
        return digest_version(*parts, self.rubric.version, str(self.calibration))

    def judge(
        self, text: str, *, key: Key, experience: Experience, deadline_s: float = JUDGE_DEADLINE_S
    ) -> Verdict:
        """See Judge."""
        if quick := find_quick_outcome(text, key=key, experience=experience):
            outcome, reason = quick
            return self._decide(outcome, reason, 0.0 if outcome == "fail" else None)
        rubric = self.rubric.select(experience.id)
        order = self.review.build_order(
            {"text": text},
            key=key,
            experience=experience,
            schema=build_rubric_schema(rubric),
            details={
                "criteria": [(c.id, c.wording, c.id in rubric.deciding) for c in rubric.criteria],
                "ignored": rubric.ignored,
            },
        )
        try:
            data = ask_for_json(self.chat, order, deadline_s=deadline_s)
            return self._derive(read_rubric_reply(data, rubric), rubric)
        except UnreadableReply as error:
            return self._decide("unscored", f"the judge's answer cannot be read: {error}")

    def _derive(self, reply: RubricReply, rubric: ExperienceRubric) -> Verdict:
        chance = self.calibration.apply(reply.chance)
        if unmet := rubric.list_unmet(reply.criteria):
            return self._decide("fail", f"{', '.join(unmet)}: {reply.reason}", chance)
        if chance < rubric.threshold:
            below = f"chance {chance:.2f} is below {rubric.threshold:g}"
            return self._decide("fail", f"{below}: {reply.reason}", chance)
        return self._decide("pass", reply.reason, chance)

    def _decide(self, outcome: Outcome, reason: str, probability: float | None = None) -> Verdict:
        return Verdict(
            outcome=outcome,
            reason=reason,
            judge=self.review.judge_name,
            version=self.version,
            probability=probability,
        )


def digest_version(*parts: str) -> str:
    """12 hexadecimal digits of everything that shapes a verdict."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]
