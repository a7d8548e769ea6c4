"""PairwiseJudge: which of two texts is better, asked in both orders.

Models prefer the first or the last of two texts (Zheng et al., 2023), so only a preference that
survives the exchange of places counts; anything else is a tie.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from edgefill.chat import ChatClient
from edgefill.core.experience import Experience
from edgefill.core.keys import Key
from edgefill.judging.large.reply import UnreadableReply, ask_for_json, build_schema, read_reason
from edgefill.judging.large.review import Review, find_quick_outcome
from edgefill.judging.verdict import JUDGE_DEADLINE_S

Better = Literal["a", "b", "tie"]
_PLACES = ("first", "second", "tie")
SCHEMA = build_schema(
    {"reason": {"type": "string"}, "better": {"type": "string", "enum": list(_PLACES)}}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """Which of two texts is better, and why."""

    better: Better
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PairwiseJudge:
    """Compares two texts for one key; `tick` is a monotonic clock in seconds."""

    chat: ChatClient
    review: Review
    tick: Callable[[], float] = time.monotonic

    def choose_better(
        self,
        a: str,
        b: str,
        *,
        key: Key,
        experience: Experience,
        deadline_s: float = JUDGE_DEADLINE_S,
    ) -> Preference:
        """The better of two texts after two questions in `deadline_s`; JudgeUnavailable.

        A text that needs no model to fail loses against one that does not.
        """
        end = self.tick() + deadline_s
        quick = [find_quick_outcome(text, key=key, experience=experience) for text in (a, b)]
        if any(quick):
            return _compare_quickly(quick[0], quick[1])
        try:
            forth, reason = self._ask(a, b, key, experience, deadline_s)
            back, _ = self._ask(b, a, key, experience, end - self.tick())
        except UnreadableReply as error:
            return Preference(better="tie", reason=f"the answer cannot be read: {error}")
        if (forth, back) == ("first", "second"):
            return Preference(better="a", reason=reason)
        if (forth, back) == ("second", "first"):
            return Preference(better="b", reason=reason)
        if forth == back == "tie":
            return Preference(better="tie", reason=reason)
        return Preference(better="tie", reason="the preference depends on the texts' order")

    def _ask(
        self, first: str, second: str, key: Key, experience: Experience, deadline_s: float
    ) -> tuple[str, str]:
        texts = {"first": first, "second": second}
        order = self.review.build_order(texts, key=key, experience=experience, schema=SCHEMA)
        data = ask_for_json(self.chat, order, deadline_s=deadline_s)
        if data["better"] not in _PLACES:
            raise UnreadableReply(f"better is {str(data['better'])[:40]!r}")
        return data["better"], read_reason(data["reason"])


def _compare_quickly(a: tuple[str, str] | None, b: tuple[str, str] | None) -> Preference:
    if a and b:
        return Preference(better="tie", reason=a[1])
    if a:
        return Preference(better="b", reason=a[1])
    return Preference(better="a", reason=b[1] if b else "")
