"""Origins over HTTP."""

import asyncio

import httpx
import pytest

from local.cdn.description import OriginConfig
from local.cdn.message import Request, Response
from local.cdn.origin import HttpOrigin

SENT = Request(
    method="GET",
    path="/t/r/a%20b.json",
    query="x=1",
    headers=(("authorization", "Bearer viewer"), ("te", "trailers"), ("accept-encoding", "br")),
    client_ip="192.0.2.7",
)


def fetch(answer: object, *, oac: bool = False) -> tuple[Response, httpx.Request]:
    seen: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        assert isinstance(answer, httpx.Response)
        return answer

    async def ask() -> Response:
        async with httpx.AsyncClient(transport=httpx.MockTransport(handler)) as client:
            config = OriginConfig(
                type="s3",
                domain_name="b.s3.amazonaws.com",
                oac=oac,
                path="/sub",
                headers={"X-Own": "1"},
            )
            origin = HttpOrigin(config, url="http://127.0.0.1:5000/bucket/", client=client)
            return await origin.fetch(SENT)

    return asyncio.run(ask()), seen[0]


def test_the_origin_is_asked_at_its_mapped_url() -> None:
    """Path stays encoded behind the origin's own; CloudFront's and its own headers are added."""
    _, asked = fetch(httpx.Response(200))
    assert asked.url.raw_path == b"/bucket/sub/t/r/a%20b.json?x=1"
    assert asked.headers["x-own"] == "1"
    assert asked.headers["x-forwarded-for"] == "192.0.2.7"
    assert asked.headers["authorization"] == "Bearer viewer"
    assert asked.headers["accept-encoding"] == "identity"
    assert "te" not in asked.headers


def test_oac_replaces_the_viewers_authorization() -> None:
    """CloudFront's signature stands where the viewer's token stood."""
    _, asked = fetch(httpx.Response(200), oac=True)
    assert asked.headers["authorization"].startswith("AWS4-HMAC-SHA256 ")


def test_the_answer_loses_what_belongs_to_one_connection() -> None:
    """Hop-by-hop headers and the length end here; repeated headers stay."""
    headers = [("Connection", "close"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
    response, _ = fetch(httpx.Response(404, headers=headers, content=b"no"))
    assert (response.status, response.body) == (404, b"no")
    assert response.headers == (("set-cookie", "a=1"), ("set-cookie", "b=2"))


@pytest.mark.parametrize(
    ("failure", "status"), [(httpx.ReadTimeout("slow"), 504), (httpx.ConnectError("gone"), 502)]
)
def test_an_origin_that_fails_is_cloudfronts_error_page(failure: Exception, status: int) -> None:
    """Too slow is a 504, unreachable a 502; the reason names the origin."""
    response, _ = fetch(failure)
    assert response.status == status
    assert "b.s3.amazonaws.com" in response.reason
