"""TCP ports."""

import socket

import pytest

from edgefill.local.stack.ports import HOST, StackPortInUse, find_free_port, reserve_port


def test_a_free_port_can_be_reserved() -> None:
    """A free port is returned unchanged; 0 means any free port."""
    port = find_free_port()
    assert reserve_port(port) == port
    assert reserve_port(0) > 0


def test_a_port_in_use_is_named_with_the_remedy() -> None:
    """The message names the port and says what to do."""
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(StackPortInUse, match=rf"port {port} .* is in use.*--port"):
            reserve_port(port)
