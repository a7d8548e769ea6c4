"""Applies response headers policies to responses for viewers.

Source: Developer Guide, understanding-response-headers-policies.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from cloudfront_emulator.distribution import UNTOUCHED, ResponseHeadersPolicy
from cloudfront_emulator.message import CdnRequest, CdnResponse, Headers, drop_headers
from cloudfront_emulator.response.cors import make_cors_headers


def apply_policy(
    policy: ResponseHeadersPolicy, request: CdnRequest, response: CdnResponse, *, hit: bool
) -> CdnResponse:
    """`response` without the headers that the policy removes and with those that it adds.

    The order is AWS's: removal first, then CORS, security and custom headers, which may add a
    removed one again. A policy without override keeps the origin's header.
    """
    if policy is UNTOUCHED:
        return response
    removed, always, unless_there = _compile(policy)
    headers = drop_headers(response.headers, removed) if removed else response.headers
    if policy.cors is not None:
        headers = _put(
            headers, make_cors_headers(policy.cors, request), override=policy.cors.override
        )
    headers += always
    headers = _put(headers, unless_there, override=False) if unless_there else headers
    if policy.server_timing:
        headers = _add_server_timing(headers, hit=hit)
    return replace(response, headers=headers)


@lru_cache(maxsize=256)
def _compile(policy: ResponseHeadersPolicy) -> tuple[frozenset[str], Headers, Headers]:
    """The names to remove, the headers always set, and those set if the origin sent none."""
    always = tuple((each.name.lower(), each.value) for each in policy.set if each.override)
    unless_there = tuple(
        (each.name.lower(), each.value) for each in policy.set if not each.override
    )
    return policy.remove | {name for name, _ in always}, always, unless_there


def _put(headers: Headers, added: Headers, *, override: bool) -> Headers:
    """Add headers: with `override` they replace existing ones, without it those win. Vary grows."""
    there = {name for name, _ in headers}
    if override:
        headers = drop_headers(headers, (name for name, _ in added if name != "vary"))
        return headers + added
    return headers + tuple(pair for pair in added if pair[0] not in there or pair[0] == "vary")


def _add_server_timing(headers: Headers, *, hit: bool) -> Headers:
    """Add Server-Timing: on a hit only CloudFront's metric, otherwise also the origin's.

    Every response gets it (sampling rate 100). The only metric is whether it was a hit.
    """
    own = "cdn-cache-hit" if hit else "cdn-cache-miss"
    origin_values = (
        () if hit else tuple(value for name, value in headers if name == "server-timing")
    )
    return (
        *drop_headers(headers, ("server-timing",)),
        ("server-timing", ",".join((own, *origin_values))),
    )
