"""Reading a whole distribution out of a template's file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from cloudfront_emulator.cloudformation.context import Context
from cloudfront_emulator.cloudformation.diagnostics import Findings, Place, refusal
from cloudfront_emulator.cloudformation.document import Document, Resource, read_document
from cloudfront_emulator.cloudformation.intrinsics import Resolver
from cloudfront_emulator.cloudformation.resources.distribution import ConfigReader
from cloudfront_emulator.distribution.distribution import Distribution

TYPE = "AWS::CloudFront::Distribution"
_NO_BUNDLES: Final[Mapping[str, Path]] = MappingProxyType({})


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
    context = Context(document, Resolver(document, findings), findings)
    if document.macros:
        findings.miss(Place("Transform"), "macros are not run")
    try:
        made = ConfigReader(context, _choose(context, distribution), bundles).distribution()
    except RecursionError:
        raise refusal(template, "nested too deep", "synthesise it again") from None
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
