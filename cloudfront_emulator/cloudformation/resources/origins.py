"""Reads origins and origin groups.

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


def read_origin(context: TemplateContext, reader: PropertyReader) -> Origin:
    """Read one origin. `match-viewer` means https, because every request counts as https here."""
    reader.ignore("OriginShield")
    id_ = reader.require_text("Id")
    s3, custom = reader.read_object("S3OriginConfig"), reader.read_object("CustomOriginConfig")
    if s3 is None and custom is None:
        _report_missing_config(reader)
    kind: Literal["s3", "custom"] = "custom" if s3 is None else "s3"
    origin = Origin(
        id=id_,
        kind=kind,
        domain_name=_read_domain(reader, id_),
        path=_read_path(reader),
        headers=tuple(map(_read_header, reader.read_objects("OriginCustomHeaders"))),
        signs_requests=_is_signing(context, reader, s3),
        connection_attempts=reader.read_integer("ConnectionAttempts", 3, 1, 3),
        connection_timeout=reader.read_number("ConnectionTimeout", 10, 1, 10),
        **_read_times(s3 or custom),
        **_read_connection(custom),
    )
    for each in (s3, custom, reader):
        if each is not None:
            each.close()
    return origin


def read_origin_group(reader: PropertyReader, origins: Container[str]) -> OriginGroup:
    """Read one group: a primary, a secondary and the statuses that lead to the secondary."""
    if reader.read_text("SelectionCriteria", "default") != "default":
        reader.refuse_unless_off("SelectionCriteria", "media-quality-based selection is not done")
    criteria = _require_object(reader, "FailoverCriteria")
    codes = _require_object(criteria, "StatusCodes")
    statuses = codes.read_raw("Items")
    if not isinstance(statuses, list) or not all(str(each).isdigit() for each in statuses):
        codes.diagnostics.add_fault(codes.path / "Items", "expected status codes", "list them")
        statuses = []
    members = _read_members(_require_object(reader, "Members"), origins)
    group = OriginGroup(
        id=reader.require_text("Id"),
        primary=members[0],
        secondary=members[1],
        statuses=frozenset(int(each) for each in statuses),
    )
    codes.ignore("Quantity")
    for each in (codes, criteria, reader):
        each.close()
    return group


def _read_members(reader: PropertyReader, origins: Container[str]) -> tuple[str, str]:
    reader.ignore("Quantity")
    names = []
    for each in reader.read_objects("Items"):
        names.append(each.require_text("OriginId"))
        each.close()
        if names[-1] and names[-1] not in origins:
            what = f"no origin has the id {names[-1]!r}"
            reader.diagnostics.add_fault(each.path / "OriginId", what, "declare it under Origins")
    reader.close()
    if len(names) != 2:
        what = f"a group has two members, not {len(names)}"
        reader.diagnostics.add_fault(reader.path / "Items", what, "name a primary and a secondary")
    return (names[0], names[1]) if len(names) == 2 else ("", "")


def _require_object(reader: PropertyReader, name: str) -> PropertyReader:
    """A required object; an empty one after reporting that it is missing."""
    value = reader.read_object(name)
    if value is None:
        reader.diagnostics.add_fault(reader.path / name, "missing", "it is required: write it")
    return value or PropertyReader(reader.path / name, {}, reader.diagnostics)


def _report_missing_config(reader: PropertyReader) -> None:
    if reader.read_raw("VpcOriginConfig") is not None:
        reader.refuse_unless_off("VpcOriginConfig", "VPC origins are not emulated")
        return
    what = "neither S3OriginConfig nor CustomOriginConfig"
    reader.diagnostics.add_fault(
        reader.path, what, "write one of them, S3OriginConfig: {} for a bucket"
    )


def _read_domain(reader: PropertyReader, id_: str) -> str:
    """The domain name, or a placeholder if only a deployment knows it.

    It appears only in Host headers and events.
    """
    name = reader.require_text("DomainName")
    if name and not isinstance(name, UnknownValue):
        return name
    return f"{_NO_LABEL.sub('-', id_.lower()).strip('-')[:63] or 'unnamed'}.origin.local"


def _read_path(reader: PropertyReader) -> str:
    path = reader.read_text("OriginPath")
    if path and (not path.startswith("/") or path.endswith("/")):
        what = f"{path!r} must start with a slash and not end with one"
        reader.diagnostics.add_fault(reader.path / "OriginPath", what, "write it as /folder")
    return path


def _read_header(reader: PropertyReader) -> tuple[str, str]:
    header = (
        read_header_name(reader, "HeaderName").lower(),
        read_header_value(reader, "HeaderValue"),
    )
    if DENIED_HEADERS.fullmatch(header[0]):
        what = f"CloudFront does not add {header[0]!r} to requests (add-origin-custom-headers)"
        reader.diagnostics.add_fault(reader.path / "HeaderName", what, "leave it out")
    reader.close()
    return header


def _is_signing(
    context: TemplateContext, reader: PropertyReader, s3: PropertyReader | None
) -> bool:
    """Whether an origin access control or an origin access identity signs requests."""
    identity = s3.read_text("OriginAccessIdentity") if s3 is not None else ""
    id_ = reader.read_text("OriginAccessControlId")
    if not id_:
        return bool(identity)
    resource = context.find_resource(id_, "AWS::CloudFront::OriginAccessControl")
    if resource is None:
        what = "not an origin access control of this template; assumed to sign always"
        reader.diagnostics.add_note(reader.path / "OriginAccessControlId", what)
        return True
    control = context.read_properties(resource).read_object("OriginAccessControlConfig")
    behaviour = control.read_text("SigningBehavior", "always") if control is not None else "always"
    if control is not None and behaviour == "no-override":
        what = "no-override is not emulated: requests are always signed"
        reader.diagnostics.add_unsupported(control.path / "SigningBehavior", what)
    return behaviour != "never"


def _read_times(reader: PropertyReader | None) -> dict[str, Any]:
    return (
        {}
        if reader is None
        else {"read_timeout": reader.read_number("OriginReadTimeout", 30, 1, 120)}
    )


def _read_connection(reader: PropertyReader | None) -> dict[str, Any]:
    if reader is None:
        return {}
    reader.ignore("IpAddressType", "OriginMtlsConfig")
    plain = reader.read_choice("OriginProtocolPolicy", _PROTOCOLS, "https-only") == "http-only"
    http, https = (
        reader.read_integer(*port, 1, 65_535) for port in (("HTTPPort", 80), ("HTTPSPort", 443))
    )
    return {
        "protocol": "http" if plain else "https",
        "port": http if plain else https,
        "keepalive_timeout": reader.read_number("OriginKeepaliveTimeout", 5, 1, 120),
        "ssl_protocols": reader.read_texts("OriginSSLProtocols") or ("TLSv1", "SSLv3"),
    }
