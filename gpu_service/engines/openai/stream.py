"""Parse the stream of an OpenAI-compatible server into deltas.

Server-sent events are defined in the HTML standard (9.2.6); these servers use only `data:` lines.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from typing import Any

from edgefill.core.errors import EngineBusy, EngineUnavailable, InvalidEngineOutput, RequestRefused
from gpu_service.engines.engine import Delta, FinishReason, TokenLogprob

DONE = "[DONE]"
LONGEST_LINE = 1_000_000
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError)
ENDS: dict[str, FinishReason] = {"stop": "stop", "length": "length"}


@dataclass(slots=True)
class _StreamEnd:
    """How the text ends, as far as the stream says; the usage follows the finish reason."""

    reason: FinishReason | None = None
    tokens: int = 0  # in the deltas so far
    usage: dict[str, Any] | None = None

    def to_delta(self) -> Delta:
        if self.reason is None:
            raise EngineUnavailable("the server's stream ended before its text", retry_after=0)
        usage = self.usage or {}
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


async def parse_stream(lines: AsyncIterator[str]) -> AsyncGenerator[Delta, None]:
    """The deltas of a stream's lines; InvalidEngineOutput, EngineUnavailable or EngineBusy."""
    end = _StreamEnd()
    async for line in lines:
        if len(line) > LONGEST_LINE:
            raise InvalidEngineOutput(
                f"the server's stream has a line of more than {LONGEST_LINE} characters"
            )
        if not line.startswith("data:"):
            continue  # a comment that keeps the connection alive, or the blank line between events
        data = line.removeprefix("data:").strip()
        if data == DONE:
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
    end.usage = event.get("usage") or end.usage
    if not event["choices"]:
        return None
    choice = event["choices"][0]
    reason = choice.get("finish_reason")
    if reason is not None:
        if reason not in ENDS:
            raise InvalidEngineOutput(f"the server ended the text for {str(reason)[:40]!r}")
        end.reason = ENDS[reason]
    return _parse_delta(choice)


def _parse_delta(choice: dict[str, Any]) -> Delta | None:
    text = choice["delta"].get("content") if "delta" in choice else choice["text"]
    logprobs = _parse_logprobs(choice.get("logprobs"))
    ids = tuple(int(token) for token in choice.get("token_ids") or ())
    if not isinstance(text, str | None):
        raise TypeError("the text is not a string")
    if not (text or logprobs or ids):
        return None
    tokens = len(ids) or len(logprobs) or 1
    return Delta(text=text or "", tokens=tokens, token_ids=ids, logprobs=logprobs)


def _parse_logprobs(data: Any) -> tuple[TokenLogprob, ...]:
    if not data:
        return ()
    if "content" in data:
        return tuple(
            TokenLogprob(
                token=str(one["token"]),
                logprob=float(one["logprob"]),
                top=tuple(
                    (str(other["token"]), float(other["logprob"]))
                    for other in one.get("top_logprobs") or ()
                ),
            )
            for one in data["content"] or ()
        )
    tops = data.get("top_logprobs") or [{}] * len(data["tokens"])
    rows = zip(data["tokens"], data["token_logprobs"], tops, strict=True)
    return tuple(
        TokenLogprob(token=str(token), logprob=float(logprob), top=tuple((top or {}).items()))
        for token, logprob, top in rows
    )


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
