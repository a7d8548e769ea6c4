"""What a text and the queue record in the metrics."""

from __future__ import annotations

import asyncio

from gpu_service.metrics import Metrics
from gpu_service.scheduling.admission import AdmissionController
from gpu_service.scheduling.fair_queue import AdmissionRequest
from gpu_service.scheduling.generation import GeneratedChunk

LAST = GeneratedChunk(
    text="", completion_tokens=11, prompt_tokens=8, cached_tokens=6, finish_reason="stop",
    queue_s=0.0, elapsed_s=3.0,
)  # fmt: skip


def test_a_text_records_its_tokens_speed_and_cache_hits() -> None:
    """Ten tokens in two seconds after the first: five per second; six of eight were cached."""
    metrics = Metrics(AdmissionController(places=1, max_waiting=1))
    metrics.record_finish("batch", LAST, 1.0)
    text = metrics.render().decode()
    assert 'edgefill_gpu_finished_total{finish_reason="stop",lane="batch"} 1.0' in text
    assert 'edgefill_gpu_tokens_total{kind="cached"} 6.0' in text
    assert 'edgefill_gpu_tokens_total{kind="prompt"} 8.0' in text
    assert "edgefill_gpu_tokens_per_second_sum 5.0" in text


def test_refused_requests_are_counted_in_tokens() -> None:
    """Per reason: this is what more machines could have served."""
    metrics = Metrics(AdmissionController(places=1, max_waiting=1))
    metrics.record_refusal("EngineBusy", 300)
    text = metrics.render().decode()
    assert 'edgefill_gpu_refused_total{reason="EngineBusy"} 1.0' in text
    assert 'edgefill_gpu_refused_tokens_total{reason="EngineBusy"} 300.0' in text


def test_the_queue_is_read_when_asked() -> None:
    """Requests and tokens, waiting and running."""

    async def test() -> str:
        admission = AdmissionController(places=1, max_waiting=9)
        metrics = Metrics(admission)
        async with admission.acquire_place(AdmissionRequest(tokens=40)):
            waiting = asyncio.create_task(
                admission.acquire_place(AdmissionRequest(tokens=70)).__aenter__()
            )
            await asyncio.sleep(0)
            text = metrics.render().decode()
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        return text

    text = asyncio.run(test())
    assert 'edgefill_gpu_queue_depth{lane="interactive"} 1.0' in text
    assert 'edgefill_gpu_queue_tokens{lane="interactive"} 70.0' in text
    assert "edgefill_gpu_in_flight_tokens 40.0" in text
    assert "edgefill_gpu_memory_bytes" not in text
