"""Log probabilities in OpenAI's two shapes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from gpu_service.engines.engine import TokenLogprob

LEAST = -9999.0  # JSON has no infinity; OpenAI and vLLM write this value instead


def to_chat_logprobs(tokens: Sequence[TokenLogprob]) -> dict[str, Any]:
    """`logprobs` of a chat's choice."""
    content = [
        {
            **_to_entry(token.token, token.logprob),
            "top_logprobs": [_to_entry(*pair) for pair in token.top],
        }
        for token in tokens
    ]
    return {"content": content, "refusal": None}


def to_completion_logprobs(tokens: Sequence[TokenLogprob], offset: int) -> dict[str, Any]:
    """`logprobs` of a completion's choice whose text before has `offset` characters."""
    offsets = []
    for token in tokens:
        offsets.append(offset)
        offset += len(token.token)
    return {
        "text_offset": offsets,
        "token_logprobs": [_make_finite(token.logprob) for token in tokens],
        "tokens": [token.token for token in tokens],
        "top_logprobs": [
            {text: _make_finite(logprob) for text, logprob in token.top} for token in tokens
        ],
    }


def _to_entry(token: str, logprob: float) -> dict[str, Any]:
    return {"token": token, "logprob": _make_finite(logprob), "bytes": list(token.encode())}


def _make_finite(logprob: float) -> float:
    return logprob if math.isfinite(logprob) else LEAST
