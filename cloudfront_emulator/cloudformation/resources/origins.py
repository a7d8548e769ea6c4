"""Origins and origin groups.

Source: AWS CloudFormation, AWS::CloudFront::Distribution Origin, CustomOriginConfig and
OriginGroup; AWS::CloudFront::OriginAccessControl.
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Any, Literal

from cloudfront_emulator.cloudformation.context import TemplateContext
from cloudfront_emulator.cloudformation.property_reader import (
    PropertyReader,
    read_header_name,
    read_header_value,
)
from cloudfront_emulator.cloudformation.values import UnknownValue
from cloudfront_emulator.distribution import DENIED_HEADERS, Origin, OriginGroup

_NO_LABEL = re.compile(r"[^a-z0-9]+")
_PROTOCOLS = ("https-only", "http-only", "match-viewer")


def read_origin(context: TemplateContext, bag: PropertyReader) -> Origin:
    """One origin. `match-viewer` is https, as which every viewer's request counts here."""
    bag.ignore("OriginShield")
    id_ = bag.require_text("Id")
    s3, custom = bag.read_object("S3OriginConfig"), bag.read_object("CustomOriginConfig")
    if s3 is None and custom is None:
        _report_missing_config(bag)
    kind: Literal["s3", "custom"] = "custom" if s3 is None else "s3"
    origin = Origin(
        id=id_,
        kind=kind,
        domain_name=_read_domain(bag, id_),
        path=_read_path(bag),
        headers=tuple(map(_read_header, bag.read_objects("OriginCustomHeaders"))),
        signs_requests=_is_signing(context, bag, s3),
        connection_attempts=bag.read_integer("ConnectionAttempts", 3, 1, 3),
        connection_timeout=bag.read_number("ConnectionTimeout", 10, 1, 10),
        **_read_times(s3 or custom),
        **_read_connection(custom),
    )
    for each in (s3, custom, bag):
        if each is not None:
            each.close()
    return origin


def read_origin_group(bag: PropertyReader, origins: Container[str]) -> OriginGroup:
    """One group: a primary and a secondary, and the statuses at which the second is asked."""
    if bag.read_text("SelectionCriteria", "default") != "default":
        bag.refuse_unless_off("SelectionCriteria", "media-quality-based selection is not done")
    criteria = _require_object(bag, "FailoverCriteria")
    codes = _require_object(criteria, "StatusCodes")
    statuses = codes.read_raw("Items")
    if not isinstance(statuses, list) or not all(str(each).isdigit() for each in statuses):
        codes.diagnostics.add_fault(codes.path / "Items", "expected status codes", "list them")
        statuses = []
    members = _read_members(_require_object(bag, "Members"), origins)
    group = OriginGroup(
        id=bag.require_text("Id"),
        primary=members[0],
        secondary=members[1],
        statuses=frozenset(int(each) for each in statuses),
    )
    codes.ignore("Quantity")
    for each in (codes, criteria, bag):
        each.close()
    return group


def _read_members(bag: PropertyReader, origins: Container[str]) -> tuple[str, str]:
    bag.ignore("Quantity")
    names = []
    for each in bag.read_objects("Items"):
        names.append(each.require_text("OriginId"))
        each.close()
        if names[-1] and names[-1] not in origins:
            what = f"no origin has the id {names[-1]!r}"
            bag.diagnostics.add_fault(each.path / "OriginId", what, "declare it under Origins")
    bag.close()
    if len(names) != 2:
        what = f"a group has two members, not {len(names)}"
        bag.diagnostics.add_fault(bag.path / "Items", what, "name a primary and a secondary")
    return (names[0], names[1]) if len(names) == 2 else ("", "")


def _require_object(bag: PropertyReader, name: str) -> PropertyReader:
    """A required object; an empty one beside the fault."""
    value = bag.read_object(name)
    if value is None:
        bag.diagnostics.add_fault(bag.path / name, "missing", "it is required: write it")
    return value or PropertyReader(bag.path / name, {}, bag.diagnostics)


def _report_missing_config(bag: PropertyReader) -> None:
    if bag.read_raw("VpcOriginConfig") is not None:
        bag.refuse_unless_off("VpcOriginConfig", "VPC origins are not modelled")
        return
    what = "neither S3OriginConfig nor CustomOriginConfig"
    bag.diagnostics.add_fault(bag.path, what, "write one of them, S3OriginConfig: {} for a bucket")


def _read_domain(bag: PropertyReader, id_: str) -> str:
    """What is written, else a stand-in: locally it feeds the Host header and events alone."""
    name = bag.require_text("DomainName")
    if name and not isinstance(name, UnknownValue):
        return name
    return f"{_NO_LABEL.sub('-', id_.lower()).strip('-')[:63] or 'unnamed'}.origin.local"


def _read_path(bag: PropertyReader) -> str:
    path = bag.read_text("OriginPath")
    if path and (not path.startswith("/") or path.endswith("/")):
        what = f"{path!r} must start with a slash and not end with one"
        bag.diagnostics.add_fault(bag.path / "OriginPath", what, "write it as /folder")
    return path


def _read_header(bag: PropertyReader) -> tuple[str, str]:
    header = read_header_name(bag, "HeaderName").lower(), read_header_value(bag, "HeaderValue")
    if DENIED_HEADERS.fullmatch(header[0]):
        what = f"CloudFront adds no {header[0]!r} to requests (add-origin-custom-headers)"
        bag.diagnostics.add_fault(bag.path / "HeaderName", what, "leave it out")
    bag.close()
    return header


def _is_signing(context: TemplateContext, bag: PropertyReader, s3: PropertyReader | None) -> bool:
    """By an origin access control, or by the identity that came before."""
    identity = s3.read_text("OriginAccessIdentity") if s3 is not None else ""
    id_ = bag.read_text("OriginAccessControlId")
    if not id_:
        return bool(identity)
    resource = context.find_resource(id_, "AWS::CloudFront::OriginAccessControl")
    if resource is None:
        what = "no origin access control of this template; taken to sign always"
        bag.diagnostics.add_note(bag.path / "OriginAccessControlId", what)
        return True
    control = context.read_properties(resource).read_object("OriginAccessControlConfig")
    behaviour = control.read_text("SigningBehavior", "always") if control is not None else "always"
    if control is not None and behaviour == "no-override":
        what = "no-override is not modelled: requests are signed always"
        bag.diagnostics.add_unsupported(control.path / "SigningBehavior", what)
    return behaviour != "never"


def _read_times(bag: PropertyReader | None) -> dict[str, Any]:
    return {} if bag is None else {"read_timeout": bag.read_number("OriginReadTimeout", 30, 1, 120)}


def _read_connection(bag: PropertyReader | None) -> dict[str, Any]:
    if bag is None:
        return {}
    bag.ignore("IpAddressType", "OriginMtlsConfig")
    plain = bag.read_choice("OriginProtocolPolicy", _PROTOCOLS, "https-only") == "http-only"
    http, https = (
        bag.read_integer(*port, 1, 65_535) for port in (("HTTPPort", 80), ("HTTPSPort", 443))
    )
    return {
        "protocol": "http" if plain else "https",
        "port": http if plain else https,
        "keepalive_timeout": bag.read_number("OriginKeepaliveTimeout", 5, 1, 120),
        "ssl_protocols": bag.read_texts("OriginSSLProtocols") or ("TLSv1", "SSLv3"),
    }
