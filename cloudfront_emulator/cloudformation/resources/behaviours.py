"""Cache behaviours. Source: AWS CloudFormation, AWS::CloudFront::Distribution CacheBehavior."""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import get_args

from cloudfront_emulator.cloudformation.context import TemplateContext
from cloudfront_emulator.cloudformation.property_reader import PropertyReader
from cloudfront_emulator.cloudformation.resources.legacy_forwarded_values import (
    TTLS,
    read_legacy_policies,
)
from cloudfront_emulator.cloudformation.resources.policies import (
    find_cache_policy,
    find_origin_request_policy,
)
from cloudfront_emulator.cloudformation.resources.response_headers import (
    find_response_headers_policy,
)
from cloudfront_emulator.distribution import (
    Behaviour,
    CachePolicy,
    FunctionAssociation,
    OriginRequestPolicy,
    Trigger,
)

READ = frozenset({"GET", "HEAD"})
ALLOWED = (
    READ,
    READ | {"OPTIONS"},
    READ | {"OPTIONS", "PUT", "PATCH", "POST", "DELETE"},
)
_TRIGGERS: dict[str, Trigger] = {each: each for each in get_args(Trigger)}
_REQUESTS = ("viewer-request", "origin-request")
_PROTOCOLS = ("allow-all", "https-only", "redirect-to-https")
FunctionLookup = Callable[[PropertyReader], str | None]


def read_behaviour(
    context: TemplateContext,
    bag: PropertyReader,
    *,
    path: str,
    targets: Container[str],
    function: FunctionLookup,
) -> Behaviour:
    """One behaviour; `function` reads the function that an association names."""
    bag.ignore("RealtimeLogConfigArn")
    bag.read_choice("ViewerProtocolPolicy", _PROTOCOLS)  # every viewer's request counts as https
    _refuse_unmodelled(bag)
    compress = bag.read_flag("Compress")
    cache, origin_request = _read_policies(context, bag, compress=compress)
    behaviour = Behaviour(
        path=path,
        origin=_read_target(bag, targets),
        cache=cache,
        origin_request=origin_request,
        response_headers=find_response_headers_policy(context, bag),
        methods=_read_methods(bag, "AllowedMethods", ALLOWED),
        cached_methods=_read_methods(bag, "CachedMethods", ALLOWED[:2]),
        compress=compress,
        functions=_read_associations(bag, function),
    )
    if not behaviour.cached_methods <= behaviour.methods:
        what = "caches a method that is not allowed"
        bag.diagnostics.add_fault(bag.path / "CachedMethods", what, "add it to AllowedMethods")
    bag.close()
    return behaviour


def _refuse_unmodelled(bag: PropertyReader) -> None:
    bag.refuse_unless_off("FunctionAssociations", "CloudFront Functions are not run")
    bag.refuse_unless_off("TrustedSigners", "signed URLs and cookies are not checked")
    bag.refuse_unless_off("TrustedKeyGroups", "signed URLs and cookies are not checked")
    bag.refuse_unless_off("FieldLevelEncryptionId", "field-level encryption is not done")
    bag.refuse_unless_off("SmoothStreaming", "Smooth Streaming is not served", "false")
    if (grpc := bag.read_object("GrpcConfig")) is not None:
        grpc.refuse_unless_off("Enabled", "gRPC is not served", "false")
        grpc.close()


def _read_target(bag: PropertyReader, targets: Container[str]) -> str:
    target = bag.require_text("TargetOriginId")
    if target and target not in targets:
        what = f"no origin or origin group has the id {target!r}"
        bag.diagnostics.add_fault(bag.path / "TargetOriginId", what, "declare it under Origins")
    return target


def _read_policies(
    context: TemplateContext, bag: PropertyReader, *, compress: bool
) -> tuple[CachePolicy, OriginRequestPolicy]:
    """Either from policies or from legacy settings, which AWS does not let one mix."""
    forwarded, place = bag.read_raw("ForwardedValues"), bag.path / "ForwardedValues"
    if not bag.read_text("CachePolicyId"):
        if forwarded is None:
            what = "neither CachePolicyId nor ForwardedValues"
            bag.diagnostics.add_fault(bag.path / "CachePolicyId", what, "name a cache policy")
        if bag.read_text("OriginRequestPolicyId"):
            what = "an origin request policy needs a cache policy beside it"
            bag.diagnostics.add_fault(bag.path / "OriginRequestPolicyId", what, "set CachePolicyId")
        return read_legacy_policies(bag, compress=compress)
    if forwarded is not None:
        bag.diagnostics.add_fault(place, "stands beside CachePolicyId", "keep one of the two")
    for name in TTLS:
        if bag.read_raw(name) is not None:
            bag.diagnostics.add_note(bag.path / name, "no effect: the cache policy has the TTLs")
    return find_cache_policy(context, bag), find_origin_request_policy(context, bag)


def _read_methods(
    bag: PropertyReader, name: str, sets: tuple[frozenset[str], ...]
) -> frozenset[str]:
    methods = frozenset(bag.read_texts(name)) or READ
    if methods not in sets:
        allowed = " or ".join(" ".join(sorted(each)) for each in sets)
        what = f"AWS takes no such set of methods: {' '.join(sorted(methods))}"
        bag.diagnostics.add_fault(bag.path / name, what, f"write {allowed}")
        return READ
    return methods


def _read_associations(
    bag: PropertyReader, function: FunctionLookup
) -> tuple[FunctionAssociation, ...]:
    associations: dict[Trigger, FunctionAssociation] = {}
    for each in bag.read_objects("LambdaFunctionAssociations"):
        trigger = _TRIGGERS[each.read_choice("EventType", _TRIGGERS)]
        body, name = each.read_flag("IncludeBody"), function(each)
        each.close()
        if trigger in associations:
            what = f"a second function at {trigger}"
            each.diagnostics.add_fault(each.path / "EventType", what, "keep one function a trigger")
        if body and trigger not in _REQUESTS:
            what = f"{trigger} never has the body"
            each.diagnostics.add_fault(each.path / "IncludeBody", what, "leave it out")
        if name is not None:
            associations[trigger] = FunctionAssociation(
                trigger=trigger, function=name, include_body=body
            )
    return tuple(associations.values())
