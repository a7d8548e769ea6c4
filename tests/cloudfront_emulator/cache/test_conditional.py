"""Conditions: RFC 9110, section 13; Developer Guide, "Conditional requests"."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudfront_emulator.cache.conditional import (
    apply_conditions,
    make_conditional,
    match_entity_tag,
    merge_not_modified,
)
from cloudfront_emulator.cache.entries import CacheEntry, make_entry
from cloudfront_emulator.cache.freshness import Freshness
from cloudfront_emulator.message import CdnRequest, CdnResponse, Headers

BEFORE = "Sun, 09 Sep 2001 01:46:39 GMT"
DATE = "Sun, 09 Sep 2001 01:46:40 GMT"
AFTER = "Sun, 09 Sep 2001 01:46:41 GMT"
KEPT = (
    ("content-type", "text/plain"),
    ("content-length", "4"),
    ("cache-control", "max-age=9"),
    ("etag", '"a"'),
    ("last-modified", DATE),
)


def request(*headers: tuple[str, str], method: str = "GET") -> CdnRequest:
    return CdnRequest(method=method, path="/", headers=headers)


def status(headers: Headers, *, of: Headers = KEPT, code: int = 200, method: str = "GET") -> int:
    return apply_conditions(
        request(*headers, method=method), CdnResponse(status=code, headers=of, body=b"body")
    ).status


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("if-none-match", '"a"', 304),
        ("if-none-match", '"b", W/"a"', 304),
        ("if-none-match", "*", 304),
        ("if-none-match", '"b"', 200),
        ("if-modified-since", DATE, 304),
        ("if-modified-since", AFTER, 304),
        ("if-modified-since", BEFORE, 200),
        ("if-modified-since", "rubbish", 200),
        ("if-modified-since", "Sun Sep  9 01:46:40 2001", 304),
        ("if-modified-since", "Sunday, 09-Sep-01 01:46:39 GMT", 200),
        ("if-match", '"b","a"', 200),
        ("if-match", '"a,*,b"', 412),
        ("if-match", '"*"', 412),
        ("if-none-match", '"a,*,b"', 200),
        ("if-match", '"a"', 200),
        ("if-match", "*", 200),
        ("if-match", '"b"', 412),
        ("if-match", 'W/"a"', 412),
        ("if-unmodified-since", DATE, 200),
        ("if-unmodified-since", BEFORE, 412),
        ("if-unmodified-since", "rubbish", 200),
    ],
)
def test_one_condition(name: str, value: str, expected: int) -> None:
    """RFC 9110, sections 13.1.1 to 13.1.4."""
    assert status(((name, value),)) == expected


TAGS = st.text("az,* W/\\ä!#", max_size=6).map(lambda text: f'"{text}"')


@given(tag=TAGS, others=st.lists(TAGS, max_size=4), at=st.integers(0, 4), weak=st.booleans())
def test_a_list_contains_exactly_its_tags(
    tag: str, others: list[str], at: int, *, weak: bool
) -> None:
    """Commas, stars and spaces within a tag are part of it (RFC 9110, section 8.8.3)."""
    others = [other for other in others if other != tag]
    listed = [*others[:at], f"W/{tag}" if weak else tag, *others[at:]]
    for separator in (",", ", ", " ,\t"):
        assert match_entity_tag(separator.join(listed), tag, weakly=True)
        assert match_entity_tag(separator.join(listed), tag, weakly=False) == (not weak)
        assert not match_entity_tag(separator.join(others), tag, weakly=True)


def test_repeated_headers_are_one_list() -> None:
    """RFC 9110, section 5.3; of two dates there is none."""
    assert status((("if-none-match", '"b"'), ("if-none-match", '"a"'))) == 304
    assert status((("if-none-match", '"a"'), ("if-none-match", '"b"'))) == 304
    assert status((("if-match", '"a"'), ("if-match", '"b"'))) == 200
    assert status((("if-modified-since", DATE), ("if-modified-since", DATE))) == 200


def test_the_date_of_a_cached_response_stands_in_for_last_modified() -> None:
    """RFC 9111, section 4.3.2; a new response without one was judged by the origin."""
    cached = CdnResponse(status=200, headers=(("date", DATE), ("etag", '"a"')))
    for date, expected in [(BEFORE, 200), (DATE, 304), (AFTER, 304)]:
        asked = request(("if-modified-since", date))
        assert apply_conditions(asked, cached, from_cache=True).status == expected
        assert apply_conditions(asked, cached).status == 200
    unmodified = request(("if-unmodified-since", BEFORE))
    assert apply_conditions(unmodified, cached, from_cache=True).status == 200
    undated = CdnResponse(status=200, headers=(("date", DATE), ("last-modified", "rubbish")))
    asked = request(("if-modified-since", AFTER))
    assert apply_conditions(asked, undated, from_cache=True).status == 200


def test_conditions_on_tags_come_before_those_on_dates() -> None:
    """RFC 9110, section 13.2.2."""
    assert status((("if-none-match", '"b"'), ("if-modified-since", DATE))) == 200
    assert status((("if-match", '"a"'), ("if-unmodified-since", BEFORE))) == 200


def test_without_a_tag_conditions_on_tags_are_ignored() -> None:
    """ "CloudFront ignores subsequent If-Match or If-None-Match headers" (page "Caching")."""
    dated = (("last-modified", DATE),)
    assert status((("if-match", '"a"'),), of=dated) == 200
    assert status((("if-none-match", '"a"'),), of=dated) == 200
    assert status((("if-none-match", '"a"'), ("if-modified-since", DATE)), of=dated) == 304


def test_conditions_apply_only_to_a_200_for_get_or_head() -> None:
    """RFC 9110, section 13.2.1: errors go as they are."""
    tagged = (("if-none-match", '"a"'),)
    assert status(tagged, code=404) == 404
    assert status(tagged, method="POST") == 200
    assert status(tagged, method="HEAD") == 304


def test_a_304_has_the_headers_that_caches_need_and_no_body() -> None:
    """RFC 9110, section 15.4.5."""
    got = apply_conditions(
        request(("if-none-match", '"a"')), CdnResponse(status=200, headers=KEPT, body=b"x")
    )
    assert dict(got.headers).keys() == {"cache-control", "etag", "last-modified"}
    assert got.body == b""


def entry(code: int = 200, headers: Headers = KEPT) -> CacheEntry:
    return make_entry(
        CdnResponse(status=code, headers=headers, body=b"body"), Freshness(ttl=1), now=0, path="/"
    )


def test_a_stale_object_is_revalidated_at_the_origin() -> None:
    """If-None-Match and If-Modified-Since from the expired version, not from the viewer."""
    revalidation = make_conditional(request(("if-none-match", '"v"'), ("x-a", "1")), entry())
    assert revalidation.headers == (
        ("x-a", "1"),
        ("if-none-match", '"a"'),
        ("if-modified-since", DATE),
    )


@pytest.mark.parametrize("stale", [None, entry(404), entry(headers=())])
def test_without_a_validator_the_object_is_fetched(stale: CacheEntry | None) -> None:
    """Errors are not revalidated, nor what has neither ETag nor Last-Modified."""
    assert make_conditional(request(("x-a", "1")), stale).headers == (("x-a", "1"),)


def test_a_304_renews_the_cached_response() -> None:
    """Its headers replace those of the same names; the body's stay (RFC 9111, section 4.3.4)."""
    confirmed = CdnResponse(
        status=304, headers=(("cache-control", "max-age=60"), ("etag", '"a"'), ("x-b", "2"))
    )
    got = merge_not_modified(entry().response, confirmed)
    assert (got.status, got.body) == (200, b"body")
    assert dict(got.headers) == dict(KEPT) | {
        "cache-control": "max-age=60",
        "date": "Thu, 01 Jan 1970 00:00:00 GMT",
        "x-b": "2",
    }


def test_an_etag_that_compression_weakened_stays_weak() -> None:
    """The compressed object stays cached (ServingCompressedFiles, "ETag header conversion")."""
    cached = CdnResponse(status=200, headers=(("etag", 'W/"a"'), ("content-encoding", "br")))
    got = merge_not_modified(
        cached, CdnResponse(status=304, headers=(("etag", '"a"'), ("content-length", "9")))
    )
    assert dict(got.headers) == {"etag": 'W/"a"', "content-encoding": "br"}
