"""Errors as `application/problem+json` (RFC 9457), the same at the edge and in the API."""

from __future__ import annotations

from edgefill.core.answer import PRIVATE, Answer
from edgefill.core.errors import EdgefillError, MethodRefused, TokenRefused, get_status

MISSING_TOKEN = "missing"  # noqa: S105 a reason, not a token


def build_problem(error: EdgefillError) -> Answer:
    """The answer that reports `error`; it repeats no value and no token."""
    from json import dumps  # noqa: PLC0415 9 ms that a bare import can spare

    name = type(error).__name__
    fields = {
        "type": f"urn:edgefill:problem:{_split_words(name, '-')}",
        "title": _split_words(name, " ").capitalize(),
        "status": get_status(error),
        "detail": str(error),
    }
    headers = {
        "Content-Type": "application/problem+json",
        "Cache-Control": PRIVATE,
        "X-Content-Type-Options": "nosniff",
    }
    return Answer(
        status=get_status(error),
        headers=headers | _build_status_headers(error),
        body=dumps(fields) + "\n",
    )


def _build_status_headers(error: EdgefillError) -> dict[str, str]:
    """The headers that RFC 9110 and RFC 6750 require with a status."""
    if isinstance(error, MethodRefused):
        return {"Allow": "GET, HEAD"}
    if isinstance(error, TokenRefused):
        challenge = 'Bearer realm="edgefill"'
        if error.reason != MISSING_TOKEN:  # RFC 6750, section 3: without a token no error code
            challenge += f', error="invalid_token", error_description="{error.reason}"'
        return {"WWW-Authenticate": challenge}
    return {}


def _split_words(name: str, gap: str) -> str:
    """`UnknownExperience` as `unknown-experience`."""
    return "".join(gap + c.lower() if c.isupper() else c for c in name).strip(gap)
