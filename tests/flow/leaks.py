"""A crowd that looks for leaks: fifty visitors at once on the same paths, each after the others.

Between its rounds the CDN's clock goes on, so that what it keeps is stale and serves meanwhile.
"""

import asyncio
import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx

from edgefill.local.services.identity import DevVisitor
from edgefill.local.stack.ports import HOST, find_free_port
from edgefill.local.stack.processes import build_cdn_spec
from edgefill.local.stack.stack import Stack

VISITORS = 50
ROUNDS = 4  # each visitor asks for every path so often, some of them twice (a retry)
BETWEEN_S = 7  # the pointer's TTL is 5, stale-while-revalidate 60
PATHS = (
    *("/p/welcome", "/p/order-delayed", "/p/loyalty-status", "/p/cart-reminder", "/whoami"),
    *("/ask?q=why+is+my+parcel+late", "/ask?q=do+you+ship+to+the+moon"),
)
MARK = re.compile(r"\bMark\d+mark\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """An answer that holds somebody else's mark."""

    path: str
    asked_by: str
    held: frozenset[str]


@dataclass(slots=True, kw_only=True)
class Seen:
    """What the crowd got."""

    answers: int = 0
    own: int = 0  # answers that held the asker's own mark
    leaks: list[Leak] = field(default_factory=list)


def marked(number: int) -> DevVisitor:
    """A visitor whose every value tells who it is of."""
    tiers, lifecycles = ("basic", "silver", "gold"), ("new", "active", "lapsed")
    mark = f"Mark{number}mark"
    return DevVisitor(
        subject=f"leak-{number}",
        locale=("en", "de")[number % 2],
        case={"tier": tiers[number % 3], "lifecycle": lifecycles[number // 3 % 3]},
        slots={"name": mark, "order_id": mark},
    )


async def crowd(cdn: str, control: str, tokens: list[str], rounds: int) -> Seen:
    """Let every visitor ask for every path at once, in each round."""
    seen = Seen()
    limits = httpx.Limits(max_connections=VISITORS)
    async with httpx.AsyncClient(base_url=cdn, limits=limits, timeout=60) as client:
        for _ in range(rounds):
            for path in PATHS:
                asks = [_ask(client, path, who, token, seen) for who, token in enumerate(tokens)]
                await asyncio.gather(*asks, *asks_again(client, path, tokens, seen))
            passed = await client.post(f"{control}/clock", json={"advance": BETWEEN_S})
            assert passed.status_code == 200
    return seen


def asks_again(client: httpx.AsyncClient, path: str, tokens: list[str], seen: Seen) -> list[Any]:
    """The retries of impatient visitors, while their first request is under way."""
    return [_ask(client, path, who, tokens[who], seen) for who in range(0, len(tokens), 5)]


async def _ask(client: httpx.AsyncClient, path: str, who: int, token: str, seen: Seen) -> None:
    cookie = f"edgefill_profile={token}; session=Mark{who}mark"
    answer = await client.get(path, headers={"cookie": cookie})
    assert answer.status_code == 200, (path, answer.status_code, dict(answer.headers))
    held = set(MARK.findall(answer.text)) | set(MARK.findall(json.dumps(dict(answer.headers))))
    mine = f"Mark{who}mark"
    seen.answers += 1
    seen.own += mine in held
    if held - {mine}:
        seen.leaks.append(Leak(path=path, asked_by=mine, held=frozenset(held - {mine})))


def mutated(template: Path, target: Path, change: str) -> Path:
    """A copy of the template whose cache policies are changed.

    `min-ttl-1`: every one keeps what it may not, AWS's CachingDisabled (for the product's own site,
    whose sessions are in no key) among them. `token-not-in-key`: the personal policy's key
    lacks the token, which is forwarded all the same.
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


def _min_ttl_1(resources: dict[str, Any]) -> None:
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
    for behaviour in _behaviours(resources):
        if isinstance(behaviour["CachePolicyId"], str):  # AWS's own CachingDisabled
            behaviour["CachePolicyId"] = {"Ref": "Disabled"}


def _token_not_in_key(resources: dict[str, Any]) -> None:
    cookie = {"CookieBehavior": "whitelist", "Cookies": ["edgefill_profile"]}
    for resource in resources.values():
        if resource["Type"] == "AWS::CloudFront::CachePolicy":
            config = resource["Properties"]["CachePolicyConfig"]
            config["ParametersInCacheKeyAndForwardedToOrigin"]["CookiesConfig"] = {
                "CookieBehavior": "none"
            }
        if resource["Type"] == "AWS::CloudFront::OriginRequestPolicy":
            resource["Properties"]["OriginRequestPolicyConfig"]["CookiesConfig"] = cookie


def _behaviours(resources: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for resource in resources.values():
        if resource["Type"] == "AWS::CloudFront::Distribution":
            config = resource["Properties"]["DistributionConfig"]
            yield config["DefaultCacheBehavior"]
            yield from config["CacheBehaviors"]


_CHANGES = {"min-ttl-1": _min_ttl_1, "token-not-in-key": _token_not_in_key}


@contextmanager
def cdn_before(stack: Stack, template: Path, site: str) -> Iterator[tuple[str, str]]:
    """Another CDN before the running stack, as `template` has it; its URL, its control port's."""
    placed = replace(
        stack.run_file,
        cdn=f"http://{HOST}:{find_free_port()}",
        control=f"http://{HOST}:{find_free_port()}",
        shop_url=site,
    )
    part = build_cdn_spec(placed, template=template, edge=stack.options.state / "edge")
    stack.supervisor.start([replace(part, name="leaks")])
    try:
        yield placed.cdn, placed.control
    finally:
        stack.supervisor.stop("leaks")


@contextmanager
def personal_site() -> Iterator[str]:
    """A product's own site, which greets by session and forbids to keep it; its URL.

    It says stale-while-revalidate all the same: no-store must win.
    """

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f"You are {self.headers.get('cookie', '').partition('session=')[2]}".encode()
            time.sleep(0.01)  # long enough for a crowd to gather
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
