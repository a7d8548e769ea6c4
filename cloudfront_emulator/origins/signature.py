"""The signature by which an origin access control speaks to an origin.

Source: Developer Guide, private-content-restricting-access-to-s3: CloudFront signs by SigV4, and
its signature takes the place of the viewer's Authorization.
"""

from __future__ import annotations

from collections.abc import Callable

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from cloudfront_emulator.message import Headers

# What a signature looks like to an origin that does not check it, as moto does not.
LOCAL_SIGNATURE = (
    "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/s3/aws4_request, "
    "SignedHeaders=host, Signature=local"
)

Signer = Callable[[str, str, Headers], Headers]  # method, URL, headers sent -> headers to add

UNSIGNED = "UNSIGNED-PAYLOAD"


class _Unsigned(S3SigV4Auth):
    """Bodies are streamed, so they are not part of the signature."""

    def payload(self, request: AWSRequest) -> str:
        del request
        return UNSIGNED


def make_s3_signer(key_id: str, secret: str, *, region: str = "us-east-1") -> Signer:
    """A signer that a real S3, or an emulator that checks, accepts."""
    auth = _Unsigned(Credentials(key_id, secret), "s3", region)

    def sign(method: str, url: str, headers: Headers) -> Headers:
        host = next(value for name, value in headers if name == "host")
        request = AWSRequest(method=method, url=url, headers={"host": host})
        auth.add_auth(request)
        added = ((name.lower(), value) for name, value in request.headers.items())
        return tuple((name, value) for name, value in added if name != "host")

    return sign
