"""Log lines."""

import json

import pytest

from lambdas.edge.log import describe_failure, print_line


def test_a_line_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    """As CloudWatch Logs Insights reads them."""
    print_line({"event": "store", "path": "t/current.json"})
    line = capsys.readouterr().out
    assert line.endswith("}\n")
    assert json.loads(line) == {"event": "store", "path": "t/current.json"}


def test_a_failure_that_was_never_raised_has_no_place() -> None:
    """Its type is still told."""
    described = describe_failure(KeyError("Ada"))
    assert described == {"event": "failure", "error": "KeyError", "at": ""}
