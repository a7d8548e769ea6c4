"""Cache policies and origin request policies.

Source: AWS CloudFormation, AWS::CloudFront::CachePolicy and AWS::CloudFront::OriginRequestPolicy;
CloudFront Developer Guide, cache-key-understand-cache-policy.
"""

from __future__ import annotations

from cloudfront_emulator.cloudformation.context import TemplateContext
from cloudfront_emulator.cloudformation.document import TemplateResource
from cloudfront_emulator.cloudformation.property_reader import PropertyReader
from cloudfront_emulator.cloudformation.resources.managed import CACHE, ORIGIN_REQUEST
from cloudfront_emulator.distribution import ALL, NONE, CachePolicy, OriginRequestPolicy, Selection

_KEY = "ParametersInCacheKeyAndForwardedToOrigin"
_KINDS = {"none": NONE, "all": ALL, "allViewer": ALL}


def find_cache_policy(context: TemplateContext, bag: PropertyReader) -> CachePolicy:
    """The policy that a behaviour's CachePolicyId names."""
    policy = context.find_policy(bag, "CachePolicyId", "AWS::CloudFront::CachePolicy", CACHE)
    return (
        _read_cache_policy(context, policy)
        if isinstance(policy, TemplateResource)
        else policy or CachePolicy()
    )


def find_origin_request_policy(
    context: TemplateContext, bag: PropertyReader
) -> OriginRequestPolicy:
    """The policy that a behaviour's OriginRequestPolicyId names; none is the empty one."""
    type_ = "AWS::CloudFront::OriginRequestPolicy"
    policy = context.find_policy(bag, "OriginRequestPolicyId", type_, ORIGIN_REQUEST)
    if isinstance(policy, TemplateResource):
        return _read_origin_request(context, policy)
    return policy or OriginRequestPolicy()


def read_selection(
    bag: PropertyReader | None, behaviour: str, names: str, kinds: str, *, lower: bool
) -> Selection:
    """One of the `...Config` objects, `whitelist` and a list of names for example."""
    if bag is None:
        return NONE
    kind, items = bag.read_choice(behaviour, kinds.split(), "none"), bag.read_texts(names)
    bag.close()
    if kind in _KINDS:
        return _KINDS[kind]
    if not items:
        bag.diagnostics.add_fault(bag.path / names, f"{kind} without names", "list at least one")
    chosen = frozenset(each.lower() if lower else each for each in items)
    if "*" in chosen:
        bag.diagnostics.add_fault(bag.path / names, "'*' is no name", f"set {behaviour} to all")
    return Selection("except" if kind == "allExcept" else "only", chosen)


def check_ttls(bag: PropertyReader, low: float, default: float, high: float) -> None:
    """AWS refuses TTLs out of order."""
    if not low <= default <= high:
        what = f"MinTTL {low:g}, DefaultTTL {default:g}, MaxTTL {high:g} are out of order"
        bag.diagnostics.add_fault(
            bag.path / "DefaultTTL", what, "keep MinTTL <= DefaultTTL <= MaxTTL"
        )


def _read_cache_policy(context: TemplateContext, resource: TemplateResource) -> CachePolicy:
    outer = context.read_properties(resource)
    bag = outer.read_object("CachePolicyConfig")
    outer.close()
    if bag is None:
        context.diagnostics.add_fault(
            outer.path / "CachePolicyConfig", "missing", "write the policy"
        )
        return CachePolicy()
    policy = _parse_cache_policy(bag)
    bag.close()
    check_ttls(bag, policy.min_ttl, policy.default_ttl, policy.max_ttl)
    keyed = policy.headers, policy.cookies, policy.query
    if policy.max_ttl == 0 and (policy.gzip or policy.brotli or keyed != (NONE, NONE, NONE)):
        context.diagnostics.add_fault(
            bag.path / _KEY,
            "with MaxTTL 0 nothing is cached, and AWS allows nothing in the key",
            "forward it by an origin request policy, or set MaxTTL above 0",
        )
    return policy


def _parse_cache_policy(bag: PropertyReader) -> CachePolicy:
    bag.ignore("Comment")
    key = bag.read_object(_KEY) or PropertyReader(bag.path / _KEY, {}, bag.diagnostics)
    policy = CachePolicy(
        name=bag.read_text("Name"),
        min_ttl=bag.read_number("MinTTL", 0),
        default_ttl=bag.read_number("DefaultTTL", 86_400),
        max_ttl=bag.read_number("MaxTTL", 31_536_000),
        gzip=key.read_flag("EnableAcceptEncodingGzip"),
        brotli=key.read_flag("EnableAcceptEncodingBrotli"),
        headers=_read_headers(key, "none whitelist"),
        cookies=_read_cookies(key),
        query=_read_query(key),
    )
    key.close()
    return policy


def _read_origin_request(
    context: TemplateContext, resource: TemplateResource
) -> OriginRequestPolicy:
    outer = context.read_properties(resource)
    bag = outer.read_object("OriginRequestPolicyConfig")
    outer.close()
    if bag is None:
        place = outer.path / "OriginRequestPolicyConfig"
        context.diagnostics.add_fault(place, "missing", "write the policy")
        return OriginRequestPolicy()
    bag.ignore("Comment")
    headers, added = _read_viewer_headers(bag)
    policy = OriginRequestPolicy(
        name=bag.read_text("Name"),
        headers=headers,
        added=added,
        cookies=_read_cookies(bag),
        query=_read_query(bag),
    )
    bag.close()
    return policy


def _read_viewer_headers(bag: PropertyReader) -> tuple[Selection, frozenset[str]]:
    """The selection, and the list beside `allViewerAndWhitelistCloudFront`."""
    kinds = "none whitelist allViewer allViewerAndWhitelistCloudFront allExcept"
    read = _read_headers(bag, kinds)
    config = bag.read_object("HeadersConfig")
    if config and config.read_text("HeaderBehavior") == "allViewerAndWhitelistCloudFront":
        return ALL, read.names
    return read, frozenset()


def _read_headers(bag: PropertyReader, kinds: str) -> Selection:
    return read_selection(
        bag.read_object("HeadersConfig"), "HeaderBehavior", "Headers", kinds, lower=True
    )


def _read_cookies(bag: PropertyReader) -> Selection:
    kinds = "none whitelist allExcept all"
    return read_selection(
        bag.read_object("CookiesConfig"), "CookieBehavior", "Cookies", kinds, lower=False
    )


def _read_query(bag: PropertyReader) -> Selection:
    kinds, config = "none whitelist allExcept all", bag.read_object("QueryStringsConfig")
    return read_selection(config, "QueryStringBehavior", "QueryStrings", kinds, lower=False)
