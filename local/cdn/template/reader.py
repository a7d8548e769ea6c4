"""Reading a whole distribution out of a template.

Source: AWS CloudFormation, AWS::CloudFront::Distribution DistributionConfig.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from local.cdn.distribution.behaviour import Behaviour
from local.cdn.distribution.distribution import Distribution, ErrorResponse
from local.cdn.distribution.origin import Origin, OriginGroup
from local.cdn.template.behaviours import behaviour
from local.cdn.template.context import Context
from local.cdn.template.document import Document, Resource, read_document
from local.cdn.template.errors import error_response
from local.cdn.template.findings import Findings, refusal
from local.cdn.template.functions import Functions
from local.cdn.template.intrinsics import Resolver
from local.cdn.template.origins import origin, origin_group
from local.cdn.template.properties import Bag

TYPE = "AWS::CloudFront::Distribution"
_NO_BUNDLES: Final[Mapping[str, Path]] = MappingProxyType({})
_UNSEEN = (  # by a viewer of this machine
    "Aliases", "CNAMEs", "Comment", "CallerReference", "Logging", "PriceClass", "HttpVersion",
    "IPV6Enabled", "ViewerCertificate", "WebACLId", "AnycastIpListId", "Enabled",
)  # fmt: skip


def load_distribution(
    template: Path,
    *,
    distribution: str | None = None,
    bundles: Mapping[str, Path] = _NO_BUNDLES,
    lenient: bool = False,
    warn: Callable[[str], None],
) -> Distribution:
    """The distribution in a synthesised template; TemplateRefused names all that is in the way.

    `distribution` chooses by logical id among several; `bundles` gives functions other code (see
    Functions). With `lenient` what is unsupported is told to `warn`, one line each, and left out.
    """
    document, findings = read_document(template), Findings()
    context = Context(document, Resolver(document), findings)
    made = _Reading(context, _choose(context, distribution), bundles).distribution()
    findings.settle(template, lenient=lenient, warn=warn)
    return made


def _choose(context: Context, wanted: str | None) -> Resource:
    document: Document = context.document
    there = [
        each
        for each in document.of_type(TYPE)
        if each.condition is None or context.resolver.holds(each.condition) is not False
    ]
    names = ", ".join(each.logical_id for each in there)
    if not there:
        remedy = "name the template of the stack that holds one"
        raise refusal(document.file, f"no distribution: it has no {TYPE}", remedy)
    if wanted is None and len(there) > 1:
        raise refusal(document.file, f"several distributions: {names}", "choose one of them")
    chosen = [each for each in there if wanted in (None, each.logical_id)]
    if not chosen:
        raise refusal(document.file, f"no distribution {wanted}", f"choose one of {names}")
    return chosen[0]


class _Reading:
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
        bag.refuse("Staging", "staging distributions are not modelled", "false")
        bag.refuse("ContinuousDeploymentPolicyId", "continuous deployment is not modelled")
        bag.refuse("ConnectionMode", "tenants are not modelled", "direct")
        if (restrictions := bag.bag("Restrictions")) is not None:
            if (geo := restrictions.bag("GeoRestriction")) is not None:
                geo.ignore("Locations")
                geo.refuse("RestrictionType", "viewers' countries are not checked", "none")
                geo.close()
            restrictions.close()

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
            yield self._behaviour(each, each.need("PathPattern"), targets)
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
        name = config.need("HeaderName").lower()
        config.close()
        return name or None
