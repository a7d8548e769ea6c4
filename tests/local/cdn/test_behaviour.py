"""Which behaviour a path gets."""

import pytest
from pydantic import ValidationError

from local.cdn.behaviour import Behaviour, CachePolicy, behaviour_for, matches


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
    """`*` is any run of characters, `?` exactly one, and case counts."""
    assert matches(pattern, path) is covered


def test_the_first_matching_behaviour_wins() -> None:
    """Behaviours are tried in listed order."""
    every = tuple(
        Behaviour(path=path, origin="o", cache=CachePolicy()) for path in ("/p/a*", "/p/*", "*")
    )
    assert [behaviour_for(every, path).path for path in ("/p/abc", "/p/b", "/q")] == [
        "/p/a*",
        "/p/*",
        "*",
    ]


def test_ttls_out_of_order_are_refused() -> None:
    """Min TTL above Default TTL is a mistake."""
    with pytest.raises(ValidationError, match="min_ttl <= default_ttl"):
        CachePolicy(min_ttl=10, default_ttl=5)
