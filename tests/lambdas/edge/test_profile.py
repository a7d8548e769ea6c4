"""Where the token comes from."""

import pytest

from lambdas.edge.event import OriginRequest
from lambdas.edge.profile import find_token


@pytest.mark.parametrize(
    ("cookie", "authorization", "token"),
    [
        ("", "", None),
        ("edgefill_profile=abc", "", "abc"),
        ("a=b; edgefill_profile=abc; c=d", "", "abc"),
        ('a=b;edgefill_profile="abc"', "", "abc"),
        ("edgefill_profile=", "", ""),
        ("my_edgefill_profile=abc", "", None),
        ("edgefill_profile=first; edgefill_profile=second", "", "first"),
        ("", "Bearer abc", "abc"),
        ("", "bearer  abc ", "abc"),
        ("edgefill_profile=abc", "Bearer def", "def"),
        ("edgefill_profile=abc", "Basic def", "abc"),
        ("", "Bearer", None),
    ],
)
def test_the_token_is_found(cookie: str, authorization: str, token: str | None) -> None:
    """In a Bearer header (RFC 6750, section 2.1), else in the cookie."""
    request = OriginRequest(
        method="GET", path="/", query="", cookie=cookie, authorization=authorization
    )
    assert find_token(request) == token
