"""LargeCritic: a large model says how fluent a text is, and what to write otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from edgefill.chat import ChatClient
from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.judging.large.large_judge import digest_version
from edgefill.judging.large.reply import (
    UnreadableReply,
    ask_for_json,
    build_schema,
    read_chance,
    read_reason,
)
from edgefill.judging.large.review import Review, find_quick_outcome
from edgefill.judging.verdict import JUDGE_DEADLINE_S, Outcome, Verdict

MAX_FAULTS = 5
MIN_FLUENCY = 0.5
SCHEMA = build_schema(
    {
        "faults": {"type": "array", "items": {"type": "string"}, "maxItems": MAX_FAULTS},
        "fluency": {"type": "number", "minimum": 0, "maximum": 1},
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeCritic:
    """A Judge in the role of a critic; its reason lists the faults of the text."""

    chat: ChatClient
    review: Review
    min_fluency: float = MIN_FLUENCY

    @property
    def version(self) -> str:
        """See Judge: a digest of model, prompts and bound."""
        parts = (self.review.model, self.review.name, self.review.prompts.version)
        return digest_version(*parts, str(self.min_fluency))

    def judge(
        self, text: str, *, key: Key, experience: Experience, deadline_s: float = JUDGE_DEADLINE_S
    ) -> Verdict:
        """See Judge."""
        if quick := find_quick_outcome(text, key=key, experience=experience):
            outcome, reason = quick
            return self._decide(outcome, reason, 0.0 if outcome == "fail" else None)
        order = self.review.build_order(
            {"text": text}, key=key, experience=experience, schema=SCHEMA
        )
        try:
            data = ask_for_json(self.chat, order, deadline_s=deadline_s)
            faults, fluency = _read_faults(data), read_chance(data["fluency"], "fluency")
            if fluency < self.min_fluency and not faults:
                raise UnreadableReply(f"fluency {fluency:g} without a fault")
        except UnreadableReply as error:
            return self._decide("unscored", f"the critic's answer cannot be read: {error}")
        outcome = "pass" if fluency >= self.min_fluency else "fail"
        return self._decide(outcome, "; ".join(faults) or "reads well", fluency)

    def _decide(self, outcome: Outcome, reason: str, probability: float | None = None) -> Verdict:
        return Verdict(
            outcome=outcome,
            reason=reason,
            judge=self.review.judge_name,
            version=self.version,
            probability=probability,
            role="critic",
        )


def _read_faults(data: Mapping[str, Any]) -> list[str]:
    faults = data["faults"]
    if not isinstance(faults, list) or len(faults) > MAX_FAULTS:
        raise UnreadableReply(f"the faults are not a list of at most {MAX_FAULTS}")
    return [read_reason(fault) for fault in faults]
