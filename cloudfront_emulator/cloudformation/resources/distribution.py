"""Reads a DistributionConfig.

Source: AWS CloudFormation, AWS::CloudFront::Distribution DistributionConfig; CloudFront API
Reference, CustomErrorResponse; Developer Guide, custom-error-pages-expiration.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from cloudfront_emulator.cloudformation.context import TemplateContext
from cloudfront_emulator.cloudformation.document import TemplateResource
from cloudfront_emulator.cloudformation.property_reader import PropertyReader, read_header_name
from cloudfront_emulator.cloudformation.resources.behaviours import read_behaviour
from cloudfront_emulator.cloudformation.resources.functions import FunctionReader
from cloudfront_emulator.cloudformation.resources.origins import read_origin, read_origin_group
from cloudfront_emulator.distribution import (
    Behaviour,
    DistributionConfig,
    ErrorResponse,
    Origin,
    OriginGroup,
)

MAX_PATTERN = 255  # characters
_IGNORED = (  # by a viewer of this machine
    "Aliases", "CNAMEs", "Comment", "CallerReference", "Logging", "PriceClass", "HttpVersion",
    "IPV6Enabled", "ViewerCertificate", "AnycastIpListId",
)  # fmt: skip
_UNIQUE_KEYS = (
    ("Origins", "Id"),
    ("CacheBehaviors", "PathPattern"),
    ("CustomErrorResponses", "ErrorCode"),
)


class DistributionReader:
    """Reads one distribution."""

    def __init__(
        self, context: TemplateContext, resource: TemplateResource, bundles: Mapping[str, Path]
    ) -> None:
        self._context, self._id = context, resource.logical_id
        self._functions = FunctionReader(context, bundles)
        outer = context.read_properties(resource)
        outer.ignore("Tags")
        self._reader = outer.read_object("DistributionConfig") or PropertyReader(
            outer.path / "DistributionConfig", {}, context.diagnostics
        )
        outer.close()

    def read(self) -> DistributionConfig:
        """The whole distribution. It is meaningful only if no faults were reported."""
        self._refuse_unsupported()
        self._refuse_duplicates()
        origins = {each.id: each for each in self._read_origins()}
        groups = {each.id: each for each in self._read_groups(origins)}
        distribution = DistributionConfig(
            id=self._id,
            domain_name=f"d{hashlib.sha256(self._id.encode()).hexdigest()[:13]}.cloudfront.net",
            behaviours=tuple(self._read_behaviours({*origins, *groups})),
            origins=origins,
            groups=groups,
            functions=self._functions.functions,
            errors={each.status: each for each in self._read_errors()},
            default_root_object=self._reader.read_text("DefaultRootObject").removeprefix("/"),
            tag_header=self._read_tag_header(),
        )
        self._functions.check_bundles()
        self._reader.close()
        return distribution

    def _refuse_unsupported(self) -> None:
        reader = self._reader
        reader.ignore(*_IGNORED)
        if not reader.read_flag("Enabled", default=True):
            reader.diagnostics.add_unsupported(
                reader.path / "Enabled", "a disabled distribution serves nothing on AWS"
            )
        reader.refuse_unless_off("WebACLId", "there is no firewall here")
        reader.refuse_unless_off("Staging", "staging distributions are not emulated", "false")
        reader.refuse_unless_off(
            "ContinuousDeploymentPolicyId", "continuous deployment is not emulated"
        )
        reader.refuse_unless_off("ConnectionMode", "tenants are not emulated", "direct")
        if (restrictions := reader.read_object("Restrictions")) is not None:
            if (geo := restrictions.read_object("GeoRestriction")) is not None:
                geo.ignore("Locations")
                geo.refuse_unless_off(
                    "RestrictionType", "viewers' countries are not checked", "none"
                )
                geo.close()
            restrictions.close()

    def _refuse_duplicates(self) -> None:
        for name, key in _UNIQUE_KEYS:
            values = set[str]()
            for each in self._reader.read_objects(name):
                value = str(each.read_raw(key))
                if value in values:
                    what = f"{value} is declared twice"
                    self._context.diagnostics.add_fault(each.path / key, what, "keep one of them")
                values.add(value)

    def _read_origins(self) -> Iterator[Origin]:
        readers = self._reader.read_objects("Origins")
        if not readers:
            self._context.diagnostics.add_fault(
                self._reader.path / "Origins", "missing", "declare one"
            )
        for each in readers:
            yield read_origin(self._context, each)

    def _read_groups(self, origins: Mapping[str, Origin]) -> Iterator[OriginGroup]:
        if (groups := self._reader.read_object("OriginGroups")) is not None:
            groups.ignore("Quantity")
            for each in groups.read_objects("Items"):
                yield read_origin_group(each, origins)
            groups.close()

    def _read_behaviours(self, targets: set[str]) -> Iterator[Behaviour]:
        for each in self._reader.read_objects("CacheBehaviors"):
            yield self._read_behaviour(each, _read_pattern(each), targets)
        default = self._reader.read_object("DefaultCacheBehavior")
        if default is None:
            place = self._reader.path / "DefaultCacheBehavior"
            self._context.diagnostics.add_fault(place, "missing", "it is required: write it")
        else:
            yield self._read_behaviour(default, "*", targets)

    def _read_behaviour(self, reader: PropertyReader, path: str, targets: set[str]) -> Behaviour:
        function = self._functions.read_association
        return read_behaviour(self._context, reader, path=path, targets=targets, function=function)

    def _read_errors(self) -> Iterator[ErrorResponse]:
        yield from map(read_error_response, self._reader.read_objects("CustomErrorResponses"))

    def _read_tag_header(self) -> str | None:
        config = self._reader.read_object("CacheTagConfig")
        if config is None:
            return None
        name = read_header_name(config, "HeaderName").lower()
        config.close()
        return name or None


def _read_pattern(reader: PropertyReader) -> str:
    """Developer Guide, cloudfront-limits, "Maximum length of a path pattern"."""
    path = reader.require_text("PathPattern")
    if len(path) > MAX_PATTERN:
        what = f"a pattern has at most {MAX_PATTERN} characters, not {len(path)}"
        reader.diagnostics.add_fault(reader.path / "PathPattern", what, "shorten it")
    return path


STATUSES = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)
MIN_TTL_S = 10  # CloudFront's default


def read_error_response(reader: PropertyReader) -> ErrorResponse:
    """Read one custom error response."""
    status, page = reader.read_integer("ErrorCode", 0), reader.read_text("ResponsePagePath") or None
    code = reader.read_integer("ResponseCode", 0, 200, 599) or None
    response = ErrorResponse(
        status=status,
        min_ttl=reader.read_number("ErrorCachingMinTTL", MIN_TTL_S),
        page=page,
        page_status=code,
    )
    reader.close()
    if status not in STATUSES:
        allowed = " ".join(map(str, STATUSES))
        reader.diagnostics.add_fault(
            reader.path / "ErrorCode", f"{status} has no response", f"use {allowed}"
        )
    if (page is None) != (code is None):
        missing = "ResponseCode" if code is None else "ResponsePagePath"
        what = "ResponsePagePath and ResponseCode go together"
        reader.diagnostics.add_fault(
            reader.path / missing, what, f"write {missing} too, or neither"
        )
    if page is not None and not page.startswith("/"):
        what = f"{page!r} must start with a slash"
        reader.diagnostics.add_fault(reader.path / "ResponsePagePath", what, f"write /{page}")
    return response
