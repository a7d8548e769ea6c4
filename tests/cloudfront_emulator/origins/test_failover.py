"""Origin groups (Developer Guide, high_availability_origin_failover)."""

import asyncio
from dataclasses import replace

import pytest

from cloudfront_emulator.buffered_body import BufferedBody
from cloudfront_emulator.distribution import DistributionConfig, Origin, OriginGroup
from cloudfront_emulator.message import CdnResponse
from cloudfront_emulator.origins.failover import fetch_target
from cloudfront_emulator.response.pages import make_error_page

DISTRIBUTION = DistributionConfig(
    id="D",
    domain_name="d.example",
    behaviours=(),
    origins={
        id_: Origin(id=id_, kind="custom", domain_name=f"{id_}.example") for id_ in ("one", "two")
    },
    groups={
        "both": OriginGroup(id="both", primary="one", secondary="two", statuses=frozenset({503}))
    },
)
UNANSWERED = replace(make_error_page(504, "origin one: no answer"), unanswered=True)


def ask(
    first: CdnResponse,
    method: str = "GET",
    *,
    target: str = "both",
    second: CdnResponse | None = None,
) -> tuple[list[str], CdnResponse]:
    origin_ids: list[str] = []

    async def answer(origin: Origin) -> CdnResponse:
        origin_ids.append(origin.id)
        return first if origin.id == "one" else second or CdnResponse(status=200)

    response = asyncio.run(fetch_target(DISTRIBUTION, target, method, answer))
    return origin_ids, response


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("first", [CdnResponse(status=503), UNANSWERED])
def test_a_listed_status_and_no_answer_at_all_go_to_the_secondary(
    method: str, first: CdnResponse
) -> None:
    """A connection that fails or an answer that times out needs no listing."""
    origin_ids, response = ask(first, method)
    assert (origin_ids, response.status) == (["one", "two"], 200)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_other_methods_do_not_fail_over(method: str) -> None:
    """ "Only when the HTTP method of the viewer request is GET, HEAD, or OPTIONS"."""
    origin_ids, response = ask(CdnResponse(status=503), method)
    assert (origin_ids, response.status) == (["one"], 503)


@pytest.mark.parametrize("status", [200, 301, 404, 500])
def test_a_status_that_is_not_listed_is_the_answer(status: int) -> None:
    """Such as 2xx and 3xx."""
    origin_ids, response = ask(CdnResponse(status=status))
    assert (origin_ids, response.status) == (["one"], status)


def test_a_functions_response_does_not_fail_over() -> None:
    """It is not the primary origin that returned the status."""
    origin_ids, _ = ask(CdnResponse(status=503, generated=True))
    assert origin_ids == ["one"]


def test_the_secondarys_failure_is_the_answer() -> None:
    """There is no third attempt."""
    origin_ids, response = ask(CdnResponse(status=503), second=UNANSWERED)
    assert (origin_ids, response.status) == (["one", "two"], 504)


def test_an_origin_of_its_own_has_no_secondary() -> None:
    """A behaviour with a single origin uses only that origin."""
    origin_ids, response = ask(UNANSWERED, target="one")
    assert (origin_ids, response.status) == (["one"], 504)


def test_the_primarys_body_is_closed() -> None:
    """Nobody will read it."""
    buffer = BufferedBody(size=None)
    ask(CdnResponse(status=503, body=buffer))
    assert buffer.is_broken
