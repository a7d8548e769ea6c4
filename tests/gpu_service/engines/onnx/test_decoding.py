"""The decoding thread."""

from __future__ import annotations

import queue

import pytest

from edgefill.core.errors import EdgefillError, EngineUnavailable, InputRefused
from gpu_service.engines.engine import Delta
from gpu_service.engines.onnx.decoding import Decoder, DecodingJob

Results = queue.Queue[tuple[str, Delta | EdgefillError]]


class CountingSequence:
    """Generates `length` tokens, each with its number as text."""

    def __init__(self, length: int, failure: Exception | None = None) -> None:
        self.tokens = 0
        self._length = length
        self._failure = failure

    def decode_token(self) -> Delta:
        self.tokens += 1
        if self._failure:
            raise self._failure
        is_last = self.tokens == self._length
        return Delta(text=str(self.tokens), finish_reason="stop" if is_last else None)


def job(name: str, sequence: CountingSequence, results: Results) -> DecodingJob:
    return DecodingJob(begin=lambda: sequence, emit=lambda delta: results.put((name, delta)))


def test_sequences_advance_in_turn() -> None:
    """Two running texts get one token each, in turn; a third waits for a place."""
    results: Results = queue.Queue()
    decoder = Decoder(in_flight=2)
    for name in "abc":
        decoder.submit(job(name, CountingSequence(2), results))
    decoder.start()
    order = [results.get(timeout=60)[0] for _ in range(6)]
    decoder.stop()
    assert order == list("ababcc")


def test_a_cancelled_job_stops_within_a_token() -> None:
    """A job that is cancelled after its first token costs at most one more."""
    results: Results = queue.Queue()
    sequence = CountingSequence(10**9)

    def leave(_delta: Delta | EdgefillError) -> None:
        cancelled_job.cancelled.set()

    cancelled_job = DecodingJob(begin=lambda: sequence, emit=leave)
    decoder = Decoder(in_flight=1)
    decoder.submit(cancelled_job)
    decoder.submit(job("next", CountingSequence(1), results))
    decoder.start()
    assert results.get(timeout=60)[0] == "next"
    decoder.stop()
    assert sequence.tokens == 1


@pytest.mark.parametrize(
    ("failure", "kind"),
    [(RuntimeError("out of memory\nstack"), EngineUnavailable), (InputRefused("no"), InputRefused)],
)
def test_a_failure_ends_only_its_own_job(failure: Exception, kind: type[EdgefillError]) -> None:
    """The library's error becomes EngineUnavailable without its stack; other jobs continue."""
    results: Results = queue.Queue()
    decoder = Decoder(in_flight=2)
    decoder.submit(job("bad", CountingSequence(1, failure), results))
    decoder.submit(job("good", CountingSequence(1), results))
    decoder.start()
    outcomes = dict(results.get(timeout=60) for _ in range(2))
    assert decoder.is_alive
    decoder.stop()
    assert isinstance(outcomes["bad"], kind)
    assert "stack" not in str(outcomes["bad"])
    assert isinstance(outcomes["good"], Delta)


def test_stopping_fails_waiting_jobs() -> None:
    """Texts being written end with EngineUnavailable; the decoder is no longer alive."""
    results: Results = queue.Queue()
    decoder = Decoder(in_flight=1)
    decoder.submit(job("long", CountingSequence(10**9), results))
    decoder.start()
    results.get(timeout=60)
    decoder.submit(job("never begun", CountingSequence(1), results))
    decoder.stop()
    last = dict(results.queue)
    assert isinstance(last["long"], EngineUnavailable)
    assert isinstance(last["never begun"], EngineUnavailable)
    assert not decoder.is_alive
