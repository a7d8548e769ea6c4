"""The stopwatch."""

from lambdas.edge.stopwatch import Stopwatch


def test_each_lap_counts_from_the_last() -> None:
    """In milliseconds."""
    ticks = iter([1.0, 1.5, 1.75])
    watch = Stopwatch(lambda: next(ticks))
    watch.lap("token")
    watch.lap("fill")
    assert watch.laps == {"token": 500.0, "fill": 250.0}
