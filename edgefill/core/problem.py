"""Refusals as `application/problem+json` (RFC 9457), the same at the edge and in the API."""

from __future__ import annotations

from edgefill.core.answer import PRIVATE, Answer
from edgefill.core.errors import EdgefillError, MethodRefused, TokenRefused, get_status

MISSING_TOKEN = "missing"  # noqa: S105 a reason, not a token


def build_problem(error: EdgefillError) -> Answer:
    """The answer that says what was refused and why; it repeats no value and no token."""
    from json import dumps  # noqa: PLC0415 9 ms that a bare import can spare

    name = type(error).__name__
    said = {
        "type": f"urn:edgefill:problem:{_spaced(name, '-')}",
        "title": _spaced(name, " ").capitalize(),
        "status": get_status(error),
        "detail": str(error),
    }
    headers = {
        "Content-Type": "application/problem+json",
        "Cache-Control": PRIVATE,
        "X-Content-Type-Options": "nosniff",
    }
    return Answer(
        status=get_status(error), headers=headers | _asked_for(error), body=dumps(said) + "\n"
    )


def _asked_for(error: EdgefillError) -> dict[str, str]:
    """The headers that RFC 9110 and RFC 6750 ask for beside a status."""
    if isinstance(error, MethodRefused):
        return {"Allow": "GET, HEAD"}
    if isinstance(error, TokenRefused):
        missing = error.reason == MISSING_TOKEN  # RFC 6750, section 3: then no error code
        detail = "" if missing else f', error="invalid_token", error_description="{error.reason}"'
        return {"WWW-Authenticate": f'Bearer realm="edgefill"{detail}'}
    return {}


def _spaced(name: str, gap: str) -> str:
    """`UnknownExperience` as `unknown-experience`."""
    return "".join(gap + c.lower() if c.isupper() else c for c in name).strip(gap)
