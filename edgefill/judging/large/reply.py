"""Reads what a large model answers; whatever is not exactly an answer is refused, never scored."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from edgefill.chat import ChatClient, ChatOrder, ChatReply
from edgefill.core.errors import GenerationError, InvalidEngineOutput, JudgeUnavailable
from edgefill.core.strict_json import parse
from edgefill.judging.large.rubric import ExperienceRubric

# characters of a model's reason that a verdict repeats
MAX_REASON = 300


class UnreadableReply(ValueError):
    """The model's answer is not one; `str()` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricReply:
    """A model's answer by a rubric, without contradictions; `chance` is not calibrated."""

    criteria: Mapping[str, bool]
    reason: str
    chance: float
    outcome: str


def ask_for_json(chat: ChatClient, order: ChatOrder, *, deadline_s: float) -> dict[str, Any]:
    """The object that a model answers, with the members of the order's schema.

    JudgeUnavailable if the model does not answer, UnreadableReply if it answers something else.
    """
    try:
        reply = chat.ask(order, deadline_s=deadline_s)
    except InvalidEngineOutput as error:
        raise UnreadableReply(str(error)) from error
    except GenerationError as error:
        raise JudgeUnavailable(
            str(error),
            retry_after=getattr(error, "retry_after", 10),
            permanent=getattr(error, "permanent", False),
        ) from error
    return _parse_object(reply, order.schema["required"])


def build_schema(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON schema of an object with exactly these members."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def build_rubric_schema(rubric: ExperienceRubric) -> dict[str, Any]:
    """The schema of RubricReply; the reason comes first, so that a model thinks before it rates."""
    answers = {each.id: {"type": "boolean"} for each in rubric.criteria}
    return build_schema(
        {
            "reason": {"type": "string"},
            "criteria": build_schema(answers),
            "chance": {"type": "number", "minimum": 0, "maximum": 1},
            "outcome": {"type": "string", "enum": ["pass", "fail"]},
        }
    )


def read_rubric_reply(data: Mapping[str, Any], rubric: ExperienceRubric) -> RubricReply:
    """The answer in `data`; UnreadableReply if it is incomplete or contradicts itself."""
    criteria, outcome = data["criteria"], data["outcome"]
    if not isinstance(criteria, dict):
        raise UnreadableReply("the answer's criteria are not an object")
    _require_members(criteria, [each.id for each in rubric.criteria], "criteria")
    if not all(isinstance(answer, bool) for answer in criteria.values()):
        raise UnreadableReply("a criterion is answered with something else than true or false")
    if outcome not in ("pass", "fail"):
        raise UnreadableReply(f"the outcome is {str(outcome)[:40]!r}")
    chance = read_chance(data["chance"], "chance")
    unmet = rubric.list_unmet(criteria)
    if (outcome == "pass") == bool(unmet):
        missed = ", ".join(unmet) or "no deciding criterion"
        raise UnreadableReply(f"the answer contradicts itself: {outcome}, but misses {missed}")
    if (chance > 0.5) != (outcome == "pass") and chance != 0.5:
        raise UnreadableReply(f"the answer contradicts itself: {outcome} with chance {chance:g}")
    return RubricReply(
        criteria=criteria, reason=read_reason(data["reason"]), chance=chance, outcome=outcome
    )


def read_chance(value: Any, member: str) -> float:
    """A number from 0 to 1; UnreadableReply."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise UnreadableReply(f"{member} is {str(value)[:40]!r}, not a number from 0 to 1")
    return float(value)


def read_reason(value: Any) -> str:
    """A reason on one line, at most MAX_REASON characters; UnreadableReply if there is none."""
    reason = " ".join(value.split()) if isinstance(value, str) else ""
    if not reason:
        raise UnreadableReply("the answer gives no reason")
    return reason if len(reason) <= MAX_REASON else f"{reason[: MAX_REASON - 3]}..."


def _parse_object(reply: ChatReply, members: Collection[str]) -> dict[str, Any]:
    if not reply.is_complete:
        raise UnreadableReply("the answer was cut off")
    try:
        data = parse(reply.text)
    except ValueError as error:
        start = " ".join(reply.text.split())[:60]
        raise UnreadableReply(f"the answer is not JSON: {start!r}") from error
    if not isinstance(data, dict):
        raise UnreadableReply("the answer is not a JSON object")
    _require_members(data, members, "answer")
    return data


def _require_members(data: Mapping[str, Any], members: Collection[str], name: str) -> None:
    if missing := set(members) - data.keys():
        raise UnreadableReply(f"the {name} lacks {', '.join(sorted(missing))}")
    if extra := data.keys() - set(members):
        raise UnreadableReply(f"the {name} has an extra {sorted(extra)[0][:40]!r}")
