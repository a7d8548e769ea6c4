"""Cache policies and origin request policies.

Source: AWS CloudFormation, AWS::CloudFront::CachePolicy and AWS::CloudFront::OriginRequestPolicy;
CloudFront Developer Guide, cache-key-understand-cache-policy.
"""

from __future__ import annotations

from cloudfront_emulator.cloudformation.context import Context
from cloudfront_emulator.cloudformation.document import Resource
from cloudfront_emulator.cloudformation.property_reader import Bag
from cloudfront_emulator.cloudformation.resources.managed import CACHE, ORIGIN_REQUEST
from cloudfront_emulator.distribution.policies import CachePolicy, OriginRequestPolicy
from cloudfront_emulator.distribution.selection import ALL, NONE, Selection

_KEY = "ParametersInCacheKeyAndForwardedToOrigin"
_KINDS = {"none": NONE, "all": ALL, "allViewer": ALL}


def cache_policy(context: Context, bag: Bag) -> CachePolicy:
    """The policy that a behaviour's CachePolicyId names."""
    found = context.policy_id(bag, "CachePolicyId", "AWS::CloudFront::CachePolicy", CACHE)
    return _read_cache(context, found) if isinstance(found, Resource) else found or CachePolicy()


def origin_request_policy(context: Context, bag: Bag) -> OriginRequestPolicy:
    """The policy that a behaviour's OriginRequestPolicyId names; none is the empty one."""
    type_ = "AWS::CloudFront::OriginRequestPolicy"
    found = context.policy_id(bag, "OriginRequestPolicyId", type_, ORIGIN_REQUEST)
    if isinstance(found, Resource):
        return _read_origin_request(context, found)
    return found or OriginRequestPolicy()


def selection(bag: Bag | None, behaviour: str, names: str, kinds: str, *, lower: bool) -> Selection:
    """One of the `...Config` objects, `whitelist` and a list of names for example."""
    if bag is None:
        return NONE
    kind, written = bag.choice(behaviour, kinds.split(), "none"), bag.texts(names)
    bag.close()
    if kind in _KINDS:
        return _KINDS[kind]
    if not written:
        bag.findings.fault(bag.place / names, f"{kind} without names", "list at least one")
    chosen = frozenset(each.lower() if lower else each for each in written)
    if "*" in chosen:
        bag.findings.fault(bag.place / names, "'*' is no name", f"set {behaviour} to all")
    return Selection("except" if kind == "allExcept" else "only", chosen)


def check_ttls(bag: Bag, low: float, default: float, high: float) -> None:
    """AWS refuses TTLs out of order."""
    if not low <= default <= high:
        what = f"MinTTL {low:g}, DefaultTTL {default:g}, MaxTTL {high:g} are out of order"
        bag.findings.fault(bag.place / "DefaultTTL", what, "keep MinTTL <= DefaultTTL <= MaxTTL")


def _read_cache(context: Context, resource: Resource) -> CachePolicy:
    outer = context.bag(resource)
    bag = outer.bag("CachePolicyConfig")
    outer.close()
    if bag is None:
        context.findings.fault(outer.place / "CachePolicyConfig", "missing", "write the policy")
        return CachePolicy()
    policy = _cache(bag)
    bag.close()
    check_ttls(bag, policy.min_ttl, policy.default_ttl, policy.max_ttl)
    keyed = policy.headers, policy.cookies, policy.query
    if policy.max_ttl == 0 and (policy.gzip or policy.brotli or keyed != (NONE, NONE, NONE)):
        context.findings.fault(
            bag.place / _KEY,
            "with MaxTTL 0 nothing is cached, and AWS allows nothing in the key",
            "forward it by an origin request policy, or set MaxTTL above 0",
        )
    return policy


def _cache(bag: Bag) -> CachePolicy:
    bag.ignore("Comment")
    key = bag.bag(_KEY) or Bag(bag.place / _KEY, {}, bag.findings)
    policy = CachePolicy(
        name=bag.text("Name"),
        min_ttl=bag.number("MinTTL", 0),
        default_ttl=bag.number("DefaultTTL", 86_400),
        max_ttl=bag.number("MaxTTL", 31_536_000),
        gzip=key.flag("EnableAcceptEncodingGzip"),
        brotli=key.flag("EnableAcceptEncodingBrotli"),
        headers=_headers(key, "none whitelist"),
        cookies=_cookies(key),
        query=_query(key),
    )
    key.close()
    return policy


def _read_origin_request(context: Context, resource: Resource) -> OriginRequestPolicy:
    outer = context.bag(resource)
    bag = outer.bag("OriginRequestPolicyConfig")
    outer.close()
    if bag is None:
        place = outer.place / "OriginRequestPolicyConfig"
        context.findings.fault(place, "missing", "write the policy")
        return OriginRequestPolicy()
    bag.ignore("Comment")
    headers, added = _viewer_headers(bag)
    policy = OriginRequestPolicy(
        name=bag.text("Name"),
        headers=headers,
        added=added,
        cookies=_cookies(bag),
        query=_query(bag),
    )
    bag.close()
    return policy


def _viewer_headers(bag: Bag) -> tuple[Selection, frozenset[str]]:
    """The selection, and the list beside `allViewerAndWhitelistCloudFront`."""
    kinds = "none whitelist allViewer allViewerAndWhitelistCloudFront allExcept"
    read = _headers(bag, kinds)
    written = bag.bag("HeadersConfig")
    if written and written.text("HeaderBehavior") == "allViewerAndWhitelistCloudFront":
        return ALL, read.names
    return read, frozenset()


def _headers(bag: Bag, kinds: str) -> Selection:
    return selection(bag.bag("HeadersConfig"), "HeaderBehavior", "Headers", kinds, lower=True)


def _cookies(bag: Bag) -> Selection:
    kinds = "none whitelist allExcept all"
    return selection(bag.bag("CookiesConfig"), "CookieBehavior", "Cookies", kinds, lower=False)


def _query(bag: Bag) -> Selection:
    kinds, config = "none whitelist allExcept all", bag.bag("QueryStringsConfig")
    return selection(config, "QueryStringBehavior", "QueryStrings", kinds, lower=False)
