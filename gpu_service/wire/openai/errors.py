"""Errors in OpenAI's shape: `{"error": {"message", "type", "param", "code"}}`."""

from __future__ import annotations

from typing import Any

from edgefill.core.errors import (
    EdgefillError,
    EngineBusy,
    EngineTimeout,
    EngineUnavailable,
    InputRefused,
    InvalidEngineOutput,
    RequestRefused,
    get_status,
)

WRONG = "invalid_request_error"
TYPES: dict[int, tuple[str, str | None]] = {  # status -> type, code
    400: (WRONG, None),
    401: (WRONG, "invalid_api_key"),
    404: (WRONG, None),
    405: (WRONG, None),
    413: (WRONG, "request_too_large"),
    429: ("rate_limit_error", "rate_limit_exceeded"),
    502: ("server_error", "bad_engine_output"),
    503: ("server_error", "engine_unavailable"),
    504: ("server_error", "deadline_exceeded"),
}
STATUS: dict[type[EdgefillError], int] = {
    InputRefused: 400,  # OpenAI has no 422
    RequestRefused: 400,
    EngineBusy: 429,
    EngineUnavailable: 503,
    EngineTimeout: 504,
    InvalidEngineOutput: 502,
}


class ModelUnknown(Exception):
    """The request names a model that is not served here."""

    def __init__(self, model: str) -> None:
        super().__init__(f"the model {model[:100]!r} does not exist; GET /v1/models lists those")


def error_body(
    status: int, message: str, *, param: str | None = None, code: str | None = None
) -> dict[str, Any]:
    """The body of an answer with `status`, and of the last event of a stream that failed."""
    kind, usual = TYPES.get(status, ("server_error" if status >= 500 else WRONG, None))
    said = {"message": message, "type": kind, "param": param, "code": code or usual}
    return {"error": said}


def body_for(error: EdgefillError) -> dict[str, Any]:
    """The body that tells of `error`; a refusal's text begins with the field that it refuses."""
    said, status = str(error), status_for(error)
    if status != 400:
        return error_body(status, said)
    field, colon, _ = said.partition(":")
    param = field if colon and field.isidentifier() else None
    too_long = param in ("prompt", "max_tokens") and "context" in said
    code = "context_length_exceeded" if too_long else None
    return error_body(status, said, param=param, code=code)


def status_for(error: EdgefillError) -> int:
    """The HTTP status that answers `error`."""
    return STATUS.get(type(error), get_status(error))
