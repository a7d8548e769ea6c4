"""Response headers policies.

Source: AWS CloudFormation, AWS::CloudFront::ResponseHeadersPolicy; CloudFront Developer Guide,
understanding-response-headers-policies.
"""

from __future__ import annotations

from collections.abc import Iterator

from cloudfront_emulator.cloudformation.context import Context
from cloudfront_emulator.cloudformation.document import Resource
from cloudfront_emulator.cloudformation.header_fields import header_name, header_value
from cloudfront_emulator.cloudformation.property_reader import Bag
from cloudfront_emulator.cloudformation.resources.managed import RESPONSE_HEADERS
from cloudfront_emulator.distribution.policies import Cors, ResponseHeadersPolicy, SetHeader

_CONFIG = "ResponseHeadersPolicyConfig"


def response_headers_policy(context: Context, bag: Bag) -> ResponseHeadersPolicy:
    """The policy that a behaviour's ResponseHeadersPolicyId names; none is the empty one."""
    type_ = "AWS::CloudFront::ResponseHeadersPolicy"
    found = context.policy_id(bag, "ResponseHeadersPolicyId", type_, RESPONSE_HEADERS)
    if isinstance(found, Resource):
        return _read(context, found)
    return found or ResponseHeadersPolicy()


def _read(context: Context, resource: Resource) -> ResponseHeadersPolicy:
    outer = context.bag(resource)
    bag = outer.bag(_CONFIG)
    outer.close()
    if bag is None:
        context.findings.fault(outer.place / _CONFIG, "missing", "write the policy")
        return ResponseHeadersPolicy()
    bag.ignore("Comment")
    policy = ResponseHeadersPolicy(
        name=bag.text("Name"),
        cors=_cors(bag.bag("CorsConfig")),
        remove=frozenset(_removed(bag)),
        set=(*_security(bag), *_custom(bag)),
        server_timing=_server_timing(bag.bag("ServerTimingHeadersConfig")),
    )
    bag.close()
    return policy


def _removed(bag: Bag) -> Iterator[str]:
    for each in _items(bag, "RemoveHeadersConfig"):
        yield header_name(each, "Header").lower()
        each.close()


def _custom(bag: Bag) -> Iterator[SetHeader]:
    for each in _items(bag, "CustomHeadersConfig"):
        yield SetHeader(
            name=header_name(each, "Header"),
            value=header_value(each, "Value"),
            override=each.flag("Override"),
        )
        each.close()


def _items(bag: Bag, name: str) -> list[Bag]:
    config = bag.bag(name)
    if config is None:
        return []
    items = config.bags("Items")
    config.close()
    return items


def _cors(bag: Bag | None) -> Cors | None:
    if bag is None:
        return None
    max_age = bag.number("AccessControlMaxAgeSec", 0) if "AccessControlMaxAgeSec" in bag else None
    cors = Cors(
        origins=_names(bag, "AccessControlAllowOrigins"),
        methods=_names(bag, "AccessControlAllowMethods"),
        headers=_names(bag, "AccessControlAllowHeaders"),
        expose=_names(bag, "AccessControlExposeHeaders"),
        credentials=bag.flag("AccessControlAllowCredentials"),
        max_age=None if max_age is None else int(max_age),
        override=bag.flag("OriginOverride"),
    )
    bag.close()
    return cors


def _names(bag: Bag, name: str) -> tuple[str, ...]:
    inner = bag.bag(name)
    if inner is None:
        return ()
    names = inner.texts("Items")
    inner.close()
    return names


def _server_timing(bag: Bag | None) -> bool:
    if bag is None:
        return False
    rate, enabled = bag.number("SamplingRate", 0), bag.flag("Enabled")
    bag.close()
    if enabled and 0 < rate < 100:
        bag.findings.note(bag.place / "SamplingRate", f"{rate:g}% of responses on AWS, here each")
    return enabled and rate > 0


def _security(bag: Bag) -> Iterator[SetHeader]:
    config = bag.bag("SecurityHeadersConfig")
    if config is None:
        return
    for name, read in _SECURITY.items():
        if (each := config.bag(name)) is not None:
            header, value = read(each)
            yield SetHeader(name=header, value=value, override=each.flag("Override"))
            each.close()
    config.close()


def _transport(bag: Bag) -> tuple[str, str]:
    parts = [f"max-age={bag.whole('AccessControlMaxAgeSec', 0)}"]
    parts += ["includeSubDomains"] if bag.flag("IncludeSubdomains") else []
    parts += ["preload"] if bag.flag("Preload") else []
    return "Strict-Transport-Security", "; ".join(parts)


def _xss(bag: Bag) -> tuple[str, str]:
    block, report = bag.flag("ModeBlock"), bag.text("ReportUri")
    if not bag.flag("Protection"):
        return "X-XSS-Protection", "0"
    parts = ["1", *(["mode=block"] if block else []), *([f"report={report}"] if report else [])]
    return "X-XSS-Protection", "; ".join(parts)


_SECURITY = {
    "ContentSecurityPolicy": lambda bag: (
        "Content-Security-Policy",
        bag.need("ContentSecurityPolicy"),
    ),
    "ContentTypeOptions": lambda _bag: ("X-Content-Type-Options", "nosniff"),
    "FrameOptions": lambda bag: (
        "X-Frame-Options",
        bag.choice("FrameOption", ("DENY", "SAMEORIGIN")),
    ),
    "ReferrerPolicy": lambda bag: ("Referrer-Policy", bag.need("ReferrerPolicy")),
    "StrictTransportSecurity": _transport,
    "XSSProtection": _xss,
}
