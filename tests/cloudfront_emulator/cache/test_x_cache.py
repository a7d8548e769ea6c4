"""X-Cache: Developer Guide, HTTPStatusCodes."""

import pytest

from cloudfront_emulator.cache.x_cache import ERROR, GENERATED, MISS, classify_result
from cloudfront_emulator.message import CdnResponse


@pytest.mark.parametrize(
    ("response", "result"),
    [
        (CdnResponse(status=200), MISS),
        (CdnResponse(status=301), MISS),
        (CdnResponse(status=404), ERROR),
        (CdnResponse(status=200, generated=True), GENERATED),
        (CdnResponse(status=404, generated=True), GENERATED),
        (
            CdnResponse(status=503, fault="LambdaExecutionError"),
            "LambdaExecutionError from cloudfront",
        ),
    ],
)
def test_x_cache_names_the_source(response: CdnResponse, result: str) -> None:
    """Functions are named, also those that failed (serverless-next.js#181); errors are Errors."""
    assert classify_result(response) == result
