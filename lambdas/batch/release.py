"""Publishes drafts as a release, after it has compiled them again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from edgefill.catalogue.catalogue import Catalogue
from edgefill.compiler import CompiledTemplate, compile_template
from edgefill.compiler.fallbacks import compile_fallbacks
from edgefill.core.keys import Key
from edgefill.drafting.attempts import FinishedDraft
from edgefill.release.manifest import Release
from edgefill.release.publish import publish
from edgefill.release.routing import ReleaseRouting
from edgefill.store.objects import ObjectStore


def publish_drafts(
    objects: ObjectStore,
    *,
    catalogue: Catalogue,
    drafts: Iterable[FinishedDraft],
    now: datetime,
    routing: ReleaseRouting | None = None,
    canary: float | None = None,
) -> Release:
    """Publish `drafts` and the catalogue's fallbacks (edgefill/release/publish.py).

    TemplateRefused when a draft or a fallback does not compile; nothing is written then.
    """
    return publish(
        objects,
        catalogue=catalogue,
        templates=compile_drafts(catalogue, drafts),
        fallbacks=compile_fallbacks(catalogue),
        now=now,
        routing=routing,
        canary=canary,
    )


def compile_drafts(
    catalogue: Catalogue, drafts: Iterable[FinishedDraft]
) -> Mapping[Key, CompiledTemplate]:
    """Compile each draft; TemplateRefused names the key."""
    return {draft.key: _compile_draft(catalogue, draft) for draft in drafts}


def _compile_draft(catalogue: Catalogue, draft: FinishedDraft) -> CompiledTemplate:
    key, entry = draft.key, catalogue.entry(draft.key.experience)
    return compile_template(
        draft.text,
        experience=entry.experience,
        locale=key.locale,
        name=str(key),
        other_case_phrases=entry.phrases_for_other_cases(key.locale, key.case),
    )
