"""Finds the store, table and GPU service that a command works on.

Each is the one that an option or the environment names, otherwise the running stack's.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from edgefill.core.errors import InputRefused
from edgefill.demand.table import DemandTable
from edgefill.local.services.identity import load_question_key
from edgefill.local.stack.run_file import read_run_file
from edgefill.store.aws import AwsClients
from edgefill.store.objects import ObjectStore
from edgefill.store.s3 import S3ObjectStore

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


def find_store(
    *, bucket: str | None, endpoint_url: str | None, region: str | None, state: Path
) -> ObjectStore:
    """The store in `bucket`, else the running stack's; InputRefused when no stack runs."""
    if bucket is None:
        run_file = read_run_file(state)
        aws = AwsClients.for_emulator(run_file.s3_endpoint)
        return S3ObjectStore(aws.make_s3(), run_file.bucket)
    with _explain_bad_aws_options():
        return S3ObjectStore(_build_aws(endpoint_url, region).make_s3(), bucket)


def find_table(
    *, table: str | None, endpoint_url: str | None, region: str | None, state: Path
) -> DemandTable:
    """The demand table `table`, else the running stack's; InputRefused when no stack runs."""
    if table is None:
        run_file = read_run_file(state)
        aws = AwsClients.for_emulator(run_file.s3_endpoint)
        return DemandTable(aws.make_dynamodb(), run_file.table)
    with _explain_bad_aws_options():
        return DemandTable(_build_aws(endpoint_url, region).make_dynamodb(), table)


def find_queue(
    *, queue_url: str | None, endpoint_url: str | None, region: str | None, state: Path
) -> tuple[SQSClient, str]:
    """A client and the URL of the queue of keys, else the running stack's; InputRefused."""
    if queue_url is None:
        run_file = read_run_file(state)
        return AwsClients.for_emulator(run_file.s3_endpoint).make_sqs(), run_file.queue_url
    with _explain_bad_aws_options():
        return _build_aws(endpoint_url, region).make_sqs(), queue_url


def find_question_key(*, question_key: str | None, bucket: str | None, state: Path) -> str:
    """`question_key`, else the running stack's; InputRefused for another bucket without one."""
    if question_key is not None:
        return question_key
    if bucket is None:
        read_run_file(state)
        return load_question_key(state)
    raise InputRefused(
        f"--bucket {bucket}: the deployment's question key is missing; give it as --question-key or"
        " EDGEFILL_QUESTION_KEY (docs/operations.md reads it from Secrets Manager)"
    )


def find_aws(*, endpoint_url: str | None, region: str | None) -> AwsClients:
    """Clients of AWS, for what no local stack has; InputRefused for a wrong option."""
    with _explain_bad_aws_options():
        return _build_aws(endpoint_url, region)


def find_gpu_url(*, gpu_url: str | None, state: Path) -> str:
    """`gpu_url`, else the running stack's; InputRefused when no stack runs."""
    return gpu_url or read_run_file(state).gpu_url


def _build_aws(endpoint_url: str | None, region: str | None) -> AwsClients:
    aws = AwsClients(endpoint_url=endpoint_url)
    return replace(aws, region=region) if region else aws


@contextmanager
def _explain_bad_aws_options() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise InputRefused(f"--endpoint-url or --region: {error}") from error
