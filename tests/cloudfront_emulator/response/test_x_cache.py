"""X-Cache: Developer Guide, HTTPStatusCodes."""

import pytest

from cloudfront_emulator.message import Response
from cloudfront_emulator.response.x_cache import ERROR, GENERATED, MISS, result_of


@pytest.mark.parametrize(
    ("response", "said"),
    [
        (Response(status=200), MISS),
        (Response(status=301), MISS),
        (Response(status=404), ERROR),
        (Response(status=200, generated=True), GENERATED),
        (Response(status=404, generated=True), GENERATED),
        (
            Response(status=503, fault="LambdaExecutionError"),
            "LambdaExecutionError from cloudfront",
        ),
    ],
)
def test_where_it_came_from(response: Response, said: str) -> None:
    """Functions are named, also those that failed (serverless-next.js#181); errors are Errors."""
    assert result_of(response) == said
