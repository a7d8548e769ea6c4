"""Results of checks as lines, and what counts as a failure."""

from edgefill.operations.check_result import (
    fail_check,
    format_results,
    has_failed,
    pass_check,
    warn_check,
)

GOOD = pass_check("python", "3.11")
DOUBTFUL = warn_check("port", "8080 is in use", remedy="stop it")
BAD = fail_check("disk", "full", remedy="make room")


def test_a_line_has_the_status_the_name_and_the_remedy() -> None:
    """A result that is ok has no remedy."""
    assert list(format_results([GOOD, DOUBTFUL])) == [
        "ok    python        3.11",
        "warn  port          8080 is in use; stop it",
    ]


def test_only_a_failure_fails() -> None:
    """Warnings do not change the exit status."""
    assert not has_failed([GOOD, DOUBTFUL])
    assert has_failed([GOOD, BAD])


def test_json_has_the_same_fields() -> None:
    """For scripts."""
    assert BAD.to_json() == {
        "check": "disk",
        "status": "fail",
        "text": "full",
        "remedy": "make room",
    }
