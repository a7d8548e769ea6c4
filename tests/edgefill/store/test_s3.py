"""Failures of S3, and how its clients are made."""

from __future__ import annotations

import pytest
from moto import mock_aws

from edgefill.core.errors import StoreUnavailable
from edgefill.store.aws import AwsClients
from edgefill.store.s3 import S3ObjectStore


def test_a_missing_bucket_is_unavailable() -> None:
    """The error names the bucket and S3's code."""
    with mock_aws():
        objects = S3ObjectStore(AwsClients(credentials=("test", "test")).make_s3(), "nobody")
        with pytest.raises(StoreUnavailable, match="bucket nobody: NoSuchBucket"):
            objects.get("t/current.json")
        with pytest.raises(StoreUnavailable, match="nobody"):
            list(objects.list_keys("t/"))


def test_a_closed_port_is_unavailable() -> None:
    """A closed port raises StoreUnavailable, not an error of botocore."""
    aws = AwsClients(endpoint_url="http://127.0.0.1:1", credentials=("local", "local"), attempts=1)
    objects = S3ObjectStore(aws.make_s3(), "templates")
    with pytest.raises(StoreUnavailable, match="bucket templates"):
        objects.get("t/current.json")


def test_names_the_content_type() -> None:
    """The CDN compresses by content type, so objects carry theirs; a report opens as a page."""
    with mock_aws():
        client = AwsClients(credentials=("test", "test")).make_s3()
        client.create_bucket(Bucket="templates")
        objects = S3ObjectStore(client, "templates")
        objects.put("t/a.json", b"{}", cache_control="no-store", tags=("x", "y"))
        objects.put("releases/r/quality.html", b"<p>", cache_control="no-store")
        head = client.head_object(Bucket="templates", Key="t/a.json")
        page = client.head_object(Bucket="templates", Key="releases/r/quality.html")
    assert head["ContentType"] == "application/json"
    assert page["ContentType"] == "text/html; charset=utf-8"
    assert head["Metadata"] == {"cache-tag": "x,y"}


@pytest.mark.parametrize(
    ("environment", "region", "endpoint"),
    [
        ({}, "us-east-1", None),
        ({"AWS_DEFAULT_REGION": "eu-west-1"}, "eu-west-1", None),
        ({"AWS_REGION": "eu-north-1", "AWS_DEFAULT_REGION": "x"}, "eu-north-1", None),
        ({"AWS_ENDPOINT_URL": "http://localhost:5000"}, "us-east-1", "http://localhost:5000"),
        ({"AWS_ENDPOINT_URL": ""}, "us-east-1", None),
    ],
)
def test_reads_the_environment_as_the_sdks_do(
    environment: dict[str, str], region: str, endpoint: str | None
) -> None:
    """Region and endpoint come from AWS's own variables."""
    aws = AwsClients.from_environment(environment)
    assert (aws.region, aws.endpoint_url) == (region, endpoint)


def test_every_client_has_its_limits() -> None:
    """Timeouts and attempts come from the settings, the endpoint too."""
    aws = AwsClients.for_emulator("http://127.0.0.1:5000")
    for client in (aws.make_s3(), aws.make_dynamodb(), aws.make_sqs()):
        config = vars(client.meta.config)
        assert client.meta.endpoint_url == "http://127.0.0.1:5000"
        assert (config["connect_timeout"], config["read_timeout"]) == (1.0, 5.0)
        assert config["retries"] == {"total_max_attempts": 3, "mode": "standard"}
