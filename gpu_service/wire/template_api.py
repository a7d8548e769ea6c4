"""The body and the answer of `POST /v1/templates`."""

from __future__ import annotations

import json
import secrets
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from edgefill.core.errors import InputRefused
from edgefill.core.slots import Slot, slot_from_json
from gpu_service.engines.engine import GenerationRequest, Lane
from gpu_service.grammar.lark_grammar import build_grammar
from gpu_service.grammar.template_spec import TemplateSpec
from gpu_service.scheduling.generation import GeneratedChunk
from gpu_service.wire.validation import MAX_SEED, EncodableText


class TemplateRequest(BaseModel):
    """The body of a request."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    prompt: Annotated[EncodableText, Field(min_length=1, max_length=32_768)]
    format: Annotated[str, Field(pattern="^(html|json|text)$")]
    slots: Annotated[list[dict[str, Any]], Field(max_length=64)] = []
    fields: Annotated[list[EncodableText], Field(max_length=15)] = []
    max_chars: Annotated[int, Field(ge=1, le=20_000)] = 1200
    max_tokens: Annotated[int | None, Field(ge=1, le=32_768)] = None
    constrained: bool = True
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.8
    top_p: Annotated[float, Field(gt=0, le=1)] = 0.95
    seed: Annotated[int | None, Field(ge=0, le=MAX_SEED)] = None
    lane: Lane = "interactive"
    deadline_s: Annotated[float | None, Field(gt=0, le=3600)] = None
    stream: bool = False

    def to_generation_request(self) -> GenerationRequest:
        """The request for the engine; InputRefused when no grammar can be built from the slots."""
        return GenerationRequest(
            prompt=self.prompt,
            grammar=build_grammar(self.to_spec()) if self.constrained else None,
            max_tokens=self.max_tokens or self.max_chars,  # a token has at least one character
            temperature=self.temperature,
            top_p=self.top_p,
            seed=self.seed,
            lane=self.lane,
        )

    def to_spec(self) -> TemplateSpec:
        """What the template must look like; InputRefused names the invalid slot."""
        slots = tuple(_parse_slot(n, data) for n, data in enumerate(self.slots))
        return TemplateSpec(
            format=self.format, slots=slots, fields=tuple(self.fields), max_chars=self.max_chars
        )


def to_response(model: str, chunks: list[GeneratedChunk]) -> dict[str, Any]:
    """The body of a whole answer."""
    return {
        "id": make_id(),
        "model": model,
        "template": "".join(chunk.text for chunk in chunks),
        **finish_fields(chunks[-1]),
        "timing": {
            "queue_s": round(chunks[0].queue_s, 6),
            "first_token_s": round(chunks[0].elapsed_s, 6),
            "total_s": round(chunks[-1].elapsed_s, 6),
        },
    }


def to_events(chunk: GeneratedChunk) -> list[str]:
    """The stream's events of `chunk`, as JSON."""
    delta = [{"delta": chunk.text}] if chunk.text else []
    last = [finish_fields(chunk)] if chunk.finish_reason else []
    return [json.dumps(data, ensure_ascii=False) for data in (*delta, *last)]


def finish_fields(last: GeneratedChunk) -> dict[str, Any]:
    """The finish reason and the usage of a text whose last chunk is `last`."""
    usage = {"prompt_tokens": last.prompt_tokens, "completion_tokens": last.completion_tokens}
    return {"finish_reason": last.finish_reason, "usage": usage}


def make_id() -> str:
    """A random id for one answer."""
    return f"tmpl-{secrets.token_hex(8)}"


def _parse_slot(number: int, data: dict[str, Any]) -> Slot:
    try:
        slot = slot_from_json(data)
    except (TypeError, KeyError, AttributeError) as error:
        raise InputRefused(f"slots.{number}: {error}") from error
    texts = [slot.name, slot.type, *slot.values, *(field.name for field in slot.item)]
    if not all(isinstance(text, str) for text in texts):
        raise InputRefused(f"slots.{number}: name, type and values must be strings")
    return slot
