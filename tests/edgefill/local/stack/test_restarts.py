"""When a process that ended may restart."""

from edgefill.local.stack.restarts import RestartPolicy


def test_each_further_restart_waits_twice_as_long_up_to_a_limit() -> None:
    """0.5, 1, 2, 4 and 8 s; there is no restart after the sixth end within a minute."""
    restarts = RestartPolicy()
    assert [restarts.record_end("gpu", now) for now in range(6)] == [0.5, 1, 2, 4, 8, None]
    assert restarts.record_end("api", 6) == 0.5


def test_an_end_is_forgotten_after_a_minute() -> None:
    """The delay is then the first one again."""
    restarts = RestartPolicy()
    assert [restarts.record_end("gpu", now) for now in (0, 61, 122)] == [0.5, 0.5, 0.5]
