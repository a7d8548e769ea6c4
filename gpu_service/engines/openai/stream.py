"""Parse the stream of an OpenAI-compatible server into deltas.

As tolerant as OpenAI's own client: an event may lack choices, a choice its delta, and an empty
finish reason is none. Only the choice of index 0 is read, since one text was asked for.
"""

from __future__ import annotations

import json
import math
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from edgefill.core.errors import EngineBusy, EngineUnavailable, InvalidEngineOutput, RequestRefused
from gpu_service.engines.engine import Delta, FinishReason, TokenLogprob
from gpu_service.engines.openai.events import read_events

DONE = "[DONE]"
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError)
ENDS: dict[str, FinishReason] = {"stop": "stop", "length": "length"}


@dataclass(slots=True)
class _StreamEnd:
    """How the text ends, as far as the stream says; the usage follows the finish reason."""

    reason: FinishReason | None = None
    tokens: int = 0  # in the deltas so far
    usage: dict[str, Any] = field(default_factory=dict)

    def to_delta(self) -> Delta:
        if self.reason is None:
            raise EngineUnavailable("the server's stream ended before its text", retry_after=0)
        usage = self.usage
        try:
            details = usage.get("prompt_tokens_details") or {}
            return Delta(
                text="",
                tokens=max(_read_count(usage, "completion_tokens", self.tokens) - self.tokens, 0),
                prompt_tokens=_read_count(usage, "prompt_tokens"),
                cached_tokens=_read_count(details, "cached_tokens"),
                finish_reason=self.reason,
            )
        except UNREADABLE as error:
            raise _make_unreadable(error) from error


async def parse_stream(pieces: AsyncIterator[bytes]) -> AsyncGenerator[Delta, None]:
    """The deltas of a stream's bytes; InvalidEngineOutput, EngineUnavailable or EngineBusy."""
    end = _StreamEnd()
    async for data in read_events(pieces):
        if data.startswith(DONE):
            break
        try:
            delta = _parse_event(data, end)
        except UNREADABLE as error:
            raise _make_unreadable(error) from error
        if delta:
            end.tokens += delta.tokens
            yield delta
    yield end.to_delta()


def _parse_event(data: str, end: _StreamEnd) -> Delta | None:
    event = json.loads(data)
    if event.get("error"):
        raise _make_failure(event["error"])
    end.usage |= {name: one for name, one in (event.get("usage") or {}).items() if one is not None}
    choice = _find_first_choice(event.get("choices") or [])
    reason = choice.get("finish_reason")
    if reason:
        if reason not in ENDS:
            raise InvalidEngineOutput(f"the server ended the text for {str(reason)[:40]!r}")
        end.reason = ENDS[reason]
    return _parse_delta(choice)


def _find_first_choice(choices: list[dict[str, Any]]) -> dict[str, Any]:
    """The choice of index 0, which some servers do not number; an empty one when there is none."""
    if not isinstance(choices, list):
        raise TypeError("the choices are not a list")
    return next((choice for choice in choices if not choice.get("index")), {})


def _parse_delta(choice: dict[str, Any]) -> Delta | None:
    text = (choice.get("delta") or {}).get("content") if "delta" in choice else choice.get("text")
    logprobs = _parse_logprobs(choice.get("logprobs"))
    ids = tuple(int(token) for token in choice.get("token_ids") or ())
    if not isinstance(text, str | None):
        raise TypeError("the text is not a string")
    if not (text or logprobs or ids):
        return None
    (text or "").encode()  # ValueError for an unpaired surrogate, which no answer can hold
    tokens = len(ids) or len(logprobs) or 1
    return Delta(text=text or "", tokens=tokens, token_ids=ids, logprobs=logprobs)


def _parse_logprobs(data: Any) -> tuple[TokenLogprob, ...]:
    if not data:
        return ()
    if "content" in data:
        return tuple(
            TokenLogprob(
                token=str(one["token"]),
                logprob=_read_logprob(one.get("logprob")),
                top=tuple(
                    (str(other["token"]), _read_logprob(other.get("logprob")))
                    for other in one.get("top_logprobs") or ()
                ),
            )
            for one in data["content"] or ()
        )
    tokens = data.get("tokens") or ()
    tops = data.get("top_logprobs") or [{}] * len(tokens)
    rows = zip(tokens, data.get("token_logprobs") or (), tops, strict=True)
    return tuple(
        TokenLogprob(
            token=str(token),
            logprob=_read_logprob(logprob),
            top=tuple((text, _read_logprob(other)) for text, other in (top or {}).items()),
        )
        for token, logprob, top in rows
    )


def _read_logprob(logprob: Any) -> float:
    """Null, which some servers write for the first token, is a probability that is unknown."""
    return -math.inf if logprob is None else float(logprob)


def _read_count(usage: dict[str, Any], name: str, usual: int = 0) -> int:
    count = usage.get(name)
    return usual if count is None else int(count)


def _make_failure(error: Any) -> EngineBusy | EngineUnavailable | RequestRefused:
    """The error of an error event; vLLM uses an HTTP status as its code."""
    code = error.get("code") if isinstance(error, dict) else None
    message = str(error.get("message", "") if isinstance(error, dict) else "")[:300]
    if code in (429, "rate_limit_exceeded"):
        return EngineBusy(f"the server failed: {message}", retry_after=0)
    if code in (400, 404, 413, 422):
        return RequestRefused(f"the server answered {code}: {message}")
    return EngineUnavailable(f"the server failed: {message}", retry_after=0)


def _make_unreadable(error: Exception) -> InvalidEngineOutput:
    return InvalidEngineOutput(f"the server's stream cannot be read ({type(error).__name__})")
