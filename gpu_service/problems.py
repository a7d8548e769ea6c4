"""Problems: refusals and failures as `application/problem+json`, without a traceback."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from lambdas.core.errors import EdgefillError
from lambdas.core.problem import problem

MEDIA = "application/problem+json"
log = structlog.get_logger()


def install(app: FastAPI) -> None:
    """Answer every error of `app` with a problem."""
    app.add_exception_handler(EdgefillError, lambda _, error: answer(error))
    app.add_exception_handler(RequestValidationError, lambda _, error: _invalid(error))
    app.add_exception_handler(HTTPException, lambda _, error: _http(error))
    app.add_exception_handler(Exception, _unforeseen)


def answer(error: Any) -> Response:
    """The response to a refusal or a failure of this project's own."""
    said = problem(error)
    after = getattr(error, "retry_after", None)
    headers = said.headers | ({"Retry-After": str(after)} if after else {})
    return Response(said.body, said.status, headers=headers)


def _invalid(error: Any) -> Response:
    """Where the body is wrong and why; never what stood there."""
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return _plain(HTTPStatus.UNPROCESSABLE_ENTITY, f"{place}: {first['msg']}")


def _http(error: Any) -> Response:
    return _plain(HTTPStatus(error.status_code), str(error.detail), error.headers)


def _unforeseen(request: Request, error: Exception) -> Response:
    log.error("unforeseen", path=request.url.path, error=type(error).__name__)
    return _plain(HTTPStatus.INTERNAL_SERVER_ERROR, "the service failed; its log names the error")


def _plain(status: HTTPStatus, detail: str, headers: Any = None) -> Response:
    slug = status.phrase.lower().replace(" ", "-")
    said = {"type": f"urn:edgefill:problem:{slug}", "title": status.phrase,
            "status": int(status), "detail": detail}  # fmt: skip
    return JSONResponse(said, int(status), headers=headers, media_type=MEDIA)
