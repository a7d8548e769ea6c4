"""Parts of a cached response.

Source: Developer Guide, RangeGETs; RFC 9110, section 14.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace

from cloudfront_emulator.buffered_body import BufferedBody
from cloudfront_emulator.cache.http_date import parse_http_date
from cloudfront_emulator.message import CdnRequest, CdnResponse, drop_headers

Slice = tuple[int, int]  # start and end, the end exclusive

_RANGE = re.compile(r"(\d*)-(\d*)", re.ASCII)
_DIGITS = 18  # enough for the length of any body


def apply_range(request: CdnRequest, response: CdnResponse) -> CdnResponse:
    """`response`, or the 206 or 416 that follows from the viewer's Range.

    The viewer gets the whole object if the ranges are invalid, overlap or are not ascending, if
    the origin sent no Content-Length (chunks), if If-Range does not match, and for several parts
    of a body that is too large for memory.
    """
    range_header = next((value for name, value in request.headers if name == "range"), None)
    if range_header is None or response.status != 200 or request.method != "GET":
        return response
    size = _find_size(response)
    if size is None or not _check_if_range(request.header("if-range"), response):
        return response
    if (slices := parse_range(range_header, size)) is None:
        return response
    if not slices:
        return _make_unsatisfiable(response, size)
    if len(slices) == 1:
        return _make_part(response, slices[0], size)
    return _make_multipart(response, slices, size) if isinstance(response.body, bytes) else response


def parse_range(value: str, size: int) -> list[Slice] | None:
    """The slices that a Range header selects of `size` bytes; empty: 416; None: ignore it."""
    unit, _, items = value.partition("=")
    if unit.strip().lower() != "bytes":
        return None
    slices: list[Slice] = []
    for item in items.split(","):
        match = _RANGE.fullmatch(item.strip())
        bounds = _parse_slice(match[1], match[2], size) if match else None
        if bounds is None or (slices and bounds[0] < slices[-1][1]):
            return None
        slices.append(bounds)
    return [(start, end) for start, end in slices if start < end]


def _parse_slice(first: str, last: str, size: int) -> Slice | None:
    """The slice of one range; empty if it starts after the end, None if it is invalid."""
    if max(len(first), len(last)) > _DIGITS or not (first or last):
        return None
    if not first:
        return max(size - int(last), 0), size
    start = int(first)
    if last and int(last) < start:
        return None
    end = min(int(last) + 1, size) if last else size
    return (start, end) if start < size else (start, start)


def _find_size(response: CdnResponse) -> int | None:
    if isinstance(response.body, BufferedBody):
        return response.body.size
    declared = response.generated or response.header("content-length") is not None
    return len(response.body) if declared else None


def _check_if_range(condition: str | None, response: CdnResponse) -> bool:
    """Whether If-Range matches: the same strong ETag or the same date (RFC 9110, 13.1.5)."""
    if condition is None:
        return True
    if '"' in condition:
        return not condition.startswith("W/") and condition == response.header("etag")
    date = parse_http_date(condition)
    return date is not None and date == parse_http_date(response.header("last-modified"))


def _make_part(response: CdnResponse, part: Slice, size: int) -> CdnResponse:
    """A 206 with the bytes of a body in memory, or with the window of a buffered body."""
    start, end = part
    if isinstance(response.body, bytes):
        part_response = replace(response, status=206, body=response.body[start:end])
    else:
        part_response = replace(response, status=206, window=part)
    return part_response.replace_headers(
        ("content-range", _format_content_range(part, size)), ("content-length", str(end - start))
    )


def _make_multipart(response: CdnResponse, slices: list[Slice], size: int) -> CdnResponse:
    whole = response.body
    assert isinstance(whole, bytes)
    kind = response.header("content-type") or "application/octet-stream"
    boundary = hashlib.sha256(whole + repr(slices).encode()).hexdigest()[:32]
    body = b"".join(
        f"\r\n--{boundary}\r\nContent-Type: {kind}\r\n"
        f"Content-Range: {_format_content_range(part, size)}\r\n\r\n".encode("latin-1")
        + whole[slice(*part)]
        for part in slices
    )
    body += f"\r\n--{boundary}--\r\n".encode()
    return replace(response, status=206, body=body).replace_headers(
        ("content-type", f"multipart/byteranges; boundary={boundary}"),
        ("content-length", str(len(body))),
    )


def _make_unsatisfiable(response: CdnResponse, size: int) -> CdnResponse:
    headers = drop_headers(response.headers, ("content-encoding", "content-type"))
    return replace(response, status=416, headers=headers, body=b"").replace_headers(
        ("content-range", f"bytes */{size}"), ("content-length", "0")
    )


def _format_content_range(part: Slice, size: int) -> str:
    return f"bytes {part[0]}-{part[1] - 1}/{size}"
