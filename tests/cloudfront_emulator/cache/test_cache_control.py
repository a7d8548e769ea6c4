"""Cache-Control: RFC 9111, section 5.2."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudfront_emulator.cache.cache_control import (
    is_storing_forbidden,
    list_unstorable_headers,
    parse_directives,
    read_seconds,
)
from cloudfront_emulator.message import CdnResponse


def parse(*header: str) -> dict[str, str]:
    headers = tuple(("cache-control", value) for value in header)
    return dict(parse_directives(CdnResponse(status=200, headers=headers)))


def test_directives_of_all_headers_count_and_names_have_no_case() -> None:
    """Quoted values are values, commas within them too (section 5.2)."""
    got = parse('Max-Age=60,private="Set-Cookie, X-A"', "no-store")
    assert got == {"max-age": "60", "private": "Set-Cookie, X-A", "no-store": ""}


@pytest.mark.parametrize(
    "value",
    [
        "-1",
        "",
        "300a",
        "a300",
        "3.5",
        "3e2",
        "+3",
        "0x9",
        "'300'",
        "٣",
        "300;",
        '"-1"',
        '""',
        "1_0",
    ],
)
def test_a_number_that_is_none_makes_a_response_stale(value: str) -> None:
    """Only decimal digits are a number (section 4.2.1); an absent directive is not invalid."""
    directives = parse(f"max-age={value}, s-maxage")
    assert read_seconds(directives, "max-age") == 0
    assert read_seconds(directives, "s-maxage") == 0
    assert read_seconds(directives, "stale-if-error") is None


@given(seconds=st.integers(0, 2**40), quoted=st.booleans(), spaces=st.sampled_from(["", " "]))
def test_a_number_counts_with_or_without_quotes(seconds: int, *, quoted: bool, spaces: str) -> None:
    """Up to 2^31 seconds (section 1.2.2)."""
    value = f'"{seconds}"' if quoted else str(seconds)
    got = read_seconds(parse(f"public,{spaces}max-age={value}{spaces}"), "max-age")
    assert got == min(seconds, 2**31)


def test_the_first_of_repeated_directives_counts() -> None:
    """Section 4.2.1; a directive within a quoted string is none."""
    assert parse("max-age=1, max-age=9", "max-age=8")["max-age"] == "1"
    assert parse('x="max-age=9", max-age=1')["max-age"] == "1"
    assert parse(r'x="a\", max-age=9", max-age=1')["max-age"] == "1"
    assert "no-store" in parse('x="never closed, no-store')


@pytest.mark.parametrize("values", [('no-cache="X-A"', "no-cache"), ("no-cache", 'no-cache="X-A"')])
def test_an_unqualified_directive_wins(values: tuple[str, str]) -> None:
    """The most restrictive of conflicting directives counts (section 4.2.1)."""
    assert is_storing_forbidden(parse(*values))
    assert is_storing_forbidden(parse(", ".join(values)))


def test_the_headers_of_repeated_directives_add_up() -> None:
    """Neither of them is cached."""
    got = parse('private="X-A"', 'private="X-B"')
    assert list_unstorable_headers(got) == {"x-a", "x-b"}


def test_a_qualified_directive_applies_to_its_headers_only() -> None:
    """Sections 5.2.2.4 and 5.2.2.7; Developer Guide, Cookies."""
    got = parse('no-cache="Set-Cookie", private="X-A"')
    assert not is_storing_forbidden(got)
    assert list_unstorable_headers(got) == {"set-cookie", "x-a"}
    assert all(is_storing_forbidden(parse(name)) for name in ("no-store", "no-cache", "private"))
