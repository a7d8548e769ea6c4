"""Answer errors without a traceback, in the shape that clients of the request's path expect.

OpenAI's paths answer in OpenAI's shape, all others as `application/problem+json` (RFC 9457).
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
from gpu_service.wire.openai.errors import UnknownModel, make_error_body, status_for, to_error_body
from gpu_service.wire.validation import explain_error

MEDIA = "application/problem+json"
PROBLEM_JSON_PATHS = ("/v1/templates",)  # every other path below /v1/ is OpenAI's
log = structlog.get_logger()


def install_error_handlers(app: FastAPI) -> None:
    """Install the handlers of every error of `app`."""
    app.add_exception_handler(EdgefillError, _handle_edgefill_error)
    app.add_exception_handler(RequestValidationError, _handle_invalid_body)
    app.add_exception_handler(UnknownModel, _handle_unknown_model)
    app.add_exception_handler(HTTPException, _handle_http_exception)
    app.add_exception_handler(Exception, _handle_unexpected)


def make_problem(
    path: str, status: int, detail: str, headers: Mapping[str, str] | None = None
) -> Response:
    """The error answer with `status` to a request for `path`."""
    if is_openai(path):
        return JSONResponse(make_error_body(status, detail), status, headers=headers)
    phrase = HTTPStatus(status).phrase
    body = {"type": f"urn:edgefill:problem:{phrase.lower().replace(' ', '-')}", "title": phrase,
            "status": status, "detail": detail}  # fmt: skip
    return JSONResponse(body, status, headers=headers, media_type=MEDIA)


def is_openai(path: str) -> bool:
    """Whether clients of `path` expect OpenAI's shape."""
    return path.startswith("/v1/") and path not in PROBLEM_JSON_PATHS


async def _handle_edgefill_error(request: Request, error: Any) -> Response:
    retry_after = getattr(error, "retry_after", None)
    headers = {} if retry_after is None else {"Retry-After": str(max(retry_after, 1))}
    if is_openai(request.url.path):
        return JSONResponse(to_error_body(error), status_for(error), headers=headers)
    response = build_problem(error)
    return Response(response.body, response.status, headers=response.headers | headers)


async def _handle_invalid_body(request: Request, error: Any) -> Response:
    """Answer which field is invalid and why, but never its value."""
    path, message = explain_error(error.errors()[0])
    if not is_openai(request.url.path):
        return make_problem(request.url.path, 422, f"{path}: {message}")
    param = path.removeprefix("body.")
    return JSONResponse(make_error_body(400, f"{param}: {message}", param=param), 400)


async def _handle_unknown_model(request: Request, error: Any) -> Response:
    if not is_openai(request.url.path):
        return make_problem(request.url.path, 404, f"body.model: {error}")
    body = make_error_body(404, str(error), param="model", code="model_not_found")
    return JSONResponse(body, 404)


async def _handle_http_exception(request: Request, error: Any) -> Response:
    return make_problem(request.url.path, error.status_code, str(error.detail), error.headers)


async def _handle_unexpected(request: Request, error: Exception) -> Response:
    log.error("unexpected_error", path=request.url.path, error=type(error).__name__)
    return make_problem(request.url.path, 500, "the service failed; its log names the error")
