"""Response headers policies.

Source: AWS CloudFormation, AWS::CloudFront::ResponseHeadersPolicy; CloudFront Developer Guide,
understanding-response-headers-policies.
"""

from __future__ import annotations

from collections.abc import Iterator

from cloudfront_emulator.cloudformation.context import TemplateContext
from cloudfront_emulator.cloudformation.document import TemplateResource
from cloudfront_emulator.cloudformation.property_reader import (
    PropertyReader,
    read_header_name,
    read_header_value,
)
from cloudfront_emulator.cloudformation.resources.managed import RESPONSE_HEADERS
from cloudfront_emulator.distribution import CorsConfig, HeaderRule, ResponseHeadersPolicy

_CONFIG = "ResponseHeadersPolicyConfig"


def find_response_headers_policy(
    context: TemplateContext, bag: PropertyReader
) -> ResponseHeadersPolicy:
    """The policy that a behaviour's ResponseHeadersPolicyId names; none is the empty one."""
    type_ = "AWS::CloudFront::ResponseHeadersPolicy"
    policy = context.find_policy(bag, "ResponseHeadersPolicyId", type_, RESPONSE_HEADERS)
    if isinstance(policy, TemplateResource):
        return _read(context, policy)
    return policy or ResponseHeadersPolicy()


def _read(context: TemplateContext, resource: TemplateResource) -> ResponseHeadersPolicy:
    outer = context.read_properties(resource)
    bag = outer.read_object(_CONFIG)
    outer.close()
    if bag is None:
        context.diagnostics.add_fault(outer.path / _CONFIG, "missing", "write the policy")
        return ResponseHeadersPolicy()
    bag.ignore("Comment")
    policy = ResponseHeadersPolicy(
        name=bag.read_text("Name"),
        cors=_read_cors(bag.read_object("CorsConfig")),
        remove=frozenset(_read_removed(bag)),
        set=(*_read_security(bag), *_read_custom(bag)),
        server_timing=_read_server_timing(bag.read_object("ServerTimingHeadersConfig")),
    )
    bag.close()
    return policy


def _read_removed(bag: PropertyReader) -> Iterator[str]:
    for each in _read_items(bag, "RemoveHeadersConfig"):
        yield read_header_name(each, "Header").lower()
        each.close()


def _read_custom(bag: PropertyReader) -> Iterator[HeaderRule]:
    for each in _read_items(bag, "CustomHeadersConfig"):
        yield HeaderRule(
            name=read_header_name(each, "Header"),
            value=read_header_value(each, "Value"),
            override=each.read_flag("Override"),
        )
        each.close()


def _read_items(bag: PropertyReader, name: str) -> list[PropertyReader]:
    config = bag.read_object(name)
    if config is None:
        return []
    items = config.read_objects("Items")
    config.close()
    return items


def _read_cors(bag: PropertyReader | None) -> CorsConfig | None:
    if bag is None:
        return None
    max_age = (
        bag.read_number("AccessControlMaxAgeSec", 0) if "AccessControlMaxAgeSec" in bag else None
    )
    cors = CorsConfig(
        origins=_read_names(bag, "AccessControlAllowOrigins"),
        methods=_read_names(bag, "AccessControlAllowMethods"),
        headers=_read_names(bag, "AccessControlAllowHeaders"),
        expose=_read_names(bag, "AccessControlExposeHeaders"),
        credentials=bag.read_flag("AccessControlAllowCredentials"),
        max_age=None if max_age is None else int(max_age),
        override=bag.read_flag("OriginOverride"),
    )
    bag.close()
    return cors


def _read_names(bag: PropertyReader, name: str) -> tuple[str, ...]:
    inner = bag.read_object(name)
    if inner is None:
        return ()
    names = inner.read_texts("Items")
    inner.close()
    return names


def _read_server_timing(bag: PropertyReader | None) -> bool:
    if bag is None:
        return False
    rate, enabled = bag.read_number("SamplingRate", 0), bag.read_flag("Enabled")
    bag.close()
    if enabled and 0 < rate < 100:
        bag.diagnostics.add_note(
            bag.path / "SamplingRate", f"{rate:g}% of responses on AWS, here each"
        )
    return enabled and rate > 0


def _read_security(bag: PropertyReader) -> Iterator[HeaderRule]:
    config = bag.read_object("SecurityHeadersConfig")
    if config is None:
        return
    for name, read in _SECURITY.items():
        if (each := config.read_object(name)) is not None:
            header, value = read(each)
            yield HeaderRule(name=header, value=value, override=each.read_flag("Override"))
            each.close()
    config.close()


def _read_transport_security(bag: PropertyReader) -> tuple[str, str]:
    parts = [f"max-age={bag.read_integer('AccessControlMaxAgeSec', 0)}"]
    parts += ["includeSubDomains"] if bag.read_flag("IncludeSubdomains") else []
    parts += ["preload"] if bag.read_flag("Preload") else []
    return "Strict-Transport-Security", "; ".join(parts)


def _read_xss_protection(bag: PropertyReader) -> tuple[str, str]:
    block, report = bag.read_flag("ModeBlock"), bag.read_text("ReportUri")
    if not bag.read_flag("Protection"):
        return "X-XSS-Protection", "0"
    parts = ["1", *(["mode=block"] if block else []), *([f"report={report}"] if report else [])]
    return "X-XSS-Protection", "; ".join(parts)


_SECURITY = {
    "ContentSecurityPolicy": lambda bag: (
        "Content-Security-Policy",
        bag.require_text("ContentSecurityPolicy"),
    ),
    "ContentTypeOptions": lambda _bag: ("X-Content-Type-Options", "nosniff"),
    "FrameOptions": lambda bag: (
        "X-Frame-Options",
        bag.read_choice("FrameOption", ("DENY", "SAMEORIGIN")),
    ),
    "ReferrerPolicy": lambda bag: ("Referrer-Policy", bag.require_text("ReferrerPolicy")),
    "StrictTransportSecurity": _read_transport_security,
    "XSSProtection": _read_xss_protection,
}
