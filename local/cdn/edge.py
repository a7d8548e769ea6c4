"""Edge functions: handlers run off the event loop, as Lambda runs them off CloudFront's."""

from __future__ import annotations

import asyncio
import copy
import json
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from local.cdn.event import read_result
from local.cdn.limits import ResultRefused
from local.cdn.message import Request, Response, error_page

Handler = Callable[[dict[str, Any], Any], Any]
TIMEOUT = 30.0  # seconds: the quota of origin events
THREADS = 16  # invocations at once: handlers wait for packs, which this process serves

log = logging.getLogger("cdn")


class EdgeFunction:
    """One function at an origin-request trigger."""

    def __init__(self, handler: Handler, *, timeout: float = TIMEOUT) -> None:
        self._handler = handler
        self._timeout = timeout
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="edge")

    async def run(self, event: dict[str, Any], request: Request) -> Request | Response:
        """The request to forward or the response to answer with; errors as CloudFront's pages.

        A function that fails or takes too long is a 503, an invalid result a 502.
        Source: Developer Guide, "HTTP 502 status code" and "HTTP 503 status code".
        """
        loop = asyncio.get_running_loop()
        call = loop.run_in_executor(self._threads, self._handler, copy.deepcopy(event), None)
        try:
            result = await asyncio.wait_for(call, self._timeout)
            return read_result(result, event=event, request=request)
        except ResultRefused as error:
            return error_page(502, f"LambdaValidationError: {error}")
        except TimeoutError:
            return error_page(503, f"LambdaExecutionError: no answer in {self._timeout:g} s")
        except Exception as error:
            log.exception("edge function failed")
            return error_page(503, f"LambdaExecutionError: {type(error).__name__}")


def edgefill_handler(file: Path, domain_name: str) -> Handler:
    """The edge handler with the configuration that its bundle would hold."""
    from lambdas.edge.config import config_from_json  # noqa: PLC0415 (when it is served)
    from lambdas.edge.fetch import store_of  # noqa: PLC0415
    from lambdas.edge.handler import create_handler  # noqa: PLC0415

    config = config_from_json(json.loads(file.read_text()))
    handler: Handler = create_handler(config, fetch=store_of(config, domain_name))
    return handler
