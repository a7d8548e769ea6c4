"""Sending requests and classifying the answers."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from edgefill.core.keys import Key
from edgefill.local.services.identity import DevVisitor
from edgefill.local.stack.ports import find_free_port
from edgefill.local.traffic.client import (
    TrafficAnswer,
    TrafficClient,
    classify_outcome,
    retry_misses,
    select_missed,
    send_all,
)
from edgefill.local.traffic.traffic_model import TrafficRequest

ADA = DevVisitor(subject="ada")
Say = Callable[[str, str | None], tuple[int, dict[str, str]]]


class Site:
    """A server whose answers are a function of path and cookie."""

    def __init__(self) -> None:
        self.say: Say = lambda _path, _cookie: (200, {"X-Edgefill": "hit; template=a/de/any"})
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, headers = site.say(self.path, self.headers["Cookie"])
                self.send_response(status)
                for name, value in {"Content-Length": "0", **headers}.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    thread = threading.Thread(target=site.server.serve_forever, args=(0.01,))
    thread.start()
    yield site
    site.server.shutdown()
    site.server.server_close()
    thread.join()


def make_request(name: str = "a", visitor: DevVisitor | None = None) -> TrafficRequest:
    return TrafficRequest(
        key=Key(experience=name, locale="de", case="any"), path=f"/p/{name}", visitor=visitor
    )


def make_answer(
    name: str, outcome: str, seconds: float = 0.001, *, cached: bool = False
) -> TrafficAnswer:
    return TrafficAnswer(
        request=make_request(name), status=200, outcome=outcome, cached=cached, seconds=seconds
    )


@pytest.mark.parametrize(
    ("status", "header", "cached", "outcome"),
    [
        (200, "hit; template=a/de/any; release=r1", False, "hit"),
        (200, "hit; template=a/de/any; release=r1", True, "hit"),
        (200, "miss; template=a/de/any; generated=true", False, "miss"),
        (200, "miss; template=a/de/any; generated=true", True, "hit"),
        (200, "fallback; template=a/de/any; reason=cold", True, "fallback"),
        (200, "", False, "error"),
        (401, "", False, "refused"),
        (502, "", False, "error"),
        (0, "", False, "error"),
    ],
)
def test_an_answer_is_classified_by_status_and_header(
    status: int, header: str, cached: bool, outcome: str
) -> None:
    """A 5xx, no answer and no X-Edgefill header are errors; a cached miss is a hit."""
    assert classify_outcome(status, header, cached=cached) == outcome


def test_only_visitors_send_a_token(site: Site) -> None:
    """Each cookie has the visitor's own token; answers are in the order of the requests."""
    cookies: dict[str, str | None] = {}

    def say(path: str, cookie: str | None) -> tuple[int, dict[str, str]]:
        cookies[path] = cookie
        return 200, {"X-Edgefill": "hit"}

    site.say = say
    with TrafficClient(site.url, lambda visitor: f"token-of-{visitor.subject}") as client:
        answers, seconds = send_all(client, [make_request("a", ADA), make_request("b")])
    assert cookies == {"/p/a": "edgefill_profile=token-of-ada", "/p/b": None}
    assert [each.request.path for each in answers] == ["/p/a", "/p/b"]
    assert seconds > 0


def test_a_failed_connection_is_an_error_and_not_an_exception() -> None:
    """The answer has status 0, so the run continues."""
    with TrafficClient(f"http://127.0.0.1:{find_free_port()}", lambda _: "") as client:
        failure = client.send(make_request())
    assert (failure.status, failure.outcome) == (0, "error")


def test_a_missed_key_is_requested_until_it_is_a_hit(site: Site) -> None:
    """Retries end with the first hit."""
    outcomes = iter(["miss", "miss", "hit"])
    site.say = lambda _path, _cookie: (200, {"X-Edgefill": next(outcomes)})
    with TrafficClient(site.url, lambda _: "") as client:
        retries = retry_misses(
            client, [make_answer("a", "miss"), make_answer("b", "hit")], every_s=0
        )
    assert [each.outcome for each in retries] == ["hit"]


def test_a_key_that_stays_a_miss_is_returned_when_time_is_up(site: Site) -> None:
    """Its last answer is a miss."""
    site.say = lambda _path, _cookie: (200, {"X-Edgefill": "miss"})
    with TrafficClient(site.url, lambda _: "") as client:
        retries = retry_misses(client, [make_answer("a", "miss")], within_s=0.05, every_s=0.01)
    assert [each.outcome for each in retries] == ["miss"]


def test_a_key_is_retried_once_for_all_its_misses() -> None:
    """Only its first miss is selected."""
    answers = [
        make_answer("a", "miss"),
        make_answer("a", "miss"),
        make_answer("b", "fallback"),
        make_answer("c", "hit"),
    ]
    assert [str(each.request.key) for each in select_missed(answers)] == ["a/de/any", "b/de/any"]
