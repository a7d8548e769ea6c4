"""CloudFront's event shape, as AWS documents it."""

from collections.abc import Callable
from typing import Any

from edgefill.core.answer import Answer
from lambdas.edge.event import (
    forward_request,
    parse_request,
    read_domain,
    read_fallback_store,
    read_question_key,
    to_response,
)
from lambdas.edge.origin_request import OriginRequest

MakeEvent = Callable[..., dict[str, Any]]


def test_the_documented_event_is_read(make_event: MakeEvent) -> None:
    """A header that was not sent is empty."""
    event = make_event("/p/sale?locale=de", headers={"accept-language": "de"})
    assert parse_request(event) == OriginRequest(
        method="GET", path="/p/sale", query="locale=de", accept_language="de"
    )
    assert read_domain(event) == "d111111abcdef8.cloudfront.net"


def test_the_origin_names_the_store(make_event: MakeEvent) -> None:
    """In a custom header, which no viewer can set; None without one."""
    event = make_event("/p/sale")
    assert read_fallback_store(event) is None
    line = {"key": "X-Edgefill-Store", "value": "https://b.s3.us-east-1.amazonaws.com"}
    origin = {"custom": {"customHeaders": {"x-edgefill-store": [line]}}}
    event["Records"][0]["cf"]["request"]["origin"] = origin
    assert read_fallback_store(event) == "https://b.s3.us-east-1.amazonaws.com"


def test_the_question_key_is_a_header_of_either_origin(make_event: MakeEvent) -> None:
    """The API's, or the bucket's when the API fails; "" without one."""
    event = make_event("/ask")
    assert read_question_key(event) == ""
    line = {"key": "X-Edgefill-Question-Key", "value": "secret"}
    for kind in ("custom", "s3"):
        origin = {kind: {"customHeaders": {"x-edgefill-question-key": [line]}}}
        event["Records"][0]["cf"]["request"]["origin"] = origin
        assert read_question_key(event) == "secret"


def test_headers_sent_in_several_lines_are_joined(make_event: MakeEvent) -> None:
    """Cookies by semicolons (RFC 9113, section 8.2.3), lists by commas."""
    event = make_event("/p/sale")
    headers = event["Records"][0]["cf"]["request"]["headers"]
    headers["cookie"] = [{"value": "edgefill_profile=abc"}, {"value": "a=1; edgefill_profile=def"}]
    headers["authorization"] = [{"value": "Basic x"}, {"value": "Bearer ghi"}]
    headers["accept-language"] = [{"value": "de"}, {"value": "en"}]
    request = parse_request(event)
    assert request.tokens == ("ghi", "abc", "def")
    assert request.accept_language == "de,en"


def test_an_answer_becomes_a_generated_response() -> None:
    """The status is a string, each header a list under its lower-case name."""
    answer = Answer(status=404, headers={"Content-Type": "text/plain"}, body="none")
    assert to_response(answer) == {
        "status": "404",
        "statusDescription": "Not Found",
        "headers": {"content-type": [{"key": "Content-Type", "value": "text/plain"}]},
        "body": "none",
        "bodyEncoding": "text",
    }


def test_the_event_itself_is_not_changed(make_event: MakeEvent) -> None:
    """A copy with other headers is forwarded."""
    event = make_event("/p/sale", headers={"cookie": "a=1"})
    changed = forward_request(event, {"X-Edgefill-Key": "sale/en/any"})
    assert "cookie" not in changed["headers"]
    assert changed["headers"]["x-edgefill-key"] == [
        {"key": "X-Edgefill-Key", "value": "sale/en/any"}
    ]
    assert event == make_event("/p/sale", headers={"cookie": "a=1"})
