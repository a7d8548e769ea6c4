"""The part of a request that a selection of a policy means.

Source: Developer Guide, cache-key-understand-cache-policy and Cookies.
"""

from __future__ import annotations

from cloudfront_emulator.distribution.selection import Selection
from cloudfront_emulator.message import CdnRequest


def select_query(query: str, *selections: Selection) -> str:
    """The parameters that one of `selections` means, as written and in the order written.

    CloudFront reorders nothing and folds no case: `a=1&b=2` and `b=2&a=1` are two objects.
    Source: Developer Guide, cache-hit-ratio, "list parameters in the same order".
    """
    if not query:
        return ""
    kinds = {selection.kind for selection in selections}
    if "all" in kinds:
        return query
    if kinds == {"none"}:
        return ""
    items = (item for item in query.split("&") if item)
    return "&".join(item for item in items if _is_selected(item.partition("=")[0], selections))


def select_cookies(request: CdnRequest, *selections: Selection) -> str:
    """The cookies that one of `selections` means, as a Cookie header sorted by name.

    Source: Developer Guide, Cookies, "CloudFront sorts cookies"; names and values keep their case.
    """
    if all(selection.kind == "none" for selection in selections):
        return ""
    pairs = [pair for pair in request.cookies() if _is_selected(pair[0], selections)]
    pairs.sort(key=lambda pair: pair[0])
    return "; ".join(f"{name}={value}" for name, value in pairs)


def _is_selected(name: str, selections: tuple[Selection, ...]) -> bool:
    return any(selection.includes(name) for selection in selections)
