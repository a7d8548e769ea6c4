"""The CDN's behaviour for each path pattern: origin, policies and edge function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_cdk import aws_cloudfront as cloudfront

from infra.edge import origins, policies

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aws_cdk import aws_lambda as lambda_
    from constructs import Construct

# The parameters that edgefill/visit/query.py reads, in addition to slots.
LOCALE = "locale"
QUESTION = "q"
REDIRECT_TO_HTTPS = cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS


class PathBehaviours:
    """`by_path` has the patterns in order of precedence; `default` is for all other paths."""

    def __init__(
        self,
        scope: Construct,
        *,
        templates: cloudfront.IOrigin,
        misses: cloudfront.IOrigin,
        edge: lambda_.IVersion,
        site: str | None,
        query_slots: Sequence[str],
    ) -> None:
        self._shared: dict[str, Any] = {
            "viewer_protocol_policy": REDIRECT_TO_HTTPS,
            "response_headers_policy": policies.create_security_headers_policy(scope),
            "compress": True,
        }
        packs = self._build_packs(templates, policies.create_pack_cache_policy(scope))
        personal = self._build_personal(scope, misses, edge, (LOCALE, QUESTION, *query_slots))
        self.by_path = {"/p/*": personal, "/t/*": packs, "/ask*": personal}
        self.default = (
            packs if site is None else _build_site(site)
        )  # S3 refuses paths outside `/t/`

    def _build_personal(
        self,
        scope: Construct,
        misses: cloudfront.IOrigin,
        edge: lambda_.IVersion,
        query: Sequence[str],
    ) -> cloudfront.BehaviorOptions:
        """The edge function fills a template, or forwards the request with its key to the API."""
        return cloudfront.BehaviorOptions(
            origin=misses,
            allowed_methods=cloudfront.AllowedMethods.ALLOW_GET_HEAD,
            cache_policy=policies.create_personal_cache_policy(scope, query=query),
            origin_request_policy=policies.create_origin_request_policy(scope),
            edge_lambdas=[
                cloudfront.EdgeLambda(
                    event_type=cloudfront.LambdaEdgeEventType.ORIGIN_REQUEST,
                    function_version=edge,
                )
            ],
            **self._shared,
        )

    def _build_packs(
        self, templates: cloudfront.IOrigin, policy: cloudfront.CachePolicy
    ) -> cloudfront.BehaviorOptions:
        return cloudfront.BehaviorOptions(origin=templates, cache_policy=policy, **self._shared)


def _build_site(host: str) -> cloudfront.BehaviorOptions:
    """The product's own site: not cached, with its own headers."""
    return cloudfront.BehaviorOptions(
        origin=origins.create_site_origin(host),
        allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
        cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
        origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        viewer_protocol_policy=REDIRECT_TO_HTTPS,
    )
