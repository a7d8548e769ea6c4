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

INVALID_REQUEST = "invalid_request_error"
TYPES: dict[int, tuple[str, str | None]] = {  # status -> type, code
    400: (INVALID_REQUEST, None),
    401: (INVALID_REQUEST, "invalid_api_key"),
    404: (INVALID_REQUEST, None),
    405: (INVALID_REQUEST, None),
    413: (INVALID_REQUEST, "request_too_large"),
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


class UnknownModel(Exception):
    """The request names a model that this service does not have."""

    def __init__(self, model: str) -> None:
        super().__init__(
            f"the model {model[:100]!r} does not exist; GET /v1/models lists the models"
        )


def make_error_body(
    status: int, message: str, *, param: str | None = None, code: str | None = None
) -> dict[str, Any]:
    """The body of an error answer with `status`, or of the last event of a failed stream."""
    kind, default_code = TYPES.get(
        status, ("server_error" if status >= 500 else INVALID_REQUEST, None)
    )
    error = {"message": message, "type": kind, "param": param, "code": code or default_code}
    return {"error": error}


def to_error_body(error: EdgefillError) -> dict[str, Any]:
    """The body for `error`; the text of a refusal begins with the refused field."""
    message, status = str(error), status_for(error)
    if status != 400:
        return make_error_body(status, message)
    field, colon, _ = message.partition(":")
    param = field if colon and field.isidentifier() else None
    too_long = param in ("prompt", "max_tokens") and "context" in message
    code = "context_length_exceeded" if too_long else None
    return make_error_body(status, message, param=param, code=code)


def status_for(error: EdgefillError) -> int:
    """The HTTP status for `error`."""
    return STATUS.get(type(error), get_status(error))
