"""AWS Lambda's entry point for the Function URL.

Configured by `EDGEFILL_API_*` on the first event, then kept for the life of the environment.
"""

from __future__ import annotations

import asyncio
import os
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from mangum import Mangum

from lambdas.api.app import create_app
from lambdas.api.dependencies import connect
from lambdas.api.settings import ApiSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    Event = dict[str, Any]

TEXT = ["text/", "application/json", "application/problem+json"]  # sent as they are, not base64
_building = Lock()


def create_handler(app: FastAPI) -> Callable[[Event, Any], Event]:
    """A handler of Function URL events (payload 2.0) that any number of threads may call.

    Mangum runs an event on its thread's event loop, and only a main thread has one; so each call
    brings its own (docs.python.org/3/library/asyncio-runner.html).
    """

    def handle(event: Event, context: Any) -> Event:
        with asyncio.Runner() as runner:
            runner.get_loop()
            return Mangum(app, lifespan="off", text_mime_types=TEXT)(event, context)

    return handle


def handler(event: Event, context: Any) -> Event:
    """The Function URL's entry point."""
    return _get_handler()(event, context)


def _get_handler() -> Callable[[Event, Any], Event]:
    with _building:
        return _build_handler()


@cache
def _build_handler() -> Callable[[Event, Any], Event]:
    return create_handler(create_app(connect(ApiSettings.from_environment(os.environ))))
