"""Ports."""

import socket

import pytest

from edgefill.local.stack.ports import HOST, PortTaken, claim, free_port


def test_a_free_port_can_be_claimed() -> None:
    """A port that nobody uses is given back; 0 is any free one."""
    port = free_port()
    assert claim(port) == port
    assert claim(0) > 0


def test_a_port_in_use_is_named_with_the_remedy() -> None:
    """The refusal names the port and says what to do."""
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"port {port} .* is in use.*--port"):
            claim(port)
