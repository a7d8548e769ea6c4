"""The body and the answer of `POST /v1/templates`."""

from __future__ import annotations

import json
import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from edgefill.core.errors import InputRefused
from edgefill.core.slots import Slot, slot_from_json
from gpu_service.engines.engine import GenerationRequest, Lane, ModelNames
from gpu_service.grammar.lark_grammar import build_grammar
from gpu_service.grammar.template_spec import TemplateSpec
from gpu_service.scheduling.generation import GeneratedChunk
from gpu_service.wire.openai.logprobs import LEAST
from gpu_service.wire.openai.models import resolve_adapter
from gpu_service.wire.validation import MAX_SEED, EncodableText


class TemplateRequest(BaseModel):
    """The body of a request."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: Annotated[EncodableText | None, Field(max_length=256)] = None  # "": the model itself
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
    log_probability: bool = False

    def to_generation_request(self, names: ModelNames) -> GenerationRequest:
        """The request for the engine.

        InputRefused when no grammar can be built from the slots; UnknownModel.
        """
        return GenerationRequest(
            prompt=self.prompt,
            adapter=resolve_adapter(self.model, names) if self.model else None,
            grammar=build_grammar(self.to_spec()) if self.constrained else None,
            max_tokens=self.max_tokens or self.max_chars,  # a token has at least one character
            temperature=self.temperature,
            top_p=self.top_p,
            seed=self.seed,
            lane=self.lane,
            log_probability=self.log_probability,
        )

    def to_spec(self) -> TemplateSpec:
        """What the template must look like; InputRefused names the invalid slot."""
        slots = tuple(_parse_slot(n, data) for n, data in enumerate(self.slots))
        return TemplateSpec(
            format=self.format, slots=slots, fields=tuple(self.fields), max_chars=self.max_chars
        )


@dataclass(slots=True, kw_only=True)
class TemplateResponseBuilder:
    """Builds one answer: call `to_response` once, or `to_events` for each chunk in order."""

    model: str  # the model or adapter that generates the text
    _log_probabilities: list[float] = field(default_factory=list)  # one per token so far

    def to_response(self, chunks: list[GeneratedChunk]) -> dict[str, Any]:
        """The body of a whole answer."""
        self._record(chunks)
        return {
            "id": make_id(),
            "model": self.model,
            "template": "".join(chunk.text for chunk in chunks),
            **self._finish_fields(chunks[-1]),
            "timing": {
                "queue_s": round(chunks[0].queue_s, 6),
                "first_token_s": round(chunks[0].elapsed_s, 6),
                "total_s": round(chunks[-1].elapsed_s, 6),
            },
        }

    def to_events(self, chunk: GeneratedChunk) -> list[str]:
        """The stream's events of `chunk`, as JSON."""
        self._record([chunk])
        delta = [{"delta": chunk.text}] if chunk.text else []
        last = [self._finish_fields(chunk)] if chunk.finish_reason else []
        return [json.dumps(data, ensure_ascii=False) for data in (*delta, *last)]

    def _record(self, chunks: list[GeneratedChunk]) -> None:
        for chunk in chunks:
            self._log_probabilities += [token.logprob for token in chunk.logprobs]

    def _finish_fields(self, last: GeneratedChunk) -> dict[str, Any]:
        """The finish reason, the usage and the mean of a text whose last chunk is `last`."""
        usage = {"prompt_tokens": last.prompt_tokens, "completion_tokens": last.completion_tokens}
        return {
            "finish_reason": last.finish_reason,
            "usage": usage,
            "log_probability": average_log_probability(self._log_probabilities),
        }


def average_log_probability(log_probabilities: Sequence[float]) -> float | None:
    """The mean of the tokens' natural log probabilities, at most 0.

    None when there are none, and when one is unknown: infinite, or the number that OpenAI and vLLM
    write for such a token.
    """
    if not log_probabilities:
        return None
    if not all(math.isfinite(one) and one > LEAST for one in log_probabilities):
        return None
    return round(min(fmean(log_probabilities), 0.0), 6)


def make_id() -> str:
    """A random id for one answer."""
    return f"tmpl-{secrets.token_hex(8)}"


def _parse_slot(number: int, data: dict[str, Any]) -> Slot:
    try:
        slot = slot_from_json(data)
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise InputRefused(f"slots.{number}: {str(error)[:200]}") from error
    texts = [slot.name, slot.type, *slot.values, *(field.name for field in slot.item)]
    if not all(isinstance(text, str) for text in texts):
        raise InputRefused(f"slots.{number}: name, type and values must be strings")
    return slot
