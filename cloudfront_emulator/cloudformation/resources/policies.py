"""Reads cache policies and origin request policies.

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


def find_cache_policy(context: TemplateContext, reader: PropertyReader) -> CachePolicy:
    """The policy that a behaviour's CachePolicyId names."""
    policy = context.find_policy(reader, "CachePolicyId", "AWS::CloudFront::CachePolicy", CACHE)
    return (
        _read_cache_policy(context, policy)
        if isinstance(policy, TemplateResource)
        else policy or CachePolicy()
    )


def find_origin_request_policy(
    context: TemplateContext, reader: PropertyReader
) -> OriginRequestPolicy:
    """The policy of a behaviour's OriginRequestPolicyId; without an id an empty policy."""
    type_ = "AWS::CloudFront::OriginRequestPolicy"
    policy = context.find_policy(reader, "OriginRequestPolicyId", type_, ORIGIN_REQUEST)
    if isinstance(policy, TemplateResource):
        return _read_origin_request(context, policy)
    return policy or OriginRequestPolicy()


def read_selection(
    reader: PropertyReader | None, behaviour: str, names: str, kinds: str, *, lower: bool
) -> Selection:
    """Read a `...Config` object, for example `whitelist` with a list of names."""
    if reader is None:
        return NONE
    kind, items = reader.read_choice(behaviour, kinds.split(), "none"), reader.read_texts(names)
    reader.close()
    if kind in _KINDS:
        return _KINDS[kind]
    if not items:
        reader.diagnostics.add_fault(
            reader.path / names, f"{kind} without names", "list at least one"
        )
    chosen = frozenset(each.lower() if lower else each for each in items)
    if "*" in chosen:
        reader.diagnostics.add_fault(
            reader.path / names, "'*' is not a name", f"set {behaviour} to all"
        )
    return Selection("except" if kind == "allExcept" else "only", chosen)


def check_ttls(reader: PropertyReader, low: float, default: float, high: float) -> None:
    """Report TTLs that are out of order, which AWS refuses."""
    if not low <= default <= high:
        what = f"MinTTL {low:g}, DefaultTTL {default:g}, MaxTTL {high:g} are out of order"
        reader.diagnostics.add_fault(
            reader.path / "DefaultTTL", what, "keep MinTTL <= DefaultTTL <= MaxTTL"
        )


def _read_cache_policy(context: TemplateContext, resource: TemplateResource) -> CachePolicy:
    outer = context.read_properties(resource)
    reader = outer.read_object("CachePolicyConfig")
    outer.close()
    if reader is None:
        context.diagnostics.add_fault(
            outer.path / "CachePolicyConfig", "missing", "write the policy"
        )
        return CachePolicy()
    policy = _parse_cache_policy(reader)
    reader.close()
    check_ttls(reader, policy.min_ttl, policy.default_ttl, policy.max_ttl)
    keyed = policy.headers, policy.cookies, policy.query
    if policy.max_ttl == 0 and (policy.gzip or policy.brotli or keyed != (NONE, NONE, NONE)):
        context.diagnostics.add_fault(
            reader.path / _KEY,
            "with MaxTTL 0 nothing is cached, and AWS allows nothing in the key",
            "forward it by an origin request policy, or set MaxTTL above 0",
        )
    return policy


def _parse_cache_policy(reader: PropertyReader) -> CachePolicy:
    reader.ignore("Comment")
    key = reader.read_object(_KEY) or PropertyReader(reader.path / _KEY, {}, reader.diagnostics)
    policy = CachePolicy(
        name=reader.read_text("Name"),
        min_ttl=reader.read_number("MinTTL", 0),
        default_ttl=reader.read_number("DefaultTTL", 86_400),
        max_ttl=reader.read_number("MaxTTL", 31_536_000),
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
    reader = outer.read_object("OriginRequestPolicyConfig")
    outer.close()
    if reader is None:
        place = outer.path / "OriginRequestPolicyConfig"
        context.diagnostics.add_fault(place, "missing", "write the policy")
        return OriginRequestPolicy()
    reader.ignore("Comment")
    headers, added = _read_viewer_headers(reader)
    policy = OriginRequestPolicy(
        name=reader.read_text("Name"),
        headers=headers,
        added=added,
        cookies=_read_cookies(reader),
        query=_read_query(reader),
    )
    reader.close()
    return policy


def _read_viewer_headers(reader: PropertyReader) -> tuple[Selection, frozenset[str]]:
    """The selection, and the names that `allViewerAndWhitelistCloudFront` adds to it."""
    kinds = "none whitelist allViewer allViewerAndWhitelistCloudFront allExcept"
    read = _read_headers(reader, kinds)
    config = reader.read_object("HeadersConfig")
    if config and config.read_text("HeaderBehavior") == "allViewerAndWhitelistCloudFront":
        return ALL, read.names
    return read, frozenset()


def _read_headers(reader: PropertyReader, kinds: str) -> Selection:
    return read_selection(
        reader.read_object("HeadersConfig"), "HeaderBehavior", "Headers", kinds, lower=True
    )


def _read_cookies(reader: PropertyReader) -> Selection:
    kinds = "none whitelist allExcept all"
    return read_selection(
        reader.read_object("CookiesConfig"), "CookieBehavior", "Cookies", kinds, lower=False
    )


def _read_query(reader: PropertyReader) -> Selection:
    kinds, config = "none whitelist allExcept all", reader.read_object("QueryStringsConfig")
    return read_selection(config, "QueryStringBehavior", "QueryStrings", kinds, lower=False)
