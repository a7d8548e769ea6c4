"""Every failure between this process and a model is a GenerationError."""

from __future__ import annotations

import httpx
import pytest

from edgefill.chat.failures import (
    TRANSPORT_ERRORS,
    hide_credentials,
    parse_retry_after,
    read_error_response,
    to_generation_error,
)
from edgefill.core.errors import (
    EngineBusy,
    EngineTimeout,
    EngineUnavailable,
    GenerationError,
    InvalidEngineOutput,
)

URL = "http://gpu/v1/templates"
RAISABLE = [
    error
    for error in (getattr(httpx, name) for name in httpx.__all__)
    if isinstance(error, type) and issubclass(error, Exception)
]
MEANINGS: dict[str, type[GenerationError]] = {
    "PoolTimeout": EngineBusy,
    "TimeoutException": EngineTimeout,
    "ReadTimeout": EngineTimeout,
    "WriteTimeout": EngineTimeout,
    "DecodingError": InvalidEngineOutput,
    "CookieConflict": InvalidEngineOutput,
    "StreamError": InvalidEngineOutput,
    "StreamConsumed": InvalidEngineOutput,
    "StreamClosed": InvalidEngineOutput,
    "ResponseNotRead": InvalidEngineOutput,
    "RequestNotRead": InvalidEngineOutput,
}


def raised(kind: type[Exception]) -> Exception:
    """Make one of httpx's errors, whatever its arguments are."""
    if kind in (httpx.StreamConsumed, httpx.StreamClosed, httpx.ResponseNotRead,
                httpx.RequestNotRead):  # fmt: skip
        return kind()
    if kind is httpx.HTTPStatusError:
        request = httpx.Request("POST", URL)
        return httpx.HTTPStatusError("no", request=request, response=httpx.Response(500))
    return kind("no")


@pytest.mark.parametrize("kind", RAISABLE, ids=lambda kind: kind.__name__)
def test_every_error_of_the_transport_is_mapped(kind: type[Exception]) -> None:
    """Every error of httpx becomes the matching GenerationError."""
    assert issubclass(kind, TRANSPORT_ERRORS)
    failure = to_generation_error(raised(kind), URL)
    assert type(failure) is MEANINGS.get(kind.__name__, EngineUnavailable)
    assert URL in str(failure)
    assert kind.__name__ in str(failure)


def test_there_are_errors_to_map() -> None:
    """The list of httpx's errors is not empty."""
    assert len(RAISABLE) >= 25
    assert {kind.__name__ for kind in RAISABLE} >= MEANINGS.keys()


def test_every_status_is_mapped() -> None:
    """Any status other than 200 is a failure that names its status and detail."""
    for status in range(201, 600):
        failure = read_error_response(status, None, "the\n detail", URL)
        assert isinstance(failure, GenerationError)
        assert f"answered {status}: the detail" in str(failure)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (204, InvalidEngineOutput),
        (302, EngineUnavailable),
        (400, InvalidEngineOutput),
        (401, EngineUnavailable),
        (404, EngineUnavailable),
        (408, EngineTimeout),
        (422, InvalidEngineOutput),
        (429, EngineBusy),
        (500, EngineUnavailable),
        (503, EngineUnavailable),
        (504, EngineTimeout),
    ],
)
def test_each_status_has_its_error(status: int, kind: type[GenerationError]) -> None:
    """Busy, cold, slow and invalid responses are distinguished."""
    assert type(read_error_response(status, None, "", URL)) is kind


@pytest.mark.parametrize(
    ("status", "permanent"), [(401, True), (403, True), (404, True), (500, False), (503, False)]
)
def test_a_refusal_that_cannot_heal_is_marked(status: int, *, permanent: bool) -> None:
    """A wrong key, path or model stays wrong."""
    failure = read_error_response(status, None, "", URL)
    assert isinstance(failure, EngineUnavailable)
    assert failure.permanent == permanent


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://ada:secret@judge:80/v1@x", "http://judge:80/v1@x"),
        ("http://ada@judge", "http://judge"),
        ("http://judge/v1", "http://judge/v1"),
    ],
)
def test_an_errors_url_has_no_credentials(url: str, shown: str) -> None:
    """What stands before the @ of the host is left out."""
    assert hide_credentials(url) == shown


@pytest.mark.parametrize("status", [429, 503])
def test_keeps_retry_after(status: int) -> None:
    """The error holds Retry-After."""
    failure = read_error_response(status, "7", "", URL)
    assert isinstance(failure, EngineBusy | EngineUnavailable)
    assert failure.retry_after == 7


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, 1), ("", 1), ("0", 1), (" 5 ", 5), ("60", 60), ("3600", 60), ("-3", 1),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 1), ("²", 1), ("9" * 5000, 1),
    ],
)  # fmt: skip
def test_reads_retry_after_whatever_it_holds(header: str | None, expected: int) -> None:
    """Dates, invalid values and hours become a short wait."""
    assert parse_retry_after(header) == expected


def test_a_long_answer_is_cut_in_the_message() -> None:
    """An error page does not fill the log."""
    assert len(str(read_error_response(500, None, "x" * 10_000, URL))) < 300


def test_a_bad_text_costs_one_attempt_and_a_bad_gateway_the_run() -> None:
    """Both are 502; only our service names a text that breaks its own rules."""
    body = '{"type": "urn:edgefill:problem:invalid-engine-output", "status": 502}'
    assert isinstance(read_error_response(502, None, body, URL), InvalidEngineOutput)
    assert isinstance(read_error_response(502, None, "<html>", URL), EngineUnavailable)
