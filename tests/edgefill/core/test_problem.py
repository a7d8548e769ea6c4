"""Errors as problem+json."""

import json

import pytest

from edgefill.core.errors import (
    STATUS,
    BadQuery,
    EdgefillError,
    MethodRefused,
    TokenRefused,
    UnknownExperience,
)
from edgefill.core.problem import build_problem


def test_a_refusal_says_what_and_why() -> None:
    """RFC 9457, never stored."""
    answer = build_problem(UnknownExperience("no experience 'x' in the catalogue"))
    assert answer.status == 404
    assert answer.headers == {
        "Content-Type": "application/problem+json",
        "Cache-Control": "private, no-store, stale-if-error=0",
        "X-Content-Type-Options": "nosniff",
    }
    assert json.loads(answer.body) == {
        "type": "urn:edgefill:problem:unknown-experience",
        "title": "Unknown experience",
        "status": 404,
        "detail": "no experience 'x' in the catalogue",
    }


def test_a_method_is_refused_with_those_that_are_allowed() -> None:
    """RFC 9110, section 15.5.6."""
    assert build_problem(MethodRefused("no")).headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    ("reason", "challenge"),
    [
        ("missing", 'Bearer realm="edgefill"'),
        (
            "expired",
            'Bearer realm="edgefill", error="invalid_token", error_description="expired"',
        ),
    ],
)
def test_a_token_is_requested(reason: str, challenge: str) -> None:
    """RFC 6750, section 3: an error code only where a token was sent."""
    answer = build_problem(TokenRefused(reason))
    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == challenge


def test_what_a_visitor_sent_is_escaped() -> None:
    """The detail is a JSON string."""
    detail = json.loads(build_problem(BadQuery('unknown "\n</script>')).body)["detail"]
    assert detail == 'unknown "\n</script>'


@pytest.mark.parametrize("kind", STATUS)
def test_every_error_has_its_own_problem_type(kind: type[EdgefillError]) -> None:
    """The type is the class's name."""
    error = kind.__new__(kind)
    Exception.__init__(error, "sentence")
    error.reason = "expired"  # type: ignore[attr-defined]
    answer = build_problem(error)
    name = json.loads(answer.body)["type"].removeprefix("urn:edgefill:problem:")
    assert name.replace("-", "") == kind.__name__.lower()
    assert answer.status == STATUS[kind]
