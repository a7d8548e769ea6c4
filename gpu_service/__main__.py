"""`python -m gpu_service`: serve templates and OpenAI's API; settings from `EDGEFILL_GPU_*`."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import uvicorn

from edgefill.core.errors import EdgefillError, EngineUnavailable, InputRefused
from gpu_service.app import create_app
from gpu_service.engines.engine import Engine
from gpu_service.engines.registry import make_engine
from gpu_service.http.server import DrainingServer
from gpu_service.logs import configure_logs
from gpu_service.scheduling.draining import DrainTracker
from gpu_service.settings import PREFIX, GpuServiceSettings, read_settings

if TYPE_CHECKING:
    from gpu_service.tracing import Tracing

FLUSH_S = 1  # how long uvicorn itself waits for answers, after the service has drained
BACKLOG = 2048


def main(environment: Mapping[str, str]) -> int:
    """Serve until SIGTERM or SIGINT; the exit status is 1 when the engine failed."""
    try:
        settings = read_settings(environment)
        with open_listener(settings) as listener:
            return serve(settings, listener)
    except EdgefillError as error:
        print(f"gpu_service: {error}", file=sys.stderr)  # noqa: T201 the command's message
        return 1


def serve(
    settings: GpuServiceSettings, listener: socket.socket, *, engine: Engine | None = None
) -> int:
    """Serve on `listener`; EngineUnavailable when the engine, by default the settings', fails."""
    failures: list[str] = []

    def on_failure(reason: str) -> None:
        failures.append(reason)
        server.should_exit = True

    configure_logs()
    draining = DrainTracker()
    app = create_app(
        engine or make_engine(settings),
        settings,
        on_failure=on_failure,
        draining=draining,
        tracing=make_tracing(settings),
    )
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, timeout_graceful_shutdown=FLUSH_S,
        server_header=False, ws="none",
    )  # fmt: skip
    server = DrainingServer(
        config, draining, drain_s=settings.drain_s, headers_s=settings.headers_s
    )
    server.run(sockets=[listener])
    if failures:
        raise EngineUnavailable(failures[0])
    return 0


def make_tracing(settings: GpuServiceSettings) -> Tracing | None:
    """The tracing, if the settings ask for it; InputRefused when OpenTelemetry is not installed."""
    if not settings.traces:
        return None
    try:
        from gpu_service.tracing import Tracing  # noqa: PLC0415 optional
    except ImportError:
        raise InputRefused(
            f"{PREFIX}TRACES: OpenTelemetry is not installed; pip install 'edgefill[otel]'"
        ) from None
    return Tracing()


def open_listener(settings: GpuServiceSettings) -> socket.socket:
    """The service's socket; InputRefused when the port is in use or the host is not local.

    The kernel drops a connection whose client reads nothing for `stall_s` seconds (tcp(7),
    TCP_USER_TIMEOUT, which connections inherit), since closing it would wait for the client.
    """
    try:
        listener = socket.create_server((settings.host, settings.port), backlog=BACKLOG)
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        raise InputRefused(
            f"{where}: {os.strerror(error.errno or 0)}; choose another {PREFIX}PORT or {PREFIX}HOST"
        ) from error
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, settings.stall_s * 1000)
    return listener


if __name__ == "__main__":
    sys.exit(main(os.environ))
