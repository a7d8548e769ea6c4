"""Who pays: a subject, an IPv4 address or an IPv6 /64."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edgefill.demand.principals import (
    UNKNOWN,
    identify_address,
    identify_subject,
    parse_principal,
    read_network,
)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.10", "198.51.100.10"),
        (" 198.51.100.10 ", "198.51.100.10"),
        ("::ffff:198.51.100.10", "198.51.100.10"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:DB8:0:0:FFFF::1", "2001:db8::/64"),
        ("[2001:db8:0:1::1]", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::/64"),
        ("", UNKNOWN),
        ("unix socket", UNKNOWN),
        ("198.51.100.256", UNKNOWN),
        ("198.51.100.10:443", UNKNOWN),
        ("2001:db8::1::", UNKNOWN),
        ("\ud800", UNKNOWN),
    ],
)
def test_an_address_is_an_ipv4_address_or_an_ipv6_network(address: str, network: str) -> None:
    """However it is spelled; what is no address shares one account."""
    assert read_network(address) == network


@given(st.ip_addresses(v=6), st.integers(0, 2**64 - 1))
def test_the_lower_half_of_an_ipv6_address_does_not_matter(
    address: ipaddress.IPv6Address, host: int
) -> None:
    """A host picks these 64 bits itself, so they must not give it another budget."""
    network = int(address) >> 64
    if network == 0:  # ::/64 holds the IPv4-mapped addresses, which are IPv4's
        return
    twin = ipaddress.IPv6Address((network << 64) | host)
    assert identify_address("pepper", str(address)) == identify_address("pepper", str(twin))


@given(st.ip_addresses(), st.ip_addresses())
def test_different_networks_are_different_principals(
    one: ipaddress.IPv4Address | ipaddress.IPv6Address,
    other: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    """And equal ones are the same."""
    is_same = read_network(str(one)) == read_network(str(other))
    principals = (identify_address("p", str(one)), identify_address("p", str(other)))
    assert (principals[0] == principals[1]) is is_same


def test_a_subject_is_not_an_address_of_the_same_text() -> None:
    """Otherwise a visitor could choose whose budget to use by a subject like an address."""
    subject, address = (
        identify_subject("pepper", "198.51.100.10"),
        identify_address("pepper", "198.51.100.10"),
    )
    assert subject.digest != address.digest
    assert (subject.kind, address.kind) == ("subject", "address")


@pytest.mark.parametrize(
    "principal", [identify_subject("pepper", "u1"), identify_address("pepper", "2001:db8::1")]
)
def test_a_principal_survives_the_queue(principal: object) -> None:
    """Its account is text that names neither the subject nor the address."""
    assert parse_principal(str(principal)) == principal
    assert "u1" not in str(principal)
    assert "2001" not in str(principal)


@pytest.mark.parametrize("text", ["", "subject", "visitor-abc", "address"])
def test_a_job_without_a_principal_has_none(text: str) -> None:
    """Jobs of an earlier version hold none."""
    assert parse_principal(text) is None
