"""When a part that ended may start again."""

from edgefill.local.stack.restarts import RestartPolicy


def test_each_further_end_waits_twice_as_long_until_it_is_too_often() -> None:
    """Half a second, one, two, four, eight; the sixth end within a minute is the last."""
    restarts = RestartPolicy()
    assert [restarts.record_end("gpu", now) for now in range(6)] == [0.5, 1, 2, 4, 8, None]
    assert restarts.record_end("api", 6) == 0.5


def test_what_ran_for_a_minute_begins_anew() -> None:
    """Ends are forgotten after a minute."""
    restarts = RestartPolicy()
    assert [restarts.record_end("gpu", now) for now in (0, 61, 122)] == [0.5, 0.5, 0.5]
