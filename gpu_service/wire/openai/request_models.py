"""The fields that chat and completion requests share.

Strict as OpenAI: unknown fields and wrong types are refused. A field that this service cannot
honour is accepted only with a value that changes nothing.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from gpu_service.engines.engine import Lane, ModelNames
from gpu_service.wire.openai.constraints import StructuredOutputs
from gpu_service.wire.openai.models import resolve_adapter
from gpu_service.wire.validation import MAX_SEED, EncodableText

MAX_STOPS = 16
# The values that change nothing, the usual one last.
NEUTRAL: dict[str, tuple[Any, ...]] = {
    "n": (None, 1), "best_of": (None, 1), "echo": (None, False), "suffix": (None, ""),
    "frequency_penalty": (None, 0), "presence_penalty": (None, 0), "repetition_penalty": (None, 1),
    "logit_bias": (None, {}), "top_k": (None, -1, 0), "min_p": (None, 0), "min_tokens": (None, 0),
    "use_beam_search": (None, False), "tools": (None, []),
    "tool_choice": (None, "auto", "none"), "functions": (None, []), "modalities": (None, ["text"]),
    "skip_special_tokens": (None, True), "add_generation_prompt": (None, True),
}  # fmt: skip
IGNORED = frozenset(
    ("user", "metadata", "store", "safety_identifier", "prompt_cache_key", "parallel_tool_calls")
)


Stop = Annotated[EncodableText, Field(min_length=1, max_length=256)]


class StreamOptions(BaseModel):
    """What a stream contains in addition to its text."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    include_usage: bool = False
    include_obfuscation: bool = (
        False  # OpenAI's padding against eavesdroppers; accepted and ignored
    )


class OpenAIRequest(BaseModel):
    """The fields of both bodies."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    model: Annotated[EncodableText, Field(min_length=1, max_length=256)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    max_tokens: Annotated[int | None, Field(ge=1)] = None
    temperature: Annotated[float | None, Field(ge=0, le=2)] = None
    top_p: Annotated[float | None, Field(gt=0, le=1)] = None
    seed: Annotated[int | None, Field(ge=0, le=MAX_SEED)] = None
    stop: Stop | Annotated[list[Stop], Field(max_length=MAX_STOPS)] | None = None
    service_tier: str | None = None  # "flex" is the batch lane
    # Not OpenAI's; the first three as in vLLM:
    priority: int = 0  # above 0 is the batch lane
    ignore_eos: bool | None = None
    return_token_ids: bool | None = None
    deadline_s: Annotated[float | None, Field(gt=0, le=3600)] = None
    structured_outputs: StructuredOutputs | None = None
    guided_json: dict[str, Any] | str | None = None
    guided_regex: EncodableText | None = None
    guided_choice: list[EncodableText] | None = None
    guided_grammar: EncodableText | None = None

    @model_validator(mode="before")
    @classmethod
    def _drop_neutral_fields(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        for name, same in NEUTRAL.items():
            if data.get(name) not in same:
                raise ValueError(f"{name}: only {same[-1]!r} is supported here")
        return {key: value for key, value in data.items() if key not in NEUTRAL.keys() | IGNORED}

    def resolve_adapter(self, engine: ModelNames) -> str | None:
        """The adapter that `model` names, None for the model itself; UnknownModel."""
        return resolve_adapter(self.model, engine)

    @property
    def structured(self) -> StructuredOutputs | None:
        """The constraint in vLLM's fields, `structured_outputs` or its older `guided_*`."""
        guided = {
            name: value
            for name in ("json", "regex", "choice", "grammar")
            if (value := getattr(self, f"guided_{name}")) is not None
        }
        return StructuredOutputs.model_validate(guided) if guided else self.structured_outputs

    def to_sampling_fields(self) -> dict[str, Any]:
        """The fields of GenerationRequest that both routes fill in the same way."""
        lane: Lane = "batch" if self.priority > 0 or self.service_tier == "flex" else "interactive"
        return {
            "temperature": 1.0 if self.temperature is None else self.temperature,
            "top_p": 1.0 if self.top_p is None else self.top_p,
            "seed": self.seed,
            "stop": (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ()),
            "ignore_eos": bool(self.ignore_eos),
            "lane": lane,
        }

    @property
    def max_new_tokens(self) -> int | None:
        """The most tokens that the body allows."""
        return self.max_tokens

    @property
    def include_usage(self) -> bool:
        """Whether a stream ends with its usage."""
        return bool(self.stream_options and self.stream_options.include_usage)
