"""Reads response headers policies.

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
    context: TemplateContext, reader: PropertyReader
) -> ResponseHeadersPolicy:
    """The policy of a behaviour's ResponseHeadersPolicyId; without an id an empty policy."""
    type_ = "AWS::CloudFront::ResponseHeadersPolicy"
    policy = context.find_policy(reader, "ResponseHeadersPolicyId", type_, RESPONSE_HEADERS)
    if isinstance(policy, TemplateResource):
        return _read(context, policy)
    return policy or ResponseHeadersPolicy()


def _read(context: TemplateContext, resource: TemplateResource) -> ResponseHeadersPolicy:
    outer = context.read_properties(resource)
    reader = outer.read_object(_CONFIG)
    outer.close()
    if reader is None:
        context.diagnostics.add_fault(outer.path / _CONFIG, "missing", "write the policy")
        return ResponseHeadersPolicy()
    reader.ignore("Comment")
    policy = ResponseHeadersPolicy(
        name=reader.read_text("Name"),
        cors=_read_cors(reader.read_object("CorsConfig")),
        remove=frozenset(_read_removed(reader)),
        set=(*_read_security(reader), *_read_custom(reader)),
        server_timing=_read_server_timing(reader.read_object("ServerTimingHeadersConfig")),
    )
    reader.close()
    return policy


def _read_removed(reader: PropertyReader) -> Iterator[str]:
    for each in _read_items(reader, "RemoveHeadersConfig"):
        yield read_header_name(each, "Header").lower()
        each.close()


def _read_custom(reader: PropertyReader) -> Iterator[HeaderRule]:
    for each in _read_items(reader, "CustomHeadersConfig"):
        yield HeaderRule(
            name=read_header_name(each, "Header"),
            value=read_header_value(each, "Value"),
            override=each.read_flag("Override"),
        )
        each.close()


def _read_items(reader: PropertyReader, name: str) -> list[PropertyReader]:
    config = reader.read_object(name)
    if config is None:
        return []
    items = config.read_objects("Items")
    config.close()
    return items


def _read_cors(reader: PropertyReader | None) -> CorsConfig | None:
    if reader is None:
        return None
    max_age = (
        reader.read_number("AccessControlMaxAgeSec", 0)
        if "AccessControlMaxAgeSec" in reader
        else None
    )
    cors = CorsConfig(
        origins=_read_names(reader, "AccessControlAllowOrigins"),
        methods=_read_names(reader, "AccessControlAllowMethods"),
        headers=_read_names(reader, "AccessControlAllowHeaders"),
        expose=_read_names(reader, "AccessControlExposeHeaders"),
        credentials=reader.read_flag("AccessControlAllowCredentials"),
        max_age=None if max_age is None else int(max_age),
        override=reader.read_flag("OriginOverride"),
    )
    reader.close()
    return cors


def _read_names(reader: PropertyReader, name: str) -> tuple[str, ...]:
    inner = reader.read_object(name)
    if inner is None:
        return ()
    names = inner.read_texts("Items")
    inner.close()
    return names


def _read_server_timing(reader: PropertyReader | None) -> bool:
    if reader is None:
        return False
    rate, enabled = reader.read_number("SamplingRate", 0), reader.read_flag("Enabled")
    reader.close()
    if enabled and 0 < rate < 100:
        reader.diagnostics.add_note(
            reader.path / "SamplingRate", f"{rate:g}% of responses on AWS, here all"
        )
    return enabled and rate > 0


def _read_security(reader: PropertyReader) -> Iterator[HeaderRule]:
    config = reader.read_object("SecurityHeadersConfig")
    if config is None:
        return
    for name, read in _SECURITY.items():
        if (each := config.read_object(name)) is not None:
            header, value = read(each)
            yield HeaderRule(name=header, value=value, override=each.read_flag("Override"))
            each.close()
    config.close()


def _read_transport_security(reader: PropertyReader) -> tuple[str, str]:
    parts = [f"max-age={reader.read_integer('AccessControlMaxAgeSec', 0)}"]
    parts += ["includeSubDomains"] if reader.read_flag("IncludeSubdomains") else []
    parts += ["preload"] if reader.read_flag("Preload") else []
    return "Strict-Transport-Security", "; ".join(parts)


def _read_xss_protection(reader: PropertyReader) -> tuple[str, str]:
    block, report = reader.read_flag("ModeBlock"), reader.read_text("ReportUri")
    if not reader.read_flag("Protection"):
        return "X-XSS-Protection", "0"
    parts = ["1", *(["mode=block"] if block else []), *([f"report={report}"] if report else [])]
    return "X-XSS-Protection", "; ".join(parts)


_SECURITY = {
    "ContentSecurityPolicy": lambda reader: (
        "Content-Security-Policy",
        reader.require_text("ContentSecurityPolicy"),
    ),
    "ContentTypeOptions": lambda _reader: ("X-Content-Type-Options", "nosniff"),
    "FrameOptions": lambda reader: (
        "X-Frame-Options",
        reader.read_choice("FrameOption", ("DENY", "SAMEORIGIN")),
    ),
    "ReferrerPolicy": lambda reader: ("Referrer-Policy", reader.require_text("ReferrerPolicy")),
    "StrictTransportSecurity": _read_transport_security,
    "XSSProtection": _read_xss_protection,
}
