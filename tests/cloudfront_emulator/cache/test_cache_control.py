"""Cache-Control: RFC 9111, section 5.2."""

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


def test_only_decimal_numbers_count() -> None:
    """An invalid number counts as absent."""
    assert read_seconds(parse("max-age=60"), "max-age") == 60
    assert read_seconds(parse("max-age=-1, s-maxage"), "max-age") is None
    assert read_seconds(parse("s-maxage"), "s-maxage") is None


def test_a_qualified_directive_applies_to_its_headers_only() -> None:
    """Sections 5.2.2.4 and 5.2.2.7; Developer Guide, Cookies."""
    got = parse('no-cache="Set-Cookie", private="X-A"')
    assert not is_storing_forbidden(got)
    assert list_unstorable_headers(got) == {"set-cookie", "x-a"}
    assert all(is_storing_forbidden(parse(name)) for name in ("no-store", "no-cache", "private"))
