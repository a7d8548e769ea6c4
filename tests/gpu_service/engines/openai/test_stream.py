"""Engine `openai` reads on wherever OpenAI's own client does."""

from __future__ import annotations

from typing import Any

import pytest

from gpu_service.engines.engine import Delta
from tests.gpu_service.engines.openai.server import (
    ScriptedServer,
    chunk,
    event,
    generate,
    streams,
    usage,
    whole,
)

MARKS = ["\x85", "\u2028", "\u2029", "\x7f", "\u00a0", "\ufeff"]
USAGE = {"prompt_tokens": 5, "completion_tokens": 9}


def read(*pieces: bytes) -> list[Delta]:
    return generate(ScriptedServer(streams(*pieces)))


def choose(**fields: Any) -> bytes:
    return event({"choices": [fields]})


@pytest.mark.parametrize("mark", MARKS)
def test_a_text_keeps_every_character(mark: str) -> None:
    """Even those that Unicode counts as line breaks, unescaped in the JSON."""
    raw = f'data: {{"choices":[{{"index":0,"delta":{{"content":"a{mark}b"}}}}]}}\n\n'.encode()
    assert "".join(delta.text for delta in read(raw, *whole("c"))) == f"a{mark}bc"


@pytest.mark.parametrize(
    "extra",
    [
        b": ping\n\n",
        b":\n\n",
        b"event: ping\ndata:\n\n",
        b"retry: 1000\nid: 7\n\n",
        event({"type": "ping"}),
        event({}),
        event({"choices": None}),
        event({"choices": [], "usage": None}),
        event({"usage": USAGE}),
        event({"usage": {"prompt_tokens": None, "prompt_tokens_details": None}}),
        event({"error": None, "choices": []}),
        choose(index=0),
        choose(index=0, delta=None),
        choose(index=0, delta={}),
        choose(index=0, delta={"role": "assistant", "content": None, "refusal": None}),
        choose(delta={"role": "assistant", "tool_calls": None}, finish_reason=""),
        choose(index=0, delta={"content": ""}, logprobs=None, finish_reason=None),
        choose(index=0, delta={"content": ""}, logprobs={"content": None, "refusal": None}),
        choose(index=0, text=None),
        choose(index=1, delta={"content": "WRONG"}),
        choose(index=1, delta={"content": "WRONG"}, finish_reason="length"),
        choose(index=2, text="WRONG", finish_reason="content_filter"),
        event({"choices": [{"index": 1, "delta": {"content": "WRONG"}}], "usage": USAGE}),
    ],
)
@pytest.mark.parametrize("place", range(5))
def test_an_event_without_text_changes_nothing(extra: bytes, place: int) -> None:
    """Wherever it is in the stream; another choice is not appended to the first."""
    pieces = whole("Hel", "lo")
    *deltas, last = read(*pieces[:place], extra, *pieces[place:])
    assert "".join(delta.text for delta in deltas) == "Hello"
    assert (last.finish_reason, last.prompt_tokens) == ("stop", 5)
    assert sum(delta.tokens for delta in [*deltas, last]) == 9


def test_the_first_choice_is_found_among_others() -> None:
    """By its index, wherever it is in the list."""
    other = {"index": 1, "delta": {"content": "no"}, "finish_reason": "length"}
    first = {"index": 0, "delta": {"content": "yes"}, "finish_reason": "stop"}
    *deltas, last = read(event({"choices": [other, first]}), usage(1, 2))
    assert ([delta.text for delta in deltas], last.finish_reason) == (["yes"], "stop")


def test_an_empty_finish_reason_ends_nothing() -> None:
    """The text goes on; the reason comes later."""
    *deltas, last = read(chunk("a", ""), chunk("b", "length"), usage(1, 2))
    assert ("".join(delta.text for delta in deltas), last.finish_reason) == ("ab", "length")


def test_a_log_probability_may_be_unknown() -> None:
    """Null is minus infinity, which answers write as a number (wire/openai/logprobs.py)."""
    tokens = {"content": [{"token": "a", "logprob": None, "top_logprobs": None}]}
    old = {"tokens": ["b"], "token_logprobs": [None], "top_logprobs": None}
    first, second, _ = read(chunk("a", logprobs=tokens), chunk("b", "stop", logprobs=old))
    assert [first.logprobs[0].logprob, second.logprobs[0].logprob] == [float("-inf")] * 2
