"""moto as AWS on one machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

from edgefill.local.services.aws import ignore_date_with_etag
from edgefill.store.aws import AwsClients

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@pytest.fixture
def s3() -> Iterator[S3Client]:
    """A client of the application that `main` serves."""
    application = ignore_date_with_etag(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, application, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        with closing(
            AwsClients.for_emulator(f"http://127.0.0.1:{server.port}").make_s3()
        ) as client:
            client.create_bucket(Bucket="shop")
            yield client
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_object_written_twice_within_a_second_is_returned(s3: S3Client) -> None:
    """Its date is unchanged and its tag is not; moto by itself would answer 304."""
    old = s3.put_object(Bucket="shop", Key="key", Body=b"old")["ETag"]
    new = s3.put_object(Bucket="shop", Key="key", Body=b"new")["ETag"]
    when = s3.head_object(Bucket="shop", Key="key")["LastModified"]
    response = s3.get_object(Bucket="shop", Key="key", IfNoneMatch=old, IfModifiedSince=when)
    assert response["Body"].read() == b"new"
    with pytest.raises(ClientError, match="304"):
        s3.get_object(Bucket="shop", Key="key", IfNoneMatch=new, IfModifiedSince=when)


def test_a_date_without_a_tag_is_compared(s3: S3Client) -> None:
    """The date is ignored only next to a tag."""
    s3.put_object(Bucket="shop", Key="key", Body=b"old")
    when = s3.head_object(Bucket="shop", Key="key")["LastModified"]
    with pytest.raises(ClientError, match="304"):
        s3.get_object(Bucket="shop", Key="key", IfModifiedSince=when)
