"""AWS Lambda's entry point for the Function URL.

`EDGEFILL_API_*` variables configure it on the first event, for the life of the environment.
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

# Bodies of these types are returned as text, not as base64.
TEXT_TYPES = ["text/", "application/json", "application/problem+json"]
_building = Lock()


def create_handler(app: FastAPI) -> Callable[[Event, Any], Event]:
    """Return a handler of Function URL events (payload 2.0) that any thread may call.

    Mangum uses the event loop of the calling thread. Only a main thread has one, so each call
    creates its own (docs.python.org/3/library/asyncio-runner.html).
    """

    def handle(event: Event, context: Any) -> Event:
        with asyncio.Runner() as runner:
            runner.get_loop()
            return Mangum(app, lifespan="off", text_mime_types=TEXT_TYPES)(event, context)

    return handle


def handler(event: Event, context: Any) -> Event:
    """Handle one event of the Function URL."""
    return _get_handler()(event, context)


def _get_handler() -> Callable[[Event, Any], Event]:
    with _building:
        return _build_handler()


@cache
def _build_handler() -> Callable[[Event, Any], Event]:
    return create_handler(create_app(connect(ApiSettings.from_environment(os.environ))))
