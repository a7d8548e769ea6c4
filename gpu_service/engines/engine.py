"""Engine: the seam behind which a model writes; many requests in flight, tokens as they come."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Literal, Protocol

FinishReason = Literal["stop", "length"]
Lane = Literal["interactive", "batch"]
Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One turn of a chat."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """One text to write."""

    prompt: str  # what the user of a chat says; the engine applies its model's chat template
    messages: tuple[Message, ...] = ()  # a whole chat, in place of `prompt`
    raw: bool = False  # `prompt` goes to the model as it is, without a chat template
    # At most one of these constrains what is written:
    grammar: str | None = None  # Lark as llguidance reads it (gpu_service/grammar/grammar.py)
    json_schema: str | None = None  # a JSON Schema, as JSON
    regex: str | None = None
    stop: tuple[str, ...] = ()  # the text ends before the first of these
    ignore_eos: bool = False  # write on to max_tokens, as benchmarks ask; never under a constraint
    adapter: str | None = None  # a LoRA adapter by its name; None: the model itself
    logprobs: int | None = None  # so many alternatives with each token; None: no log probabilities
    max_tokens: int | None = None  # None: as much as the model's context leaves
    temperature: float = 0.8  # 0: always the likeliest token
    top_p: float = 0.95
    seed: int | None = None  # None: another text each time
    lane: Lane = "interactive"  # for engines that schedule by priority


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLogprob:
    """A token that was written: its text, natural log probability, and the likeliest others."""

    token: str
    logprob: float
    top: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """What the model wrote since the last delta; the last one has a finish reason."""

    text: str
    tokens: int = 1  # how many tokens the model spent on it
    token_ids: tuple[int, ...] = ()  # where the engine tells them
    logprobs: tuple[TokenLogprob, ...] = ()  # where they were asked for
    prompt_tokens: int = 0  # on the last delta
    cached_tokens: int = 0  # on the last delta: of the prompt's, found in the prefix cache
    finish_reason: FinishReason | None = None


class Names(Protocol):
    """What a request may call the model that it asks."""

    @property
    def model(self) -> str:
        """The name of the model."""
        ...

    @property
    def adapters(self) -> tuple[str, ...]:
        """The names of the LoRA adapters that a request may ask for."""
        ...


class Engine(Names, Protocol):
    """A model that writes.

    `generate` raises RequestRefused for a request that no retry can help, GenerationError when
    the engine fails. Closing its iterator stops the model within a token and frees its place.
    """

    @property
    def context(self) -> int:
        """The most tokens of prompt and text together."""
        ...

    def count_tokens(self, request: GenerationRequest) -> int:
        """How many tokens the request's prompt has; RequestRefused when it cannot be read."""
        ...

    @property
    def ready(self) -> bool:
        """Whether `generate` may be called: started, not stopped, not dead."""
        ...

    async def start(self) -> None:
        """Load the model; InputRefused names what cannot be loaded and the remedy."""
        ...

    async def stop(self) -> None:
        """Stop every generation and let the model go."""
        ...

    def generate(self, request: GenerationRequest) -> AsyncGenerator[Delta, None]:
        """Write one text, as deltas that end with one that has a finish reason."""
        ...
