"""Finds TCP ports on this machine."""

from __future__ import annotations

import socket

from edgefill.core.errors import EdgefillError

HOST = "127.0.0.1"


class StackPortInUse(EdgefillError):
    """Another process listens on the port; the text names the port and the remedy."""


def find_free_port() -> int:
    """A port on which no process listens now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def reserve_port(port: int) -> int:
    """`port` if a process can listen on it, or any free port for 0; StackPortInUse."""
    if port == 0:
        return find_free_port()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise StackPortInUse(
                f"port {port} on {HOST} is in use ({error.strerror}); stop the process that listens"
                " there (another `edgefill up`?) or choose another with --port"
            ) from error
    return port
