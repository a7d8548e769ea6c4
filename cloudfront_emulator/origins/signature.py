"""The emulated CDN's side: signatures of an origin access control.

CloudFront signs with SigV4, and its signature replaces the viewer's Authorization.
Source: Developer Guide, private-content-restricting-access-to-s3.
"""

from __future__ import annotations

from collections.abc import Callable

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from cloudfront_emulator.message import Headers

# The form of a signature, for origins such as moto that do not check it.
LOCAL_SIGNATURE = (
    "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/s3/aws4_request, "
    "SignedHeaders=host, Signature=local"
)

Signer = Callable[[str, str, Headers], Headers]  # method, URL, headers sent -> headers to add

UNSIGNED = "UNSIGNED-PAYLOAD"


class _Unsigned(S3SigV4Auth):
    """Leaves the body out of the signature, because bodies are streamed."""

    def payload(self, request: AWSRequest) -> str:
        del request
        return UNSIGNED


def make_s3_signer(key_id: str, secret: str, *, region: str = "us-east-1") -> Signer:
    """A signer whose signatures are accepted by S3 and by emulators that check them."""
    auth = _Unsigned(Credentials(key_id, secret), "s3", region)

    def sign(method: str, url: str, headers: Headers) -> Headers:
        host = next(value for name, value in headers if name == "host")
        request = AWSRequest(method=method, url=url, headers={"host": host})
        auth.add_auth(request)
        added = ((name.lower(), value) for name, value in request.headers.items())
        return tuple((name, value) for name, value in added if name != "host")

    return sign
