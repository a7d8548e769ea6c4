"""The API over HTTP: `GET /health`, and `/p/<experience>` and `/ask` for misses.

Paths are read by edgefill/visit/path.py, as at the edge.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from edgefill.core.answer import PRIVATE, Answer
from edgefill.core.errors import MethodRefused, UnknownExperience
from edgefill.core.problem import build_problem
from edgefill.visit.answer_headers import apply_method_and_conditions
from edgefill.visit.page_request import KEY_HEADER, PROFILE_HEADER, ROUTE_HEADER
from edgefill.visit.path import parse_path
from edgefill.visit.profile import split_tokens
from lambdas.api.miss_handler import MissRequest

if TYPE_CHECKING:
    from lambdas.api.dependencies import Dependencies

METHODS = ["GET", "HEAD"]


def create_app(dependencies: Dependencies) -> FastAPI:
    """Return the application; it holds no state of its own and needs no lifespan."""
    app = FastAPI(title="Edgefill API", openapi_url=None)

    @app.api_route("/health", methods=METHODS)
    def health(request: Request) -> Response:
        body = json.dumps({"status": "ok", "catalogue": dependencies.catalogue.version})
        headers = {"Content-Type": "application/json", "Cache-Control": PRIVATE}
        answer = Answer(status=200, headers=headers, body=body)
        return _to_response(apply_method_and_conditions(answer, method=request.method))

    @app.api_route("/{path:path}", methods=METHODS)
    def serve(request: Request) -> Response:
        try:
            miss_request = _read_request(request)
        except UnknownExperience as error:
            answer = build_problem(error)
            return _to_response(apply_method_and_conditions(answer, method=request.method))
        return _to_response(dependencies.miss_handler.serve(miss_request))

    @app.exception_handler(HTTPException)
    def refuse(request: Request, _error: HTTPException) -> Response:
        answer = build_problem(
            MethodRefused(f"method {request.method[:64]!r}; only GET and HEAD are served")
        )
        return _to_response(apply_method_and_conditions(answer, method=request.method))

    return app


def _read_request(request: Request) -> MissRequest:
    """Return the request; UnknownExperience."""
    headers = request.headers
    return MissRequest(
        method=request.method,
        experience=parse_path(_read_raw_path(request)),
        query=request.url.query,
        key=headers.get(KEY_HEADER, ""),
        route=headers.get(ROUTE_HEADER, ""),
        tokens=split_tokens(", ".join(headers.getlist(PROFILE_HEADER))),
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


def _read_raw_path(request: Request) -> str:
    """Return the path still encoded; Mangum passes only the decoded one."""
    raw: bytes | None = request.scope.get("raw_path")
    return quote(request.scope["path"]) if raw is None else raw.decode("latin-1")


def _to_response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, headers=answer.headers)
