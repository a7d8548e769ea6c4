"""The wire: what `POST /v1/templates` takes and gives."""

from __future__ import annotations

import json
import secrets
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from edgefill.core.errors import InputRefused
from edgefill.core.slots import Slot, slot_from_json
from gpu_service.engines.engine import GenerationRequest, Lane
from gpu_service.grammar.grammar import lark
from gpu_service.scheduling.generation import Step
from gpu_service.wire.template_spec import Shape

MAX_SEED = 2**63 - 1


class TemplateOrder(BaseModel):
    """The body of a request."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    prompt: Annotated[str, Field(min_length=1, max_length=32_768)]
    format: Annotated[str, Field(pattern="^(html|json|text)$")]
    slots: Annotated[list[dict[str, Any]], Field(max_length=64)] = []
    fields: Annotated[list[str], Field(max_length=15)] = []
    max_chars: Annotated[int, Field(ge=1, le=20_000)] = 1200
    max_tokens: Annotated[int | None, Field(ge=1, le=32_768)] = None
    constrained: bool = True
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.8
    top_p: Annotated[float, Field(gt=0, le=1)] = 0.95
    seed: Annotated[int | None, Field(ge=0, le=MAX_SEED)] = None
    lane: Lane = "interactive"
    deadline_s: Annotated[float | None, Field(gt=0, le=3600)] = None
    stream: bool = False

    @field_validator("prompt", "fields")
    @classmethod
    def _is_text(cls, value: str | list[str]) -> str | list[str]:
        """No lone surrogates: they are no UTF-8."""
        "".join(value).encode()
        return value

    def request(self) -> GenerationRequest:
        """What the engine is asked; InputRefused when the slots make no grammar."""
        return GenerationRequest(
            prompt=self.prompt,
            grammar=lark(self.shape()) if self.constrained else None,
            max_tokens=self.max_tokens or self.max_chars,  # a token is a character at least
            temperature=self.temperature,
            top_p=self.top_p,
            seed=self.seed,
            lane=self.lane,
        )

    def shape(self) -> Shape:
        """What the template must look like; InputRefused names the slot that is none."""
        slots = tuple(_slot(n, data) for n, data in enumerate(self.slots))
        return Shape(
            format=self.format, slots=slots, fields=tuple(self.fields), max_chars=self.max_chars
        )


def _slot(number: int, data: dict[str, Any]) -> Slot:
    try:
        slot = slot_from_json(data)
    except (TypeError, KeyError, AttributeError) as error:
        raise InputRefused(f"slots.{number}: {error}") from error
    texts = [slot.name, slot.type, *slot.values, *(field.name for field in slot.item)]
    if not all(isinstance(text, str) for text in texts):
        raise InputRefused(f"slots.{number}: name, type and values are strings")
    return slot


def whole(model: str, steps: list[Step]) -> dict[str, Any]:
    """The body of an answer."""
    return {
        "id": new_id(),
        "model": model,
        "template": "".join(step.text for step in steps),
        **ending(steps[-1]),
        "timing": {
            "queue_s": round(steps[0].queue_s, 6),
            "first_token_s": round(steps[0].elapsed_s, 6),
            "total_s": round(steps[-1].elapsed_s, 6),
        },
    }


def ending(last: Step) -> dict[str, Any]:
    """How a text ended and what it cost."""
    usage = {"prompt_tokens": last.prompt_tokens, "completion_tokens": last.completion_tokens}
    return {"finish_reason": last.finish_reason, "usage": usage}


def told(step: Step) -> list[str]:
    """The events that tell of `step`, as JSON."""
    said = [{"delta": step.text}] if step.text else []
    last = [ending(step)] if step.finish_reason else []
    return [json.dumps(data, ensure_ascii=False) for data in (*said, *last)]


def new_id() -> str:
    """A name for one answer."""
    return f"tmpl-{secrets.token_hex(8)}"
