"""Publishes accepted drafts as a release, after it has compiled them again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from edgefill.catalogue.catalogue import Catalogue
from edgefill.compiler import compile_template
from edgefill.compiler.fallbacks import compile_fallbacks
from edgefill.core.errors import StoreError
from edgefill.core.keys import Key
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.candidate import Candidate
from edgefill.drafting.renewal import JudgingVersions, count_unread, renew_attempts
from edgefill.judging.accepted_template import AcceptedTemplate
from edgefill.release.manifest import Release, read_release
from edgefill.release.publish import publish
from edgefill.release.routing import ReleaseRouting
from edgefill.store.objects import ObjectStore

# the share of the earlier release's texts below which a release has far fewer
FAR_FEWER = 0.8


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


def select_drafts(
    catalogue: Catalogue, attempts: Mapping[Key, Attempts], *, versions: JudgingVersions
) -> list[Candidate]:
    """Return the best text of each key of the catalogue for which the judge has passed one.

    `versions` says which judge: verdicts of another one do not count, those of people do.
    """
    catalogue_keys = set(catalogue.list_keys())
    renewed = (
        renew_attempts(each, versions) for key, each in attempts.items() if key in catalogue_keys
    )
    return [each.best for each in renewed if each.best is not None]


def describe_unread(attempts: Mapping[Key, Attempts], versions: JudgingVersions) -> str:
    """Say how many texts the present judge has not read, and what to do; "" if there is none."""
    count = count_unread(attempts.values(), versions)
    if not count:
        return ""
    remedy = f"run `edgefill generate` so that the present judge reads {count} texts"
    if not versions["judge"]:
        return f"no judge is configured; add the role `judge` to roles.yaml, then {remedy}"
    return f"another judge than the one in roles.yaml has read {count} texts; {remedy}"


def describe_loss(objects: ObjectStore, release: Release) -> str:
    """Say that `release` has far fewer texts than the one before it, if that can be read."""
    if release.previous is None:
        return ""
    try:
        before = read_release(objects, release.previous)
    except StoreError:
        return ""
    if release.templates >= FAR_FEWER * before.templates:
        return ""
    return (
        f"{release.id} has {release.templates} texts, {before.id} before it has "
        f"{before.templates}; `edgefill rollback` restores that one"
    )


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
