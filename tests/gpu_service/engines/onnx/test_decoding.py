"""The decoding thread."""

from __future__ import annotations

import queue

import pytest

from edgefill.core.errors import EdgefillError, EngineUnavailable, InputRefused
from gpu_service.engines.engine import Delta
from gpu_service.engines.onnx.decoding import Decoder, DecodingJob

Heard = queue.Queue[tuple[str, Delta | EdgefillError]]


class Counting:
    """Writes `length` tokens, each its number."""

    def __init__(self, length: int, failure: Exception | None = None) -> None:
        self.written = 0
        self._length = length
        self._failure = failure

    def decode_token(self) -> Delta:
        self.written += 1
        if self._failure:
            raise self._failure
        ended = self.written == self._length
        return Delta(text=str(self.written), finish_reason="stop" if ended else None)


def job(name: str, sequence: Counting, heard: Heard) -> DecodingJob:
    return DecodingJob(begin=lambda: sequence, emit=lambda delta: heard.put((name, delta)))


def test_sequences_advance_in_turn() -> None:
    """Two texts in flight get a token each, in turn; a third waits for a place."""
    heard: Heard = queue.Queue()
    decoder = Decoder(in_flight=2)
    for name in "abc":
        decoder.submit(job(name, Counting(2), heard))
    decoder.start()
    order = [heard.get(timeout=60)[0] for _ in range(6)]
    decoder.stop()
    assert order == list("ababcc")


def test_a_cancelled_job_stops_within_a_token() -> None:
    """Whoever leaves after the first token costs one more at most."""
    heard: Heard = queue.Queue()
    sequence = Counting(10**9)

    def leave(_delta: Delta | EdgefillError) -> None:
        given_up.cancelled.set()

    given_up = DecodingJob(begin=lambda: sequence, emit=leave)
    decoder = Decoder(in_flight=1)
    decoder.submit(given_up)
    decoder.submit(job("next", Counting(1), heard))
    decoder.start()
    assert heard.get(timeout=60)[0] == "next"
    decoder.stop()
    assert sequence.written == 1


@pytest.mark.parametrize(
    ("failure", "kind"),
    [(RuntimeError("out of memory\nstack"), EngineUnavailable), (InputRefused("no"), InputRefused)],
)
def test_a_failure_reaches_its_listener_alone(
    failure: Exception, kind: type[EdgefillError]
) -> None:
    """The library's error becomes EngineUnavailable without its stack; others go on."""
    heard: Heard = queue.Queue()
    decoder = Decoder(in_flight=2)
    decoder.submit(job("bad", Counting(1, failure), heard))
    decoder.submit(job("good", Counting(1), heard))
    decoder.start()
    said = dict(heard.get(timeout=60) for _ in range(2))
    assert decoder.is_alive
    decoder.stop()
    assert isinstance(said["bad"], kind)
    assert "stack" not in str(said["bad"])
    assert isinstance(said["good"], Delta)


def test_stopping_tells_who_waits() -> None:
    """Texts being written end with EngineUnavailable; the decoder is no longer alive."""
    heard: Heard = queue.Queue()
    decoder = Decoder(in_flight=1)
    decoder.submit(job("long", Counting(10**9), heard))
    decoder.start()
    heard.get(timeout=60)
    decoder.submit(job("never begun", Counting(1), heard))
    decoder.stop()
    last = dict(heard.queue)
    assert isinstance(last["long"], EngineUnavailable)
    assert isinstance(last["never begun"], EngineUnavailable)
    assert not decoder.is_alive
