"""Principals: who pays for a generation, a signed-in subject or an anonymous visitor's address.

An address is an IPv4 address or the /64 of an IPv6 address: a host chooses the other 64 bits as it
likes (RFC 4291, section 2.5.4; RFC 8981), so they say nothing about who it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Literal

from edgefill.demand.budgets import hash_principal

UNKNOWN = "unknown"  # the account that requests without a readable address share
PrincipalKind = Literal["subject", "address"]
_INTERFACE_BITS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """`digest` is a result of `hash_principal`, so neither a subject nor an address is stored."""

    kind: PrincipalKind
    digest: str

    def __str__(self) -> str:
        """The principal's account in the budgets, also its form in a queued job."""
        return f"{self.kind}-{self.digest}"


def identify_subject(pepper: str, subject: str) -> Principal:
    """The principal of a verified token's subject."""
    return Principal(kind="subject", digest=hash_principal(pepper, f"subject {subject}"))


def identify_address(pepper: str, address: str) -> Principal:
    """The principal of a viewer's address; any address of one /64 gives the same."""
    network = read_network(address)
    return Principal(kind="address", digest=hash_principal(pepper, f"address {network}"))


def parse_principal(text: str) -> Principal | None:
    """The principal that `str` wrote; None for other text, such as that of an older job."""
    for kind in ("subject", "address"):
        if text.startswith(f"{kind}-"):
            return Principal(kind=kind, digest=text.removeprefix(f"{kind}-"))
    return None


def read_network(address: str) -> str:
    """The IPv4 address or the IPv6 /64 of `address`, which may be in brackets; else UNKNOWN."""
    try:
        parsed = ip_address(address.strip().removeprefix("[").removesuffix("]"))
    except ValueError:
        return UNKNOWN
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    network = IPv6Address(int(parsed) >> _INTERFACE_BITS << _INTERFACE_BITS)
    return f"{network}/{_INTERFACE_BITS}"
