"""Errors in OpenAI's shape."""

from __future__ import annotations

import pytest

from edgefill.core.errors import (
    STATUS,
    EdgefillError,
    EngineBusy,
    EngineTimeout,
    EngineUnavailable,
    InputRefused,
    InvalidEngineOutput,
    RequestRefused,
)
from gpu_service.wire.openai.errors import TYPES, status_for, to_error_body


@pytest.mark.parametrize(
    ("error", "param", "code"),
    [
        (RequestRefused("prompt: 9 tokens, the model's context is 8"), "prompt",
         "context_length_exceeded"),
        (InputRefused("grammar: no such rule"), "grammar", None),
        (RequestRefused("the server answered 400: no"), None, None),
        (EngineBusy("prompt: full"), None, "rate_limit_exceeded"),
    ],
)  # fmt: skip
def test_a_refusal_names_its_field(
    error: EdgefillError, param: str | None, code: str | None
) -> None:
    """`param` and `code` as OpenAI's clients read them."""
    body = to_error_body(error)["error"]
    assert (body["param"], body["code"], body["message"]) == (param, code, str(error))


@pytest.mark.parametrize(
    "error", [EngineBusy, InvalidEngineOutput, EngineTimeout, EngineUnavailable, InputRefused]
)
def test_every_engine_error_has_a_status_of_openai(error: type[EdgefillError]) -> None:
    """Never 422, which OpenAI does not use; every status has a type."""
    assert status_for(error("x")) in TYPES
    assert error in STATUS
