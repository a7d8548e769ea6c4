"""The headers of every answer."""

from typing import Any

import pytest

from edgefill.core.answer import Answer
from edgefill.core.experience import CONTENT_TYPES
from edgefill.visit.answer_headers import (
    apply_method_and_conditions,
    build_answer_headers,
    outcome_header,
)

BARE: dict[str, Any] = {
    "outcome": "hit; template=sale/en/any; release=r1",
    "format": "text",
    "locale": "en",
    "private": False,
    "refusals": {},
}


@pytest.mark.parametrize("format", CONTENT_TYPES)
def test_the_format_decides_type_and_policy(format: str) -> None:
    """Only HTML needs a content security policy; nothing is sniffed."""
    headers = build_answer_headers(**BARE | {"format": format})
    assert headers["Content-Type"] == CONTENT_TYPES[format]
    assert headers["X-Content-Type-Options"] == "nosniff"
    policy = headers.get("Content-Security-Policy")
    assert (policy is not None) == (format == "html")
    assert policy is None or policy.startswith("default-src 'none'; ")


def test_a_private_answer_is_never_stored() -> None:
    """A public one for a minute."""
    assert (
        build_answer_headers(**BARE | {"private": True})["Cache-Control"]
        == "private, no-store, stale-if-error=0"
    )
    assert build_answer_headers(**BARE)["Cache-Control"] == "public, max-age=60"


def test_refusals_and_times_are_reported() -> None:
    """Slots by name and reason, the token by its reason, the stages in milliseconds."""
    headers = build_answer_headers(
        **BARE | {"refusals": {"days": "range", "name": "length"}},
        token_refusal="expired",
        timing={"token": 0.1234, "fill": 2},
    )
    assert headers["X-Edgefill-Slots"] == "days=range, name=length"
    assert headers["X-Edgefill-Token"] == "refused; reason=expired"
    assert headers["Server-Timing"] == "token;dur=0.123, fill;dur=2.000"


def test_without_refusals_there_are_no_headers_for_them() -> None:
    """No empty headers."""
    assert build_answer_headers(**BARE).keys() == {
        "Content-Type",
        "Content-Language",
        "Cache-Control",
        "X-Content-Type-Options",
        "X-Edgefill",
    }


def test_outcomes_are_described_alike() -> None:
    """At the edge and in the API."""
    assert outcome_header("fallback", template="a/en/any", reason="cold") == (
        "fallback; template=a/en/any; reason=cold"
    )


def public(body: str = "text") -> Answer:
    return Answer(status=200, headers=build_answer_headers(**BARE), body=body)


def private() -> Answer:
    return Answer(status=200, headers=build_answer_headers(**BARE | {"private": True}), body="text")


def test_a_public_answer_has_an_etag_of_its_body() -> None:
    """The same for the same text, another for another."""
    tags = [
        apply_method_and_conditions(public(body), method="GET").headers["ETag"]
        for body in ("a", "a", "b")
    ]
    assert tags[0] == tags[1] != tags[2]
    assert tags[0].startswith('"')


@pytest.mark.parametrize("condition", ["{tag}", "W/{tag}", '"x", {tag}', "*"])
def test_an_unchanged_answer_is_not_sent_again(condition: str) -> None:
    """304, whether asked by GET or HEAD, with the headers of the full answer."""
    full = apply_method_and_conditions(public(), method="GET")
    if_none_match = condition.format(tag=full.headers["ETag"])
    for method in ("GET", "HEAD"):
        answer = apply_method_and_conditions(public(), method=method, if_none_match=if_none_match)
        assert (answer.status, answer.body, answer.headers) == (304, "", full.headers)


def test_a_changed_answer_is_sent() -> None:
    """The condition names other tags."""
    assert (
        apply_method_and_conditions(public(), method="GET", if_none_match='"x", "y"').status == 200
    )


def test_a_private_answer_has_no_etag() -> None:
    """It would identify the body; a condition changes nothing."""
    assert apply_method_and_conditions(private(), method="GET", if_none_match="*") == private()


def test_head_has_no_body() -> None:
    """And every header."""
    assert apply_method_and_conditions(private(), method="HEAD") == Answer(
        status=200, headers=private().headers, body=""
    )


def test_a_problem_is_sent_unchanged() -> None:
    """Conditions are for answers of 200."""
    answer = Answer(
        status=404, headers={"Cache-Control": "private, no-store, stale-if-error=0"}, body="{}"
    )
    assert apply_method_and_conditions(answer, method="GET", if_none_match="*") == answer
