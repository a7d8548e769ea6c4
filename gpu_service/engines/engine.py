"""The Protocol of an engine that generates texts: many requests at a time, tokens as they come."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Literal, Protocol

FinishReason = Literal["stop", "length"]
Lane = Literal["interactive", "batch"]
Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a chat."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """One text to generate."""

    prompt: str  # the user's message; the engine applies its model's chat template
    messages: tuple[Message, ...] = ()  # a whole chat, used instead of `prompt`
    raw: bool = False  # `prompt` goes to the model unchanged, without a chat template
    # At most one of these three constrains the text:
    grammar: str | None = None  # Lark as llguidance reads it (gpu_service/grammar/lark_grammar.py)
    json_schema: str | None = None  # a JSON Schema, as JSON
    regex: str | None = None
    stop: tuple[str, ...] = ()  # the text ends before the first of these strings
    ignore_eos: bool = False  # generate max_tokens tokens, as benchmarks do; not with a constraint
    adapter: str | None = None  # a LoRA adapter's name; None: the model itself
    logprobs: int | None = None  # alternatives per token; None: no log probabilities
    log_probability: bool = False  # the tokens' own log probabilities, where the engine has them
    max_tokens: int | None = None  # None: as many as the model's context has room for
    temperature: float = 0.8  # 0: always the likeliest token
    top_p: float = 0.95
    seed: int | None = None  # None: another text each time
    lane: Lane = "interactive"  # for engines that schedule by priority

    @property
    def wanted_logprobs(self) -> int | None:
        """Alternatives per token, 0 when only the tokens' own are wanted; None: nothing is."""
        return 0 if self.logprobs is None and self.log_probability else self.logprobs


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLogprob:
    """A generated token: its text, its natural log probability, and the likeliest tokens.

    The probabilities are the model's, before temperature and top_p. Under a constraint engine
    `onnx` takes them over all tokens, vLLM over the tokens that the constraint allows.
    """

    token: str
    logprob: float
    top: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """What the model generated since the last delta; the last one has a finish reason."""

    text: str
    tokens: int = 1  # how many tokens the model generated for it
    token_ids: tuple[int, ...] = ()  # where the engine reports them
    logprobs: tuple[TokenLogprob, ...] = ()  # where the request asks for them
    prompt_tokens: int = 0  # on the last delta
    cached_tokens: int = 0  # on the last delta: of the prompt's, found in the prefix cache
    finish_reason: FinishReason | None = None


class ModelNames(Protocol):
    """The names that a request may give as its model."""

    @property
    def model(self) -> str:
        """The name of the model."""
        ...

    @property
    def adapters(self) -> tuple[str, ...]:
        """The names of the LoRA adapters that a request may use."""
        ...


class Engine(ModelNames, Protocol):
    """A model that generates texts.

    `generate` raises RequestRefused for a request that no retry can help, GenerationError when
    the engine fails. Closing its iterator stops the model within a token and frees its place.
    """

    @property
    def context(self) -> int:
        """The most tokens of prompt and text together."""
        ...

    def count_tokens(self, request: GenerationRequest) -> int:
        """How many tokens the request's prompt has; RequestRefused when it cannot be encoded."""
        ...

    @property
    def ready(self) -> bool:
        """Whether `generate` may be called: started, not stopped, not dead."""
        ...

    async def start(self) -> None:
        """Load the model; InputRefused names what cannot be loaded and the remedy."""
        ...

    async def stop(self) -> None:
        """Stop every generation and unload the model."""
        ...

    def generate(self, request: GenerationRequest) -> AsyncGenerator[Delta, None]:
        """Generate one text, as deltas of which the last has a finish reason."""
        ...
