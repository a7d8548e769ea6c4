"""Reads cache behaviours.

Source: AWS CloudFormation, AWS::CloudFront::Distribution CacheBehavior.
"""

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
    reader: PropertyReader,
    *,
    path: str,
    targets: Container[str],
    function: FunctionLookup,
) -> Behaviour:
    """Read one behaviour; `function` reads the function of an association."""
    reader.ignore("RealtimeLogConfigArn")
    reader.read_choice("ViewerProtocolPolicy", _PROTOCOLS)  # every viewer's request counts as https
    _refuse_unsupported(reader)
    compress = reader.read_flag("Compress")
    cache, origin_request = _read_policies(context, reader, compress=compress)
    behaviour = Behaviour(
        path=path,
        origin=_read_target(reader, targets),
        cache=cache,
        origin_request=origin_request,
        response_headers=find_response_headers_policy(context, reader),
        methods=_read_methods(reader, "AllowedMethods", ALLOWED),
        cached_methods=_read_methods(reader, "CachedMethods", ALLOWED[:2]),
        compress=compress,
        functions=_read_associations(reader, function),
    )
    if not behaviour.cached_methods <= behaviour.methods:
        what = "caches a method that is not allowed"
        reader.diagnostics.add_fault(
            reader.path / "CachedMethods", what, "add it to AllowedMethods"
        )
    reader.close()
    return behaviour


def _refuse_unsupported(reader: PropertyReader) -> None:
    reader.refuse_unless_off("FunctionAssociations", "CloudFront Functions are not run")
    reader.refuse_unless_off("TrustedSigners", "signed URLs and cookies are not checked")
    reader.refuse_unless_off("TrustedKeyGroups", "signed URLs and cookies are not checked")
    reader.refuse_unless_off("FieldLevelEncryptionId", "field-level encryption is not done")
    reader.refuse_unless_off("SmoothStreaming", "Smooth Streaming is not served", "false")
    if (grpc := reader.read_object("GrpcConfig")) is not None:
        grpc.refuse_unless_off("Enabled", "gRPC is not served", "false")
        grpc.close()


def _read_target(reader: PropertyReader, targets: Container[str]) -> str:
    target = reader.require_text("TargetOriginId")
    if target and target not in targets:
        what = f"no origin or origin group has the id {target!r}"
        reader.diagnostics.add_fault(
            reader.path / "TargetOriginId", what, "declare it under Origins"
        )
    return target


def _read_policies(
    context: TemplateContext, reader: PropertyReader, *, compress: bool
) -> tuple[CachePolicy, OriginRequestPolicy]:
    """Read the policies or the legacy settings, which AWS does not allow together."""
    forwarded, place = reader.read_raw("ForwardedValues"), reader.path / "ForwardedValues"
    if not reader.read_text("CachePolicyId"):
        if forwarded is None:
            what = "neither CachePolicyId nor ForwardedValues"
            reader.diagnostics.add_fault(reader.path / "CachePolicyId", what, "name a cache policy")
        if reader.read_text("OriginRequestPolicyId"):
            what = "an origin request policy needs a cache policy too"
            reader.diagnostics.add_fault(
                reader.path / "OriginRequestPolicyId", what, "set CachePolicyId"
            )
        return read_legacy_policies(reader, compress=compress)
    if forwarded is not None:
        reader.diagnostics.add_fault(
            place, "not allowed together with CachePolicyId", "keep one of the two"
        )
    for name in TTLS:
        if reader.read_raw(name) is not None:
            reader.diagnostics.add_note(
                reader.path / name, "no effect: the cache policy has the TTLs"
            )
    return find_cache_policy(context, reader), find_origin_request_policy(context, reader)


def _read_methods(
    reader: PropertyReader, name: str, sets: tuple[frozenset[str], ...]
) -> frozenset[str]:
    methods = frozenset(reader.read_texts(name)) or READ
    if methods not in sets:
        allowed = " or ".join(" ".join(sorted(each)) for each in sets)
        what = f"AWS does not accept these methods: {' '.join(sorted(methods))}"
        reader.diagnostics.add_fault(reader.path / name, what, f"write {allowed}")
        return READ
    return methods


def _read_associations(
    reader: PropertyReader, function: FunctionLookup
) -> tuple[FunctionAssociation, ...]:
    associations: dict[Trigger, FunctionAssociation] = {}
    for each in reader.read_objects("LambdaFunctionAssociations"):
        trigger = _TRIGGERS[each.read_choice("EventType", _TRIGGERS)]
        body, name = each.read_flag("IncludeBody"), function(each)
        each.close()
        if trigger in associations:
            what = f"a second function at {trigger}"
            each.diagnostics.add_fault(
                each.path / "EventType", what, "keep one function per trigger"
            )
        if body and trigger not in _REQUESTS:
            what = f"{trigger} events have no body"
            each.diagnostics.add_fault(each.path / "IncludeBody", what, "leave it out")
        if name is not None:
            associations[trigger] = FunctionAssociation(
                trigger=trigger, function=name, include_body=body
            )
    return tuple(associations.values())
