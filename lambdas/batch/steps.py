"""AWS Lambda's entry points for the first and the last step of a batch (infra/service/batch.py).

Between them, ECS tasks draft the shards (lambdas/batch/shard_job.py). `EDGEFILL_BATCH_*` variables
configure both steps. The handlers are named `plan` and `publish` because the template's handler
strings name them.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.core.errors import InputRefused
from edgefill.core.keys import Key, parse_key
from edgefill.demand.counts import DemandCounts, DynamoDemandCounts
from edgefill.demand.table import DemandTable
from edgefill.drafting.attempts import Attempts
from edgefill.drafting.renewal import JudgingVersions, count_unread, renew_attempts
from edgefill.quality.report_files import build_report_files, make_report
from edgefill.roles.judging_versions import find_judging_versions
from edgefill.store.aws import AwsClients
from edgefill.store.objects import ObjectStore
from edgefill.store.s3 import S3ObjectStore
from lambdas.batch.plan import group_by_source, unique_keys
from lambdas.batch.release import describe_loss, publish_drafts, select_drafts
from lambdas.batch.settings import BatchSettings
from lambdas.batch.shards import gather_attempts, write_plan


def plan(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Lambda handler of the first step: write the shards.

    The shards hold all keys, or the `top` most demanded if the input says so.
    """
    settings, execution_input = BatchSettings.from_environment(os.environ), event["input"]
    catalogue = load_catalogue(settings.templates / "catalogue")
    return plan_run(
        S3ObjectStore(AwsClients.from_environment(os.environ).make_s3(), settings.bucket),
        run=str(event["run"]),
        catalogue=catalogue,
        keys=select_keys(catalogue, _connect_counts(settings), execution_input.get("top")),
    ) | {"canary": execution_input.get("canary")}


def publish(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Lambda handler of the last step: publish the drafts.

    Returns {"release", "templates", "warnings"}.
    """
    settings = BatchSettings.from_environment(os.environ)
    return publish_run(
        S3ObjectStore(AwsClients.from_environment(os.environ).make_s3(), settings.bucket),
        run=str(event["run"]),
        templates=settings.templates,
        now=datetime.now(UTC),
        canary=event.get("canary"),
    )


def plan_run(
    objects: ObjectStore, *, run: str, catalogue: Catalogue, keys: tuple[Key, ...]
) -> dict[str, Any]:
    """Write the plan of a run; InputRefused when `keys` is empty."""
    if not keys:
        raise InputRefused("no key is in demand; omit `top` to draft the whole catalogue")
    return {
        "run": run,
        "shards": write_plan(objects, run, group_by_source(catalogue, keys)),
        "keys": len(keys),
    }


def publish_run(
    objects: ObjectStore, *, run: str, templates: Path, now: datetime, canary: float | None = None
) -> dict[str, Any]:
    """Publish what a run has drafted, with its report; InputRefused when there is nothing.

    Only verdicts of the judge in `templates` count.
    """
    catalogue = load_catalogue(templates / "catalogue")
    versions = find_judging_versions(templates, catalogue)
    attempts = gather_attempts(objects, run, catalogue.version)
    drafts = select_drafts(catalogue, attempts, versions=versions)
    if not drafts:
        raise InputRefused(f"run {run}: {_explain_nothing(attempts, versions)}")
    renewed = {key: renew_attempts(each, versions) for key, each in attempts.items()}
    report = make_report(renewed, catalogue=catalogue, templates=templates)
    release = publish_drafts(
        objects,
        catalogue=catalogue,
        drafts=drafts,
        now=now,
        canary=canary,
        reports=build_report_files(report),
    )
    return {
        "release": release.id,
        "templates": len(drafts),
        "warnings": list(filter(None, [describe_loss(objects, release)])),
    }


def select_keys(catalogue: Catalogue, counts: DemandCounts, top: int | None) -> tuple[Key, ...]:
    """Return every key of the catalogue, or its `top` most demanded."""
    if top is None:
        return unique_keys(catalogue.list_keys())
    catalogue_keys = set(catalogue.list_keys())
    demanded = (parse_key(path) for path, _ in counts.list_top(len(catalogue_keys)))
    return tuple(key for key in demanded if key in catalogue_keys)[:top]


def _explain_nothing(attempts: Mapping[Key, Attempts], versions: JudgingVersions) -> str:
    """Why a run has nothing to publish, and what to do."""
    if not versions["judge"]:
        return "no judge is configured; add the role `judge` to roles.yaml, deploy, start a run"
    if count := count_unread(attempts.values(), versions):
        return (
            f"its jobs had another judge than this function, which has read none of {count} texts;"
            " deploy both again, then start a run"
        )
    return "the judge passed no text of any shard; see the logs of its jobs"


def _connect_counts(settings: BatchSettings) -> DemandCounts:
    return DynamoDemandCounts(
        DemandTable(AwsClients.from_environment(os.environ).make_dynamodb(), settings.table),
        time.time,
    )
