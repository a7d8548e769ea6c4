"""From drafts to a release: compile everything once more, then publish it."""

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
    return {
        drafted.key: compile_template(
            drafted.text,
            experience=catalogue.entry(drafted.key.experience).experience,
            locale=drafted.key.locale,
            name=str(drafted.key),
            other_case_phrases=catalogue.phrases_for_other_cases(
                drafted.key.experience, drafted.key.locale, drafted.key.case
            ),
        )
        for drafted in drafts
    }
