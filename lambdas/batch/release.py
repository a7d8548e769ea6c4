"""Publishes accepted drafts as a release, after it has compiled them again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from edgefill.catalogue.catalogue import Catalogue
from edgefill.compiler import compile_template
from edgefill.compiler.fallbacks import compile_fallbacks
from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.candidate import Candidate
from edgefill.judging.accepted_template import AcceptedTemplate
from edgefill.release.manifest import Release
from edgefill.release.publish import publish
from edgefill.release.routing import ReleaseRouting
from edgefill.store.objects import ObjectStore


def publish_drafts(
    objects: ObjectStore,
    *,
    catalogue: Catalogue,
    drafts: Iterable[Candidate],
    now: datetime,
    routing: ReleaseRouting | None = None,
    canary: float | None = None,
    reports: Mapping[str, bytes] | None = None,
) -> Release:
    """Publish `drafts` and the catalogue's fallbacks (edgefill/release/publish.py).

    TemplateRefused when a draft or a fallback does not compile, NotPublishable when the judge has
    not passed a draft; nothing is written then.
    """
    return publish(
        objects,
        catalogue=catalogue,
        templates=compile_drafts(catalogue, drafts),
        fallbacks=compile_fallbacks(catalogue),
        now=now,
        routing=routing,
        canary=canary,
        reports=reports,
    )


def select_drafts(catalogue: Catalogue, attempts: Mapping[Key, Attempts]) -> list[Candidate]:
    """Return the best text of each key of the catalogue for which the judge has passed one."""
    catalogue_keys = set(catalogue.list_keys())
    return [
        each.best
        for key, each in attempts.items()
        if key in catalogue_keys and each.best is not None
    ]


def compile_drafts(
    catalogue: Catalogue, drafts: Iterable[Candidate]
) -> Mapping[Key, AcceptedTemplate]:
    """Compile each draft; TemplateRefused and NotPublishable name the key."""
    return {draft.key: compile_draft(catalogue, draft).accept() for draft in drafts}


def compile_draft(catalogue: Catalogue, draft: Candidate) -> Candidate:
    """Return `draft` with its program; TemplateRefused names the key, UnknownExperience."""
    key, entry = draft.key, catalogue.entry(draft.key.experience)
    compiled = compile_template(
        draft.text,
        experience=entry.experience,
        locale=key.locale,
        name=str(key),
        other_case_phrases=entry.phrases_for_other_cases(key.locale, key.case),
    )
    return replace(draft, compiled=compiled)
