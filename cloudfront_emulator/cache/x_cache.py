"""X-Cache: where CloudFront took a response from.

Source: Developer Guide, HTTPStatusCodes; the names of failed functions are as reported in
serverless-next.js#181.
"""

from __future__ import annotations

from cloudfront_emulator.message import CdnResponse

HIT = "Hit from cloudfront"
MISS = "Miss from cloudfront"
REFRESH_HIT = "RefreshHit from cloudfront"
ERROR = "Error from cloudfront"
GENERATED = "LambdaGeneratedResponse from cloudfront"


def classify_result(response: CdnResponse) -> str:
    """X-Cache of a new response of a function or an origin.

    A failed function is named; once its error page is cached, it counts as an Error.
    """
    if response.fault:
        return f"{response.fault} from cloudfront"
    if response.generated:
        return GENERATED
    return ERROR if response.status >= 400 else MISS
