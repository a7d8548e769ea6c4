"""Events are dated from the start of the rehearsal."""

from edgefill.local.gpu_rehearsal.timeline import Timeline, TimelineEvent


def test_events_have_seconds_since_the_start() -> None:
    """To a tenth, and are passed on as they happen."""
    seen: list[TimelineEvent] = []
    times = iter((100.0, 100.04, 112.56))
    timeline = Timeline(seen.append, clock=lambda: next(times))
    timeline.record("vllm started")
    timeline.record("vllm is HEALTHY")
    assert [(event.seconds, event.text) for event in timeline.events] == [
        (0.0, "vllm started"), (12.6, "vllm is HEALTHY"),
    ]  # fmt: skip
    assert seen == timeline.events
