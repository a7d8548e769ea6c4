"""What one request records."""

import json
import os
from contextlib import redirect_stdout, suppress

import pytest

from lambdas.edge.telemetry import Stopwatch, describe_failure, print_line


def test_a_line_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    """As CloudWatch Logs Insights reads them."""
    print_line({"event": "store", "path": "t/current.json"})
    line = capsys.readouterr().out
    assert line.endswith("}\n")
    assert json.loads(line) == {"event": "store", "path": "t/current.json"}


def test_a_line_that_cannot_be_written_fails_nothing() -> None:
    """The pipe to the log is gone."""
    reader, writer = os.pipe()
    os.close(reader)
    pipe = os.fdopen(writer, "w", buffering=1)
    with redirect_stdout(pipe):
        print_line({"event": "store"})
    with suppress(BrokenPipeError):  # what is buffered is flushed again
        pipe.close()


def test_a_failure_that_was_never_raised_has_no_place() -> None:
    """The line still names its type."""
    line = describe_failure(KeyError("Ada"))
    assert line == {"event": "failure", "error": "KeyError", "at": ""}


def test_each_lap_counts_from_the_last() -> None:
    """In milliseconds."""
    ticks = iter([1.0, 1.5, 1.75])
    watch = Stopwatch(lambda: next(ticks))
    watch.lap("token")
    watch.lap("fill")
    assert watch.laps == {"token": 500.0, "fill": 250.0}
