"""Publishes the first release of a new stack: drafts the given keys and trains the routers."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime

import httpx

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.core.keys import Key
from edgefill.drafting.batch_drafter import make_batch_drafter
from edgefill.drafting.writers.http import HttpGenerator
from edgefill.local.stack.stack import Stack
from edgefill.release.manifest import Release
from edgefill.release.routing import ReleaseRouting
from edgefill.roles.connect import connect_roles
from edgefill.router_training.release_routers import train_routing
from edgefill.store.aws import AwsClients
from edgefill.store.s3 import S3ObjectStore
from lambdas.batch.drafting_run import DraftingProgress, run_drafting
from lambdas.batch.journal import open_journal
from lambdas.batch.plan import take_with_sources
from lambdas.batch.release import publish_drafts, select_drafts
from lambdas.batch.report import DraftingReport

CONCURRENCY = 4
# texts that are judged per key, and the most that are written: a draft takes about 30 ms here
CANDIDATES = 4
ATTEMPTS = 40


def publish_first_release(
    stack: Stack,
    ranked: tuple[Key, ...],
    *,
    top: int | None = None,
    progress: DraftingProgress,
    concurrency: int = CONCURRENCY,
    train: Callable[[Catalogue], ReleaseRouting | None] = train_routing,
) -> tuple[DraftingReport, Release]:
    """Draft the first `top` keys that the journal in the state folder lacks; publish all of them.

    Returns the report on the drafting and the release. `train` makes the release's routers.
    """
    catalogue = load_catalogue(stack.options.templates / "catalogue")
    keys = take_with_sources(catalogue, ranked, top)
    journal_file = stack.options.state / "drafts.jsonl"
    with httpx.Client() as client, open_journal(journal_file, catalogue.version) as journal:
        url = stack.run_file.gpu_url
        connected = connect_roles(
            stack.options.templates,
            catalogue=catalogue,
            generator=HttpGenerator(client, url),
            client=client,
            service_url=url,
            environment=os.environ,
            lane="batch",
        )
        drafter = make_batch_drafter(
            catalogue=catalogue,
            prompts=connected.prompts,
            roles=connected.roles,
            max_attempts=ATTEMPTS,
            candidates=CANDIDATES,
        )
        report = run_drafting(
            keys, drafter=drafter, journal=journal, concurrency=concurrency, progress=progress
        )
        drafts = select_drafts(
            catalogue,
            {key: journal.attempts[key] for key in keys if key in journal.attempts},
            versions=connected.roles.versions,
        )
    with closing(AwsClients.for_emulator(stack.run_file.s3_endpoint).make_s3()) as s3:
        objects = S3ObjectStore(s3, stack.run_file.bucket)
        release = publish_drafts(
            objects,
            catalogue=catalogue,
            drafts=drafts,
            now=datetime.now(UTC),
            routing=train(catalogue),
        )
    return report, release
