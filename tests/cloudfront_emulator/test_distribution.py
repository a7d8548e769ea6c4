"""Which behaviour a path gets."""

import pytest

from cloudfront_emulator.distribution import (
    Behaviour,
    CachePolicy,
    find_behaviour,
    match_path,
    select_only,
)


@pytest.mark.parametrize(
    ("pattern", "path", "covered"),
    [
        ("/p/*", "/p/order-delayed", True),
        ("/p/*", "/p/", True),
        ("/p/*", "/P/order", False),
        ("p/*", "/p/order", True),
        ("/p/*", "/x/p/order", False),
        ("/t/*.json", "/t/r/r1/a/de.json", True),
        ("/a?.jpg", "/a1.jpg", True),
        ("/a?.jpg", "/a12.jpg", False),
        ("/a.jpg", "/aXjpg", False),
        ("*", "/anything/at%20all", True),
    ],
)
def test_a_pattern_covers_paths_as_on_cloudfront(pattern: str, path: str, covered: bool) -> None:
    """`*` is any run of characters, `?` exactly one, and case counts.

    Source: Developer Guide, DownloadDistValuesPathPattern.
    """
    assert match_path(pattern, path) is covered


def test_the_first_matching_behaviour_wins() -> None:
    """Behaviours are tried in listed order (DownloadDistValuesPathPattern)."""
    every = tuple(
        Behaviour(path=path, origin="o", cache=CachePolicy()) for path in ("/p/a*", "/p/*", "*")
    )
    assert [find_behaviour(every, path).path for path in ("/p/abc", "/p/b", "/q")] == [
        "/p/a*",
        "/p/*",
        "*",
    ]


def test_a_key_on_cloudfronts_own_headers_is_known_beforehand() -> None:
    """CloudFront-* headers are made for the key only if a policy may name one.

    Source: Developer Guide, adding-cloudfront-headers.
    """
    keys = {
        name: Behaviour(path="*", origin="o", cache=CachePolicy(headers=select_only(name)))
        for name in ("accept-language", "cloudfront-viewer-country")
    }
    assert not keys["accept-language"].keys_on_cloudfront_headers
    assert keys["cloudfront-viewer-country"].keys_on_cloudfront_headers
    assert not Behaviour(path="*", origin="o", cache=CachePolicy()).keys_on_cloudfront_headers
