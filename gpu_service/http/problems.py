"""Problems: refusals and failures without a traceback, in the shape of the path that was asked.

OpenAI's paths answer in OpenAI's shape, every other as `application/problem+json` (RFC 9457).
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from edgefill.core.errors import EdgefillError
from edgefill.core.problem import build_problem
from gpu_service.http.places import place
from gpu_service.wire.openai.errors import ModelUnknown, body_for, error_body, status_for

MEDIA = "application/problem+json"
OURS = ("/v1/templates",)  # all else below /v1/ is OpenAI's
log = structlog.get_logger()


def install(app: FastAPI) -> None:
    """Answer every error of `app`."""
    app.add_exception_handler(EdgefillError, _own)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ModelUnknown, _unknown)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unforeseen)


def plain(
    path: str, status: int, detail: str, headers: Mapping[str, str] | None = None
) -> Response:
    """The answer with `status` to a request for `path`."""
    if is_openai(path):
        return JSONResponse(error_body(status, detail), status, headers=headers)
    phrase = HTTPStatus(status).phrase
    said = {"type": f"urn:edgefill:problem:{phrase.lower().replace(' ', '-')}", "title": phrase,
            "status": status, "detail": detail}  # fmt: skip
    return JSONResponse(said, status, headers=headers, media_type=MEDIA)


def is_openai(path: str) -> bool:
    """Whether clients of `path` expect OpenAI's shape."""
    return path.startswith("/v1/") and path not in OURS


async def _own(request: Request, error: Any) -> Response:
    after = getattr(error, "retry_after", None)
    headers = {} if after is None else {"Retry-After": str(max(after, 1))}
    if is_openai(request.url.path):
        return JSONResponse(body_for(error), status_for(error), headers=headers)
    said = build_problem(error)
    return Response(said.body, said.status, headers=said.headers | headers)


async def _invalid(request: Request, error: Any) -> Response:
    """Where the body is wrong and why; never what stood there."""
    first = error.errors()[0]
    where = place(first["loc"])
    if not is_openai(request.url.path):
        return plain(request.url.path, 422, f"{where}: {first['msg']}")
    param, said = where.removeprefix("body."), first["msg"].removeprefix("Value error, ")
    if param == "body":  # the error names its place itself
        param, _, said = said.partition(": ")
    return JSONResponse(error_body(400, f"{param}: {said}", param=param), 400)


async def _unknown(_request: Request, error: Any) -> Response:
    body = error_body(404, str(error), param="model", code="model_not_found")
    return JSONResponse(body, 404)


async def _http(request: Request, error: Any) -> Response:
    return plain(request.url.path, error.status_code, str(error.detail), error.headers)


async def _unforeseen(request: Request, error: Exception) -> Response:
    log.error("unforeseen", path=request.url.path, error=type(error).__name__)
    return plain(request.url.path, 500, "the service failed; its log names the error")
