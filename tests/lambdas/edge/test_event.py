"""CloudFront's event shape, as AWS documents it."""

from collections.abc import Callable
from typing import Any

from edgefill.core.answer import Answer
from lambdas.edge.event import (
    EdgeMiss,
    OriginRequest,
    forward_request,
    measure_response,
    parse_request,
    read_domain,
    read_fallback_store,
    to_response,
)

MakeEvent = Callable[..., dict[str, Any]]


def test_the_documented_event_is_read(make_event: MakeEvent) -> None:
    """A header that was not sent is empty."""
    event = make_event("/p/sale?locale=de", headers={"accept-language": "de"})
    assert parse_request(event) == OriginRequest(
        method="GET", path="/p/sale", query="locale=de", accept_language="de"
    )
    assert read_domain(event) == "d111111abcdef8.cloudfront.net"


def test_the_origin_says_where_the_store_is(make_event: MakeEvent) -> None:
    """A custom header of the origin, which no viewer can set; None without one."""
    event = make_event("/p/sale")
    assert read_fallback_store(event) is None
    line = {"key": "X-Edgefill-Store", "value": "https://b.s3.us-east-1.amazonaws.com"}
    origin = {"custom": {"customHeaders": {"x-edgefill-store": [line]}}}
    event["Records"][0]["cf"]["request"]["origin"] = origin
    assert read_fallback_store(event) == "https://b.s3.us-east-1.amazonaws.com"


def test_headers_sent_in_several_lines_are_joined(make_event: MakeEvent) -> None:
    """Cookies by semicolons (RFC 9113, section 8.2.3), lists by commas."""
    event = make_event("/p/sale")
    headers = event["Records"][0]["cf"]["request"]["headers"]
    headers["cookie"] = [{"key": "cookie", "value": "a=1"}, {"key": "cookie", "value": "b=2"}]
    headers["accept-language"] = [{"value": "de"}, {"value": "en"}]
    request = parse_request(event)
    assert request.cookie == "a=1; b=2"
    assert request.accept_language == "de,en"


def test_an_answer_becomes_a_generated_response() -> None:
    """The status as a string, headers as lists under lower-case names."""
    answer = Answer(status=404, headers={"Content-Type": "text/plain"}, body="none")
    assert to_response(answer) == {
        "status": "404",
        "statusDescription": "Not Found",
        "headers": {"content-type": [{"key": "Content-Type", "value": "text/plain"}]},
        "body": "none",
        "bodyEncoding": "text",
    }


def test_the_size_counts_bytes_and_headers() -> None:
    """UTF-8, with the colon, the space and the line's end."""
    assert measure_response(Answer(status=200, headers={"A": "b"}, body="ä")) == 6 + 2


def test_the_event_itself_stays_as_it_was(make_event: MakeEvent) -> None:
    """What is forwarded is a copy with other headers."""
    event = make_event("/p/sale", headers={"cookie": "a=1"})
    changed = forward_request(event, miss=EdgeMiss(), token=None)
    assert "cookie" not in changed["headers"]
    assert event == make_event("/p/sale", headers={"cookie": "a=1"})
