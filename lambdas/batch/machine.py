"""`python -m lambdas.batch.machine`: one shard, drafted on the machine that this runs on.

It starts the GPU service beside itself, drafts the shard's keys through it, keeps the drafts in
the store and ends. Exit status 0: the shard is written, whatever keys failed; 1: it is not, and AWS
Batch tries it again.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from lambdas.batch.draft import Drafter
from lambdas.batch.factory import run
from lambdas.batch.journal import open_journal
from lambdas.batch.report import Report, report_to_text
from lambdas.batch.settings import Settings, Shard
from lambdas.batch.shards import read_shard, write_drafts
from lambdas.catalogue.loader import load_catalogue
from lambdas.catalogue.prompts import Prompts
from lambdas.core.errors import EdgefillError, EngineUnavailable
from lambdas.generator.http import HttpGenerator
from lambdas.generator.protocol import Generator
from lambdas.store.aws import Aws
from lambdas.store.objects import Objects
from lambdas.store.s3 import S3Objects

PORT = "8090"
READY_S = 900  # loading the weights
CONCURRENCY = 32


def write_shard(
    shard: Shard, *, objects: Objects, templates: Path, generator: Generator
) -> Report | None:
    """Draft a shard and keep its drafts; None when it is empty, EngineUnavailable when stopped."""
    keys = read_shard(objects, shard.run, shard.group, shard.index)
    if not keys:
        return None
    catalogue = load_catalogue(templates / "catalogue")
    drafter = Drafter(
        catalogue=catalogue, prompts=Prompts.load(templates / "prompts"), generator=generator
    )
    with TemporaryDirectory() as folder:
        path = Path(folder, "drafts.jsonl")
        with open_journal(path, catalogue.version) as journal:
            report = run(keys, drafter=drafter, journal=journal, concurrency=CONCURRENCY)
        if report.stopped:
            raise EngineUnavailable(report.stopped)
        write_drafts(objects, shard.run, shard.group, shard.index, path)
    return report


@contextmanager
def gpu_service(command: tuple[str, ...], url: str, *, within_s: float) -> Iterator[None]:
    """The GPU service as a child, ready; EngineUnavailable when it ends first or takes too long."""
    child = subprocess.Popen(command)  # noqa: S603 our own module
    try:
        deadline = time.monotonic() + within_s
        while not _ready(url):
            if child.poll() is not None or time.monotonic() > deadline:
                raise EngineUnavailable(f"the GPU service is not ready (status {child.poll()})")
            time.sleep(0.2)
        yield
    finally:
        child.terminate()
        child.wait()


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/ready", timeout=2).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def main(environment: Mapping[str, str]) -> int:
    """The exit status."""
    port = environment.get("EDGEFILL_GPU_PORT", PORT)
    url, command = f"http://127.0.0.1:{port}", (sys.executable, "-m", "gpu_service")
    try:
        settings, shard = Settings.of(environment), Shard.of(environment)
        objects = S3Objects(Aws.from_environment(environment).s3(), settings.bucket)
        with gpu_service(command, url, within_s=READY_S), httpx.Client() as client:
            report = write_shard(
                shard,
                objects=objects,
                templates=settings.templates,
                generator=HttpGenerator(client, url),
            )
    except EdgefillError as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201 the job's log
        return 1
    print(report_to_text(report) if report else "an empty shard")  # noqa: T201 the job's log
    return 0


if __name__ == "__main__":
    sys.exit(main(os.environ))
