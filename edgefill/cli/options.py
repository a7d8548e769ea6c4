"""Where a command finds its stack: what an option or the environment names, else the running one.

`EDGEFILL_BUCKET`, `EDGEFILL_TABLE` and `EDGEFILL_GPU_URL` point at real AWS; region, credentials
and `AWS_ENDPOINT_URL` are then looked for as the AWS SDKs do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from edgefill.core.errors import InputRefused
from edgefill.demand.table import DemandTable
from edgefill.local.stack.run_file import STATE, read_run_file
from edgefill.store.aws import AwsClients
from edgefill.store.objects import ObjectStore
from edgefill.store.s3 import S3ObjectStore

BucketOption = Annotated[
    str | None,
    typer.Option(envvar="EDGEFILL_BUCKET", help="The store's bucket; else the running stack's."),
]
TableOption = Annotated[
    str | None,
    typer.Option(envvar="EDGEFILL_TABLE", help="The demand table; else the running stack's."),
]
EndpointOption = Annotated[
    str | None,
    typer.Option(envvar="AWS_ENDPOINT_URL", help="Of another AWS than the real one, when named."),
]
RegionOption = Annotated[
    str | None,
    typer.Option(envvar=["AWS_REGION", "AWS_DEFAULT_REGION"], help="Of what is named."),
]
GpuOption = Annotated[
    str | None,
    typer.Option(envvar="EDGEFILL_GPU_URL", help="The GPU service; else the running stack's."),
]
StateOption = Annotated[Path, typer.Option(help="Where run file and drafts lie.")]
DEFAULT_STATE = STATE


def find_store(
    *, bucket: str | None, endpoint_url: str | None, region: str | None, state: Path
) -> ObjectStore:
    """The named bucket, else the running stack's store; InputRefused when neither is there."""
    if bucket is None:
        running = read_run_file(state)
        return S3ObjectStore(AwsClients.for_emulator(running.s3_endpoint).make_s3(), running.bucket)
    with _named_rightly():
        return S3ObjectStore(_aws(endpoint_url, region).make_s3(), bucket)


def find_table(
    *, table: str | None, endpoint_url: str | None, region: str | None, state: Path
) -> DemandTable:
    """The named table, else the running stack's; InputRefused when neither is there."""
    if table is None:
        running = read_run_file(state)
        return DemandTable(
            AwsClients.for_emulator(running.s3_endpoint).make_dynamodb(), running.table
        )
    with _named_rightly():
        return DemandTable(_aws(endpoint_url, region).make_dynamodb(), table)


def find_gpu_url(*, gpu_url: str | None, state: Path) -> str:
    """The URL of the GPU service; InputRefused when none is named and no stack runs."""
    return gpu_url or read_run_file(state).gpu_url


def _aws(endpoint_url: str | None, region: str | None) -> AwsClients:
    aws = AwsClients(endpoint_url=endpoint_url)
    return replace(aws, region=region) if region else aws


@contextmanager
def _named_rightly() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise InputRefused(f"--endpoint-url or --region: {error}") from error
