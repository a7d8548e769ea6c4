"""Parts of a response: Developer Guide, RangeGETs; RFC 9110, section 14."""

from email import message_from_bytes
from email.policy import HTTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudfront_emulator.buffered_body import BufferedBody
from cloudfront_emulator.message import CdnRequest, CdnResponse
from cloudfront_emulator.response.ranges import apply_range, parse_range

BODY = bytes(range(100))
DATE = "Sun, 09 Sep 2001 01:46:40 GMT"


def read_part(
    range_header: str, body: bytes | BufferedBody = BODY, *headers: tuple[str, str]
) -> CdnResponse:
    request = CdnRequest(method="GET", path="/", headers=(("range", range_header), *headers))
    cached = (("content-length", "100"), ("etag", '"a"'), ("last-modified", DATE))
    return apply_range(request, CdnResponse(status=200, headers=cached, body=body))


@given(st.binary(min_size=1, max_size=40), st.integers(0, 60), st.integers(0, 60))
def test_a_part_is_the_slice_of_the_body(body: bytes, first: int, length: int) -> None:
    """bytes=first-last is body[first:last+1]; behind the end it is a 416 (RFC 9110, 14.1.2)."""
    got = parse_range(f"bytes={first}-{first + length}", len(body))
    assert got is not None
    assert [body[start:end] for start, end in got] == (
        [body[first : first + length + 1]] if first < len(body) else []
    )
    assert parse_range(f"bytes={first}-", len(body)) == (
        [(first, len(body))] if first < len(body) else []
    )


@given(st.binary(min_size=1, max_size=40), st.integers(1, 60))
def test_a_suffix_is_the_end_of_the_body(body: bytes, length: int) -> None:
    """bytes=-n is body[-n:] (RFC 9110, section 14.1.2)."""
    got = parse_range(f"bytes=-{length}", len(body))
    assert got is not None
    assert [body[start:end] for start, end in got] == [body[-length:]]


def test_one_part_is_a_206_with_its_content_range() -> None:
    """Content-Range and Content-Length are the part's (RFC 9110, section 15.3.7)."""
    got = read_part("bytes=10-19")
    assert (got.status, got.body) == (206, BODY[10:20])
    assert got.header("content-range") == "bytes 10-19/100"
    assert got.header("content-length") == "10"


@pytest.mark.parametrize(
    "range_header",
    ["bytes=20-29,10-19", "bytes=0-20,10-30", "bytes=5-2", "bytes=a-b", "bytes=-", "items=0-1"],
)
def test_unsupported_ranges_return_the_whole_object(range_header: str) -> None:
    """They must be ascending, disjoint and valid; otherwise 200 with all of it (RangeGETs)."""
    assert read_part(range_header).status == 200


def test_several_parts_are_a_multipart_body() -> None:
    """multipart/byteranges (RFC 9110, section 14.6); those behind the end are left out."""
    got = read_part("bytes=0-9,50-59,400-500")
    assert got.status == 206
    assert isinstance(got.body, bytes)
    assert got.header("content-length") == str(len(got.body))
    head = f"Content-Type: {got.header('content-type')}\r\n\r\n".encode()
    parts = list(message_from_bytes(head + got.body, policy=HTTP).iter_parts())
    assert [each["content-range"] for each in parts] == ["bytes 0-9/100", "bytes 50-59/100"]
    assert BODY[50:60] in got.body


def test_a_range_after_the_end_is_a_416() -> None:
    """Which tells the size (RFC 9110, section 15.5.17)."""
    got = read_part("bytes=100-")
    assert (got.status, got.body) == (416, b"")
    assert got.header("content-range") == "bytes */100"


def test_if_range_needs_the_same_object() -> None:
    """The very strong ETag or the very date (RFC 9110, section 13.1.5)."""
    matches = [read_part("bytes=0-1", BODY, ("if-range", each)).status for each in ('"a"', DATE)]
    assert matches == [206, 206]
    failed = ('"b"', 'W/"a"', "Mon, 10 Sep 2001 01:46:40 GMT", "rubbish")
    assert {read_part("bytes=0-1", BODY, ("if-range", each)).status for each in failed} == {200}


def test_a_response_without_a_length_is_sent_whole() -> None:
    """A range of a chunked response is answered with the entire object (RangeGETs)."""
    request = CdnRequest(method="GET", path="/", headers=(("range", "bytes=0-1"),))
    assert apply_range(request, CdnResponse(status=200, body=BODY)).status == 200
    assert apply_range(request, CdnResponse(status=200, body=BODY, generated=True)).status == 206
    assert read_part("bytes=0-1", BufferedBody(size=None)).status == 200


def test_only_a_get_of_a_200_has_parts() -> None:
    """RFC 9110, section 14.2."""
    headers = (("range", "bytes=0-1"),)
    head = CdnRequest(method="HEAD", path="/", headers=headers)
    response = CdnResponse(status=200, headers=(("content-length", "100"),), body=BODY)
    assert apply_range(head, response) is response
    get = CdnRequest(method="GET", path="/", headers=headers)
    assert (
        apply_range(get, CdnResponse(status=404, headers=response.headers, body=BODY)).status == 404
    )


def test_a_part_of_a_buffered_body_is_a_window_on_it() -> None:
    """Nothing is read here; several parts of a body too large for memory are the whole."""
    buffer = BufferedBody(size=100)
    got = read_part("bytes=10-19", buffer)
    assert (got.status, got.window, got.body) == (206, (10, 20), buffer)
    assert got.header("content-range") == "bytes 10-19/100"
    assert read_part("bytes=0-1,5-6", buffer).status == 200
