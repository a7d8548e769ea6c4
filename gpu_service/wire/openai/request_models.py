"""The fields that chat and completion requests share."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from gpu_service.engines.engine import Lane, ModelNames
from gpu_service.wire.openai.constraints import Choices, ConstraintText, StructuredOutputs
from gpu_service.wire.openai.models import resolve_adapter
from gpu_service.wire.openai.shape import NeutralValues, OpenAIShape
from gpu_service.wire.validation import MAX_SEED, EncodableText

MAX_STOPS = 16
Stop = Annotated[EncodableText, Field(min_length=1, max_length=256)]


class StreamOptions(OpenAIShape):
    """What a stream contains in addition to its text."""

    ignored = frozenset({"include_obfuscation"})  # OpenAI's padding against eavesdroppers

    include_usage: bool | None = None


class OpenAIRequest(OpenAIShape):
    """The fields of both bodies."""

    neutral: ClassVar[NeutralValues] = {
        "n": (1,), "best_of": (1,), "echo": (False,), "suffix": ("",), "logit_bias": ({},),
        "frequency_penalty": (0,), "presence_penalty": (0,), "repetition_penalty": (1,),
        "top_k": (-1, 0), "min_p": (0,), "min_tokens": (0,), "use_beam_search": (False,),
        "skip_special_tokens": (True,), "add_generation_prompt": (True,),
        "tools": ([],), "tool_choice": ("auto", "none"), "functions": ([],),
        "function_call": ("auto", "none"), "modalities": (["text"],), "audio": (None,),
        "prediction": (None,), "web_search_options": (None,), "moderation": (None,),
        "reasoning_effort": ("none",), "verbosity": ("medium",),
    }  # fmt: skip
    ignored = frozenset(
        {"user", "metadata", "store", "safety_identifier", "parallel_tool_calls",
         "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention"}
    )  # fmt: skip

    # without a name the service's own model, as in vLLM
    model: Annotated[EncodableText | None, Field(min_length=1, max_length=256)] = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    max_tokens: Annotated[int | None, Field(ge=1)] = None
    temperature: Annotated[float | None, Field(ge=0, le=2)] = None
    top_p: Annotated[float | None, Field(gt=0, le=1)] = None
    seed: Annotated[int | None, Field(ge=0, le=MAX_SEED)] = None
    stop: Stop | Annotated[list[Stop], Field(max_length=MAX_STOPS)] | None = None
    service_tier: str | None = None  # "flex" is the batch lane
    # Not OpenAI's; the first three as in vLLM:
    priority: int | None = None  # above 0 is the batch lane
    ignore_eos: bool | None = None
    return_token_ids: bool | None = None
    deadline_s: Annotated[float | None, Field(gt=0, le=3600)] = None
    structured_outputs: StructuredOutputs | None = None
    guided_json: dict[str, Any] | str | None = None
    guided_regex: ConstraintText | None = None
    guided_choice: Choices | None = None
    guided_grammar: ConstraintText | None = None

    def resolve_adapter(self, engine: ModelNames) -> str | None:
        """The adapter that `model` names, None for the model itself; UnknownModel."""
        return None if self.model is None else resolve_adapter(self.model, engine)

    @property
    def structured(self) -> StructuredOutputs | None:
        """The constraint in vLLM's fields, `structured_outputs` or its older `guided_*`.

        ValueError when there are several.
        """
        guided = {
            name: value
            for name in ("json", "regex", "choice", "grammar")
            if (value := getattr(self, f"guided_{name}")) is not None
        }
        if len(guided) + (self.structured_outputs is not None) > 1:
            raise ValueError(
                f"guided_{next(iter(guided))}: name one of json, regex, choice, grammar"
            )
        return StructuredOutputs.model_validate(guided) if guided else self.structured_outputs

    def to_sampling_fields(self) -> dict[str, Any]:
        """The fields of GenerationRequest that both routes fill in the same way."""
        lane: Lane = (
            "batch" if (self.priority or 0) > 0 or self.service_tier == "flex" else "interactive"
        )
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
