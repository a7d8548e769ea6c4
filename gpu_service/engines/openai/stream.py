"""What an OpenAI-compatible server streams: its events as deltas, or what is wrong with them.

Server-sent events as the HTML standard has them (9.2.6), of which these servers use `data:` alone.
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
class _Ending:
    """What is known of how the text ends; the usage comes after the finish reason."""

    reason: FinishReason | None = None
    tokens: int = 0  # told so far
    usage: dict[str, Any] | None = None

    def delta(self) -> Delta:
        if self.reason is None:
            raise EngineUnavailable("the server's stream ended before its text", retry_after=0)
        usage = self.usage or {}
        try:
            details = usage.get("prompt_tokens_details") or {}
            return Delta(
                text="",
                tokens=max(_count(usage, "completion_tokens", self.tokens) - self.tokens, 0),
                prompt_tokens=_count(usage, "prompt_tokens"),
                cached_tokens=_count(details, "cached_tokens"),
                finish_reason=self.reason,
            )
        except UNREADABLE as error:
            raise _rubbish(error) from error


async def deltas_of(lines: AsyncIterator[str]) -> AsyncGenerator[Delta, None]:
    """The deltas of a stream's lines; InvalidEngineOutput, EngineUnavailable or EngineBusy."""
    ending = _Ending()
    async for line in lines:
        if len(line) > LONGEST_LINE:
            raise InvalidEngineOutput("the server's stream has a line without end")
        if not line.startswith("data:"):
            continue  # comments that keep the connection alive, and the blank between events
        data = line.removeprefix("data:").strip()
        if data == DONE:
            break
        try:
            delta = _read(data, ending)
        except UNREADABLE as error:
            raise _rubbish(error) from error
        if delta:
            ending.tokens += delta.tokens
            yield delta
    yield ending.delta()


def _read(data: str, ending: _Ending) -> Delta | None:
    said = json.loads(data)
    if said.get("error"):
        raise _failure(said["error"])
    ending.usage = said.get("usage") or ending.usage
    if not said["choices"]:
        return None
    choice = said["choices"][0]
    reason = choice.get("finish_reason")
    if reason is not None:
        if reason not in ENDS:
            raise InvalidEngineOutput(f"the server ended the text for {str(reason)[:40]!r}")
        ending.reason = ENDS[reason]
    return _delta(choice)


def _delta(choice: dict[str, Any]) -> Delta | None:
    text = choice["delta"].get("content") if "delta" in choice else choice["text"]
    logprobs = _logprobs(choice.get("logprobs"))
    ids = tuple(int(token) for token in choice.get("token_ids") or ())
    if not isinstance(text, str | None):
        raise TypeError("the text is none")
    if not (text or logprobs or ids):
        return None
    tokens = len(ids) or len(logprobs) or 1
    return Delta(text=text or "", tokens=tokens, token_ids=ids, logprobs=logprobs)


def _logprobs(said: Any) -> tuple[TokenLogprob, ...]:
    if not said:
        return ()
    if "content" in said:
        return tuple(
            TokenLogprob(
                token=str(one["token"]),
                logprob=float(one["logprob"]),
                top=tuple((str(t["token"]), float(t["logprob"])) for t in one["top_logprobs"]),
            )
            for one in said["content"] or ()
        )
    tops = said.get("top_logprobs") or [{}] * len(said["tokens"])
    rows = zip(said["tokens"], said["token_logprobs"], tops, strict=True)
    return tuple(
        TokenLogprob(token=str(token), logprob=float(logprob), top=tuple((top or {}).items()))
        for token, logprob, top in rows
    )


def _count(usage: dict[str, Any], name: str, usual: int = 0) -> int:
    count = usage.get(name)
    return usual if count is None else int(count)


def _failure(said: Any) -> EngineBusy | EngineUnavailable | RequestRefused:
    """An error that came as an event; vLLM's has a status for its code."""
    code = said.get("code") if isinstance(said, dict) else None
    message = str(said.get("message", "") if isinstance(said, dict) else "")[:300]
    if code in (429, "rate_limit_exceeded"):
        return EngineBusy(f"the server failed: {message}", retry_after=0)
    if code in (400, 404, 413, 422):
        return RequestRefused(f"the server answered {code}: {message}")
    return EngineUnavailable(f"the server failed: {message}", retry_after=0)


def _rubbish(error: Exception) -> InvalidEngineOutput:
    return InvalidEngineOutput(f"the server's stream cannot be read ({type(error).__name__})")
