"""Reads a distribution from a template file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from cloudfront_emulator.cloudformation.context import TemplateContext
from cloudfront_emulator.cloudformation.diagnostics import Diagnostics, PropertyPath, make_refusal
from cloudfront_emulator.cloudformation.document import (
    TemplateDocument,
    TemplateResource,
    read_document,
)
from cloudfront_emulator.cloudformation.intrinsics import IntrinsicResolver
from cloudfront_emulator.cloudformation.resources.distribution import DistributionReader
from cloudfront_emulator.distribution import DistributionConfig

TYPE = "AWS::CloudFront::Distribution"
_NO_BUNDLES: Final[Mapping[str, Path]] = MappingProxyType({})


def load_distribution(
    template: Path,
    *,
    distribution: str | None = None,
    bundles: Mapping[str, Path] = _NO_BUNDLES,
    lenient: bool = False,
    warn: Callable[[str], None],
) -> DistributionConfig:
    """The distribution in a template; CloudFormationRefused lists all its problems.

    `distribution` is the logical id, needed if there are several. `bundles` gives functions other
    code (see FunctionReader). With `lenient`, `warn` gets a line for each unsupported property,
    and the distribution is served without it.
    """
    document, diagnostics = read_document(template), Diagnostics()
    context = TemplateContext(document, IntrinsicResolver(document, diagnostics), diagnostics)
    if document.macros:
        diagnostics.add_unsupported(PropertyPath("Transform"), "macros are not run")
    try:
        result = DistributionReader(context, _choose(context, distribution), bundles).read()
    except RecursionError:
        raise make_refusal(template, "nested too deeply", "synthesise it again") from None
    diagnostics.raise_or_warn(template, lenient=lenient, warn=warn)
    return result


def _choose(context: TemplateContext, name: str | None) -> TemplateResource:
    document: TemplateDocument = context.document
    candidates = [
        each
        for each in document.list_of_type(TYPE)
        if each.condition is None
        or context.resolver.evaluate_condition(each.condition) is not False
    ]
    names = ", ".join(each.logical_id for each in candidates)
    if not candidates:
        remedy = "name the template of the stack that holds one"
        raise make_refusal(document.file, f"no distribution: the template lacks an {TYPE}", remedy)
    if name is None and len(candidates) > 1:
        raise make_refusal(
            document.file, f"several distributions: {names}", "choose one with --distribution"
        )
    chosen = [each for each in candidates if name in (None, each.logical_id)]
    if not chosen:
        raise make_refusal(
            document.file, f"no distribution {name}", f"use --distribution with one of {names}"
        )
    return chosen[0]
