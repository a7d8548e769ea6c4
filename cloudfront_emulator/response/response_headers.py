"""Response headers policies, applied to what a viewer gets.

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
    """`response` with what the policy removes removed, and then with what it adds.

    The order is AWS's: removal first, then CORS, security and custom headers, which may bring a
    removed one back. Where a policy does not override, the origin's own header stands.
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
    """What goes, what is set whatever the origin sent, and what is set where it sent none."""
    always = tuple((each.name.lower(), each.value) for each in policy.set if each.override)
    unless_there = tuple(
        (each.name.lower(), each.value) for each in policy.set if not each.override
    )
    return policy.remove | {name for name, _ in always}, always, unless_there


def _put(headers: Headers, added: Headers, *, override: bool) -> Headers:
    """`added` in place of what is there, or only what is not there; Vary grows."""
    there = {name for name, _ in headers}
    if override:
        headers = drop_headers(headers, (name for name, _ in added if name != "vary"))
        return headers + added
    return headers + tuple(pair for pair in added if pair[0] not in there or pair[0] == "vary")


def _add_server_timing(headers: Headers, *, hit: bool) -> Headers:
    """Server-Timing: on a hit CloudFront's metric alone, else beside the origin's.

    Every response has it (sampling rate 100); of the metrics only whether it was a hit.
    """
    own = "cdn-cache-hit" if hit else "cdn-cache-miss"
    origin_values = (
        () if hit else tuple(value for name, value in headers if name == "server-timing")
    )
    return (
        *drop_headers(headers, ("server-timing",)),
        ("server-timing", ",".join((own, *origin_values))),
    )
