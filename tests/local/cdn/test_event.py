"""Origin-request events, held to the one that AWS documents."""

import json
from pathlib import Path
from typing import Any

import pytest

from lambdas.edge.event import request_of
from local.cdn.description import Distribution, OriginConfig, load_distribution
from local.cdn.event import origin_request_event, read_result
from local.cdn.limits import MAX_GENERATED, ResultRefused
from local.cdn.message import Request, Response

DOCUMENTED = Path(__file__).parents[2] / "events" / "cloudfront_origin_request.json"
CUSTOM = OriginConfig(type="custom", domain_name="example.org", headers={"X-Own": "1"})
S3 = OriginConfig(type="s3", domain_name="b.s3.us-east-1.amazonaws.com", path="/sub")
SENT = Request(
    method="GET",
    path="/p/a",
    query="locale=de",
    headers=(("cookie", "edgefill_profile=t"), ("accept-language", "de"), ("connection", "x")),
    client_ip="203.0.113.178",
)
Event = dict[str, Any]


@pytest.fixture(scope="module")
def distribution() -> Distribution:
    return load_distribution()


def event_for(distribution: Distribution, origin: OriginConfig = CUSTOM) -> Event:
    return origin_request_event(SENT, distribution=distribution, origin=origin, request_id="r")


def shape(value: object) -> object:
    """`value` with its leaves replaced by their types."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items() if name != "headers"}
    return [shape(value[0])] if isinstance(value, list) and value else type(value).__name__


def test_the_event_has_the_documented_shape(distribution: Distribution) -> None:
    """Every field of AWS's example is there with its type, and no other."""
    documented = json.loads(DOCUMENTED.read_text())
    event = event_for(distribution, OriginConfig(type="custom", domain_name="example.org"))
    assert shape(event) == shape(documented)
    added = {"x-forwarded-for", "user-agent", "via", "host"}
    ours = event["Records"][0]["cf"]["request"]["headers"]
    theirs = documented["Records"][0]["cf"]["request"]["headers"]
    assert added <= ours.keys()
    assert added <= theirs.keys()
    assert ours["host"] == theirs["host"]
    assert ours["user-agent"] == theirs["user-agent"]


def test_the_edge_reads_what_the_viewer_sent(distribution: Distribution) -> None:
    """The edge's own reader finds path, query, cookie and languages, and no hop-by-hop header."""
    event = event_for(distribution)
    read = request_of(event)
    assert (read.path, read.query, read.cookie) == ("/p/a", "locale=de", "edgefill_profile=t")
    assert read.accept_language == "de"
    assert "connection" not in event["Records"][0]["cf"]["request"]["headers"]


def test_origins_are_described_by_their_kind(distribution: Distribution) -> None:
    """An S3 origin has region and access method, a custom one ports and protocols."""
    s3 = event_for(distribution, S3)["Records"][0]["cf"]["request"]["origin"]
    custom = event_for(distribution)["Records"][0]["cf"]["request"]["origin"]
    assert s3["s3"]["path"] == "/sub"
    assert s3["s3"]["authMethod"] == "none"
    assert custom["custom"]["customHeaders"] == {"x-own": [{"key": "X-Own", "value": "1"}]}


def test_a_returned_request_is_forwarded_as_changed(distribution: Distribution) -> None:
    """URI, query and headers come from the function."""
    event = event_for(distribution)
    passed = json.loads(json.dumps(event))["Records"][0]["cf"]["request"]
    passed["uri"], passed["querystring"] = "/other", "a=1"
    del passed["headers"]["cookie"]
    passed["headers"]["x-edgefill-key"] = [{"key": "X-Edgefill-Key", "value": "k"}]
    forwarded = read_result(passed, event=event, request=SENT)
    assert isinstance(forwarded, Request)
    assert (forwarded.path, forwarded.query) == ("/other", "a=1")
    assert forwarded.header("x-edgefill-key") == "k"
    assert forwarded.header("cookie") is None


def test_a_returned_response_is_read(distribution: Distribution) -> None:
    """Status as a string, headers as arrays, text and base64 bodies."""
    result = {
        "status": "201",
        "headers": {"x-a": [{"key": "X-A", "value": "1"}, {"value": "2"}]},
        "body": "dMOkeHQ=",
        "bodyEncoding": "base64",
    }
    response = read_result(result, event=event_for(distribution), request=SENT)
    assert response == Response(
        status=201, headers=(("x-a", "1"), ("x-a", "2")), body="täxt".encode(), generated=True
    )


def header(name: str, value: object = "1", key: str | None = None) -> Event:
    return {"status": "200", "headers": {name: [{"key": key or name, "value": value}]}}


@pytest.mark.parametrize(
    ("result", "complaint"),
    [
        (None, "NoneType"),
        ("text", "str"),
        ({"status": "99"}, "status '99'"),
        ({"status": "ok"}, "status 'ok'"),
        ({"status": "200", "body": {}}, "body is dict"),
        ({"status": "200", "body": "?", "bodyEncoding": "base64"}, "base64"),
        ({"status": "200", "headers": []}, "headers must be"),
        ({"status": "200", "headers": {"x-a": ["1"]}}, "headers must be"),
        ({"status": "200", "headers": {"x-a": [{"key": "X-A"}]}}, "headers must be"),
        (header("X-A"), "lower-case form"),
        (header("x-a", key="X-B"), "lower-case form"),
        (header("x-a", value="a\r\nb"), "no header value"),
        (header("x-a", value=1), "no header value"),
        (header("connection"), "may not set the header 'connection'"),
        (header("x-amz-cf-id"), "may not set the header 'x-amz-cf-id'"),
        (header("x-cache"), "may not set"),
        (header("via"), "may not set"),
        ({"status": "200", "body": "x" * MAX_GENERATED + "x"}, "1048577 bytes"),
    ],
)
def test_what_cloudfront_would_answer_with_a_502_is_refused(
    distribution: Distribution, result: object, complaint: str
) -> None:
    """The refusal says which rule the result breaks."""
    with pytest.raises(ResultRefused, match=complaint):
        read_result(result, event=event_for(distribution), request=SENT)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"method": "POST"}, "may not change method"),
        ({"clientIp": "1.2.3.4"}, "may not change clientIp"),
        ({"querystring": "q" * 9000}, "under 8192"),
    ],
)
def test_a_request_changed_where_it_may_not_be_is_refused(
    distribution: Distribution, change: Event, complaint: str
) -> None:
    """Method and address are read-only, and a URL has a limit."""
    event = event_for(distribution)
    passed = {**event["Records"][0]["cf"]["request"], **change}
    with pytest.raises(ResultRefused, match=complaint):
        read_result(passed, event=event, request=SENT)


@pytest.mark.parametrize("name", ["via", "x-edge-location", "if-none-match"])
def test_a_request_with_a_header_that_is_not_the_functions_is_refused(
    distribution: Distribution, name: str
) -> None:
    """Read-only headers stay as they are, forbidden ones cannot be added."""
    event = event_for(distribution)
    passed = json.loads(json.dumps(event))["Records"][0]["cf"]["request"]
    passed["headers"][name] = [{"key": name, "value": "changed"}]
    with pytest.raises(ResultRefused, match=name):
        read_result(passed, event=event, request=SENT)
