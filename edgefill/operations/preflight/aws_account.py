"""AwsAccount: reads an AWS account through boto3's clients."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    ProfileNotFound,
    SSOTokenLoadError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)

from edgefill.operations.preflight.account import (
    AccountUnreadable,
    CertificateState,
    CredentialsMissing,
    ServiceQuota,
)

BOOTSTRAP_PARAMETER = "/cdk-bootstrap/hnb659fds/version"  # aws-cdk-lib, DefaultStackSynthesizer
NO_CREDENTIALS = (
    NoCredentialsError,
    ProfileNotFound,
    SSOTokenLoadError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)
ABSENT = frozenset({"ParameterNotFound", "ResourceNotFoundException", "NoSuchBucket"})


class AwsAccount:
    """The account of the credentials of the clients that `make_client` makes, by service."""

    def __init__(self, make_client: Callable[[str], Any]) -> None:
        self._make_client = make_client

    def read_caller(self) -> str:
        """See AccountReader."""
        with _translate_errors():
            return str(self._make_client("sts").get_caller_identity()["Arn"])

    def read_ec2_quotas(self) -> Mapping[str, ServiceQuota]:
        """See AccountReader."""
        client = self._make_client("service-quotas")
        with _translate_errors():
            pages = client.get_paginator("list_service_quotas").paginate(ServiceCode="ec2")
            rows = [row for page in pages for row in page["Quotas"]]
        return {
            row["QuotaName"]: ServiceQuota(
                name=row["QuotaName"], code=row["QuotaCode"], value=row["Value"]
            )
            for row in rows
        }

    def read_vcpus(self, instance_type: str) -> int | None:
        """See AccountReader."""
        client = self._make_client("ec2")
        try:
            with _translate_errors():
                rows = client.describe_instance_types(InstanceTypes=[instance_type])
        except AccountUnreadable as error:
            if "InvalidInstanceType" in str(error):
                return None
            raise
        return int(rows["InstanceTypes"][0]["VCpuInfo"]["DefaultVCpus"])

    def read_bootstrap_version(self) -> int | None:
        """See AccountReader."""
        version = self.read_parameter(BOOTSTRAP_PARAMETER)
        return int(version) if version else None

    def read_parameter(self, name: str) -> str | None:
        """See AccountReader."""
        answer = self._read_or_none("ssm", "get_parameter", Name=name)
        return str(answer["Parameter"]["Value"]) if answer else None

    def read_certificate(self, arn: str) -> CertificateState | None:
        """See AccountReader."""
        answer = self._read_or_none("acm", "describe_certificate", CertificateArn=arn)
        if answer is None:
            return None
        row = answer["Certificate"]
        names = (row["DomainName"], *row.get("SubjectAlternativeNames", ()))
        return CertificateState(status=row["Status"], names=names, expires=row.get("NotAfter"))

    def find_resource(self, stack: str, type_: str, has: str) -> str | None:
        """See AccountReader."""
        client = self._make_client("cloudformation")
        try:
            with _translate_errors():
                pages = client.get_paginator("list_stack_resources").paginate(StackName=stack)
                rows = [row for page in pages for row in page["StackResourceSummaries"]]
        except AccountUnreadable as error:
            if "does not exist" in str(error):
                return None
            raise
        found = (
            row["PhysicalResourceId"]
            for row in rows
            if row["ResourceType"] == type_ and has in row["LogicalResourceId"]
        )
        return next(found, None)

    def read_subscriptions(self, topic: str) -> Mapping[str, bool]:
        """See AccountReader; an unconfirmed one has no ARN but the text PendingConfirmation."""
        client = self._make_client("sns")
        with _translate_errors():
            pages = client.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
            rows = [row for page in pages for row in page["Subscriptions"]]
        return {row["Endpoint"]: row["SubscriptionArn"].startswith("arn:") for row in rows}

    def list_sizes(self, bucket: str, prefix: str) -> Mapping[str, int]:
        """See AccountReader."""
        client = self._make_client("s3")
        with _translate_errors():
            pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
            rows = [row for page in pages for row in page.get("Contents", ())]
        return {row["Key"].removeprefix(prefix): row["Size"] for row in rows}

    def read_object(self, bucket: str, key: str) -> bytes:
        """See AccountReader."""
        client = self._make_client("s3")
        with _translate_errors():
            content: bytes = client.get_object(Bucket=bucket, Key=key)["Body"].read()
        return content

    def _read_or_none(self, service: str, call: str, **arguments: str) -> Any:
        """The answer of one call; None when what it names does not exist."""
        try:
            with _translate_errors():
                return getattr(self._make_client(service), call)(**arguments)
        except AccountUnreadable as error:
            if str(error).partition(":")[0] in ABSENT:
                return None
            raise


@contextmanager
def _translate_errors() -> Iterator[None]:
    try:
        yield
    except NO_CREDENTIALS as error:
        raise CredentialsMissing(str(error)) from error
    except ClientError as error:
        problem = error.response["Error"]
        kind = CredentialsMissing if "Token" in problem["Code"] else AccountUnreadable
        raise kind(f"{problem['Code']}: {problem.get('Message', '')}") from error
    except BotoCoreError as error:
        raise AccountUnreadable(f"{type(error).__name__}: {error}") from error
