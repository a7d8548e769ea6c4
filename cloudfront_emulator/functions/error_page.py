"""CloudFront's error page for a function that failed, with the reason that AWS would only log.

503 if it fails, 502 if its result is invalid. Source: Developer Guide,
http-503-service-unavailable and http-502-bad-gateway.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import wraps
from typing import ParamSpec, TypeVar

from cloudfront_emulator.errors import FunctionFailed, ResultRefused
from cloudfront_emulator.message import CdnResponse
from cloudfront_emulator.response.pages import INVALID_RESULT, make_error_page

P = ParamSpec("P")
T = TypeVar("T")


def answer_with_page(call: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T | CdnResponse]]:
    """Wrap `call` so that FunctionFailed and ResultRefused become error pages."""

    @wraps(call)
    async def call_or_page(*args: P.args, **kwargs: P.kwargs) -> T | CdnResponse:
        try:
            return await call(*args, **kwargs)
        except FunctionFailed as error:
            return _make_page(503, error)
        except ResultRefused as error:
            return _make_page(502, error, message=INVALID_RESULT)

    return call_or_page


def _make_page(
    status: int, error: FunctionFailed | ResultRefused, *, message: str | None = None
) -> CdnResponse:
    page = make_error_page(status, f"{error.fault}: {error}", message=message)
    return replace(page, fault=error.fault)
