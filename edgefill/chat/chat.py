"""ChatClient: the interface to models that answer one prompt with JSON of a given schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

MAX_TOKENS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatOrder:
    """One question to `model` ("" is the server's default).

    `schema` is the JSON schema of the answer, called `name`; servers without structured output
    ignore it, so the caller checks the answer. At most `max_tokens` are answered.
    """

    prompt: str
    schema: Mapping[str, Any] = field(default_factory=dict)
    name: str = "answer"
    model: str = ""
    max_tokens: int = MAX_TOKENS


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatReply:
    """A model's unchecked answer; `is_complete` is false if it was cut off.

    `tokens` counts prompt and answer together, 0 if the server does not say.
    """

    text: str
    model: str
    tokens: int
    is_complete: bool = True


class ChatClient(Protocol):
    """Asks a model."""

    def ask(self, order: ChatOrder, *, deadline_s: float) -> ChatReply:
        """The answer, within `deadline_s` seconds; GenerationError."""
