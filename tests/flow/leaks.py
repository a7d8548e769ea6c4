"""A crowd that looks for leaks: fifty visitors send requests for the same paths at once.

Between the rounds the CDN's clock is advanced, so that cached responses become stale.
"""

import asyncio
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx

from edgefill.local.stack.ports import HOST, find_free_port
from edgefill.local.stack.processes import build_cdn_spec
from edgefill.local.stack.stack import Stack
from edgefill.local.traffic.marks import find_marks, make_mark

VISITORS = 50
ROUNDS = 4  # in each one every visitor requests every path, and some retry
BETWEEN_S = 7  # the pointer's TTL is 5, stale-while-revalidate 60
PATHS = (
    *("/p/welcome", "/p/order-delayed", "/p/loyalty-status", "/p/cart-reminder", "/whoami"),
    *("/ask?q=why+is+my+parcel+late", "/ask?q=do+you+ship+to+the+moon"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """An answer that contains another visitor's mark."""

    path: str
    visitor: str
    marks: frozenset[str]


@dataclass(slots=True, kw_only=True)
class CrowdResult:
    """The answers that the crowd got."""

    answers: int = 0
    own: int = 0  # answers with the visitor's own mark
    leaks: list[Leak] = field(default_factory=list)


async def send_crowd(cdn: str, control: str, tokens: list[str], rounds: int) -> CrowdResult:
    """Let all visitors request every path at once, in each of `rounds`."""
    result = CrowdResult()
    limits = httpx.Limits(max_connections=VISITORS)
    async with httpx.AsyncClient(base_url=cdn, limits=limits, timeout=60) as client:
        for _ in range(rounds):
            for path in PATHS:
                requests = [
                    _send(client, path, who, token, result) for who, token in enumerate(tokens)
                ]
                await asyncio.gather(*requests, *send_retries(client, path, tokens, result))
            response = await client.post(f"{control}/clock", json={"advance": BETWEEN_S})
            assert response.status_code == 200
    return result


def send_retries(
    client: httpx.AsyncClient, path: str, tokens: list[str], result: CrowdResult
) -> list[Any]:
    """The retries of some visitors while their first requests are still running."""
    return [_send(client, path, who, tokens[who], result) for who in range(0, len(tokens), 5)]


async def _send(
    client: httpx.AsyncClient, path: str, who: int, token: str, result: CrowdResult
) -> None:
    cookie = f"edgefill_profile={token}; session={make_mark(who)}"
    answer = await client.get(path, headers={"cookie": cookie})
    assert answer.status_code == 200, (path, answer.status_code, dict(answer.headers))
    marks, mine = find_marks(answer.headers, answer.text), make_mark(who)
    result.answers += 1
    result.own += mine in marks
    if marks - {mine}:
        result.leaks.append(Leak(path=path, visitor=mine, marks=marks - {mine}))


def write_mutation(template: Path, target: Path, change: str) -> Path:
    """A copy of the template with changed cache policies.

    `min-ttl-1`: every policy caches what it must not, including AWS's CachingDisabled for the
    product's own site, whose sessions are in no key. `token-not-in-key`: the personal policy's key
    lacks the token, which is still forwarded.
    """
    data = json.loads(template.read_text())
    _CHANGES[change](data["Resources"])
    file = target / f"{change}.template.json"
    file.write_text(json.dumps(data))
    for assets in template.parent.glob("*.assets.json"):
        (target / assets.name).write_text(assets.read_text())
    for folder in template.parent.glob("asset.*"):
        (target / folder.name).symlink_to(folder.resolve())
    return file


def _set_min_ttl_1(resources: dict[str, Any]) -> None:
    for resource in resources.values():
        if resource["Type"] == "AWS::CloudFront::CachePolicy":
            config = resource["Properties"]["CachePolicyConfig"]
            config |= {"MinTTL": 1, "DefaultTTL": max(config["DefaultTTL"], 1)}
    caching_disabled = {
        "Name": "Disabled",
        "MinTTL": 1,
        "DefaultTTL": 1,
        "MaxTTL": 1,
        "ParametersInCacheKeyAndForwardedToOrigin": {
            "EnableAcceptEncodingGzip": False,
            "CookiesConfig": {"CookieBehavior": "none"},
            "HeadersConfig": {"HeaderBehavior": "none"},
            "QueryStringsConfig": {"QueryStringBehavior": "none"},
        },
    }
    resources["Disabled"] = {
        "Type": "AWS::CloudFront::CachePolicy",
        "Properties": {"CachePolicyConfig": caching_disabled},
    }
    for behaviour in _list_behaviours(resources):
        if isinstance(behaviour["CachePolicyId"], str):  # AWS's own CachingDisabled
            behaviour["CachePolicyId"] = {"Ref": "Disabled"}


def _drop_token_from_key(resources: dict[str, Any]) -> None:
    cookie = {"CookieBehavior": "whitelist", "Cookies": ["edgefill_profile"]}
    for resource in resources.values():
        if resource["Type"] == "AWS::CloudFront::CachePolicy":
            config = resource["Properties"]["CachePolicyConfig"]
            config["ParametersInCacheKeyAndForwardedToOrigin"]["CookiesConfig"] = {
                "CookieBehavior": "none"
            }
        if resource["Type"] == "AWS::CloudFront::OriginRequestPolicy":
            resource["Properties"]["OriginRequestPolicyConfig"]["CookiesConfig"] = cookie


def _list_behaviours(resources: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for resource in resources.values():
        if resource["Type"] == "AWS::CloudFront::Distribution":
            config = resource["Properties"]["DistributionConfig"]
            yield config["DefaultCacheBehavior"]
            yield from config["CacheBehaviors"]


_CHANGES = {"min-ttl-1": _set_min_ttl_1, "token-not-in-key": _drop_token_from_key}


@contextmanager
def run_second_cdn(stack: Stack, template: Path, site: str) -> Iterator[tuple[str, str]]:
    """Run another CDN for `template` in front of the stack; yields its URL and its control URL."""
    run_file = replace(
        stack.run_file,
        cdn=f"http://{HOST}:{find_free_port()}",
        control=f"http://{HOST}:{find_free_port()}",
        shop_url=site,
    )
    spec = build_cdn_spec(run_file, template=template, edge=stack.options.state / "edge")
    stack.supervisor.start([replace(spec, name="leaks")])
    try:
        yield run_file.cdn, run_file.control
    finally:
        stack.supervisor.stop("leaks")


@contextmanager
def run_personal_site() -> Iterator[str]:
    """Run a product's own site that answers by session; yields its URL.

    Its responses have no-store and stale-while-revalidate; no-store must win.
    """

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f"You are {self.headers.get('cookie', '').partition('session=')[2]}".encode()
            time.sleep(0.01)  # long enough for concurrent requests to meet
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.send_header("cache-control", "private, no-store, stale-while-revalidate=60")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((HOST, 0), Site)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
