"""Signatures of requests that bypass the CDN, compared with botocore's."""

from datetime import UTC, datetime

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st

from lambdas.edge.signature import EMPTY, make_signer

HOST = "edgefill-templates-1.s3.us-east-1.amazonaws.com"
NOW = 1_795_000_000.5
ROLE = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}
PATHS = st.from_regex(r"/t/r/[a-z0-9.-]{1,20}/[a-z-]{1,20}/[a-zA-Z-]{2,8}\.json", fullmatch=True)


@given(PATHS, st.sampled_from([None, "session-token"]))
def test_a_signature_is_botocores(path: str, token: str | None) -> None:
    """The same header for any path, with and without a session token."""
    environment = ROLE | ({"AWS_SESSION_TOKEN": token} if token else {})
    sign = make_signer(HOST, environment, clock=lambda: NOW)
    assert sign is not None
    headers = sign(HOST, path)
    assert headers["authorization"] == _botocores(path, token, headers["x-amz-date"])


def _botocores(path: str, token: str | None, moment: str) -> str:
    credentials = Credentials(ROLE["AWS_ACCESS_KEY_ID"], ROLE["AWS_SECRET_ACCESS_KEY"], token)
    auth = S3SigV4Auth(credentials, "s3", "us-east-1")
    request = AWSRequest("GET", f"https://{HOST}{path}", headers={"x-amz-date": moment})
    request.headers["x-amz-content-sha256"] = EMPTY
    if token:
        request.headers["x-amz-security-token"] = token
    request.context["timestamp"] = moment
    signature = auth.signature(
        auth.string_to_sign(request, auth.canonical_request(request)), request
    )
    headers = auth.signed_headers(auth.headers_to_sign(request))
    return (
        f"AWS4-HMAC-SHA256 Credential={auth.scope(request)}, "
        f"SignedHeaders={headers}, Signature={signature}"
    )


def test_the_moment_is_now_in_utc() -> None:
    """X-Amz-Date is the clock's, without its fraction."""
    sign = make_signer(HOST, ROLE, clock=lambda: NOW)
    assert sign is not None
    assert sign(HOST, "/t/a")["x-amz-date"] == datetime.fromtimestamp(NOW, UTC).strftime(
        "%Y%m%dT%H%M%SZ"
    )


@pytest.mark.parametrize(
    ("host", "environment"),
    [
        ("127.0.0.1:5000", ROLE),
        ("d111.cloudfront.net", ROLE),
        ("bucket.s3.us-east-1.example.com", ROLE),
        (HOST, {}),
    ],
)
def test_nothing_is_signed_elsewhere_or_without_a_role(
    host: str, environment: dict[str, str]
) -> None:
    """Credentials are sent only to S3."""
    assert make_signer(host, environment) is None
