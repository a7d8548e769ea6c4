"""Headers as the emulator's parts exchange them."""

import pytest

from cloudfront_emulator.message import drop_hop_by_hop, encode_header


@pytest.mark.parametrize("listed", [("a, b",), ("a", "b"), ("A,,keep-alive , B",), ("close, a,b",)])
def test_headers_that_connection_names_end_with_the_connection(listed: tuple[str, ...]) -> None:
    """RFC 9110, section 7.6.1; Connection itself and the known ones do too."""
    connections = tuple(("connection", value) for value in listed)
    named = (("a", "1"), ("b", "2"), ("keep-alive", "timeout=5"))
    assert drop_hop_by_hop((*connections, *named, ("c", "3"))) == (("c", "3"),)


@pytest.mark.parametrize("name", ["cache-control", "content-length", "expires", "host", "vary"])
def test_connection_cannot_remove_what_is_meant_for_all(name: str) -> None:
    """Otherwise a private response would become a public one (RFC 9110, section 7.6.1)."""
    assert drop_hop_by_hop((("connection", name), (name, "x"))) == ((name, "x"),)


def test_without_connection_only_the_known_headers_go() -> None:
    """RFC 9110, section 7.6.1."""
    assert drop_hop_by_hop((("te", "trailers"), ("a", "1"))) == (("a", "1"),)


def test_a_character_is_a_byte_or_utf_8() -> None:
    """Bytes from the wire stay, longer characters can only be the emulator's own."""
    assert encode_header("\xe4\xff") == b"\xe4\xff"
    assert encode_header("€") == "€".encode()
