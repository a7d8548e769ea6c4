"""A DistributionConfig, read as the distribution that it describes.

Source: AWS CloudFormation, AWS::CloudFront::Distribution DistributionConfig.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from cloudfront_emulator.cloudformation.context import Context
from cloudfront_emulator.cloudformation.document import Resource
from cloudfront_emulator.cloudformation.header_fields import header_name
from cloudfront_emulator.cloudformation.property_reader import Bag
from cloudfront_emulator.cloudformation.resources.behaviours import behaviour
from cloudfront_emulator.cloudformation.resources.error_responses import error_response
from cloudfront_emulator.cloudformation.resources.functions import Functions
from cloudfront_emulator.cloudformation.resources.origins import origin, origin_group
from cloudfront_emulator.distribution.behaviour import Behaviour
from cloudfront_emulator.distribution.distribution import Distribution, ErrorResponse
from cloudfront_emulator.distribution.origin import Origin, OriginGroup

MAX_PATTERN = 255  # characters
_UNSEEN = (  # by a viewer of this machine
    "Aliases", "CNAMEs", "Comment", "CallerReference", "Logging", "PriceClass", "HttpVersion",
    "IPV6Enabled", "ViewerCertificate", "AnycastIpListId",
)  # fmt: skip
_TOLD_APART = (
    ("Origins", "Id"),
    ("CacheBehaviors", "PathPattern"),
    ("CustomErrorResponses", "ErrorCode"),
)


class ConfigReader:
    """One distribution being read."""

    def __init__(self, context: Context, resource: Resource, bundles: Mapping[str, Path]) -> None:
        self._context, self._id = context, resource.logical_id
        self._functions = Functions(context, bundles)
        outer = context.bag(resource)
        outer.ignore("Tags")
        self._bag = outer.bag("DistributionConfig") or Bag(
            outer.place / "DistributionConfig", {}, context.findings
        )
        outer.close()

    def distribution(self) -> Distribution:
        """All of it; wrong where there are faults."""
        self._aside()
        self._refuse_twins()
        origins = {each.id: each for each in self._origins()}
        groups = {each.id: each for each in self._groups(origins)}
        made = Distribution(
            id=self._id,
            domain_name=f"d{hashlib.sha256(self._id.encode()).hexdigest()[:13]}.cloudfront.net",
            behaviours=tuple(self._behaviours({*origins, *groups})),
            origins=origins,
            groups=groups,
            functions=self._functions.found,
            errors={each.status: each for each in self._errors()},
            root=self._bag.text("DefaultRootObject").removeprefix("/"),
            tag_header=self._tag_header(),
        )
        self._functions.check_bundles()
        self._bag.close()
        return made

    def _aside(self) -> None:
        bag = self._bag
        bag.ignore(*_UNSEEN)
        if not bag.flag("Enabled", default=True):
            bag.findings.miss(bag.place / "Enabled", "a disabled distribution serves nothing")
        bag.refuse("WebACLId", "no firewall stands before this CDN")
        bag.refuse("Staging", "staging distributions are not modelled", "false")
        bag.refuse("ContinuousDeploymentPolicyId", "continuous deployment is not modelled")
        bag.refuse("ConnectionMode", "tenants are not modelled", "direct")
        if (restrictions := bag.bag("Restrictions")) is not None:
            if (geo := restrictions.bag("GeoRestriction")) is not None:
                geo.ignore("Locations")
                geo.refuse("RestrictionType", "viewers' countries are not checked", "none")
                geo.close()
            restrictions.close()

    def _refuse_twins(self) -> None:
        for name, key in _TOLD_APART:
            seen = set[str]()
            for each in self._bag.bags(name):
                said = str(each.raw(key))
                if said in seen:
                    what = f"{said} is there twice"
                    self._context.findings.fault(each.place / key, what, "keep one of them")
                seen.add(said)

    def _origins(self) -> Iterator[Origin]:
        bags = self._bag.bags("Origins")
        if not bags:
            self._context.findings.fault(self._bag.place / "Origins", "missing", "declare one")
        for each in bags:
            yield origin(self._context, each)

    def _groups(self, origins: Mapping[str, Origin]) -> Iterator[OriginGroup]:
        if (groups := self._bag.bag("OriginGroups")) is not None:
            groups.ignore("Quantity")
            for each in groups.bags("Items"):
                yield origin_group(each, origins)
            groups.close()

    def _behaviours(self, targets: set[str]) -> Iterator[Behaviour]:
        for each in self._bag.bags("CacheBehaviors"):
            yield self._behaviour(each, _pattern(each), targets)
        default = self._bag.bag("DefaultCacheBehavior")
        if default is None:
            place = self._bag.place / "DefaultCacheBehavior"
            self._context.findings.fault(place, "missing", "it is required: write it")
        else:
            yield self._behaviour(default, "*", targets)

    def _behaviour(self, bag: Bag, path: str, targets: set[str]) -> Behaviour:
        function = self._functions.associated
        return behaviour(self._context, bag, path=path, targets=targets, function=function)

    def _errors(self) -> Iterator[ErrorResponse]:
        yield from map(error_response, self._bag.bags("CustomErrorResponses"))

    def _tag_header(self) -> str | None:
        config = self._bag.bag("CacheTagConfig")
        if config is None:
            return None
        name = header_name(config, "HeaderName").lower()
        config.close()
        return name or None


def _pattern(bag: Bag) -> str:
    """Source: CloudFront Developer Guide, cloudfront-limits, "Maximum length of a path pattern"."""
    path = bag.need("PathPattern")
    if len(path) > MAX_PATTERN:
        what = f"a pattern has at most {MAX_PATTERN} characters, not {len(path)}"
        bag.findings.fault(bag.place / "PathPattern", what, "shorten it")
    return path
