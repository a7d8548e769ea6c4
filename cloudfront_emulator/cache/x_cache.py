"""X-Cache: what CloudFront says of where a response came from.

Source: Developer Guide, HTTPStatusCodes; the names of failed functions as people reported them
(serverless-next.js#181).
"""

from __future__ import annotations

from cloudfront_emulator.message import CdnResponse

HIT = "Hit from cloudfront"
MISS = "Miss from cloudfront"
REFRESH_HIT = "RefreshHit from cloudfront"
ERROR = "Error from cloudfront"
GENERATED = "LambdaGeneratedResponse from cloudfront"


def classify_result(response: CdnResponse) -> str:
    """X-Cache of what a function or an origin has just given.

    A failed function is named; once its page is kept, that is an Error.
    """
    if response.fault:
        return f"{response.fault} from cloudfront"
    if response.generated:
        return GENERATED
    return ERROR if response.status >= 400 else MISS
