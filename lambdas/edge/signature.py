"""Edge side: AWS Signature Version 4 of a GET to S3, by the credentials of the function's role.

Only the fallback that bypasses the CDN needs it, so its imports wait for the first use.
AWS, IAM User Guide: "Create a signed AWS API request" (reference_sigv-create-signed-request.html);
Amazon S3 API Reference: "Authenticating Requests" (sig-v4-header-based-auth.html).
"""

from __future__ import annotations

from time import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Sign = Callable[[str, str], dict[str, str]]

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # SHA-256 of no body
_ALGORITHM = "AWS4-HMAC-SHA256"


def make_signer(
    host: str, environment: Mapping[str, str], clock: Callable[[], float] = time
) -> Sign | None:
    """A function that signs (host, path) for an S3 endpoint.

    None when `host` is not `BUCKET.s3.REGION.amazonaws.com`, or without credentials of a role.
    Lambda puts these into the environment. A new environment brings new credentials, so they are
    read once. `clock` is in seconds since the epoch.
    """
    name, _, rest = host.partition(".s3.")
    region, dot, tail = rest.partition(".")
    if not (name and dot) or tail != "amazonaws.com" or "AWS_ACCESS_KEY_ID" not in environment:
        return None
    key_id, secret = environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]
    token = environment.get("AWS_SESSION_TOKEN")

    def sign(host: str, path: str) -> dict[str, str]:
        from time import gmtime, strftime  # noqa: PLC0415

        moment = strftime("%Y%m%dT%H%M%SZ", gmtime(clock()))
        headers = {"host": host, "x-amz-content-sha256": EMPTY, "x-amz-date": moment}
        if token:
            headers["x-amz-security-token"] = token
        scope = f"{moment[:8]}/{region}/s3/aws4_request"
        signed_headers = ";".join(headers)
        lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
        request = f"GET\n{path}\n\n{lines}\n{signed_headers}\n{EMPTY}"
        text = f"{_ALGORITHM}\n{moment}\n{scope}\n{_hash(request)}"
        signature = _compute_signature(secret, scope, text)
        del headers["host"]  # http.client sends it
        return headers | {
            "authorization": f"{_ALGORITHM} Credential={key_id}/{scope}, "
            f"SignedHeaders={signed_headers}, Signature={signature}"
        }

    return sign


def _hash(text: str) -> str:
    from hashlib import sha256  # noqa: PLC0415

    return sha256(text.encode()).hexdigest()


def _compute_signature(secret: str, scope: str, text: str) -> str:
    from hmac import digest  # noqa: PLC0415

    key = f"AWS4{secret}".encode()
    for part in scope.split("/"):
        key = digest(key, part.encode(), "sha256")
    return digest(key, text.encode(), "sha256").hex()
