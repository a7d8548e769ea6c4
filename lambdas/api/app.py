"""The API over HTTP: `GET /p/{experience}` and `GET /ask` for misses, and `GET /health`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from edgefill.core.answer import PRIVATE, Answer
from edgefill.core.errors import EdgefillError, MethodRefused, UnknownExperience
from edgefill.core.problem import build_problem
from edgefill.visit.answer_headers import apply_method_and_conditions
from edgefill.visit.page_request import KEY_HEADER, PROFILE_HEADER, ROUTE_HEADER
from lambdas.api.miss_handler import MissRequest

if TYPE_CHECKING:
    from lambdas.api.dependencies import Dependencies

METHODS = ["GET", "HEAD"]


def create_app(dependencies: Dependencies) -> FastAPI:
    """Return the application; it holds no state of its own and needs no lifespan."""
    app = FastAPI(title="Edgefill API", openapi_url=None)

    @app.api_route("/p/{experience}", methods=METHODS)
    def serve(experience: str, request: Request) -> Response:
        return _to_response(dependencies.miss_handler.serve(_read_request(experience, request)))

    @app.api_route("/ask", methods=METHODS)
    def ask(request: Request) -> Response:
        return _to_response(dependencies.miss_handler.serve(_read_request(None, request)))

    @app.api_route("/health", methods=METHODS)
    def health(request: Request) -> Response:
        body = json.dumps({"status": "ok", "catalogue": dependencies.catalogue.version})
        headers = {"Content-Type": "application/json", "Cache-Control": PRIVATE}
        answer = Answer(status=200, headers=headers, body=body)
        return _to_response(apply_method_and_conditions(answer, method=request.method))

    @app.exception_handler(HTTPException)
    def refuse(request: Request, error: HTTPException) -> Response:
        answer = build_problem(_explain_http_error(request, error))
        return _to_response(apply_method_and_conditions(answer, method=request.method))

    return app


def _read_request(experience: str | None, request: Request) -> MissRequest:
    headers = request.headers
    return MissRequest(
        method=request.method,
        experience=experience,
        query=request.url.query,
        key=headers.get(KEY_HEADER, ""),
        route=headers.get(ROUTE_HEADER, ""),
        token=headers.get(PROFILE_HEADER),
        accept_language=headers.get("accept-language", ""),
        if_none_match=headers.get("if-none-match", ""),
        address=_read_address(request),
    )


def _read_address(request: Request) -> str:
    """Return the viewer's address, which CloudFront sends as `address:port`, or the caller's.

    docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html
    """
    viewer = request.headers.get("cloudfront-viewer-address", "").rpartition(":")[0]
    return viewer or (request.client.host if request.client else "")


def _explain_http_error(request: Request, error: HTTPException) -> EdgefillError:
    if error.status_code == 405:
        return MethodRefused(f"method {request.method[:64]!r}; only GET and HEAD are served")
    return UnknownExperience(f"nothing at {request.url.path[:64]!r}; ask for /p/<experience>")


def _to_response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, headers=answer.headers)
