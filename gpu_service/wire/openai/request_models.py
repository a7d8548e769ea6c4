"""Orders: what a chat and a plain completion ask for alike.

Strict: unknown fields and wrong types are refused, as OpenAI does. Fields that this service cannot
honour are taken where their value changes nothing.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from gpu_service.engines.engine import Lane, Names
from gpu_service.wire.openai.constraints import StructuredOutputs
from gpu_service.wire.openai.errors import ModelUnknown

MAX_SEED = 2**63 - 1
MOST_STOPS = 16
NEUTRAL: dict[str, tuple[Any, ...]] = {  # the values that change nothing, the usual one last
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


def _is_text(text: str) -> str:
    """No lone surrogates: they are no UTF-8."""
    text.encode()
    return text


Text = Annotated[str, AfterValidator(_is_text)]
Stop = Annotated[Text, Field(min_length=1, max_length=256)]


class StreamOptions(BaseModel):
    """What a stream tells beside its text."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    include_usage: bool = False
    include_obfuscation: bool = False  # OpenAI's padding against eavesdroppers; never added


class Order(BaseModel):
    """The fields of both bodies."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    model: Annotated[Text, Field(min_length=1, max_length=256)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    max_tokens: Annotated[int | None, Field(ge=1)] = None
    temperature: Annotated[float | None, Field(ge=0, le=2)] = None
    top_p: Annotated[float | None, Field(gt=0, le=1)] = None
    seed: Annotated[int | None, Field(ge=0, le=MAX_SEED)] = None
    stop: Stop | Annotated[list[Stop], Field(max_length=MOST_STOPS)] | None = None
    service_tier: str | None = None  # "flex" waits behind everybody else
    # Beyond OpenAI; the first three as in vLLM:
    priority: int = 0  # above 0: behind everybody else
    ignore_eos: bool | None = None
    return_token_ids: bool | None = None
    deadline_s: Annotated[float | None, Field(gt=0, le=3600)] = None
    structured_outputs: StructuredOutputs | None = None
    guided_json: dict[str, Any] | str | None = None
    guided_regex: Text | None = None
    guided_choice: list[Text] | None = None
    guided_grammar: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _neutral(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        for name, same in NEUTRAL.items():
            if data.get(name) not in same:
                raise ValueError(f"{name}: only {same[-1]!r} is supported here")
        return {key: value for key, value in data.items() if key not in NEUTRAL.keys() | IGNORED}

    def adapter(self, engine: Names) -> str | None:
        """The adapter that `model` names, None for the model itself; ModelUnknown."""
        if self.model == engine.model:
            return None
        if self.model not in engine.adapters:
            raise ModelUnknown(self.model)
        return self.model

    @property
    def structured(self) -> StructuredOutputs | None:
        """The constraint that vLLM's fields name, today's or those before its 0.12."""
        guided = {
            name: value
            for name in ("json", "regex", "choice", "grammar")
            if (value := getattr(self, f"guided_{name}")) is not None
        }
        return StructuredOutputs.model_validate(guided) if guided else self.structured_outputs

    def sampling(self) -> dict[str, Any]:
        """The fields of a GenerationRequest that both routes fill alike."""
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
    def longest(self) -> int | None:
        """The most tokens that the body asks for."""
        return self.max_tokens

    @property
    def include_usage(self) -> bool:
        """Whether a stream ends with what it cost."""
        return bool(self.stream_options and self.stream_options.include_usage)
