"""Cache behaviours. Source: AWS CloudFormation, AWS::CloudFront::Distribution CacheBehavior."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import get_args

from cloudfront_emulator.cloudformation.context import Context
from cloudfront_emulator.cloudformation.property_reader import Bag
from cloudfront_emulator.cloudformation.resources.legacy_forwarded_values import (
    TTLS,
    legacy_policies,
)
from cloudfront_emulator.cloudformation.resources.policies import (
    cache_policy,
    origin_request_policy,
)
from cloudfront_emulator.cloudformation.resources.response_headers import response_headers_policy
from cloudfront_emulator.distribution.behaviour import Association, Behaviour, Trigger
from cloudfront_emulator.distribution.policies import CachePolicy, OriginRequestPolicy

READ = frozenset({"GET", "HEAD"})
ALLOWED = (
    READ,
    READ | {"OPTIONS"},
    READ | {"OPTIONS", "PUT", "PATCH", "POST", "DELETE"},
)
_TRIGGERS: dict[str, Trigger] = {each: each for each in get_args(Trigger)}
_REQUESTS = ("viewer-request", "origin-request")
_PROTOCOLS = ("allow-all", "https-only", "redirect-to-https")
Named = Callable[[Bag], str | None]


def behaviour(
    context: Context, bag: Bag, *, path: str, targets: Container[str], function: Named
) -> Behaviour:
    """One behaviour; `function` reads the function that an association names."""
    bag.ignore("RealtimeLogConfigArn")
    bag.choice("ViewerProtocolPolicy", _PROTOCOLS)  # every viewer's request counts as https
    _refuse(bag)
    compress = bag.flag("Compress")
    cache, origin_request = _policies(context, bag, compress=compress)
    made = Behaviour(
        path=path,
        origin=_target(bag, targets),
        cache=cache,
        origin_request=origin_request,
        response_headers=response_headers_policy(context, bag),
        methods=_methods(bag, "AllowedMethods", ALLOWED),
        cached_methods=_methods(bag, "CachedMethods", ALLOWED[:2]),
        compress=compress,
        functions=_associations(bag, function),
    )
    if not made.cached_methods <= made.methods:
        what = "caches a method that is not allowed"
        bag.findings.fault(bag.place / "CachedMethods", what, "add it to AllowedMethods")
    bag.close()
    return made


def _refuse(bag: Bag) -> None:
    bag.refuse("FunctionAssociations", "CloudFront Functions are not run")
    bag.refuse("TrustedSigners", "signed URLs and cookies are not checked")
    bag.refuse("TrustedKeyGroups", "signed URLs and cookies are not checked")
    bag.refuse("FieldLevelEncryptionId", "field-level encryption is not done")
    bag.refuse("SmoothStreaming", "Smooth Streaming is not served", "false")
    if (grpc := bag.bag("GrpcConfig")) is not None:
        grpc.refuse("Enabled", "gRPC is not served", "false")
        grpc.close()


def _target(bag: Bag, targets: Container[str]) -> str:
    target = bag.need("TargetOriginId")
    if target and target not in targets:
        what = f"no origin or origin group has the id {target!r}"
        bag.findings.fault(bag.place / "TargetOriginId", what, "declare it under Origins")
    return target


def _policies(
    context: Context, bag: Bag, *, compress: bool
) -> tuple[CachePolicy, OriginRequestPolicy]:
    """Either from policies or from legacy settings, which AWS does not let one mix."""
    forwarded, place = bag.raw("ForwardedValues"), bag.place / "ForwardedValues"
    if not bag.text("CachePolicyId"):
        if forwarded is None:
            what = "neither CachePolicyId nor ForwardedValues"
            bag.findings.fault(bag.place / "CachePolicyId", what, "name a cache policy")
        if bag.text("OriginRequestPolicyId"):
            what = "an origin request policy needs a cache policy beside it"
            bag.findings.fault(bag.place / "OriginRequestPolicyId", what, "set CachePolicyId")
        return legacy_policies(bag, compress=compress)
    if forwarded is not None:
        bag.findings.fault(place, "stands beside CachePolicyId", "keep one of the two")
    for name in TTLS:
        if bag.raw(name) is not None:
            bag.findings.note(bag.place / name, "no effect: the cache policy has the TTLs")
    return cache_policy(context, bag), origin_request_policy(context, bag)


def _methods(bag: Bag, name: str, sets: tuple[frozenset[str], ...]) -> frozenset[str]:
    written = frozenset(bag.texts(name)) or READ
    if written not in sets:
        allowed = " or ".join(" ".join(sorted(each)) for each in sets)
        what = f"AWS takes no such set of methods: {' '.join(sorted(written))}"
        bag.findings.fault(bag.place / name, what, f"write {allowed}")
        return READ
    return written


def _associations(bag: Bag, function: Named) -> tuple[Association, ...]:
    found: dict[Trigger, Association] = {}
    for each in bag.bags("LambdaFunctionAssociations"):
        trigger = _TRIGGERS[each.choice("EventType", _TRIGGERS)]
        body, name = each.flag("IncludeBody"), function(each)
        each.close()
        if trigger in found:
            what = f"a second function at {trigger}"
            each.findings.fault(each.place / "EventType", what, "keep one function a trigger")
        if body and trigger not in _REQUESTS:
            what = f"{trigger} never has the body"
            each.findings.fault(each.place / "IncludeBody", what, "leave it out")
        if name is not None:
            found[trigger] = Association(trigger=trigger, function=name, include_body=body)
    return tuple(found.values())
