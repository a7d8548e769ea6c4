"""A DistributionConfig, read as the distribution that it describes.

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
    """One distribution being read."""

    def __init__(
        self, context: TemplateContext, resource: TemplateResource, bundles: Mapping[str, Path]
    ) -> None:
        self._context, self._id = context, resource.logical_id
        self._functions = FunctionReader(context, bundles)
        outer = context.read_properties(resource)
        outer.ignore("Tags")
        self._bag = outer.read_object("DistributionConfig") or PropertyReader(
            outer.path / "DistributionConfig", {}, context.diagnostics
        )
        outer.close()

    def read(self) -> DistributionConfig:
        """All of it; wrong where there are faults."""
        self._refuse_unmodelled()
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
            default_root_object=self._bag.read_text("DefaultRootObject").removeprefix("/"),
            tag_header=self._read_tag_header(),
        )
        self._functions.check_bundles()
        self._bag.close()
        return distribution

    def _refuse_unmodelled(self) -> None:
        bag = self._bag
        bag.ignore(*_IGNORED)
        if not bag.read_flag("Enabled", default=True):
            bag.diagnostics.add_unsupported(
                bag.path / "Enabled", "a disabled distribution serves nothing"
            )
        bag.refuse_unless_off("WebACLId", "no firewall stands before this CDN")
        bag.refuse_unless_off("Staging", "staging distributions are not modelled", "false")
        bag.refuse_unless_off(
            "ContinuousDeploymentPolicyId", "continuous deployment is not modelled"
        )
        bag.refuse_unless_off("ConnectionMode", "tenants are not modelled", "direct")
        if (restrictions := bag.read_object("Restrictions")) is not None:
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
            for each in self._bag.read_objects(name):
                value = str(each.read_raw(key))
                if value in values:
                    what = f"{value} is there twice"
                    self._context.diagnostics.add_fault(each.path / key, what, "keep one of them")
                values.add(value)

    def _read_origins(self) -> Iterator[Origin]:
        bags = self._bag.read_objects("Origins")
        if not bags:
            self._context.diagnostics.add_fault(
                self._bag.path / "Origins", "missing", "declare one"
            )
        for each in bags:
            yield read_origin(self._context, each)

    def _read_groups(self, origins: Mapping[str, Origin]) -> Iterator[OriginGroup]:
        if (groups := self._bag.read_object("OriginGroups")) is not None:
            groups.ignore("Quantity")
            for each in groups.read_objects("Items"):
                yield read_origin_group(each, origins)
            groups.close()

    def _read_behaviours(self, targets: set[str]) -> Iterator[Behaviour]:
        for each in self._bag.read_objects("CacheBehaviors"):
            yield self._read_behaviour(each, _read_pattern(each), targets)
        default = self._bag.read_object("DefaultCacheBehavior")
        if default is None:
            place = self._bag.path / "DefaultCacheBehavior"
            self._context.diagnostics.add_fault(place, "missing", "it is required: write it")
        else:
            yield self._read_behaviour(default, "*", targets)

    def _read_behaviour(self, bag: PropertyReader, path: str, targets: set[str]) -> Behaviour:
        function = self._functions.read_association
        return read_behaviour(self._context, bag, path=path, targets=targets, function=function)

    def _read_errors(self) -> Iterator[ErrorResponse]:
        yield from map(read_error_response, self._bag.read_objects("CustomErrorResponses"))

    def _read_tag_header(self) -> str | None:
        config = self._bag.read_object("CacheTagConfig")
        if config is None:
            return None
        name = read_header_name(config, "HeaderName").lower()
        config.close()
        return name or None


def _read_pattern(bag: PropertyReader) -> str:
    """Source: CloudFront Developer Guide, cloudfront-limits, "Maximum length of a path pattern"."""
    path = bag.require_text("PathPattern")
    if len(path) > MAX_PATTERN:
        what = f"a pattern has at most {MAX_PATTERN} characters, not {len(path)}"
        bag.diagnostics.add_fault(bag.path / "PathPattern", what, "shorten it")
    return path


STATUSES = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)
MIN_TTL_S = 10  # where none is written


def read_error_response(bag: PropertyReader) -> ErrorResponse:
    """One of them."""
    status, page = bag.read_integer("ErrorCode", 0), bag.read_text("ResponsePagePath") or None
    code = bag.read_integer("ResponseCode", 0, 200, 599) or None
    response = ErrorResponse(
        status=status,
        min_ttl=bag.read_number("ErrorCachingMinTTL", MIN_TTL_S),
        page=page,
        page_status=code,
    )
    bag.close()
    if status not in STATUSES:
        allowed = " ".join(map(str, STATUSES))
        bag.diagnostics.add_fault(
            bag.path / "ErrorCode", f"{status} has no response", f"use {allowed}"
        )
    if (page is None) != (code is None):
        missing = "ResponseCode" if code is None else "ResponsePagePath"
        what = "ResponsePagePath and ResponseCode go together"
        bag.diagnostics.add_fault(bag.path / missing, what, f"write {missing} too, or neither")
    if page is not None and not page.startswith("/"):
        what = f"{page!r} must start with a slash"
        bag.diagnostics.add_fault(bag.path / "ResponsePagePath", what, f"write /{page}")
    return response
