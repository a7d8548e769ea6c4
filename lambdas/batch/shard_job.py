"""`python -m lambdas.batch.shard_job`: draft one shard on this machine.

Many keys are drafted offline, one attempt at all of them per round (offline_rounds.py). A few keys,
and those left over from many, are drafted through the GPU service, which runs as a child process.
The drafts are saved in the store. Exit status 0: the shard is drafted, even if single keys failed;
1: it is not, and the state machine runs it again.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from edgefill.catalogue.catalogue import Catalogue
from edgefill.catalogue.loader import load_catalogue
from edgefill.core.errors import EdgefillError, EngineUnavailable
from edgefill.core.keys import Key
from edgefill.drafting.batch_drafter import BatchDrafter, make_batch_drafter
from edgefill.roles.connect import ConnectedRoles, connect_roles
from edgefill.store.aws import AwsClients
from edgefill.store.objects import ObjectStore
from edgefill.store.s3 import S3ObjectStore
from lambdas.batch.drafting_run import run_drafting
from lambdas.batch.gpu_subprocess import SubprocessGenerator
from lambdas.batch.journal import Journal, open_journal
from lambdas.batch.offline import OfflineGenerator
from lambdas.batch.offline_rounds import BulkGenerator, draft_in_rounds
from lambdas.batch.report import DraftingReport, add_earlier, report_to_text
from lambdas.batch.settings import OFFLINE_FROM, BatchSettings, Shard
from lambdas.batch.shards import read_shard, write_drafts

PORT = "8090"
READY_S = 900  # loading the weights
CONCURRENCY = 32


def draft_shard(
    shard: Shard,
    *,
    objects: ObjectStore,
    catalogue: Catalogue,
    connected: ConnectedRoles,
    offline: Callable[[Path], BulkGenerator] = OfflineGenerator,
    offline_from: int = OFFLINE_FROM,
) -> DraftingReport | None:
    """Draft and judge a shard and save its journal; None when it is empty.

    While at least `offline_from` keys are left they are drafted offline, in a temporary folder.
    EngineUnavailable when the run stopped early.
    """
    keys = read_shard(objects, shard.run, shard.group, shard.index)
    if not keys:
        return None
    drafter = make_batch_drafter(
        catalogue=catalogue,
        prompts=connected.prompts,
        roles=connected.roles,
        max_attempts=connected.budget.attempts,
        deadline_s=connected.budget.seconds,
    )
    with TemporaryDirectory() as folder:
        path = Path(folder, "drafts.jsonl")
        with open_journal(path, catalogue.version) as journal:
            report = _draft_keys(keys, drafter, journal, offline(Path(folder)), offline_from)
        if report.stop_reason:
            raise EngineUnavailable(report.stop_reason)
        write_drafts(objects, shard.run, shard.group, shard.index, path)
    return report


def _draft_keys(
    keys: tuple[Key, ...],
    drafter: BatchDrafter,
    journal: Journal,
    offline: BulkGenerator,
    offline_from: int,
) -> DraftingReport:
    """Draft `keys` offline in rounds, then those that remain one by one."""
    began = time.monotonic()
    rounds = draft_in_rounds(
        keys, drafter=drafter, journal=journal, generator=offline, min_keys=offline_from
    )
    rounds_s, tokens = time.monotonic() - began, journal.tokens
    report = run_drafting(
        tuple(rounds.remaining), drafter=drafter, journal=journal, concurrency=CONCURRENCY
    )
    return add_earlier(report, rounds.outcomes, tokens=tokens, seconds=rounds_s)


def main(environment: Mapping[str, str]) -> int:
    """Run the job and return its exit status."""
    port = environment.get("EDGEFILL_GPU_PORT", PORT)
    url, command = f"http://127.0.0.1:{port}", (sys.executable, "-m", "gpu_service")
    try:
        settings = BatchSettings.from_environment(environment)
        shard = Shard.from_environment(environment)
        objects = S3ObjectStore(AwsClients.from_environment(environment).make_s3(), settings.bucket)
        catalogue = load_catalogue(settings.templates / "catalogue")
        with (
            SubprocessGenerator(command, url, within_s=READY_S) as generator,
            httpx.Client() as client,
        ):
            report = draft_shard(
                shard,
                objects=objects,
                catalogue=catalogue,
                connected=connect_roles(
                    settings.templates,
                    catalogue=catalogue,
                    generator=generator,
                    client=client,
                    service_url=url,
                    environment=environment,
                    lane="batch",
                ),
                offline_from=settings.offline_from,
            )
    except (EdgefillError, OSError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201 the job's log
        return 1
    print(report_to_text(report) if report else "an empty shard")  # noqa: T201 the job's log
    return 0


if __name__ == "__main__":
    sys.exit(main(os.environ))
