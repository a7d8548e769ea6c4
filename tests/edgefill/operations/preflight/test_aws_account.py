"""AwsAccount against moto, and against recorded answers where moto has no such call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import NoCredentialsError
from botocore.stub import Stubber
from moto import mock_aws

from edgefill.operations.preflight.account import AccountUnreadable, CredentialsMissing
from edgefill.operations.preflight.aws_account import BOOTSTRAP_PARAMETER, AwsAccount
from edgefill.store.aws import AwsClients

CLIENTS = AwsClients(credentials=("test", "test"))
STACK = {
    "Resources": {
        "GpuModels1": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "models-1"}},
        "Alarms2": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "alarms"}},
    }
}


@pytest.fixture
def account() -> Iterator[AwsAccount]:
    """An account of moto with one stack."""
    with mock_aws():
        CLIENTS.make_client("cloudformation").create_stack(
            StackName="Edgefill-dev-Service", TemplateBody=json.dumps(STACK)
        )
        yield AwsAccount(CLIENTS.make_client)


def test_the_caller_is_read(account: AwsAccount) -> None:
    """By STS, which every credential may ask."""
    assert account.read_caller().startswith("arn:aws:sts::123456789012:")


def test_the_vcpus_of_a_known_type_are_read(account: AwsAccount) -> None:
    """None for a type that does not exist."""
    assert account.read_vcpus("g4dn.xlarge") == 4
    assert account.read_vcpus("g99.xlarge") is None


def test_the_bootstrap_version_is_read(account: AwsAccount) -> None:
    """None before `cdk bootstrap`."""
    assert account.read_bootstrap_version() is None
    CLIENTS.make_client("ssm").put_parameter(Name=BOOTSTRAP_PARAMETER, Value="28", Type="String")
    assert account.read_bootstrap_version() == 28


def test_a_certificate_is_read(account: AwsAccount) -> None:
    """With its other names; None for an unknown ARN."""
    arn = CLIENTS.make_client("acm").request_certificate(
        DomainName="example.com", SubjectAlternativeNames=["www.example.com"]
    )["CertificateArn"]
    certificate = account.read_certificate(arn)
    assert certificate is not None
    assert {"example.com", "www.example.com"} <= set(certificate.names)
    assert account.read_certificate(arn[:-1] + "x") is None


def test_a_resource_of_a_stack_is_found(account: AwsAccount) -> None:
    """None without the stack, or without the resource."""
    find = account.find_resource
    assert find("Edgefill-dev-Service", "AWS::S3::Bucket", "Models") == "models-1"
    assert find("Edgefill-dev-Service", "AWS::S3::Bucket", "Logs") is None
    assert find("Edgefill-none-Service", "AWS::S3::Bucket", "Models") is None


def test_objects_are_listed_below_their_prefix(account: AwsAccount) -> None:
    """Names are relative to it; the content can be read."""
    s3 = CLIENTS.make_s3()
    s3.put_object(Bucket="models-1", Key="models/default/config.json", Body=b"{}")
    s3.put_object(Bucket="models-1", Key="models/other/config.json", Body=b"{}")
    assert account.list_sizes("models-1", "models/default/") == {"config.json": 2}
    assert account.read_object("models-1", "models/default/config.json") == b"{}"
    with pytest.raises(AccountUnreadable, match="NoSuchBucket"):
        account.list_sizes("models-2", "")


def test_subscriptions_are_read(account: AwsAccount) -> None:
    """moto confirms each at once."""
    topic = account.find_resource("Edgefill-dev-Service", "AWS::SNS::Topic", "Alarms") or ""
    CLIENTS.make_client("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="a@b.example")
    assert account.read_subscriptions(topic) == {"a@b.example": True}


def answer(service: str, call: str, response: dict[str, Any]) -> AwsAccount:
    """An account whose only client gives one recorded answer."""
    client: Any = boto3.client(  # type: ignore[call-overload] # any service
        service, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    stubber = Stubber(client)
    stubber.add_response(call, response)
    stubber.activate()
    return AwsAccount(lambda _service: client)


def test_the_quotas_are_read_by_name() -> None:
    """Their codes come with them; moto knows no quotas of EC2."""
    row = {"QuotaName": "Running On-Demand G and VT instances", "QuotaCode": "L-X", "Value": 8.0}
    account = answer("service-quotas", "list_service_quotas", {"Quotas": [row]})
    quota = account.read_ec2_quotas()["Running On-Demand G and VT instances"]
    assert (quota.code, quota.value) == ("L-X", 8.0)


def test_an_unconfirmed_subscription_is_told_apart() -> None:
    """SNS writes a text in the place of its ARN."""
    row = {"Endpoint": "a@b.example", "SubscriptionArn": "PendingConfirmation"}
    account = answer("sns", "list_subscriptions_by_topic", {"Subscriptions": [row]})
    assert account.read_subscriptions("arn:aws:sns:us-east-1:1:alarms") == {"a@b.example": False}


def refuse(code: str) -> AwsAccount:
    """An account that refuses every call with one code."""
    client: Any = boto3.client(
        "sts", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    stubber = Stubber(client)
    stubber.add_client_error("get_caller_identity", code, "no")
    stubber.activate()
    return AwsAccount(lambda _service: client)


def test_expired_credentials_are_missing_ones() -> None:
    """Another refusal is not."""
    with pytest.raises(CredentialsMissing, match="ExpiredToken"):
        refuse("ExpiredToken").read_caller()
    with pytest.raises(AccountUnreadable, match="Throttling: no") as caught:
        refuse("Throttling").read_caller()
    assert not isinstance(caught.value, CredentialsMissing)


def test_no_credentials_are_an_expected_error() -> None:
    """botocore's own message is kept."""

    class NoCredentialClient:
        def get_caller_identity(self) -> None:
            raise NoCredentialsError

    with pytest.raises(CredentialsMissing, match="Unable to locate credentials"):
        AwsAccount(lambda _service: NoCredentialClient()).read_caller()
